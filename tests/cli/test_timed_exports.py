"""Calls in time for Perfetto, and OpenTelemetry metrics: valid, and with the sums of the bill."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_rows import agent_session, write_rows
from frames import NAMES
from tokencost_cli.output.profile_data import ProfileData, SeriesRow
from tokencost_cli.output.renderers import Style, renderer
from tokencost_cli.output.report import Report
from tokencost_profiles.attribution.timeline import Point
from tokencost_profiles.attribution.usage_series import BOUNDS, Series, SeriesKey

Cli = Callable[..., Any]
COSTS = st.one_of(st.none(), st.decimals(0, 100, places=10))
AT = 1_791_000_000.0


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "session.jsonl", agent_session())


def document(cli: Cli, log: Path, form: str) -> dict[str, Any]:
    result = cli("profile", str(log), "-f", form)
    assert result.code == 0, result.err
    parsed: dict[str, Any] = json.loads(result.out)
    return parsed


def point(at: float | None, cost: Decimal | None = None, **labels: Any) -> Point:
    values = {"root": "s1", "session": "s1", "thread": None, "agent": None, "model": "m"} | labels
    times = {"turn": 1, "step": 1, "substep": None}
    tokens = {"uncached": 1, "cache_read": 2, "cache_written": 3, "output": 4}
    return Point(at=at, cost=cost, **{**times, **tokens, **values})


def trace(points: Sequence[Point]) -> list[dict[str, Any]]:
    report = Report(
        "tokencost.profile/2", {}, (), profile=ProfileData("cost", tuple, lambda: points)
    )
    written = renderer("trace").render(report, Style())
    events: list[dict[str, Any]] = json.loads(written)["traceEvents"]
    return events


def of_kind(events: Sequence[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["ph"] == kind]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(
            point,
            st.one_of(st.none(), st.floats(AT, AT + 100)),
            COSTS,
            root=st.sampled_from([None, "s1", "s2"]),
            agent=st.sampled_from([None, "main", "explore"]),
            model=st.sampled_from([None, *NAMES]),
            latency=st.one_of(st.none(), st.floats(0, 50)),
        ),
        max_size=15,
    )
)
def test_every_call_is_an_event_and_none_overlaps_on_its_track(points: list[Point]) -> None:
    points = sorted(points, key=lambda one: one.at or 0.0)
    events = trace(points)
    calls = of_kind(events, "X")
    known = [Decimal(one["args"]["cost"]) for one in calls if one["args"]["cost"] is not None]
    assert len(calls) == len(points)
    assert sum(known, Decimal(0)) == sum((p.cost for p in points if p.cost), Decimal(0))
    ends: dict[tuple[int, int], int] = {}
    for call in sorted(calls, key=lambda one: one["ts"]):
        track = call["pid"], call["tid"]
        assert ends.get(track, 0) <= call["ts"]
        ends[track] = call["ts"] + call["dur"]
    named = {(one["pid"], one["tid"]) for one in of_kind(events, "M")}
    assert set(ends) <= named


def test_a_trace_of_nothing_is_valid() -> None:
    assert trace([]) == []


def test_counters_and_marks_stand_at_their_calls() -> None:
    points = [
        point(AT, Decimal("0.5"), latency=2.5),
        point(AT + 1, Decimal("0.25"), latency=1.0),
        point(AT + 9, None, mark="miss", cause="ttl_expired_5m"),
        point(AT + 10, Decimal("0.25"), mark="compaction"),
    ]
    events = trace(points)
    assert [one["dur"] for one in of_kind(events, "X")] == [2_500_000, 1_000_000, 0, 0]
    assert [one["tid"] for one in of_kind(events, "X")] == [1, 2, 1, 1]
    names = [one["args"]["name"] for one in of_kind(events, "M")]
    assert names == ["s1", "main", "main (2)"]
    costs = [one["args"]["USD"] for one in of_kind(events, "C") if one["name"] == "cost (USD)"]
    assert costs == [0.5, 0.75, 0.75, 1.0]
    marks = [(one["name"], one["ts"]) for one in of_kind(events, "i")]
    assert marks == [
        ("miss: ttl_expired_5m", int(AT + 9) * 10**6),
        ("compaction", int(AT + 10) * 10**6),
    ]


def test_the_command_writes_a_trace_that_sums_to_the_bill(cli: Cli, log: Path) -> None:
    total = document(cli, log, "json")["total"]
    events = document(cli, log, "trace")["traceEvents"]
    assert sum(Decimal(one["args"]["cost"]) for one in of_kind(events, "X")) == Decimal(
        total["cost"]
    )
    tracks = {one["args"]["name"] for one in of_kind(events, "M")}
    assert {"s1", "subagent a1", "subagent b2"} <= tracks
    assert cli("profile", str(log), "--save", "runs.tokencost").code == 0
    refused = cli("profile", "runs.tokencost", "-f", "trace")
    assert (refused.code, refused.out) == (2, "")
    assert "trace needs the logs" in refused.err


def metrics_of(text: str | bytes) -> Any:
    """Return the metrics by name, read by the mapping from JSON of OpenTelemetry's schema."""
    pytest.importorskip("google.protobuf", reason="protobuf reads OTLP back")
    schema = pytest.importorskip("opentelemetry.proto.metrics.v1.metrics_pb2")
    from google.protobuf import json_format

    data = json_format.Parse(text, schema.MetricsData())
    (resource,) = data.resource_metrics
    (scope,) = resource.scope_metrics
    return {metric.name: metric for metric in scope.metrics}


def otlp(rows: Sequence[SeriesRow]) -> Any:
    data = ProfileData("cost", series=lambda: rows)
    return metrics_of(
        renderer("otlp").render(Report("tokencost.profile/2", {}, (), profile=data), Style())
    )


def row(cost: Decimal, calls: int = 1, model: str | None = "m", unpriced: int = 0) -> SeriesRow:
    series = Series()
    series.take_sums(calls, unpriced, {"input": 5, "output": 2}, cost)
    series.input.calls, series.input.tokens = calls, 5
    return SeriesRow(SeriesKey(date(2026, 10, 6), "bedrock", model), series)


def ints(metric: Any) -> int:
    return sum(one.as_int for one in metric.sum.data_points)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.builds(row, st.decimals(0, 10, places=12), model=st.sampled_from([None, *NAMES])))
)
def test_metrics_sum_to_the_bill(rows: list[SeriesRow]) -> None:
    metrics = otlp(rows)
    cost = sum((one.series.cost for one in rows), Decimal(0))
    assert ints(metrics["tokencost.cost.nanodollars"]) == round(cost * 10**9)
    assert ints(metrics["tokencost.usage"]) == 7 * len(rows)
    assert ints(metrics["tokencost.calls"]) == len(rows)


def attributes(point: Any) -> dict[str, str]:
    return {one.key: one.value.string_value for one in point.attributes}


def test_metrics_have_the_names_of_the_conventions(cli: Cli, log: Path) -> None:
    result = cli("profile", str(log), "-f", "otlp")
    total = document(cli, log, "json")["total"]
    metrics = metrics_of(result.out)
    points = metrics["gen_ai.client.token.usage"].histogram.data_points
    by_type = {attributes(one)["gen_ai.token.type"]: one for one in points}
    assert by_type["input"].sum == total["input_tokens"]
    assert by_type["output"].sum == total["output_tokens"]
    assert by_type["input"].count == sum(by_type["input"].bucket_counts) == total["calls"]
    assert list(by_type["input"].explicit_bounds) == list(BOUNDS)
    assert attributes(points[0]) | {"gen_ai.token.type": ""} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.token.type": "",
    }
    (cost,) = metrics["tokencost.cost"].sum.data_points
    assert cost.as_double == float(total["cost"])
    assert cost.time_unix_nano - cost.start_time_unix_nano == 86_400 * 10**9
    units = {
        attributes(one)["tokencost.unit"]: one.as_int
        for one in metrics["tokencost.usage"].sum.data_points
    }
    assert units == total["usage"]


def test_lengths_of_plain_answers_are_those_of_single_calls(cli: Cli, tmp_path: Path) -> None:
    rows = [
        {
            "id": f"chatcmpl-{at:024x}",
            "object": "chat.completion",
            "created": 1_780_000_000 + at,
            "model": "gpt-4o-2024-08-06",
            "choices": [],
            "usage": {"prompt_tokens": tokens, "completion_tokens": 5, "total_tokens": tokens + 5},
        }
        for at, tokens in enumerate([3, 30, 300, 3_000, 30_000])
    ]
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    metrics = metrics_of(cli("profile", str(path), "-f", "otlp").out)
    for point in metrics["gen_ai.client.token.usage"].histogram.data_points:
        if attributes(point)["gen_ai.token.type"] == "input":
            assert point.count == sum(point.bucket_counts) == len(rows)
            assert sum(count > 0 for count in point.bucket_counts) == len(rows)


def test_a_saved_profile_has_sums_in_one_bucket(cli: Cli, log: Path) -> None:
    assert cli("profile", str(log), "--save", "runs.tokencost").code == 0
    metrics = metrics_of(cli("profile", "runs.tokencost", "-f", "otlp").out)
    logs = metrics_of(cli("profile", str(log), "-f", "otlp").out)
    pairs = zip(
        metrics["gen_ai.client.token.usage"].histogram.data_points,
        logs["gen_ai.client.token.usage"].histogram.data_points,
        strict=True,
    )
    for saved, counted in pairs:
        assert (saved.sum, saved.count) == (counted.sum, counted.count)
        assert (list(saved.bucket_counts), list(saved.explicit_bounds)) == ([saved.count], [])
    assert ints(metrics["tokencost.cost.nanodollars"]) == ints(logs["tokencost.cost.nanodollars"])


def test_calls_without_a_price_are_counted_and_cost_nothing() -> None:
    metrics = otlp([row(Decimal(0), calls=2, unpriced=2)])
    assert not metrics["tokencost.cost"].sum.data_points
    (calls,) = metrics["tokencost.calls"].sum.data_points
    assert calls.as_int == 2
    flags = {
        one.key: one.value.bool_value
        for one in calls.attributes
        if one.value.HasField("bool_value")
    }
    assert flags == {"tokencost.priced": False}
    assert attributes(calls)["gen_ai.provider.name"] == "aws.bedrock"
