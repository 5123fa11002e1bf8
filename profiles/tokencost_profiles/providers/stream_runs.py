"""Chunks of streamed answers that bear no id: which of them are one answer.

Each such chunk repeats the counts so far. A chunk goes on where the one before it had not finished
and is of the same model, and where no count has fallen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects

_IDS: Final = ("id", "responseId", "response_id")
_MODELS: Final = ("model", "modelVersion", "model_version")
_USAGES: Final = ("usage", "usageMetadata", "usage_metadata")


class Runs:
    """Names the answers that events with no id belong to, as they come."""

    def __init__(self) -> None:
        self._last: Mapping[str, Any] | None = None
        self._number = 0

    def name(self, event: Mapping[str, Any]) -> str:
        """Return a name that the chunks of one answer share."""
        if self._last is None or not is_continuation(self._last, event):
            self._number += 1
        self._last = event
        return f"#{self._number}"


def is_chunk(value: Any) -> bool:
    """Whether a value is a chunk of a chat or Gemini answer that bears no id."""
    if not isinstance(value, Mapping) or has_id(value):
        return False
    if any("delta" in choice for choice in objects(value.get("choices"))):
        return True
    return bool(objects(value.get("candidates"))) and not _is_finished(value)


def has_id(value: Mapping[str, Any]) -> bool:
    """Whether an answer says its id."""
    return any(value.get(name) for name in _IDS)


def is_continuation(before: Mapping[str, Any], after: Any) -> bool:
    """Whether a chunk goes on with the answer of the one before it; neither bears an id."""
    if not isinstance(after, Mapping) or has_id(after):
        return False
    if ("choices" in before) != ("choices" in after):
        return False
    models = {str(value[name]) for value in (before, after) for name in _MODELS if value.get(name)}
    if len(models) > 1:
        return False
    if _is_finished(before) and (_says(after) or _counts(before)):
        return False
    return counts_on(_counts(before), _counts(after))


def counts_on(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether no count has fallen. That of the prompt may grow: Gemini adds what tools sent."""
    if any(after.get(name, count) < count for name, count in before.items()):
        return False
    return not before or bool(after)


def _counts(value: Mapping[str, Any]) -> dict[str, int]:
    usage = first_mapping(value, *_USAGES)
    if not usage:
        usage = next((first_mapping(one, "usage") for one in objects(value.get("choices"))), {})
    return {name: count for name, count in usage.items() if type(count) is int and count}


def _is_finished(value: Mapping[str, Any]) -> bool:
    answers = [*objects(value.get("choices")), *objects(value.get("candidates"))]
    return any(one.get("finish_reason") or one.get("finishReason") for one in answers)


def _says(value: Mapping[str, Any]) -> bool:
    """Whether a chunk holds content of an answer, and not only its counts."""
    if objects(value.get("candidates")):
        return True
    return any(first_mapping(choice, "delta") for choice in objects(value.get("choices")))
