"""What a response format is, and how its parts become a `Call`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.identity import key_of
from tokencost_profiles.providers.usage_fields.usage_format import UsageReading, text

SPEECH: Final = "speech"  # the API whose answers are audio: its requests stand for them


class ResponseFormat(NamedTuple):
    """How one API writes an answer."""

    name: str
    recognises: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Mapping[str, Any], bool], list[Call]]
    order: int = 100  # lower is asked first


def call_of(
    reading: UsageReading | None,
    *,
    api: str,
    provider: str | None,
    model: Any,
    response_id: Any = None,
    at: float | None = None,
    **more: Any,
) -> Call:
    """Return a call with the numbers of a usage object. Where there is none, usage is not known."""
    call = Call(
        api=api, provider=provider, model=text(model), response_id=text(response_id), at=at, **more
    )
    if reading is not None:
        named = call.service_tier  # by the answer itself, beside its usage object
        reading.apply_to(call)
        call.service_tier = named or call.service_tier
    call.key = key_of(call)
    return call


def copy_terms(source: Call, target: Call) -> None:
    """Copy to a call on what terms another record of it was served, where they are known."""
    target.service_tier = source.service_tier or target.service_tier
    target.speed = source.speed or target.speed
    target.region = source.region or target.region
    target.batch = source.batch or target.batch
    target.search_context = source.search_context or target.search_context
    target.host = source.host or target.host
    target.media_size = source.media_size or target.media_size
    target.media_quality = source.media_quality or target.media_quality


def copy_billing(source: Call, target: Call) -> None:
    """Copy to a call all that its price depends on, as another record of it has it."""
    copy_terms(source, target)
    target.usage, target.semantics = source.usage, source.semantics
    target.warnings += source.warnings
    target.unknown_keys = source.unknown_keys or target.unknown_keys
    if target.cost is None:
        target.cost, target.cost_basis = source.cost, source.cost_basis


def with_answer(call: Call, answered: Sequence[Call]) -> list[Call]:
    """Return the calls of a row, completed from the answer that it holds.

    The answer has more of what was billed than the row, and may have been several passes.
    """
    if not answered or answered[0].usage is None:
        return [call]
    copy_billing(answered[0], call)
    call.response_id = answered[0].response_id
    call.scope, call.containers = answered[0].scope, answered[0].containers
    if len(answered) > 1:
        call.model = answered[0].model or call.model
    return [call, *(_further_pass(call, one, at) for at, one in enumerate(answered[1:], 1))]


def _further_pass(call: Call, other: Call, at: int) -> Call:
    """Return a further pass of the answer of a row: the labels are those of the row."""
    further = msgspec.structs.replace(
        call,
        usage=other.usage,
        model=other.model or call.model,
        scope=other.scope,
        agent=other.agent,
        key=f"{call.key}#{at}" if call.key else None,
        cost=None,
        cost_basis=None,
        latency=None,
        first_token=None,
        parts=None,
        answer=None,
        tools=(),
        warnings=other.warnings,
        unknown_keys=other.unknown_keys,
        containers=(),
    )
    copy_terms(other, further)
    return further


def part(role: str, value: Any, place: str = "") -> tuple[Part, ...]:
    """Return a part of text, or nothing where there is none."""
    return (Part(role, value, place),) if isinstance(value, str) and value else ()
