"""Text for models with no usage: conversations, requests, prompt files.

Nothing was billed for it, or its usage is not known. It is recognised to be refused with a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.logs.walk.json_walk import usage_objects_in
from tokencost_profiles.providers import requests

_CONVERSATIONS: Final = "conversations with no usage"
_REQUESTS: Final = "requests with no answers"
_FILE: Final = "a prompt file"
_FRONT: Final = re.compile(
    r"\A(?:[ \t]*(?:#[^\n]*)?\n)*---[ \t\r]*\n(?P<front>.*?)\n---[ \t\r]*\n", re.DOTALL
)
_SETTING: Final = re.compile(r"(?m)^(model|inputs?|config|authors|sample|output|tools)\s*:")
_TURN: Final = re.compile(r"(?m)^\s*(system|user|assistant)\s*:\s*$|\{\{")
_LISTS: Final = ("messages", "conversations", "conversation", "messages_display", "traj")


def _recognises(log_file: Input) -> bool:
    return _kind(log_file) is not None


def _kind(log_file: Input) -> str | None:
    """Return what kind of text a file is, or None for other files and files with usage."""
    head = log_file.text.lstrip("\ufeff \t\r\n")
    if not head.startswith(("{", "[")):
        front = _FRONT.match(head)
        is_prompt = front and _SETTING.search(front["front"]) and _TURN.search(head[front.end() :])
        return _FILE if is_prompt else None
    if not log_file.is_document:
        kinds = [_value_kind(row) for row in log_file.rows]
        has_usage = any(usage_objects_in(row) for row in log_file.rows)
        return None if has_usage else next((kind for kind in kinds if kind is not None), None)
    try:
        document = log_file.document
    except InputError:
        return None
    kind = _value_kind(document)
    if kind is None and isinstance(document, list):
        kind = next((k for item in document[:20] if (k := _value_kind(item)) is not None), None)
    return None if kind is None or usage_objects_in(document) else kind


def _value_kind(value: Any) -> str | None:
    """Return what kind of text a row or a document is."""
    if isinstance(value, list):
        return _CONVERSATIONS if any(_is_message(item) for item in value) else None
    if not isinstance(value, dict) or "response" in value or "output" in value:
        return None
    if "custom_id" in value and isinstance(value.get("body", value.get("params")), Mapping):
        return _REQUESTS
    for key in _LISTS:
        inside = value.get(key)
        if isinstance(inside, str) and inside and key == "messages_display":
            return _CONVERSATIONS
        if isinstance(inside, list) and any(_is_message(item) for item in inside):
            return _REQUESTS if "model" in value else _CONVERSATIONS
    if {"prompt", "completion"} <= value.keys():
        return _CONVERSATIONS
    return _REQUESTS if "model" in value and requests.read(value) is not None else None


def _is_message(item: Any) -> bool:
    return isinstance(item, Mapping) and (
        ("role" in item and ("content" in item or "parts" in item))
        or ("from" in item and "value" in item)
    )


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    log.row()
    yield from ()
    kind = _kind(log_file) or "text"
    raise InputError(
        f"{kind}: not a log of calls",
        hint=f"`tokencost estimate {log_file.label}` estimates what sending it would cost",
        file=log_file.label,
    )


READER: Final = Reader(
    "prompts",
    "conversations, requests and prompt files (refused: estimate reads them)",
    (),
    _recognises,
    _read,
    order=850,
    where="fine-tuning and batch input JSONL, chat messages, .prompty, .prompt",
)
