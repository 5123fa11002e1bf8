"""Calls from usage objects in JSON of no known form, marked as a guess."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_profiles.calls.call import GUESSED, Call
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import set_location
from tokencost_profiles.logs.common.text_calls import digest
from tokencost_profiles.logs.walk.json_walk import UsageObject
from tokencost_profiles.logs.walk.labels import cost_of, labels_of, time_of
from tokencost_profiles.logs.walk.near_tier import tier_near
from tokencost_profiles.logs.walk.text_near import set_text_near
from tokencost_profiles.providers.responses.anthropic import served_by
from tokencost_profiles.providers.usage_fields.usage_format import geography, text

_WARNING: Final = "read by guess: no known format"
_IDS: Final = ("response_id", "responseId", "id", "message_id", "generation_id", "request_id")
_ANSWERS: Final = ("chatcmpl-", "msg_", "resp_", "gen-", "cmpl-")


def calls_of(usage_objects: list[UsageObject], number: int, log: Log) -> Iterator[Call]:
    """Yield the calls of the usage objects of a row."""
    for at, usage_object in enumerate(usage_objects):
        call = _call(usage_object)
        call.key = _key(call, usage_object) or (f"{log.label}:{number}#{at}" if at else None)
        if log.text:
            set_text_near(call, usage_object.above, is_only=len(usage_objects) == 1)
        yield set_location(call, log, number)


def _call(usage_object: UsageObject) -> Call:
    around = usage_object.above
    labels = labels_of(around)
    call = Call(
        usage_source=GUESSED,
        warnings=(_WARNING, *((usage_object.note,) if usage_object.note else ())),
        provider=labels.provider,
        model=labels.model,
        session=labels.session,
        trace=labels.trace,
        user=labels.user,
        project=labels.project,
        agent=labels.agent,
    )
    usage_object.reading.apply_to(call)
    nearest = around[-1][1]
    call.service_tier = call.service_tier or tier_near([value for _, value in around])
    call.speed = call.speed or text(nearest.get("speed"))
    call.region = call.region or geography(nearest.get("inference_geo"))
    call.at = time_of(around)
    if call.cost is None and usage_object.note is None:
        call.cost = cost_of(around)
        call.cost_basis = "client" if call.cost is not None else None
    return call


def _key(call: Call, usage_object: UsageObject) -> str | None:
    """Return a key from the id beside the usage object; an id that is no provider's with a hash."""
    for _, value in reversed(usage_object.above[-2:]):
        for key in _IDS:
            name = text(value.get(key))
            if name and is_strong(name) and name.startswith(_ANSWERS):
                call.response_id = name
                call.provider = call.provider or served_by(name)
                return f"id:{name}" if usage_object.note is None else None
    name = text(usage_object.above[-1][1].get("id"))
    return f"walker:{name}:{digest(call.usage, call.at, call.model)}" if name else None
