"""Gemini's Interactions API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage.gemini_interactions import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text


def _recognises(value: Mapping[str, Any]) -> bool:
    return USAGE_FORMAT.recognises(first_mapping(value, "usage"))


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage")
    call = call_of(
        USAGE_FORMAT.read(usage, "google"),
        api="interactions",
        provider="google",
        model=value.get("model"),
        response_id=value.get("id"),
        at=moment(value.get("created")) or moment(value.get("created_at")),
        service_tier=text(value.get("service_tier")),
    )
    if not usage.get("grounding_tool_count"):
        call.usage = {**(call.usage or {}), **_searches(value)}
    return [call]


def _searches(value: Mapping[str, Any]) -> dict[str, int]:
    """Count the searches in the steps of an answer, where its usage has none."""
    queries: set[str] = set()
    maps = 0
    for step in (*objects(value.get("steps")), *objects(value.get("outputs"))):
        kind = step.get("type")
        if kind == "google_search_call":
            asked = first_mapping(step, "arguments").get("queries")
            queries |= (
                {q for q in asked if isinstance(q, str) and q} if isinstance(asked, list) else set()
            )
        maps += kind == "google_maps_call"
    counts = {"web_search": len(queries), "maps_grounding": maps}
    return {unit: count for unit, count in counts.items() if count}


RESPONSE_FORMAT: Final = ResponseFormat("gemini-interactions", _recognises, _read, order=15)
