"""What machines do that share nothing comes to the same as one: names, groups and sums."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from part_contents import contents
from store_parts import NOW, read_again, stores
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.files.paths import expand_logs, from_bytes
from tokencost_profiles.files.sent_sources import SentSource
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.partitions import (
    Links,
    ReadShard,
    Terms,
    all_formats,
    divide,
    groups_of,
    joined_in,
    links_of,
    price_joined,
    read_shard,
    shard_of,
    shared_names,
)
from tokencost_profiles.logs.parts import (
    Part,
    ReadSource,
    add_parts,
    price_part,
    read_sources,
)
from tokencost_profiles.logs.read import ReadOptions

CORPUS = Path(__file__).parents[1] / "corpus"
PLANS = (Plan(NOW, by=("session", "day")), Plan(NOW, by=None, places=True))
Value = TypeVar("Value")


def sent(value: Value) -> Value:
    copy: Value = pickle.loads(pickle.dumps(value))
    return copy


def of_shards(shards: Sequence[ReadShard], terms: Terms) -> Part:
    """Return the part of all shards, every result between sent to another machine."""
    numbers = range(terms.partitions)
    shards = [sent(one) for one in shards]
    formats = all_formats(one.session_formats for one in shards)
    shared = [sent(shared_names(one.names[number] for one in shards)) for number in numbers]
    divided = [
        sent(divide(one, [part[at] for part in shared], formats, terms))
        for at, one in enumerate(shards)
    ]
    groups = groups_of([links_of(one) for one in divided], terms.partitions)
    joined = [
        [joined_in(one, groups[at], group) for at, one in enumerate(divided)] for group in numbers
    ]
    parts = [sent(price_joined(one, formats, terms)) for one in joined]
    return add_parts([*(one.part for one in reversed(divided)), *parts])


def in_one(sources: Sequence[ReadSource], plan: Plan, table: PriceTable) -> Part:
    return add_parts([price_part(sources, frozenset(), plan, table)])


@given(st.data(), stores(), st.sampled_from(PLANS), st.integers(1, 5))
@settings(max_examples=60)
def test_shards_come_to_the_same_as_one(
    table: PriceTable, data: st.DataObject, sources: list[Store], plan: Plan, partitions: int
) -> None:
    shards = [data.draw(st.integers(0, 2)) for _ in sources]
    terms = Terms(ReadOptions(), plan, table, partitions)
    read = [
        shard_of(
            [one for one, its in zip(read_again(sources), shards, strict=True) if its == at], terms
        )
        for at in range(3)
    ]
    expected = in_one(read_again(sources), plan, table)
    assert contents(of_shards(read, terms), plan, table) == contents(expected, plan, table)


@pytest.mark.parametrize("plain", [False, True])
def test_logs_of_every_format_can_be_sent(table: PriceTable, plain: bool) -> None:
    sources = expand_logs([str(CORPUS)], CORPUS, lambda: from_bytes(b"", "-"))
    plan = PLANS[0]
    terms = Terms(ReadOptions(plain=plain), plan, table, 3)
    to_send = list(enumerate(map(SentSource.of, sources)))
    read = [read_shard(sent(to_send[at::7]), terms) for at in range(7)]
    expected = in_one(read_sources(enumerate(sources), ReadOptions()), plan, table)
    assert contents(of_shards(read, terms), plan, table) == contents(expected, plan, table)


def test_a_group_holds_all_that_names_join_and_groups_are_alike() -> None:
    a, b, c = (Links(bytes([number] * 8), size) for number, size in ((1, 5), (2, 3), (3, 2)))
    both = Links(a.names + b.names, 1)
    groups = groups_of([[a, c], [both], [b]], 2)
    assert groups[0][0] == groups[1][0] == groups[2][0]
    assert groups[0][1] != groups[0][0]


def test_what_only_this_process_can_read_is_sent_as_bytes(tmp_path: Path) -> None:
    source = from_bytes(b"{}\n", "-")
    with sent(SentSource.of(source)).source().open() as file:
        assert file.read() == b"{}\n"


def test_a_file_that_is_missing_elsewhere_is_one_unreadable_source(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("{}\n")
    (source,) = expand_logs([str(path)], tmp_path, lambda: from_bytes(b"", "-"))
    to_send = SentSource.of(source)
    path.unlink()
    (read,) = read_sources([(0, sent(to_send).source())], ReadOptions())
    (lost,) = read.store.audit.unreadable
    assert lost.file == str(path)
    assert "No such file" in lost.reason
