"""Reading a log file in tests: the calls that are left, and the audit."""

from __future__ import annotations

from pathlib import Path

from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import Store, settle
from tokencost_profiles.files.archives import open_inputs
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.paths import from_bytes, from_file
from tokencost_profiles.logs.formats import Log, detect, read


def inputs(path: Path) -> list[Input]:
    """Return the log files that a path holds (an archive may hold several)."""
    return list(open_inputs(from_file(path, path.name)))


def store_of(*paths: Path, text: bool = False, forced: str | None = None) -> Store:
    """Return all records of files."""
    store = Store()
    for path in paths:
        for log_file in inputs(path):
            log = Log(log_file.label, store.audit, text=text)
            store.extend(read(log_file, log, forced))
    return store


def calls_of(
    *paths: Path, text: bool = False, forced: str | None = None
) -> tuple[list[Call], Audit]:
    """Return the calls of files, each once, and the audit."""
    return settle(store_of(*paths, text=text, forced=forced))


def from_text(text: str | bytes, name: str = "log.jsonl") -> tuple[list[Call], Audit]:
    """Return the calls of a text."""
    data = text.encode() if isinstance(text, str) else text
    store = Store()
    for log_file in open_inputs(from_bytes(data, name)):
        store.extend(read(log_file, Log(log_file.label, store.audit)))
    return settle(store)


def detected(path: Path) -> set[str]:
    """Return the names of the readers that take the files of a path."""
    readers = [detect(log_file) for log_file in inputs(path)]
    return {reader.name for reader in readers if reader is not None}


def totals(calls: list[Call]) -> dict[str, int]:
    """Return the units of all calls together."""
    sums: dict[str, int] = {}
    for call in calls:
        for unit, count in (call.usage or {}).items():
            sums[unit] = sums.get(unit, 0) + count
    return {unit: count for unit, count in sorted(sums.items()) if count}
