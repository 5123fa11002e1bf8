"""Anthropic Messages, as they are, on Bedrock (`invoke`) and on Vertex (`rawPredict`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    USER,
    Block,
    Media,
    Message,
    Other,
    Reasoning,
    Request,
    Schema,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    text_of,
)
from tokencost_profiles.providers.bodies.blocks import (
    as_list,
    as_mapping,
    builtin_tool,
    choice,
    flag,
    function_tool,
    numbered_mappings,
    rest,
    string,
)
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.bodies.request_format import RequestFormat

NAME: Final = "anthropic"
_READ: Final = (
    "model",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "max_tokens",
    "stream",
    "temperature",
    "top_p",
    "top_k",
    "metadata",
    "anthropic_version",
)


_ROLES: Final = {"assistant": ASSISTANT, "system": SYSTEM}


def _recognises(body: dict[str, Any]) -> bool:
    if not isinstance(body.get("messages"), list):
        return False
    if "anthropic_version" in body or ("system" in body and "inferenceConfig" not in body):
        return True
    model = body.get("model")
    if isinstance(model, str) and "claude" in model and "/" not in model:
        return not any(as_mapping(message).get("role") == "system" for message in body["messages"])
    return False


def _read(body: dict[str, Any]) -> Request:
    picked = as_mapping(body.get("tool_choice"))
    parallel = flag(picked.get("disable_parallel_tool_use"))
    return Request(
        api=NAME,
        model=text_of(body.get("model")),
        system=tuple(message_blocks(body.get("system"), "system")),
        messages=tuple(_messages(body["messages"])),
        tools=tuple(_tools(body.get("tools"))),
        choice=choice(picked),
        parallel=None if parallel is None else not parallel,
        schema=_schema(body),
        thinking=_thinking(body),
        max_output=output_limit(body),
        options=rest(body, *_READ),
    )


def _tools(value: Any) -> Iterator[Tool]:
    for place, entry in numbered_mappings(value, "tools"):
        kind = string(entry.get("type"))
        if kind in ("", "custom") or "input_schema" in entry:
            yield function_tool(entry, entry, place)
        else:
            yield builtin_tool(entry, kind, place)


def _thinking(body: Mapping[str, Any]) -> Thinking | None:
    entry = as_mapping(body.get("thinking"))
    effort = string(as_mapping(body.get("output_config")).get("effort")) or None
    if not entry:
        return Thinking(True, None, effort) if effort else None
    budget = entry.get("budget_tokens")
    on = entry.get("type") in ("enabled", "adaptive")
    return Thinking(on, budget if type(budget) is int else None, effort)


def _schema(body: Mapping[str, Any]) -> Schema | None:
    form = as_mapping(
        as_mapping(body.get("output_config")).get("format") or body.get("output_format")
    )
    schema = form.get("schema")
    return Schema(schema) if isinstance(schema, Mapping) else None


def _messages(value: Any) -> Iterator[Message]:
    for at, entry in enumerate(as_list(value)):
        place = f"messages[{at}]"
        inner = as_mapping(entry)
        role = _ROLES.get(string(inner.get("role")), USER)
        if not inner:
            yield Message(USER, (Other("message", entry, place),), place=place)
            continue
        yield Message(
            role, tuple(message_blocks(inner.get("content"), f"{place}.content")), place=place
        )


def message_blocks(content: Any, place: str) -> Iterator[Block]:
    """Yield the blocks of the content of a message: a text, or a list of blocks."""
    if isinstance(content, str):
        if content:
            yield Text(content, place)
        return
    for at, block in enumerate(as_list(content)):
        yield _block(block, f"{place}[{at}]")


def _block(block: Any, place: str) -> Block:
    if isinstance(block, str):
        return Text(block, place)
    entry = as_mapping(block)
    kind = string(entry.get("type"))
    if kind == "text":
        return Text(string(entry.get("text")), place)
    if kind == "thinking":
        seal = string(entry.get("signature"))
        return Reasoning(string(entry.get("thinking")), len(seal), place, seal)
    if kind == "redacted_thinking":
        seal = string(entry.get("data"))
        return Reasoning("", len(seal), place, seal)
    if kind == "tool_use":
        arguments = entry.get("input")
        return ToolCall(
            string(entry.get("name")), arguments, string(entry.get("id")) or None, place
        )
    if kind == "tool_result":
        return ToolResult(
            tuple(message_blocks(entry.get("content"), f"{place}.content")),
            string(entry.get("tool_use_id")) or None,
            string(entry.get("name")) or None,
            entry.get("is_error") is True,
            place,
        )
    if kind in ("image", "document"):
        return _source(entry, kind, place)
    return Other(kind, block, place)


def _source(entry: Mapping[str, Any], kind: str, place: str) -> Block:
    source = as_mapping(entry.get("source"))
    form = source.get("type")
    cited = as_mapping(entry.get("citations")).get("enabled") is True
    named = [text for name in ("title", "context") if (text := string(entry.get(name)))]
    detail = " ".join(["citations"] * cited + ["title"] * bool(named)) or None
    if form == "text" and isinstance(source.get("data"), str):
        text = "\n".join((*named, source["data"]))
        return Media("document", place, "text/plain", detail=detail, text=text)
    if form == "content":
        inner = message_blocks(source.get("content"), place)
        texts = [block.text for block in inner if isinstance(block, Text)]
        text = "\n".join((*named, "".join(texts)))
        return Media("document", place, "text/plain", detail=detail, text=text)
    value = source.get("data", source.get("url", source.get("file_id")))
    media_type = string(source.get("media_type")) or None
    media = media_of(value, place, kind=kind, media_type=media_type)
    return media._replace(detail=detail) if kind == "document" else media


REQUEST_FORMAT: Final = RequestFormat(NAME, _recognises, _read, order=40)
