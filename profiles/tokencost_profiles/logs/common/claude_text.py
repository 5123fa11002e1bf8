"""The text of Claude Code sessions: the prompt of every call, from the tree of its rows.

Not in these logs, and so not in the parts: the system prompt and the tool schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.files.log_file import DECODE_ERRORS, Input
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects


class _Node(NamedTuple):
    above: _Node | None
    parts: tuple[Part, ...]


def add_text(log_file: Input, calls: Iterable[Call]) -> Iterator[Call]:
    """Yield calls with the text of their prompts and answers."""
    prompts: dict[str, _Node | None] = {}
    answers: dict[str, list[Part]] = {}
    nodes: dict[str, _Node] = {}
    for row in _rows(log_file):
        message = first_mapping(row, "message")
        above = nodes.get(str(row.get("parentUuid")))
        content = message.get("content")
        name = str(message.get("id"))
        if row.get("type") == "assistant":
            prompts.setdefault(name, above)
            answer = answers.setdefault(name, [])
            parts = parts_of(content, "assistant", len(answer))
            answer += parts
        else:
            parts = parts_of(content, "user")
        if row.get("uuid"):
            nodes[str(row["uuid"])] = _Node(above, parts)
    for call in calls:
        name = call.response_id or ""
        if name in answers:
            call.parts, call.answer = _path(prompts[name]), tuple(answers[name])
        yield call


def _rows(log_file: Input) -> Iterator[Mapping[str, Any]]:
    if log_file.is_document and log_file.has("loglines"):
        document = log_file.document
        rows = document.get("loglines") if isinstance(document, dict) else None
        yield from objects(rows)
        return
    for _, line in log_file.lines():
        try:
            row = msgspec.json.decode(line)
        except (*DECODE_ERRORS, RecursionError):
            continue  # noted when the calls were read
        if isinstance(row, dict):
            yield row


def _path(node: _Node | None) -> tuple[Part, ...]:
    blocks = []
    while node is not None:
        blocks.append(node.parts)
        node = node.above
    return tuple(part for parts in reversed(blocks) for part in parts)


def parts_of(content: Any, role: str, first: int = 0) -> tuple[Part, ...]:
    """Return the parts of a message's content in Anthropic's form.

    `first` is the number of the first block: rows may hold one block of a message each.
    """
    if isinstance(content, str):
        return (Part(role, content, f"{first:04}"),) if content else ()
    parts: list[Part] = []
    for entry in content if isinstance(content, list) else ():
        block = _part(entry, role, f"{first + len(parts):04}")
        if block is not None:
            parts.append(block)
    return tuple(parts)


def _part(entry: Any, role: str, place: str) -> Part | None:
    if not isinstance(entry, dict):
        return None
    kind = entry.get("type")
    if kind == "text":
        return Part(role, str(entry.get("text") or ""), place)
    if kind == "thinking":
        return Part("reasoning", str(entry.get("thinking") or ""), place)
    if kind == "tool_use":
        arguments = json.dumps(entry.get("input"), ensure_ascii=False)
        return Part("tool_call", f"{entry.get('name', '')}{arguments}", place)
    if kind == "tool_result":
        return Part("tool_result", _text_of(entry.get("content")), place)
    return None


def _text_of(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(
            str(entry.get("text") or "") for entry in content if isinstance(entry, dict)
        )
    return content if isinstance(content, str) else ""
