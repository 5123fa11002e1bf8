"""`--format otlp`: OpenTelemetry metrics as OTLP JSON, by the conventions for generative AI.

Integers of 64 bits are texts and enumerations numbers, as OTLP's JSON wants them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from tokencost_cli.output.profile_data import SeriesRow, profile_of
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import escaped_json, visible
from tokencost_cli.output.stacks import NANO, integers
from tokencost_profiles.attribution.usage_series import BOUNDS, Lengths

_DELTA: Final = 1  # AGGREGATION_TEMPORALITY_DELTA: each point is a day of its own
_DAY: Final = 86_400
# What the conventions call providers, where that is not our name.
_PROVIDERS: Final = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "google": "gcp.gemini",
    "mistral": "mistral_ai",
    "vertex": "gcp.vertex_ai",
    "xai": "x_ai",
}
_OPERATIONS: Final = {"embedding": "embeddings", "image": "generate_content"}  # by kind of model
_Json = dict[str, Any]


class Otlp:
    """Writes one resource with the metrics of each day, seller and model."""

    endings: Final = ("otlp.json",)
    commands: Final = ("profile",)

    def render(self, report: Report, style: Style) -> str:
        """Return what an OTLP receiver takes at /v1/metrics, a line a metric."""
        rows = profile_of(report, "otlp").series
        metrics = [_tokens(rows), _units(rows), *_costs(rows), _calls(rows)]
        resource = _json({"attributes": [_attribute("service.name", "tokencost")]})
        lines = ",\n".join(map(_json, metrics))
        scoped = f'[{{"scope":{{"name":"tokencost"}},"metrics":[\n{lines}\n]}}]'
        text = f'{{"resourceMetrics":[{{"resource":{resource},"scopeMetrics":{scoped}}}]}}'
        return escaped_json(text) + "\n"


def _json(values: _Json) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _tokens(rows: Sequence[SeriesRow]) -> _Json:
    points = [
        _histogram(row, lengths, kind)
        for row in rows
        for kind, lengths in (("input", row.series.input), ("output", row.series.output))
        if lengths.calls
    ]
    return {
        "name": "gen_ai.client.token.usage",
        "description": "Number of input and output tokens used.",
        "unit": "{token}",
        "histogram": {"dataPoints": points, "aggregationTemporality": _DELTA},
    }


def _histogram(row: SeriesRow, lengths: Lengths, kind: str) -> _Json:
    """Return a point: of calls by their length, or in one bucket where only sums are known."""
    buckets = lengths.buckets or [lengths.calls]
    return _point(row, ("gen_ai.token.type", kind)) | {
        "count": str(lengths.calls),
        "sum": lengths.tokens,
        "bucketCounts": [str(count) for count in buckets],
        "explicitBounds": list(BOUNDS) if lengths.buckets else [],
    }


def _units(rows: Sequence[SeriesRow]) -> _Json:
    points = [
        _point(row, ("tokencost.unit", unit)) | {"asInt": str(count)}
        for row in rows
        for unit, count in row.series.usage.items()
    ]
    text = "Billable units, disjoint: a cached token is not also an input token."
    return _sum("tokencost.usage", text, "1", points)


def _costs(rows: Sequence[SeriesRow]) -> Iterable[_Json]:
    """Return the cost as the nearest doubles, and as integers that sum to the bill."""
    priced = [row for row in rows if row.series.calls > row.series.unpriced_calls]
    doubles = [_point(row) | {"asDouble": float(row.series.cost)} for row in priced]
    text = "Cost of the calls that have a price"
    yield _sum("tokencost.cost", f"{text}.", "USD", doubles)
    nanos = integers([row.series.cost for row in priced], NANO)
    points = [_point(row) | {"asInt": str(nano)} for row, nano in zip(priced, nanos, strict=True)]
    text += ", as integers that sum to the bill, rounded once."
    yield _sum("tokencost.cost.nanodollars", text, "nUSD", points)


def _calls(rows: Sequence[SeriesRow]) -> _Json:
    points = []
    for row in rows:
        unpriced = row.series.unpriced_calls
        for is_priced, calls in ((True, row.series.calls - unpriced), (False, unpriced)):
            if calls:
                attribute = ("tokencost.priced", is_priced)
                points.append(_point(row, attribute) | {"asInt": str(calls)})
    return _sum("tokencost.calls", "Calls, and whether they have a price.", "{call}", points)


def _sum(name: str, description: str, unit: str, points: Sequence[_Json]) -> _Json:
    values = {"dataPoints": points, "aggregationTemporality": _DELTA, "isMonotonic": True}
    return {"name": name, "description": description, "unit": unit, "sum": values}


def _point(row: SeriesRow, *more: tuple[str, str | bool]) -> _Json:
    """Return the attributes and times of a point."""
    provider = row.key.provider or "unknown"
    attributes = [
        ("gen_ai.operation.name", _OPERATIONS.get(row.kind, "chat")),
        ("gen_ai.provider.name", _PROVIDERS.get(provider, provider)),
        ("gen_ai.request.model", row.key.model or "unknown"),
        *more,
    ]
    start = _seconds(row.key.day)
    return {
        "attributes": [_attribute(name, value) for name, value in attributes],
        "startTimeUnixNano": f"{start}000000000",
        "timeUnixNano": f"{start + _DAY}000000000",
    }


def _attribute(name: str, value: str | bool) -> _Json:
    known = {"boolValue": value} if isinstance(value, bool) else {"stringValue": visible(value)}
    return {"key": name, "value": known}


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


RENDERER: Final = Otlp()
