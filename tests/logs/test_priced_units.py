"""Sums that are kept give what reading gives, whatever changed and whatever is joined to what."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from claude_rows import answer, write_rows
from logs.cached_logs import TICK, Cli, database, files_read, logs, report, stored
from tokencost_pricing.table import PriceTable
from tokencost_profiles.files.paths import expand_logs
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.log_cache import priced_units
from tokencost_profiles.logs.log_cache.cache_file import CacheFile
from tokencost_profiles.logs.log_cache.complete_sums import CompleteSums
from tokencost_profiles.logs.log_cache.log_cache import LogCache
from tokencost_profiles.logs.log_cache.priced_units import PricedUnits, Pricing
from tokencost_profiles.logs.parts import (
    Part,
    ReadSource,
    add_parts,
    price_part,
    profile_of,
    read_sources,
)
from tokencost_profiles.logs.read import ReadOptions

__all__ = ["files_read", "logs", "stored"]

PLAN = Plan(datetime(2026, 11, 22, tzinfo=UTC), by=("model", "agent", "day"))


class Asked:
    """What is asked of logs, again and again."""

    def __init__(self, folder: Path, stored: Path, table: PriceTable) -> None:
        self.folder, self.table = folder, table
        self.file = CacheFile(stored / "logs-test.sqlite")
        self.priced: list[int] = []  # how many sources each part was made of

    def price(self, sources: list[ReadSource], formats: object) -> Part:
        self.priced.append(len(sources))
        return price_part(sources, frozenset(), PLAN, self.table)

    def anew(self) -> object:
        sources = expand_logs([str(self.folder)], Path(), lambda: pytest.fail("no pipe"))
        read = read_sources(enumerate(sources), ReadOptions())
        return self.plain(price_part(read, frozenset(), PLAN, self.table))

    def again(self) -> object:
        """Return the same with what is stored."""
        sources = expand_logs([str(self.folder)], Path(), lambda: pytest.fail("no pipe"))
        self.priced.clear()
        cache = LogCache(self.file, "")
        sums = CompleteSums(self.file, "", "")
        known = sums.known(sources)
        if known is not None:
            rest = read_sources([(at, sources[at]) for at in known.rest], ReadOptions())
            return self.plain(add_parts([known.part, self.price(rest, ())]))
        cache.look_up(sources)
        units = PricedUnits(
            cache,
            sources,
            Pricing(
                lambda places: read_sources(
                    [(at, sources[at]) for at in places], ReadOptions(known=cache)
                ),
                lambda places: read_sources([(at, sources[at]) for at in places], ReadOptions()),
                self.price,
                "",
            ),
        )
        lasting, rest_part = units.parts()
        sums.store(sources, lasting, units.rest, cache)
        cache.write()
        return self.plain(add_parts([lasting, rest_part]))

    def plain(self, part: Part) -> object:
        """Return what a part says, but for ids."""
        profile, _, judged = profile_of(part, self.table, PLAN)
        cells = [(key._replace(session=None), cell) for key, cell in profile.cells.items()]
        sessions = len({key.session for key in profile.cells})
        return (
            cells,
            sessions,
            list(profile.cards.items()),
            profile.audit,
            sorted(map(str, profile.session_costs.values())),
            judged.later_calls,
            part.numbers,
        )


@pytest.fixture
def asked(logs: Path, stored: Path, table: PriceTable) -> Asked:
    return Asked(logs, stored, table)


def test_nothing_is_priced_where_nothing_changed(asked: Asked, files_read: list[str]) -> None:
    anew = asked.anew()
    assert asked.again() == anew
    assert asked.priced == [4]
    files_read.clear()
    assert asked.again() == anew
    assert (files_read, asked.priced) == ([], [0])


def test_only_the_unit_of_a_changed_file_is_priced(
    asked: Asked, files_read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(priced_units, "_FILES", 1)
    assert asked.again() == asked.anew()
    assert asked.priced == [1, 1, 1, 1]
    write_rows(asked.folder / "1.jsonl", [answer(60, 5, session="session-1-of-the-user")])
    anew = asked.anew()
    files_read.clear()
    assert asked.again() == anew
    assert (files_read, asked.priced) == (["1.jsonl"], [1])


@pytest.mark.parametrize("joined_to", ["session-2-of-the-user", "another"])
def test_files_that_are_joined_now_are_priced_together(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, joined_to: str
) -> None:
    monkeypatch.setattr(priced_units, "_FILES", 1)
    asked.again()
    # An answer of the third file, told again in the first one.
    row = answer(21, 0, "Task", "Task", "Read", session=joined_to)
    with (asked.folder / "0.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")
    anew = asked.anew()
    assert asked.again() == anew
    assert 2 in asked.priced
    time.sleep(TICK)
    assert asked.again() == anew
    assert asked.again() == anew


def test_units_that_were_formed_apart_are_compared(
    asked: Asked, stored: Path, table: PriceTable
) -> None:
    folders = [asked.folder / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        write_rows(folder / "log.jsonl", [answer(5, 1, session=folder.name), answer(6, 2)])
    time.sleep(TICK)
    for folder in folders:
        alone = Asked(folder, stored, table)
        assert alone.again() == alone.anew()
    for _ in range(3):
        assert asked.again() == asked.anew()


def test_calls_of_no_time_are_priced_each_time(asked: Asked) -> None:
    row = answer(70, 5, session="timeless")
    del row["timestamp"]
    write_rows(asked.folder / "timeless.jsonl", [row])
    time.sleep(TICK)
    anew = asked.anew()
    for _ in range(3):
        assert asked.again() == anew
    assert asked.priced == [1]


def test_any_changes_give_what_reading_gives(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(priced_units, "_FILES", 2)
    chosen = random.Random(7)
    for step in range(12):
        name = asked.folder / f"{chosen.randrange(6)}.jsonl"
        rows = [
            answer(
                chosen.randrange(1, 30),
                chosen.randrange(100),
                *chosen.choices(("Read", "Task"), k=chosen.randrange(3)),
                session=f"s{chosen.randrange(5)}",
                agent=chosen.choice((None, "a1")),
            )
            for _ in range(chosen.randrange(1, 4))
        ]
        if chosen.random() < 0.2:
            name.unlink(missing_ok=True)
        else:
            with name.open("a") as file:
                file.write("".join(json.dumps(row) + "\n" for row in rows))
        if chosen.random() < 0.7:
            time.sleep(TICK)
        anew = asked.anew()
        for _ in range(2):
            assert asked.again() == anew, step


def test_new_prices_are_applied_to_what_was_read(
    cli: Cli, logs: Path, stored: Path, files_read: list[str], tmp_path: Path
) -> None:
    prices = tmp_path / "prices.yaml"
    costs = set()
    for factor in ("0.5", "0.8"):
        prices.write_text(
            "overlay: 1\nlabel: contract\ndiscounts:\n"
            f"  - {{match: {{provider: anthropic}}, multiply: '{factor}'}}\n"
        )
        files_read.clear()
        document = report(cli, stored, str(logs), "--prices", str(prices))
        files = list(files_read)
        assert document == report(cli, stored, str(logs), "--prices", str(prices), "--no-cache")
        costs.add(document["total"]["cost"])
    assert len(costs) == 2
    assert files == []


def test_ids_of_sums_are_stored_as_hashes(cli: Cli, logs: Path, stored: Path) -> None:
    report(cli, stored, str(logs), "--by", "model,agent")
    content = database(stored).read_bytes()
    assert b"session-1" not in content
    assert b"claude-sonnet-4-5" in content
