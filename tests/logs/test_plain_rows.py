"""Rows of plain answers that are read as columns give what they give as calls, to the last cell."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from logs.answers_at_random import SHORT, odd_pairs, odd_rows, pair_row, plain_row
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls import plain_calls
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.merging import Store, settle, settle_apart
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common import plain_rows
from tokencost_profiles.logs.common.plain_pairs import NOT_LEARNED, TIMES
from tokencost_profiles.logs.formats.provider_objects import _calls_in_row
from tokencost_profiles.logs.load import RecordedCalls, price_logs
from tokencost_profiles.logs.log_cache.store_form import packed, unpacked
from tokencost_profiles.logs.read import ReadOptions, read
from tokencost_profiles.logs.selection import Selection
from tokencost_profiles.providers.bodies import output_limit
from tokencost_profiles.providers.plain_shapes import SHAPES
from tokencost_profiles.providers.usage import openai

TABLE = PriceTable.load()
NOW = datetime(2026, 7, 1, tzinfo=UTC)
AS_COLUMNS, AS_CALLS = ReadOptions(plain=True), ReadOptions()


def write(path: Path, rows: list[Any], chance: random.Random) -> None:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    end = chance.choice(("\n", "\r\n"))
    path.write_text(end.join(lines) + chance.choice(("", end)), newline="", encoding="utf-8")


def rows_at_random(chance: random.Random) -> Iterator[Any]:
    """Yield plain rows, odd ones, repeats of both, and records of one id that differ."""
    known: list[Any] = []
    for _ in range(chance.randrange(30, 120)):
        kind = chance.random()
        if kind < 0.7 or not known:
            row: Any = chance.choice((plain_row, pair_row))(chance)
        elif kind < 0.8:
            row = chance.choice(known)
        elif kind < 0.85:
            row = {**chance.choice([one for one in known if isinstance(one, dict)])}
            if "usage" in row:
                row["usage"] = {**plain_row(chance)["usage"]}
        else:
            row = chance.choice([*odd_rows(chance), *odd_pairs(chance)])
        known.append(row)
        yield row


def store_of(folder: Path, how: ReadOptions) -> Store:
    return read([from_file(path, path.name) for path in sorted(folder.iterdir())], how)


def profile_of(
    store: Store, by: tuple[str, ...] | None, selection: Selection, assumed: str | None = None
) -> Profile:
    settled = settle_apart(store)
    recorded = RecordedCalls(settled.calls, settled.audit, store.reports, (), settled.plain)
    pricer = Pricer(TABLE, NOW)
    return price_logs(recorded, pricer, selection, now=NOW, by=by, assumed_model=assumed).profile


def test_what_was_stored_of_columns_gives_the_same(tmp_path: Path) -> None:
    chance = random.Random(8)
    rows = [*rows_at_random(chance), *(plain_row(chance) for _ in range(20))]
    write(tmp_path / "a.jsonl", rows, chance)
    write(tmp_path / "b.jsonl", chance.sample(rows, 30), chance)
    stored = Store()
    for path in sorted(tmp_path.iterdir()):
        store = read([from_file(path, path.name)], AS_COLUMNS)
        stored.absorb(unpacked(packed(store, path.name), path.name))
    assert stored.plain
    a, b = (
        profile_of(store, ("day",), Selection()) for store in (stored, store_of(tmp_path, AS_CALLS))
    )
    assert a.audit == b.audit
    assert a.cells == b.cells


@pytest.mark.parametrize("seed", range(5))
def test_columns_sum_to_the_cells_of_their_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    if seed % 2:  # blocks that end within lines, and parts of few rows
        monkeypatch.setattr(plain_rows, "_BLOCK", chance.randrange(100, 3000))
        monkeypatch.setattr(plain_rows, "_LONG", 300)
        monkeypatch.setattr(plain_rows, "_ROWS", 3)
        monkeypatch.setattr(plain_calls, "_PART", 5)
    first, second = list(rows_at_random(chance)), list(rows_at_random(chance))
    write(tmp_path / "a.jsonl", first, chance)
    write(tmp_path / "b.jsonl", second + chance.sample(first, len(first) // 3), chance)
    columns, calls = (store_of(tmp_path, how) for how in (AS_COLUMNS, AS_CALLS))
    assert sum(map(len, columns.plain)) > 20
    for by, selection in (
        (("model",), Selection()),
        (("hour", "file", "tier"), Selection()),
        (None, Selection()),
        (("api",), Selection(("model!=o3",), since=SHORT.first + 3000, until=SHORT.last - 3000)),
    ):
        a, b = (profile_of(store, by, selection, "gpt-4o") for store in (columns, calls))
        assert a.audit == b.audit
        assert list(a.cells.items()) == list(b.cells.items())
        assert list(a.cards.items()) == list(b.cards.items())


def test_the_order_of_stores_is_no_matter(tmp_path: Path) -> None:
    chance = random.Random(99)
    shared = [plain_row(chance) for _ in range(9)]
    for name in ("a", "b", "c"):
        rows = [*(plain_row(chance) for _ in range(9)), *chance.sample(shared, 5)]
        write(tmp_path / f"{name}.jsonl", rows, chance)
    sources = [from_file(path, path.name) for path in sorted(tmp_path.iterdir())]
    forth, back = read(sources, AS_COLUMNS), read(sources[::-1], AS_COLUMNS)
    assert settle(forth) == settle(back)
    a, b, c = (read([one], AS_COLUMNS) for one in sources)
    assert settle(a.combine(b.combine(c))) == settle(forth)


def test_a_time_between_two_prices_is_priced_by_the_call(tmp_path: Path) -> None:
    """The price of this model fell within the hour that the rows are of."""
    starts = sorted({row.start for row in TABLE.find("o3").model.prices})
    change = int(starts[-1].timestamp())
    chance = random.Random(5)
    rows = [
        {**plain_row(chance, "chat"), "model": "o3", "created": change + at, "service_tier": None}
        for at in range(-50, 50)
    ]
    write(tmp_path / "a.jsonl", rows, chance)
    columns, calls = (store_of(tmp_path, how) for how in (AS_COLUMNS, AS_CALLS))
    assert len(columns.plain[0]) == len(rows)
    for by in (("model",), None):
        a, b = (profile_of(store, by, Selection()) for store in (columns, calls))
        assert a.cells == b.cells
        assert len(a.cards) == 2


def test_three_counts_that_add_up_are_read_as_any_others() -> None:
    chance = random.Random(4)
    numbers = (0, 1, 7, 10**11, 10**12, -1, True, 2.0, "3", None)
    for _ in range(2000):
        prompt, output = chance.choice(numbers), chance.choice(numbers)
        total = prompt + output if type(prompt) is type(output) is int else chance.choice(numbers)
        usage = {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": total}
        for provider in (None, "xai", "perplexity"):
            assert openai._read(usage, provider) == openai._any_reading(usage, provider)


class Asked(dict[str, Any]):
    """An object that notes the keys it is asked for."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)


def test_what_has_a_meaning_beside_an_answer_is_never_taken_for_plain(tmp_path: Path) -> None:
    chance = random.Random(3)
    write(tmp_path / "a.jsonl", [pair_row(chance) for _ in range(200)], chance)  # learned
    plain = read([from_file(tmp_path / "a.jsonl", "a.jsonl")], AS_COLUMNS)
    assert sum(map(len, plain.plain)) > 150
    for number, row in enumerate(odd_pairs(chance)):
        path = tmp_path / "b.jsonl"
        write(path, [pair_row(chance), {**row}, pair_row(chance), pair_row(chance)], chance)
        columns, calls = (read([from_file(path, "b")], how) for how in (AS_COLUMNS, AS_CALLS))
        a, b = (profile_of(store, None, Selection()) for store in (columns, calls))
        assert (number, a.cells, a.audit) == (number, b.cells, b.audit)


@pytest.mark.parametrize("shape", [shape.name for shape in SHAPES])
def test_a_shape_declares_all_that_readers_ask_of_its_answers(shape: str) -> None:
    declared = next(one.type for one in SHAPES if one.name == shape)
    answer = Asked(plain_row(random.Random(1), shape))
    assert len(list(_calls_in_row(1, answer, Log("a", Audit())))) == 1
    assert answer.names
    assert answer.names <= set(declared.__struct_encode_fields__)


def test_what_readers_ask_of_rows_and_requests_is_not_learned() -> None:
    chance = random.Random(2)
    for _ in range(30):
        row = Asked(pair_row(chance))
        if "request" not in row:
            continue
        request = row["request"] = Asked(row["request"])
        list(_calls_in_row(1, row, Log("a", Audit())))
        declared = {
            "id",
            "messages",
            "request",
            "tools",
            *TIMES,
            *output_limit._NAMES,
            *output_limit._SETTINGS,
        }
        assert (row.names | request.names) - {"model", "user"} - declared <= NOT_LEARNED
