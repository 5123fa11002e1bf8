"""Rerankers of Jina, Together and who writes alike, and moderations: scores for each document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects

_SCORES: Final = ("relevance_score", "relevanceScore")
_MODERATION: Final = ("flagged", "categories")


def _recognises(value: Mapping[str, Any]) -> bool:
    results = objects(value["results"]) if "results" in value else []
    if not results:
        return False
    is_moderated = _is_moderation(results[0]) and "model" in value
    return is_moderated or any(key in results[0] for key in _SCORES)


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    moderated = _is_moderation(objects(value["results"])[0])
    usage = first_mapping(value, "usage")
    call = call_of(
        read_usage(dict(usage)) if usage else None,
        api="moderations" if moderated else "rerank",
        provider=None,
        model=value.get("model"),
        response_id=value.get("id"),
    )
    if call.usage is None and moderated:
        call.usage = {"input": 0}  # its length is not reported
    elif call.usage is not None:
        call.usage.pop("output", None)
    return [call]


def _is_moderation(result: Mapping[str, Any]) -> bool:
    return all(key in result for key in _MODERATION)


RESPONSE_FORMAT: Final = ResponseFormat("rerankers", _recognises, _read, order=49)
