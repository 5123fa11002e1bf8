"""Dated facts of public lists: which list held which price of which model since when."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError

COLUMNS: Final = ("list", "family", "provider", "id", "field", "value", "first_seen", "last_seen")
# A check of the form: to read 140,000 days as days would take longer than all else.
_DAY: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])").fullmatch


class Fact(NamedTuple):
    """One value that a list held for a span of days."""

    list: str
    family: str  # lists of one family copy each other: one witness
    provider: str
    id: str
    field: str  # [mode_]kind[_above_N][@region]
    value: Decimal  # USD per million tokens, unless the field names another unit
    first_seen: str  # day; empty where a list states no beginning
    last_seen: str | None = None  # None: until the list's newest day


def read_facts(path: Path) -> Iterator[Fact]:
    """Yield the facts of a table of them: tab-separated, plain or compressed (`.gz`, `.xz`).

    Raise `InputError` naming file and line where one cannot be read.
    """
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        elif path.suffix == ".xz":
            content = lzma.decompress(content)
        text = content.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", file=path) from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read: {reason}", file=path) from error
    rows = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    if next(rows, None) != list(COLUMNS):
        raise InputError(f"the columns must be {', '.join(COLUMNS)}", file=path, line=1)
    for number, row in enumerate(rows, 2):
        if reason := _fault(row):
            raise InputError(f"not a fact: {reason}", file=path, line=number)
        name, family, provider, model, field, value, first, last = row
        yield Fact(name, family, provider, model, field, Decimal(value), first, last or None)


def _fault(row: Sequence[str]) -> str | None:
    """Return what is wrong with a row; None where nothing is."""
    if len(row) != len(COLUMNS):
        return f"{len(row)} columns, not {len(COLUMNS)}"
    value, *days = row[-3:]
    try:
        if not Decimal(value).is_finite():
            return f"'{value}' is no amount"
    except InvalidOperation:
        return f"'{value}' is no amount"
    wrong = next((day for day in days if day and not _DAY(day)), None)
    return None if wrong is None else f"'{wrong}' is not a day as 2026-05-01"


def facts_text(facts: Iterable[Fact]) -> str:
    """Return facts as the text that `read_facts` reads, sorted."""
    lines = [
        "\t".join((*fact[:5], f"{fact.value:f}", fact.first_seen, fact.last_seen or ""))
        for fact in facts
    ]
    return "\n".join(["\t".join(COLUMNS), *sorted(lines)]) + "\n"


def write_facts(path: Path, facts: Iterable[Fact]) -> None:
    """Write facts as `read_facts` reads them, the same facts always as the same bytes.

    Raise `InputError` where the file cannot be written.
    """
    content = facts_text(facts).encode()
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    elif path.suffix == ".xz":
        content = lzma.compress(content, preset=9)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"cannot write: {error.strerror}", file=path) from error
