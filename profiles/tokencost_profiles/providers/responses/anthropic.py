"""Anthropic messages. One message may be several passes, each billed, perhaps on another model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.providers.answers.passes import is_plain, is_unbilled, passes, unbilled_call
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.requests.anthropic import message_blocks
from tokencost_profiles.providers.usage.anthropic import BESIDE, USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_mapping,
    objects,
    router_of,
    text,
)

# How the ids of responses begin that a cloud has served.
_CLOUDS: Final = {"msg_bdrk_": "bedrock", "msg_vrtx_": "vertex"}


def _recognises(value: Mapping[str, Any]) -> bool:
    if value.get("type") != "message" and not str(value.get("id") or "").startswith("msg_"):
        return False
    if "usage" not in value and not ("model" in value and "content" in value):
        return False
    return value.get("role") == "assistant" or "stop_reason" in value


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage")
    reading = USAGE_FORMAT.read(usage, "anthropic") if usage else None
    content = value.get("content")
    blocks = [b for b in (content if isinstance(content, list) else []) if isinstance(b, Mapping)]
    model = text(value.get("model"))
    call = call_of(
        reading,
        api="messages",
        provider=served_by(value.get("id")) or router_of(usage) or "anthropic",
        model=model,
        response_id=value.get("id"),
        tools=tools_of(blocks),
        answer=answer_of(content) if want_text else None,
        final=value.get("stop_reason") is not None,
    )
    if reading is None:
        return [call]
    call.warnings = tuple(note for note in call.warnings if note != BESIDE)
    _run_code(call, value, blocks)
    if is_unbilled(usage, value.get("stop_reason")) and is_plain(objects(usage.get("iterations"))):
        return [unbilled_call(call)]
    return passes(call, usage, value.get("stop_reason"))


def _run_code(call: Call, value: Mapping[str, Any], blocks: list[Mapping[str, Any]]) -> None:
    """Note the container that code ran in."""
    name = text(first_mapping(value, "container").get("id"))
    if name and any(str(b.get("name", "")).endswith("code_execution") for b in blocks):
        call.containers = (f"code_container:{name}",)
        call.usage = {**(call.usage or {}), "code_container": 1}


def served_by(response_id: Any) -> str | None:
    """Tell from the id of a response which cloud answered, where it says so."""
    if not isinstance(response_id, str):
        return None
    return _CLOUDS.get(response_id[:9])


def tools_of(blocks: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the names of the tools that the blocks of an answer call."""
    names = [str(b.get("name")) for b in blocks if b.get("type") in ("tool_use", "server_tool_use")]
    return tuple(dict.fromkeys(names))


def answer_of(content: Any) -> tuple[Part, ...]:
    """Return the parts of the content of an answer, as they are sent back."""
    return tuple(block_parts(message_blocks(content, "content"), ASSISTANT))


RESPONSE_FORMAT: Final = ResponseFormat("anthropic", _recognises, _read, order=20)
