"""A newer release laid over known facts: what ends, what stays, and that twice is once."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tokencost_pricing.imports.facts import Fact, facts_text
from tokencost_pricing.imports.merging import merge

TODAY = "2026-11-28"


def fact(
    value: str, first: str, last: str | None = None, *, model: str = "m", name: str = "litellm"
) -> Fact:
    return Fact(name, name[0].upper(), "novita", model, "input", Decimal(value), first, last)


KNOWN = [
    fact("3", "2026-01-01", "2026-05-01"),
    fact("2", "2026-05-02"),
    fact("5", "2026-11-20", model="other"),
    fact("2", "2026-11-25", name="pi-ai"),
]


def test_a_changed_value_ends_on_the_last_day_of_its_list() -> None:
    merged = merge(KNOWN, [fact("1", "2026-11-27"), fact("5", "2026-11-27", model="other")], TODAY)
    assert fact("2", "2026-05-02", "2026-11-20") in merged
    assert fact("1", "2026-11-27") in merged
    assert fact("5", "2026-11-20", model="other") in merged
    assert len(merged) == len(KNOWN) + 1


def test_a_withdrawn_model_ends_and_another_list_stays() -> None:
    merged = merge(KNOWN, [fact("2", "2026-11-27")], TODAY)
    assert fact("5", "2026-11-20", "2026-11-20", model="other") in merged
    assert KNOWN[3] in merged


def test_a_release_of_a_day_that_is_known_changes_nothing() -> None:
    for day in ("2026-11-20", "2026-10-01"):
        assert sorted(merge(KNOWN, [fact("1", day)], TODAY), key=str) == sorted(KNOWN, key=str)


def test_a_list_that_states_days_says_itself_when_a_value_ended() -> None:
    name = "genai-prices (stated days)"
    known = [fact("2", "2026-01-01", name=name)]
    fresh = [fact("2", "2026-01-01", "2026-12-31", name=name), fact("1", "2027-01-01", name=name)]
    assert merge(known, fresh, TODAY) == fresh


def test_a_merge_of_other_lists_is_no_witness() -> None:
    assert merge(KNOWN, [fact("9", "2026-11-27", name="rates")], TODAY) == KNOWN


def test_an_end_that_the_release_states_is_taken() -> None:
    known = [fact("2", "2026-09-23", name="openai-cost-calculator")]
    ahead = [fact("2", "2026-11-27", "2026-12-31"), fact("3", "2027-01-01")]
    fresh = [one._replace(list=known[0].list, family=known[0].family) for one in ahead]
    expected = [known[0]._replace(last_seen="2026-12-31"), fresh[1]]
    assert merge(known, fresh, TODAY) == expected
    assert merge(expected, fresh, TODAY) == expected


DAYS = st.sampled_from(["2026-11-01", "2026-11-10", "2026-11-20", "2026-12-24"])
RELEASES = st.tuples(
    st.sampled_from(["litellm", "metergraph (stated days)"]),
    st.dictionaries(st.sampled_from("abc"), st.sampled_from("123"), min_size=1),
    DAYS.filter(lambda day: day <= TODAY),
)


@given(st.lists(RELEASES, min_size=1, max_size=5))
def test_twice_is_once_and_nothing_is_lost(releases: list[tuple[str, dict[str, str], str]]) -> None:
    known: list[Fact] = []
    for name, values, day in releases:
        fresh = [fact(value, day, model=model, name=name) for model, value in values.items()]
        merged = merge(known, fresh, TODAY)
        assert facts_text(merge(merged, fresh, TODAY)) == facts_text(merged)
        assert {one[:7] for one in known} <= {one[:7] for one in merged}
        known = merged
