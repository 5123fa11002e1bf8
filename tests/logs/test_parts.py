"""The profile of logs is the sum of the profiles of their parts, however they are divided."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logs.test_plain_rows import rows_at_random, write
from part_contents import contents
from store_parts import DAY, NOW, by_parts, read_again, stores
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Alias, Call, Link, Record, SessionReport
from tokencost_profiles.calls.links import components, linked, names_of
from tokencost_profiles.calls.merging import Store, settle_apart
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs.load import Plan, RecordedCalls, price_logs
from tokencost_profiles.logs.parts import Part, ReadSource, read_sources
from tokencost_profiles.logs.read import ReadOptions
from tokencost_profiles.logs.selection import Selection

CORPUS = Path(__file__).parents[1] / "corpus"
PLANS = (
    Plan(NOW, by=("model",)),
    Plan(NOW, by=("session", "day")),
    Plan(NOW, by=("hour",), selection=Selection(since=DAY + 3600.0)),
    Plan(NOW, by=("turn",), places=True, assumed_model="gpt-4o"),
    Plan(NOW, by=None, places=True),
    Plan(
        NOW,
        by=("model", "session"),
        selection=Selection(where=("session=s9",)),
        alone=(("--where session=s9", Selection(where=("session=s9",))),),
    ),
)


def in_one(sources: Sequence[Store], plan: Plan, table: PriceTable) -> tuple[Any, ...]:
    """Return everything of the profile of all calls, with nothing divided."""
    store = Store()
    for source in read_again(sources):
        store.absorb(source.store)
    calls, plain, audit = settle_apart(store)
    pricer = Pricer(table, plan.now, plan.as_of)
    recorded = RecordedCalls(calls, audit, store.reports, plain=plain)
    priced = price_logs(
        recorded,
        pricer,
        plan.selection,
        now=plan.now,
        by=plan.by,
        assumed_model=plan.assumed_model,
        places=plan.places,
    )
    judged = priced.judged
    return (
        list(priced.profile.cells.items()),
        list(priced.profile.cards.items()),
        priced.profile.audit,
        priced.profile.session_costs,
        list(pricer.offers().items()),
        (judged.refused, judged.overlapping, judged.later_calls),
        len(calls) + sum(map(len, plain)),
    )


def of_parts(part: Part, plan: Plan, table: PriceTable) -> tuple[Any, ...]:
    """Return the same of the sum of parts."""
    *everything, numbers = contents(part, plan, table)
    return (*everything, numbers.calls)


@settings(max_examples=50)
@given(st.data(), stores(), st.sampled_from(PLANS))
def test_parts_add_up_to_the_profile_of_all(
    table: PriceTable, data: st.DataObject, sources: list[Store], plan: Plan
) -> None:
    shards = data.draw(st.lists(st.integers(0, 2), min_size=len(sources), max_size=len(sources)))
    expected = in_one(sources, plan, table)
    part = by_parts(read_again(sources), shards, plan, table)
    for result, wanted in zip(of_parts(part, plan, table), expected, strict=True):
        assert result == wanted


ID = "msg_01ABCDEFGHIJKLMNOPQRS"


def record(**fields: Any) -> Call:
    return Call(**{"key": "id:x", "file": "a", **fields})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (record(key="k"), record(key="k")),
        (record(key="k#0", scope="pass"), record(key="k")),
        (record(key="a", response_id=ID), record(key="b", response_id=ID)),
        (record(key="a", session="s"), record(key="b", sessions=("r", "s"))),
        (record(key="a", session="s"), record(key="b", started_by="s")),
        (record(key="a", session="s"), SessionReport("s", Decimal(1))),
        (record(key="a", trace="t/x", span="a"), Link("t/x", "b", "a")),
        (record(key="a", trace="t"), record(key="b", session="r", trace="t")),
        (record(key="a", trace="t"), record(key="b", started_by="t")),
        (record(key="a", containers=("u:c",)), record(key="b", containers=("u:c",))),
        (record(key="a", at=DAY, session="r"), record(key="b", at=DAY, session="s")),
        (record(key="a", at=DAY), record(key="b", at=DAY, session="s")),
        (record(key="history:s:1:0:0:0:0"), record(key="b", copy_of="s", session="r")),
        (record(key="b", copy_of="s", session="r"), Alias("s", "q")),
        (record(key="history:q:1:0:0:0:0"), Alias("s", "q")),
        (record(key="a", file="f"), record(key="b", file="f")),
    ],
)
def test_records_that_can_change_each_other_share_a_name(one: Record, other: Record) -> None:
    names = []
    for kind in (one, other):
        store = Store()
        store.add(kind)
        names.append(names_of(store))
    assert names[0] & names[1]
    assert linked(names[:1], names[1]) == [True]


def test_calls_of_one_file_are_apart_where_no_turns_are_numbered() -> None:
    names = []
    for key in "ab":
        store = Store()
        store.add(record(key=key, started_by="s"))
        names.append(names_of(store, places=False))
    assert not names[0] & names[1]


def test_components_are_joined_through_others() -> None:
    names = [{"a"}, {"b"}, {"c"}, {"b", "d"}, {"d", "a"}]
    assert components(names) == [0, 0, 2, 0, 0]
    assert linked(names, {"d"}) == [True, True, False, True, True]


def test_files_of_many_formats_add_up(table: PriceTable) -> None:
    files = [
        path
        for path in sorted(CORPUS.rglob("*"))
        if path.is_file() and path.stat().st_size < 1 << 16
    ][:120]
    for plan in (PLANS[0], PLANS[4]):
        stores_ = [source.store for source in read_files(files, ReadOptions())]
        expected = in_one(stores_, plan, table)
        shards = [at * 7 % 3 for at in range(len(stores_))]
        part = by_parts(read_again(stores_), shards, plan, table)
        assert of_parts(part, plan, table) == expected


@pytest.mark.parametrize("seed", range(6))
def test_plain_calls_in_columns_add_up(table: PriceTable, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = list(rows_at_random(chance))
    files = [tmp_path / f"{number}.jsonl" for number in range(4)]
    for path in files:
        write(path, chance.sample(rows, len(rows) // 2), chance)
    how = ReadOptions(plain=True)
    stores_ = [source.store for source in read_files(files, how)]
    assert any(store.plain for store in stores_)
    for plan in (PLANS[0], PLANS[2]):
        expected = in_one(stores_, plan, table)
        part = by_parts(read_again(stores_), [seed % 2, 1, 1, 2], plan, table)
        assert of_parts(part, plan, table) == expected


def read_files(files: Sequence[Path], how: ReadOptions) -> list[ReadSource]:
    return read_sources([(at, from_file(path, path.name)) for at, path in enumerate(files)], how)
