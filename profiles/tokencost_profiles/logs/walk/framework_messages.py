"""Answers in the messages of agent frameworks: LangChain, Pydantic AI.

A message has a usage object in the framework's form, and often the provider's usage object too,
which has more counts: both are of one call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.common.chat_parts import message_parts
from tokencost_profiles.logs.common.model_names import provider_id
from tokencost_profiles.logs.http.hosts import address
from tokencost_profiles.logs.walk.labels import Above
from tokencost_profiles.providers.usage import UsageReading, read_usage
from tokencost_profiles.providers.usage.langchain import USAGE_FORMAT as LANGCHAIN
from tokencost_profiles.providers.usage.pydantic_ai import UNKNOWN_CONVENTION
from tokencost_profiles.providers.usage.pydantic_ai import USAGE_FORMAT as PYDANTIC
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_DEEPEST: Final = 40
_RAW: Final = ("usage", "token_usage", "tokenUsage", "usage_metadata", "usageMetadata")
# Prefixes of providers' ids; LangChain makes an id, `run--...`, where the provider has none.
_PROVIDERS_IDS: Final = ("chatcmpl-", "msg_", "resp_", "gen-", "cmpl-")
_RUN_ID_PREFIX: Final = "run-"
_PYDANTIC_PROVIDERS: Final = {"google-gla": "google", "google-vertex": "vertex", "gateway": None}


def messages_in(
    value: Any, above: Above = (), depth: int = 0
) -> Iterator[tuple[Mapping[str, Any], Above]]:
    """Yield the messages in a value, each with the objects around it, outermost first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            if isinstance(item, (list, dict)):
                yield from messages_in(item, above, depth + 1)
    elif isinstance(value, Mapping):
        if is_message(value):
            yield value, above
            return
        for key, item in value.items():
            if isinstance(item, (list, dict)):
                yield from messages_in(item, (*above, (str(key), value)), depth + 1)


def answer_in(value: Any) -> Call | None:
    """Return the call of the only message in a value; None for none or several."""
    messages = [message for message, _ in islice(messages_in(value), 2)]
    return call_of_message(messages[0], want_text=False) if len(messages) == 1 else None


def is_message(value: Mapping[str, Any]) -> bool:
    """Whether an object is a message with usage."""
    return _is_langchain(value) or _is_pydantic(value)


def _is_langchain(value: Mapping[str, Any]) -> bool:
    usage = value.get("usage_metadata")
    if isinstance(usage, Mapping) and "input_tokens" in usage:
        return True
    metadata = value.get("response_metadata")
    return isinstance(metadata, Mapping) and any(first_mapping(metadata, name) for name in _RAW)


def _is_pydantic(value: Mapping[str, Any]) -> bool:
    return (
        value.get("kind") == "response"
        and isinstance(value.get("parts"), list)
        and isinstance(value.get("usage"), Mapping)
    )


def call_of_message(value: Mapping[str, Any], *, want_text: bool) -> Call:
    """Return the call of a message."""
    call = _pydantic_call(value) if _is_pydantic(value) else _langchain_call(value)
    if want_text:
        call.answer = tuple(message_parts(value, role="assistant"))
        call.parts = ()
    return call


def _langchain_call(message: Mapping[str, Any]) -> Call:
    metadata = first_mapping(message, "response_metadata", "responseMetadata")
    provider = provider_id(text(metadata.get("model_provider")))
    call = Call(
        provider=provider,
        model=text(metadata.get("model_name"))
        or text(metadata.get("model"))
        or text(metadata.get("modelName"))
        or text(metadata.get("model_id")),
        at=moment(metadata.get("completed_at"))
        or moment(metadata.get("created_at"))
        or moment(metadata.get("created")),
        service_tier=text(metadata.get("service_tier")),
        tools=tuple(
            dict.fromkeys(str(tool.get("name")) for tool in objects(message.get("tool_calls")))
        ),
    )
    usage = first_mapping(message, "usage_metadata")
    framework = LANGCHAIN.read(usage, provider) if usage else None
    provider_reading = next(
        (reading for name in _RAW if (reading := _provider_reading(metadata, name, provider))), None
    )
    best = (
        provider_reading
        if framework is None
        or (provider_reading is not None and _size(provider_reading) == _size(framework))
        else framework
    )
    if best is not None:
        tier = call.service_tier or (framework.service_tier if framework is not None else None)
        best.apply_to(call)
        call.service_tier = call.service_tier or tier
    ids = (text(metadata.get("id")), text(message.get("id")))
    call.response_id = next(
        (name for name in ids if name and name.startswith(_PROVIDERS_IDS)), None
    )
    if call.response_id and is_strong(call.response_id):
        call.key = f"id:{call.response_id}"
    elif ids[1] and ids[1].startswith(_RUN_ID_PREFIX) and is_strong(ids[1]):
        call.key = f"langchain:{ids[1]}"
    return call


def _provider_reading(
    metadata: Mapping[str, Any], name: str, provider: str | None
) -> UsageReading | None:
    usage = metadata.get(name)
    reading = read_usage(dict(usage), provider) if isinstance(usage, Mapping) else None
    return reading if reading is not None and any(reading.usage.values()) else None


def _size(reading: UsageReading) -> int:
    """Return all tokens of a usage object, of every kind."""
    return sum(count for unit, count in reading.usage.items() if _is_token(unit))


def _is_token(unit: str) -> bool:
    return unit.startswith(("input", "cache_", "output", "reasoning"))


def _pydantic_call(message: Mapping[str, Any]) -> Call:
    named = text(message.get("provider_name"))
    provider = _PYDANTIC_PROVIDERS.get(named, provider_id(named)) if named else None
    place = address(text(message.get("provider_url")) or "")
    details = first_mapping(message, "provider_details")
    call = Call(
        provider=provider or place.provider,
        region=place.region,
        model=text(message.get("model_name")),
        at=moment(message.get("timestamp")),
        response_id=text(message.get("provider_response_id")) or text(message.get("vendor_id")),
        service_tier=text(details.get("service_tier")),
        session=text(message.get("run_id")),
        tools=tuple(
            dict.fromkeys(
                str(part.get("tool_name"))
                for part in objects(message.get("parts"))
                if part.get("part_kind") == "tool-call"
            )
        ),
    )
    usage = first_mapping(message, "usage")
    if PYDANTIC.recognises(usage) or "input_tokens" in usage:
        PYDANTIC.read(usage, call.provider).apply_to(call)
        # Its input always includes the cached tokens.
        call.warnings = tuple(warning for warning in call.warnings if warning != UNKNOWN_CONVENTION)
    call.usage = call.usage or None
    if call.response_id and is_strong(call.response_id):
        call.key = f"id:{call.response_id}"
    return call
