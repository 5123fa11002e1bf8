"""Labels around a usage object in JSON of no known form: model, time, session, user, cost.

Of each the nearest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.common.logged_cost import cost_in
from tokencost_profiles.logs.common.model_names import provider_id, split_provider
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

Above = tuple[tuple[str, Mapping[str, Any]], ...]  # (key that led here, object), outermost first

_MODELS: Final = (
    "model",
    "model_name",
    "modelName",
    "model_id",
    "modelId",
    "modelID",
    "modelVersion",
    "ModelId",
    "Model",
    "ai_model_id",
    "response_model",
    "request_model",
    "llm_model",
    "model_slug",
    "deployment",
    "engine",
    "llm",
)
_TIMES: Final = (
    "timestamp",
    "@timestamp",
    "created_at",
    "createdAt",
    "time",
    "ts",
    "datetime",
    "date",
    "start_time",
    "startTime",
    "started_at",
    "startedAt",
    "created",
    "end_time",
    "endTime",
    "completed_at",
    "completedAt",
    "finished_at",
    "updated_at",
)
_SESSIONS: Final = (
    "session_id",
    "sessionId",
    "sessionID",
    "session",
    "conversation_id",
    "conversationId",
    "thread_id",
    "threadId",
    "chat_id",
    "run_id",
    "runId",
)
_TRACES: Final = ("trace_id", "traceId", "traceID")
_USERS: Final = ("user_id", "userId", "user", "end_user", "user_email", "username")
_PROJECTS: Final = ("project", "project_name", "project_id", "projectId", "cwd", "workspace")
_PROVIDERS: Final = ("provider", "provider_name", "providerID", "vendor", "custom_llm_provider")
_AGENTS: Final = ("agent", "agent_name", "agentName")
_ANSWERED: Final = ("response", "response_metadata", "metadata")  # beside the usage of an answer
_NAMED: Final = re.compile(r"usage|token|metrics", re.IGNORECASE)
_BESIDE: Final = 3  # levels below an object in which a model may stand
_FAMILY: Final = re.compile(
    r"(?i)^(?:[\w.-]+/)*(?:gpt|o[134]\b|claude|gemini|llama|mi[sx]tral|grok|deepseek|qwen|command|"
    r"nova|kimi|glm|text-embedding|codex|sonar|phi|gemma)"
)


class Labels(NamedTuple):
    """The labels of a usage object, from the objects around it."""

    provider: str | None
    model: str | None
    session: str | None
    trace: str | None
    user: str | None
    project: str | None
    agent: str | None


def names_usage(key: str) -> bool:
    """Whether a key names a usage object: `usage`, `tokens`, `metrics`."""
    return bool(_NAMED.search(key))


def labels_of(around: Above) -> Labels:
    """Return the labels around a usage object, of each the nearest."""
    provider, model = split_provider(_model(around))
    return Labels(
        provider_id(_nearest_label(around, _PROVIDERS)) or provider,
        model,
        _nearest_label(around, _SESSIONS),
        _nearest_label(around, _TRACES),
        _nearest_label(around, _USERS),
        _nearest_label(around, _PROJECTS),
        _nearest_label(around, _AGENTS),
    )


def time_of(around: Above) -> float | None:
    """Return the nearest time: of the objects around, else of the answer beside the usage."""
    at = _time([value for _, value in reversed(around)])
    if at is None:
        near = _nearest_objects(around)
        at = _time([first_mapping(value, name) for value in near for name in _ANSWERED])
    return at


def _time(objects: Iterable[Mapping[str, Any]]) -> float | None:
    return next((at for value in objects for key in _TIMES if (at := moment(value.get(key)))), None)


def _nearest_objects(around: Above) -> list[Mapping[str, Any]]:
    """Return the objects that are of one call: a usage object, and the one that it stands in."""
    count = 3 if len(around) > 2 and names_usage(around[-2][0]) else 2  # usage inside usage
    return [value for _, value in reversed(around[-count:])]


def maker_of(around: Above) -> str | None:
    """Return whose convention a usage object follows, where two providers write alike."""
    named = _nearest_label(around, (*_PROVIDERS, "model_provider", "modelProvider"))
    if named:
        return named.lower()
    nearest = next((model for _, value in reversed(around) if (model := _model_in(value))), None)
    return "anthropic" if nearest and "claude" in nearest.lower() else None


def _nearest_label(around: Above, keys: tuple[str, ...]) -> str | None:
    """Return the first text under any of the keys, in the nearest object that has one."""
    for _, value in reversed(around):
        for key in keys:
            text = value.get(key)
            if isinstance(text, (str, int)) and not isinstance(text, bool) and text != "":
                return str(text)
    return None


def _model(around: Above) -> str | None:
    """Return the nearest model: named by a key, or itself the key of the usage."""
    for key, value in reversed(around):
        named = _model_in(value)
        if named:
            return named
        if _FAMILY.match(key):
            return str(key)
    for value in _nearest_objects(around):
        beside = set(_models_below(value, _BESIDE))
        if len(beside) == 1:
            return beside.pop()
    return None


def _model_in(value: Mapping[str, Any]) -> str | None:
    for name in _MODELS:
        held = first_mapping(value, name)
        named = text(value.get(name)) or text(held.get("id")) or text(held.get("name"))
        if named:
            return named
    return None


def _models_below(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Yield the models that stand beside the usage, inside other objects."""
    for inside in value.values():
        if isinstance(inside, Mapping) and depth:
            named = _model_in(inside)
            if named:
                yield named
            yield from _models_below(inside, depth - 1)


def cost_of(around: Above) -> Decimal | None:
    """Return the cost stated in the object itself or in the nearest one around it, in USD."""
    for _, value in reversed(around[-2:]):
        cost = cost_in(value)
        if cost is not None:
            return cost
        if any(isinstance(inside, list) for inside in value.values()):
            return None  # what stands further out belongs to the entire list
    return None
