"""Which values are accepted, and from which day on they hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.headline import add_ranges, headline
from tokencost_pricing.imports.series import (
    Span,
    Witnesses,
    accepted,
    contradicted,
    same,
    sightings,
)

FAMILIES = {"litellm": "L", "models.dev": "M", "genai-prices (stated days)": "G", "own": "API"}
NEWEST = dict.fromkeys(FAMILIES, "2026-11-20")


def facts(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> list[Fact]:
    """Return facts of rows: list, value, first day, last day where it is over."""
    return [
        Fact(name, FAMILIES[name], "host", "model", "input", Decimal(value), first, *last)
        for name, value, first, *last in rows
    ]


def spans(rows: list[Fact], **witnesses: frozenset[str]) -> list[Span]:
    who = Witnesses(edges={"litellm": "2026-01-01"}, newest=NEWEST, **witnesses)
    return accepted(sightings([rows], who), who)


def starts(rows: list[Fact], **witnesses: frozenset[str]) -> list[tuple[str, str]]:
    return [(span.start, str(span.values[0])) for span in spans(rows, **witnesses)]


def test_two_families_are_needed_or_the_billers_list() -> None:
    alone = facts(("litellm", "1", "2026-02-01"))
    assert starts(alone) == []
    assert starts([*alone, *facts(("models.dev", "1", "2026-03-01"))]) == [("2026-02-01", "1")]
    assert starts(facts(("own", "1", "2026-02-01")), billers=frozenset({"API"})) == [
        ("2026-02-01", "1")
    ]


def test_a_list_that_comes_late_only_lags() -> None:
    rows = facts(
        ("litellm", "2", "2026-02-01", "2026-03-09"),
        ("models.dev", "2", "2026-02-03", "2026-03-19"),
        ("litellm", "1", "2026-03-10"),
        ("models.dev", "1", "2026-03-20"),
        ("genai-prices (stated days)", "2", "2026-04-01", "2026-05-01"),
    )
    assert starts(rows) == [("2026-02-01", "2"), ("2026-03-10", "1")]


def test_a_change_has_its_bracket_and_a_stated_day_goes_before() -> None:
    rows = facts(
        ("litellm", "2", "2026-02-01", "2026-03-01"),
        ("models.dev", "2", "2026-02-01", "2026-03-05"),
        ("litellm", "1", "2026-03-10"),
        ("genai-prices (stated days)", "1", "2026-03-08"),
    )
    last = spans(rows)[-1]
    assert (last.start, last.not_before, last.stated) == ("2026-03-08", "2026-03-06", True)


def test_a_left_edge_is_no_beginning() -> None:
    rows = facts(("litellm", "1", "2026-01-01"), ("models.dev", "1", "2026-02-01"))
    assert spans(rows)[0].at_edge


def test_the_finer_form_is_written_but_not_the_noise_of_a_conversion() -> None:
    rounded = facts(("litellm", "0.13", "2026-02-01"), ("models.dev", "0.125", "2026-02-01"))
    assert starts(rounded) == [("2026-02-01", "0.125")]
    noise = facts(("litellm", "15.00002", "2026-02-01"), ("models.dev", "15", "2026-02-01"))
    assert starts(noise) == [("2026-02-01", "15")]


def test_a_price_of_nothing_is_none() -> None:
    rows = facts(("litellm", "0", "2026-02-01"), ("models.dev", "0", "2026-02-01"))
    assert starts(rows) == []


@pytest.mark.parametrize(("until", "is_against"), [("2026-11-20", True), ("2026-06-01", False)])
def test_a_newer_list_is_against_it(until: str, is_against: bool) -> None:
    rows = facts(
        ("litellm", "1", "2026-02-01", "2026-08-01"),
        ("models.dev", "1", "2026-02-01", "2026-08-01"),
        ("genai-prices (stated days)", "3", "2026-05-01", until),
    )
    who = Witnesses(newest=NEWEST)
    seen = sightings([rows], who)
    assert contradicted(seen, accepted(seen, who), who) is is_against


def test_values_that_are_one() -> None:
    assert same(Decimal("0.313"), Decimal("0.3125"))
    assert same(Decimal("0.13"), Decimal("0.125"))
    assert same(None, Decimal(0))
    assert not same(Decimal("0.002"), Decimal("0.003"))


def routed(name: str, value: str, first: str, last: str | None = None, family: str = "OR") -> Fact:
    return Fact(name, family, "openrouter", "a/b", "input", Decimal(value), first, last)


def test_the_best_copy_of_a_routers_list_goes_before_on_the_days_that_it_covers() -> None:
    rows = [
        routed("openrouter-api", "0.3", "2026-02-01", "2026-03-01"),
        routed("openrouter-one-endpoint (catwalk)", "0.9", "2026-02-10", "2026-02-11"),
        routed("openrouter-one-endpoint (catwalk)", "0.5", "2025-12-01", "2026-01-01"),
        routed("aichat", "0.7", "2024-05-01", family="A"),
    ]
    chosen = headline("openrouter", rows, {})
    assert [(fact.first_seen, str(fact.value)) for fact in chosen] == [
        ("2026-02-01", "0.3"),
        ("2025-12-01", "0.5"),
        ("2024-05-01", "0.7"),
    ]
    assert chosen[-1].last_seen == "2025-11-30"


def test_the_range_is_that_of_the_hosts_around_the_days_of_a_row() -> None:
    row = {"from": "2026-06-01", "basis": "list", "rates": {"input": "0.3", "output": "1"}}
    sides = {
        "input": [
            routed("openrouter-endpoints", "0.2", "2026-06-15", "2026-06-20"),
            routed("openrouter-endpoints", "9", "2025-01-01", "2025-02-01"),
        ],
        "output": [routed("openrouter-endpoints", "2", "2026-06-15", "2026-06-20")],
    }
    add_ranges([row], sides, "2026-07-01")
    assert row["range"] == {
        "low": {"input": "0.2", "output": "1"},
        "high": {"input": "0.3", "output": "2"},
    }


def test_a_small_change_of_the_billers_list_is_a_change() -> None:
    rows = facts(("own", "0.3", "2026-02-01", "2026-03-01"), ("own", "0.295", "2026-03-02"))
    api = frozenset({"API"})
    assert starts(rows, billers=api, exact=api) == [("2026-02-01", "0.3"), ("2026-03-02", "0.295")]
    assert starts(rows, billers=api) == [("2026-02-01", "0.295")]  # a list that may round


def test_a_list_that_rounds_less_gives_the_digits_whenever_it_comes() -> None:
    rows = facts(
        ("own", "0.03", "2026-02-01"),
        ("litellm", "0.025", "2026-03-01"),
        ("models.dev", "0.03", "2026-04-01"),
    )
    assert starts(rows, billers=frozenset({"API"})) == [("2026-02-01", "0.025")]


def test_a_price_of_which_only_the_end_is_stated_was_seen_by_a_list() -> None:
    rows = facts(
        ("genai-prices (stated days)", "1", "", "2026-08-31"),
        ("litellm", "1", "2026-06-01", "2026-09-04"),
        ("genai-prices (stated days)", "2", "2026-09-01"),
        ("litellm", "2", "2026-09-05"),
    )
    assert [(span.start, span.seen) for span in spans(rows)] == [
        ("", "2026-06-01"),
        ("2026-09-01", "2026-09-01"),
    ]
