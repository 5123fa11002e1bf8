"""Calibration: learns what is there to learn, states errors that hold, refuses on too little."""

from __future__ import annotations

import math
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost_pricing.errors import ConfigError, InputError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.accuracy.deviations import least_absolute_deviations
from tokencost_profiles.accuracy.fit import FEWEST_CALLS, CountedCall, calibrate, held_out_entries
from tokencost_profiles.providers import requests
from tokencost_profiles.providers.requests import text_request
from tokencost_profiles.tokens.calibration import (
    ANSWER,
    INPUT,
    Bound,
    Calibration,
    CalibrationKey,
    Entry,
    api_of,
    from_file,
    kind_of,
    series,
    shipped_entries,
)
from tokencost_profiles.tokens.calibration_yaml import write
from tokencost_profiles.tokens.counter import Counter, Target

PLACE = CalibrationKey(INPUT, "grok", "xai", "openai-chat", "grok-4", "tools")


def calls(number: int, seed: int, noise: float = 0.0, wild: float = 0.0) -> list[CountedCall]:
    """Calls of ten logs that are billed 20 tokens, the text, and 1.3 times the tools."""
    source = random.Random(seed)
    counted = []
    for at in range(number):
        text, tools = source.randint(20, 2000), source.randint(50, 1500)
        billed = 20 + text + 1.3 * tools
        billed *= 1 + source.gauss(0, noise)
        if source.random() < wild:
            billed *= 3
        kinds = {"text": float(text), "tools": float(tools)}
        counted.append(CountedCall(PLACE, kinds, max(1, round(billed)), f"log {at % 10}"))
    return counted


def test_what_a_provider_adds_is_fitted() -> None:
    learned = Calibration(calibrate(calls(200, 1)))
    entry = learned.find(PLACE)
    assert entry is not None
    assert entry.add == pytest.approx(20, abs=3)
    assert entry.scale["tools"] == pytest.approx(1.3, abs=0.01)
    assert entry.scale["text"] == pytest.approx(1.0, abs=0.01)
    assert max(entry.margin(1000)) < 0.02


def test_a_few_wild_calls_do_not_bend_it() -> None:
    entry = Calibration(calibrate(calls(300, 2, noise=0.01, wild=0.08))).find(PLACE)
    assert entry is not None
    assert entry.scale["tools"] == pytest.approx(1.3, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_the_stated_error_holds_for_nine_of_ten_calls_to_come(seed: int) -> None:
    entry = Calibration(calibrate(calls(200, seed, noise=0.04))).find(PLACE)
    assert entry is not None
    new = calls(500, seed + 100, noise=0.04)
    within = 0
    for call in new:
        tokens = entry.corrected_tokens(call.kinds)
        margin = entry.margin(tokens)
        within += tokens * (1 - margin.below) <= call.billed <= tokens * (1 + margin.above)
    assert within >= 0.9 * len(new)
    assert max(entry.margin(1000)) < 0.2  # and says something


def test_what_is_exact_is_left_alone_and_called_so() -> None:
    place = PLACE._replace(kind="text")
    exact = [
        CountedCall(place, {"text": 100.0 + at}, 100 + at, f"log {at % 9}") for at in range(60)
    ]
    entry = Calibration(calibrate(exact)).find(place)
    assert entry is not None
    assert (entry.add, dict(entry.scale)) == (0, {})
    assert not entry.margin(100)


def test_a_bill_that_can_be_none_of_its_request_makes_no_range() -> None:
    exact = [CountedCall(PLACE, {"text": 18.0}, 18, f"log {at % 9}") for at in range(30)]
    other = [CountedCall(PLACE, {"text": 18.0}, 18_135, f"other log {at}") for at in range(9)]
    entry = Calibration(calibrate([*exact, *other])).find(PLACE)
    assert entry is not None
    assert entry.calls == 30
    assert entry.margin(18).above < 20


def test_a_hidden_text_is_a_range_of_tokens_not_a_multiple_of_what_was_sent() -> None:
    source = random.Random(5)
    hidden = [
        CountedCall(PLACE, {"text": 4.0}, 4 + source.choice([0, 500, 1000]), f"log {at % 9}")
        for at in range(60)
    ]
    entry = Calibration(calibrate(hidden)).find(PLACE)
    assert entry is not None
    tokens = entry.corrected_tokens({"text": 4.0})
    assert tokens * (1 + entry.margin(tokens).above) >= 1000
    assert entry.margin(10_000).above < 0.5


def test_a_correction_that_does_not_hold_elsewhere_is_not_kept() -> None:
    """Each log has another factor: nothing carries over."""
    source = random.Random(3)
    factors = [source.uniform(0.5, 2.0) for _ in range(6)]
    odd = [
        CountedCall(
            PLACE, {"tools": 1000.0 + at}, round((1000 + at) * factors[at % 6]), f"log {at % 6}"
        )
        for at in range(120)
    ]
    entry = Calibration(calibrate(odd)).find(PLACE)
    assert entry is not None
    assert sum(entry.margin(1000)) > 0.3


def test_too_little_is_refused() -> None:
    with pytest.raises(InputError, match=f"{FEWEST_CALLS - 1} calls"):
        calibrate(calls(FEWEST_CALLS - 1, 1))


def test_every_call_is_judged_by_others() -> None:
    known = calls(200, 4)
    entries = held_out_entries(known, [call.group for call in known])
    assert len(entries) == len(known)
    assert all(entry is not None and entry.groups < 10 for entry in entries)


def test_the_narrowest_place_counts_and_the_users_goes_first() -> None:
    wide = Entry(
        CalibrationKey(INPUT, "grok", None, None, None, "tools"), 100, 9, above=Bound(0, 0.2)
    )
    narrow = Entry(PLACE, 20, 3, above=Bound(0, 0.05))
    custom = Entry(wide.place, 40, 2, above=Bound(0, 0.01))
    assert Calibration([wide, narrow]).find(PLACE) == narrow
    assert Calibration([wide, narrow]).find(PLACE._replace(series="grok-5")) == wide
    assert Calibration([custom], [wide, narrow]).find(PLACE) == custom
    assert Calibration([wide]).find(PLACE._replace(of=ANSWER)) is None


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    entries = calibrate(calls(120, 5))
    path = tmp_path / "user.yaml"
    path.write_text(write(entries, "2026-11-23", "120 requests"))
    again = from_file(path, "user.yaml")
    assert [entry.place for entry in again] == [entry.place for entry in entries]
    for before, after in zip(entries, again, strict=True):
        assert after.above.share == pytest.approx(before.above.share, abs=1e-4)
        assert after.below == pytest.approx(before.below, abs=1e-4)
        assert after.add == pytest.approx(before.add, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("calibration: 2\n", "entries"),
        ("entries: {}\ncalibration: 2\n", "user.yaml"),
        ("calibration: 1\nentries: []\n", "makes it anew"),
        ("calibration: 2\nentries:\n  - {of: input, kind: text}\n", "calls"),
        ("just words", "user.yaml"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "user.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=problem):
        from_file(path, "user.yaml")


def test_counts_use_it(cache: Path) -> None:
    target = Target("grok-4", "xai", "grok", date(2026, 10, 1))
    request = text_request("The ferry leaves at nine, and again at noon. " * 20)
    plain = Counter(cache, Calibration()).request(request, target)
    assert plain.place is not None
    bound = Bound(2, 0.01)
    custom = Entry(plain.place, 50, 5, Bound(), bound, add=100, scale={"text": 2.0})
    counted = Counter(cache, Calibration([custom])).request(request, target)
    assert counted.tokens == plain.tokens + 100 + round(plain.kinds["text"])
    assert counted.margin.above == pytest.approx(0.01 + 2 / counted.tokens)
    assert counted.low == counted.tokens < (counted.high or 0)


def test_the_shipped_one_covers_what_people_use(cache: Path) -> None:
    covered = {(place.rendering, place.kind) for place in shipped_entries(cache)}
    for rendering in ("openai", "anthropic", "gemini", "mistral", "deepseek", "llama"):
        assert (rendering, "text") in covered
        assert (rendering, "tools") in covered


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ("gpt-4o-mini-2024-07-18", "gpt-4o"),
        ("gpt-4.1-nano", "gpt-4.1"),
        ("gpt-5-mini", "gpt-5"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("claude-haiku-4-5", "claude-haiku-4-5"),
        ("gemini-2.5-flash", "gemini-2.5"),
        ("meta-llama/Llama-3.3-70B", "llama-3.3"),
        ("o3-mini", "o3"),
        ("deepseek-chat", "deepseek-chat"),
    ],
)
def test_series(model: str, wanted: str) -> None:
    assert series(model) == wanted


def test_the_hardest_kind_names_the_call() -> None:
    assert kind_of({"text": 5, "frame": 3}) == "text"
    assert kind_of({"text": 5, "schema": 3}) == "schema"
    assert kind_of({"text": 5, "tools": 3, "schema": 2}) == "tools"
    assert kind_of({"text": 5, "calls": 3, "tools": 2}) == "results"
    assert kind_of({"media": 85}, guess=True) == "guess"
    assert kind_of({"images": 85, "tools": 3}) == "images"
    assert kind_of({"media": 85, "images": 3}) == "other"


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000)), min_size=8, max_size=30))
def test_an_exact_line_is_fitted(points: list[tuple[int, int]]) -> None:
    rows = [[1.0, float(a), float(b)] for a, b in points]
    fitted = least_absolute_deviations(
        rows, [7 + 2 * a + 3 * b for a, b in points], [1.0] * len(rows)
    )
    if fitted is not None and len(set(points)) > 6:
        for (a, b), row in zip(points, rows, strict=True):
            near = sum(x * y for x, y in zip(row, fitted, strict=True))
            assert near == pytest.approx(7 + 2 * a + 3 * b, rel=0.05, abs=5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(1, 400), st.integers(-9, 90)),
        min_size=FEWEST_CALLS,
        max_size=60,
    )
)
def test_a_host_that_was_not_seen_is_at_least_as_wide_as_those_that_were(
    rows: list[tuple[int, int, int, int]],
) -> None:
    known = [
        CountedCall(
            PLACE._replace(provider=f"host {host}", series=f"grok-{version}"),
            {"text": float(tokens)},
            max(1, tokens + off),
            f"log {host}",
        )
        for host, version, tokens, off in rows
    ]
    learned = Calibration(calibrate(known))
    new = PLACE._replace(series="grok-9")
    unseen = learned.find(new._replace(provider="another"))
    assert unseen is not None
    for host in {call.place.provider for call in known}:
        seen = learned.find(new._replace(provider=host))
        assert seen is not None
        for tokens in (1, 50, 5000):
            assert unseen.margin(tokens).below >= seen.margin(tokens).below
            assert unseen.margin(tokens).above >= seen.margin(tokens).above


def test_what_was_never_seen_is_never_exact(cache: Path) -> None:
    learned = Calibration(shipped_entries(cache))
    for kind in ("text", "tools", "results", "schema", "images", "other"):
        entry = learned.find(CalibrationKey(INPUT, "a format", "a host", "an api", "m-1", kind))
        assert entry is not None
        assert entry.margin(100)


@pytest.mark.parametrize("model", ["gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash", "grok-4.3"])
@pytest.mark.parametrize("mode", ["block", "image", "file"])
def test_what_nobody_knows_only_widens(
    table: PriceTable, cache: Path, model: str, mode: str
) -> None:
    """A block of an unknown kind, an image and a file that are elsewhere."""
    text = {"type": "text", "text": "The ferry leaves at nine. " * 9}
    more = {
        "block": {"type": "hologram", "data": "x"},
        "image": {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        "file": {"type": "file", "file": {"file_id": "file-1"}},
    }[mode]
    counter, target = Counter(cache), target_of(table, model, None, date(2026, 10, 1))
    ranges = []
    for content in ([text], [text, more]):
        request = requests.read({"messages": [{"role": "user", "content": content}]})
        assert request is not None
        counted = counter.request(request, target)
        high = math.inf if counted.high is None else counted.high
        assert counted.low <= counted.tokens <= high
        ranges.append(high - counted.low)
    assert ranges[0] < ranges[1]


@pytest.mark.parametrize(
    ("provider", "rendering", "wanted"),
    [
        ("anthropic", "anthropic", "anthropic"),
        ("vertex", "gemini", "gemini"),
        ("bedrock", "anthropic", "bedrock-converse"),
        ("openrouter", "anthropic", "openai-chat"),
        ("openai", "openai", "openai-chat"),
    ],
)
def test_a_text_is_taken_to_go_to_the_usual_api(provider: str, rendering: str, wanted: str) -> None:
    assert api_of("text", provider, rendering) == wanted
    assert api_of("openai-responses", provider, rendering) == "openai-responses"
