"""Responses: `object: response`, with what was searched and run in `output[]`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls import Call
from tokencost_profiles.meters import measure
from tokencost_profiles.meters.base import first, inner, objects, text
from tokencost_profiles.requests.base import Part
from tokencost_profiles.responses.base import Shape, call_of, moment, part

# Items of the output that are billed by the piece.
_BILLED: Final = {
    "web_search_call": "web_search", "file_search_call": "file_search",
    "x_search_call": "x_search",
}  # fmt: skip


def _recognises(value: Mapping[str, Any]) -> bool:
    return value.get("object") == "response" or (
        isinstance(value.get("output"), list)
        and "usage" in value
        and str(value.get("id") or "").startswith("resp_")
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = inner(value, "usage")
    model = text(value.get("model"))
    provider = "xai" if model and model.startswith("grok") else None
    if "content_filters" in value:
        provider = "azure"
    metered = measure(usage, provider) if usage else None
    items = objects(value.get("output"))
    call = call_of(
        metered, api="responses", provider=provider, model=model, response_id=value.get("id"),
        at=moment(value.get("completed_at")) or moment(value.get("created_at")),
        service_tier=text(value.get("service_tier")),
        tools=tuple(dict.fromkeys(_tools(items))),
        answer=_answer(items) if want_text else None,
    )  # fmt: skip
    if value.get("status") in ("failed", "cancelled"):
        call.status = "error"
    if call.usage is not None:
        call.usage |= _meters(value, items)
    begun, ended = moment(value.get("created_at")), moment(value.get("completed_at"))
    if begun is not None and ended is not None and ended >= begun:
        call.latency = ended - begun
    return [call]


def _meters(value: Mapping[str, Any], items: list[Mapping[str, Any]]) -> dict[str, int]:
    """Count searches and containers."""
    counts: Counter[str] = Counter()
    containers = set()
    for item in items:
        kind = text(item.get("type"))
        if kind == "web_search_call":
            # Opening a page and finding in it are part of the search they follow.
            action = inner(item, "action").get("type", "search")
            counts["web_search"] += action == "search"
        elif kind in _BILLED:
            counts[_BILLED[kind]] += 1
        elif kind == "code_interpreter_call":
            containers.add(text(item.get("container_id")))
    reported = first(inner(inner(value, "tool_usage"), "web_search"), "num_requests")
    if reported is not None:
        counts["web_search"] = reported
    counts["code_container"] = len(containers)
    return {unit: count for unit, count in counts.items() if count}


def _tools(items: list[Mapping[str, Any]]) -> list[str]:
    names = []
    for item in items:
        kind = str(item.get("type") or "")
        if kind in ("function_call", "custom_tool_call", "mcp_call"):
            names.append(str(item.get("name") or kind))
        elif kind.endswith("_call"):
            names.append(kind.removesuffix("_call"))
    return names


def _answer(items: list[Mapping[str, Any]]) -> tuple[Part, ...]:
    found: tuple[Part, ...] = ()
    for item in items:
        kind = item.get("type")
        if kind == "message":
            for block in objects(item.get("content")):
                if isinstance(block, Mapping):
                    found += part("assistant", block.get("text") or block.get("refusal"))
        elif kind in ("function_call", "custom_tool_call"):
            given = item.get("arguments", item.get("input"))
            found += part("tool_call", f"{item.get('name', '')}{given or ''}")
    return found


SHAPE: Final = Shape("openai-responses", _recognises, _read, order=30)
