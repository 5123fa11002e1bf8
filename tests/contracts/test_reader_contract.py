"""The contract of every reader, tried on the reader's corpus.

`tests/corpus/<reader name>/` holds small logs written by us, beside each `<file>.expected.json`:

    {"calls": [{"model": "...", "usage": {"input": 1}, ...}], "audit": {"skipped": 0},
     "reports": {"session": "0.5"}}

The calls are those left after settling, in order of time; of each, every field named must be equal.
Reports are the costs of sessions that clients state.
"""

from __future__ import annotations

import json
import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from logs.reading import calls_of, detected, from_text, store_of
from tokencost_pricing.errors import InputError
from tokencost_pricing.units import UNITS
from tokencost_profiles.calls.call import SCOPES
from tokencost_profiles.calls.merging import Store, settle
from tokencost_profiles.logs.formats import readers

CORPUS = Path(__file__).parents[1] / "corpus"
FEATURES = {
    "usage",
    "cost",
    "time",
    "session",
    "tools",
    "agent",
    "user",
    "text",
    "latency",
    "project",
    "team",
    "tags",
}
CASES = sorted(
    path
    for path in CORPUS.glob("*/*")
    if path.is_file() and not path.name.endswith((".expected.json", ".md"))
)
NAMES = [reader.name for reader in readers()]


def ids(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def expected_of(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((path.parent / f"{path.name}.expected.json").read_text())
    return loaded


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    return msgspec.json.decode(msgspec.json.encode(value))


def is_lines(path: Path) -> bool:
    return path.suffix in (".jsonl", ".ndjson")


@pytest.mark.parametrize("name", NAMES)
def test_it_describes_itself_and_has_a_corpus(name: str) -> None:
    (reader,) = [reader for reader in readers() if reader.name == name]
    assert len(reader.title) > 5
    assert set(reader.gives) <= FEATURES
    if reader.gives:  # what gives nothing knows a kind of file only to refuse it
        assert [case for case in CASES if case.parent.name == name], f"tests/corpus/{name}/"


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_its_corpus_is_read_right(case: Path) -> None:
    expected = expected_of(case)
    store = store_of(case)
    calls, audit = settle(store)
    reported = {session: str(report.cost) for session, report in store.reports.items()}
    assert reported == expected.get("reports", {})
    documents = [plain(call) for call in calls]
    wanted = expected["calls"]
    label = [{key: call.get(key) for key in (wanted[0] if wanted else {})} for call in documents]
    assert len(documents) == len(wanted), label
    for call, fields in zip(calls, wanted, strict=True):
        for name, value in fields.items():
            assert plain(getattr(call, name)) == value, (name, call)
    for name, value in expected.get("audit", {}).items():
        assert getattr(audit, name) == value, (name, audit)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_no_other_reader_takes_its_corpus(case: Path) -> None:
    assert detected(case) == {case.parent.name}


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_calls_are_well_formed(case: Path) -> None:
    calls, audit = calls_of(case)
    for call in calls:
        assert call.reader == case.parent.name
        assert call.file
        assert call.scope in SCOPES
        for unit, count in (call.usage or {}).items():
            assert unit in UNITS
            assert type(count) is int
            assert count >= 0
        if call.at is not None:
            assert 1.2e9 < call.at < 2.5e9, "UTC seconds"
    assert audit.files == 1
    assert audit.rows >= 1


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_reading_twice_changes_nothing(case: Path) -> None:
    once, _ = calls_of(case)
    twice, audit = calls_of(case, case)
    assert [call.usage for call in twice] == [call.usage for call in once]
    assert audit.files == 2


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_text_is_taken_only_when_asked_for(case: Path) -> None:
    plain, _ = calls_of(case)
    assert all(call.parts is None and call.answer is None for call in plain)
    with_text, _ = calls_of(case, text=True)
    assert [call.usage for call in with_text] == [call.usage for call in plain]


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_text_changes_nothing_else(case: Path) -> None:
    of_text = {"parts": None, "answer": None, "max_output": None, "has_request": False}
    stripped = [msgspec.structs.replace(call, **of_text) for call in calls_of(case, text=True)[0]]
    assert stripped == [msgspec.structs.replace(call, **of_text) for call in calls_of(case)[0]]


@pytest.mark.parametrize("case", [case for case in CASES if is_lines(case)], ids=ids)
def test_malformed_lines_are_counted_and_cost_no_good_one(case: Path, tmp_path: Path) -> None:
    lines = case.read_bytes().splitlines()
    before, audit = calls_of(case)
    dirty = [lines[0]]
    for line in lines[1:]:
        dirty += [b'{"cut": "of', b"\x00\x00\x00", b"[" * 5000, line]
    path = tmp_path / case.name
    path.write_bytes(b"\n".join(dirty) + b'\n{"type": "ass')
    after, dirty_audit = calls_of(path, forced=case.parent.name)
    assert [call.usage for call in after] == [call.usage for call in before]
    assert dirty_audit.skipped == audit.skipped + 3 * (len(lines) - 1) + 1


@pytest.mark.parametrize("case", [case for case in CASES if is_lines(case)], ids=ids)
def test_marks_line_ends_and_a_missing_last_one_do_not_matter(case: Path, tmp_path: Path) -> None:
    before, _ = calls_of(case)
    lines = case.read_bytes().splitlines()
    for name, data in (
        ("mark", b"\xef\xbb\xbf" + b"\n".join(lines)),
        ("crlf", b"\r\n".join(lines) + b"\r\n"),
        ("blank", b"\n\n".join(lines)),
    ):
        path = tmp_path / f"{name}{case.suffix}"
        path.write_bytes(data)
        after, audit = calls_of(path)
        assert [call.usage for call in after] == [call.usage for call in before], name
        assert audit.readers == {case.parent.name: 1}, name


def error_of(path: Path, forced: str) -> InputError | None:
    try:
        calls_of(path, forced=forced)
    except InputError as error:
        return error
    return None


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_any_cut_ends_in_calls_or_in_one_clear_error(case: Path, tmp_path: Path) -> None:
    data = case.read_bytes()
    random_ = random.Random(4)
    for _ in range(12):
        path = tmp_path / f"cut{case.suffix}"
        path.write_bytes(data[: random_.randrange(len(data))])
        error = error_of(path, case.parent.name)
        assert error is None or (path.name in str(error) and "\n" not in error.message)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_shards_combine_in_any_order(case: Path) -> None:
    store = store_of(case)
    parts = [Store() for _ in range(3)]
    random_ = random.Random(5)
    for call in store.calls.values():
        random_.choice(parts).calls[call.key or str(id(call))] = call
    for part in parts:
        part.links, part.origins = store.links, store.origins
    orders = [(0, 1, 2), (2, 0, 1), (1, 2, 0)]
    seen = []
    for order in orders:
        combined = Store()
        for at in order:
            combined = combined.combine(deepcopy(parts[at]))
        calls, _ = settle(combined)
        seen.append(sorted(str(call.usage) for call in calls))
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_refused_with_one_line(name: str) -> None:
    for data in (b"", b"  \n\n"):
        with pytest.raises(InputError, match="is empty"):
            from_text(data)


def test_every_corpus_folder_is_a_reader() -> None:
    assert {path.parent.name for path in CASES} <= set(NAMES)


def test_they_are_asked_in_the_order_that_they_name() -> None:
    order = [(reader.order, reader.name) for reader in readers()]
    assert order == sorted(order)
