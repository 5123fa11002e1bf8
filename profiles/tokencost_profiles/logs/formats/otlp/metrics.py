"""Counters of tokens that coding agents export: sums of a session, for those with no calls.

A cumulative counter is written again and again, each time with the sum so far: it is one record,
with the largest numbers. A delta counter is a record each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import SESSION, Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import set_location
from tokencost_profiles.logs.spans import names
from tokencost_profiles.logs.spans.otlp_values import attributes_of
from tokencost_profiles.logs.spans.span import any_text, text_in
from tokencost_profiles.providers.usage_fields.usage_format import amount, number

_TOKENS: Final = {
    "claude_code.token.usage": {
        "input": "input",
        "output": "output",
        "cacheRead": "cache_read",
        "cacheCreation": "cache_write_other",
    }
}
_COSTS: Final = ("claude_code.cost.usage",)
_DELTA: Final = (1, "1", "AGGREGATION_TEMPORALITY_DELTA")
_CUMULATIVE: Final = (2, "2", "AGGREGATION_TEMPORALITY_CUMULATIVE")


def counter_calls(
    metric: Mapping[str, Any], resource: Mapping[str, Any], log: Log, line: int
) -> Iterator[Call]:
    """Yield a record a data point of a counter of tokens or of cost."""
    name = str(metric.get("name"))
    kinds = _TOKENS.get(name)
    data = metric.get("sum")
    if (kinds is None and name not in _COSTS) or not isinstance(data, Mapping):
        return
    points = data.get("dataPoints") or data.get("data_points")
    temporality = data.get("aggregationTemporality", data.get("aggregation_temporality"))
    if temporality not in (*_DELTA, *_CUMULATIVE):
        return
    for point in points if isinstance(points, list) else ():
        if isinstance(point, Mapping):
            call = _call(point, kinds, resource, temporality in _DELTA)
            if call is not None:
                yield set_location(call, log, line)


def _call(
    point: Mapping[str, Any],
    kinds: Mapping[str, str] | None,
    resource: Mapping[str, Any],
    delta: bool,
) -> Call | None:
    attributes = attributes_of(point.get("attributes"))
    session = any_text(attributes, "session.id") or any_text(resource, "session.id")
    model = any_text(attributes, "model")
    start = point.get("startTimeUnixNano", point.get("start_time_unix_nano"))
    time = point.get("timeUnixNano", point.get("time_unix_nano"))
    who = text_in(attributes, names.USER)
    call = Call(
        key=f"metric:{session}:{who}:{model}:{attributes.get('query_source')}:"
        f"{attributes.get('agent.name')}:{attributes.get('speed')}:{time if delta else start}",
        scope=SESSION,
        session=session,
        model=model,
        provider="anthropic",
        at=moment(time),
        user=who,
        project=any_text(resource, "service.name"),
        environment=text_in(resource, names.ENVIRONMENT),
        agent=any_text(attributes, "agent.name"),
        team=text_in(attributes, names.TEAM),
    )
    value = point.get("asInt", point.get("asDouble", point.get("as_double")))
    if kinds is None:
        call.cost, call.cost_basis = amount(value), "client"
        return call if call.cost is not None else None
    unit, count = kinds.get(str(attributes.get("type"))), number(value)
    if unit is None or count is None:
        return None
    call.usage = {unit: count}
    return call
