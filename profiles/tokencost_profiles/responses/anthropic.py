"""Anthropic messages. One message may be several passes, each billed, some on another model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls import PASS, Call
from tokencost_profiles.meters import measure
from tokencost_profiles.meters.anthropic import METER
from tokencost_profiles.meters.base import Metered, inner, objects, text
from tokencost_profiles.requests.base import Part
from tokencost_profiles.responses.base import Shape, call_of, part

# How the ids of responses begin that a cloud has served.
_CLOUDS: Final = {"msg_bdrk_": "bedrock", "msg_vrtx_": "vertex"}
# Passes whose tokens the top level already holds.
_INSIDE: Final = ("message", "fallback_message")


def _recognises(value: Mapping[str, Any]) -> bool:
    if value.get("type") != "message" and not str(value.get("id") or "").startswith("msg_"):
        return False
    if "usage" not in value and not ("model" in value and "content" in value):
        return False
    return value.get("role") == "assistant" or "stop_reason" in value


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = inner(value, "usage")
    metered = METER.read(usage, "anthropic") if usage else None
    content = value.get("content")
    blocks = [b for b in (content if isinstance(content, list) else []) if isinstance(b, Mapping)]
    model = text(value.get("model"))
    call = call_of(
        metered, api="messages", provider=served_by(value.get("id")) or "anthropic", model=model,
        response_id=value.get("id"),
        tools=tools_of(blocks), answer=answer_of(blocks) if want_text else None,
        final=value.get("stop_reason") is not None,
    )  # fmt: skip
    if metered is None:
        return [call]
    return passes(call, usage, metered)


def passes(call: Call, usage: Mapping[str, Any], metered: Metered) -> list[Call]:
    """Return a call and the passes that its top-level numbers leave out.

    The advisor and the compaction are billed beside the message, the advisor on a model of its own.
    Where the message itself ran on more than one model (a fallback), each pass is a call.
    """
    entries = objects(usage.get("iterations"))
    inside = [i for i in entries if i.get("type", "message") in _INSIDE]
    models = {text(i.get("model")) or call.model for i in inside}
    found = []
    if len(models) > 1:
        found += [_pass(call, entry, at) for at, entry in enumerate(inside)]
    else:
        if models:
            call.model = models.pop()
        found.append(call)
    outside = [i for i in entries if i.get("type", "message") not in _INSIDE]
    found += [_pass(call, entry, len(inside) + at) for at, entry in enumerate(outside)]
    return found


def _pass(call: Call, entry: Mapping[str, Any], at: int) -> Call:
    metered = measure(entry, "anthropic") or Metered({})
    kind = str(entry.get("type") or "message")
    return Call(
        api=call.api, provider=call.provider, model=text(entry.get("model")) or call.model,
        response_id=call.response_id, at=call.at, usage=metered.usage,
        service_tier=call.service_tier, speed=call.speed, region=call.region, scope=PASS,
        key=f"{call.key}#{at}" if call.key else None, tools=call.tools if at == 0 else (),
        agent=kind.removesuffix("_message") if kind not in _INSIDE else None,
        warnings=metered.warnings, final=call.final,
    )  # fmt: skip


def served_by(response_id: Any) -> str | None:
    """Tell from the id of a response which cloud answered, where it says so."""
    if not isinstance(response_id, str):
        return None
    return _CLOUDS.get(response_id[:9])


def tools_of(blocks: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the names of the tools that the blocks of an answer call."""
    names = [str(b.get("name")) for b in blocks if b.get("type") in ("tool_use", "server_tool_use")]
    return tuple(dict.fromkeys(names))


def answer_of(blocks: list[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Return the text of the blocks of an answer."""
    found: tuple[Part, ...] = ()
    for block in blocks:
        kind = block.get("type")
        if kind == "text":
            found += part("assistant", block.get("text"))
        elif kind == "thinking":
            found += part("reasoning", block.get("thinking"))
        elif kind == "tool_use":
            given = json.dumps(block.get("input"), ensure_ascii=False)
            found += part("tool_call", f"{block.get('name', '')}{given}")
    return found


SHAPE: Final = Shape("anthropic", _recognises, _read, order=20)
