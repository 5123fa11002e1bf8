"""Rows of tables and lists in any container: JSON lines, a JSON list, CSV, Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import LARGEST_LINE, Input
from tokencost_profiles.files.parquet import parquet_file
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import document_rows, header_of
from tokencost_profiles.logs.common.log_format import rows

_BATCH: Final = 10_000
_SNIFFED: Final = 1 << 16


def rows_of(
    log_file: Input, log: Log, columns: Set[str] | None = None
) -> Iterator[tuple[int, Any]]:
    """Yield (row number, row). Raise `InputError` for what is no table.

    `columns`: those that are wanted, where rows are stored by column; None: all.
    """
    if log_file.is_parquet:
        yield from _parquet(log_file, log, columns)
    elif log_file.is_document and log_file.head.lstrip()[:1] in (b"[", b"{"):
        document = log_file.document
        listed = document if isinstance(document, list) else _list_in(document)
        for number, row in enumerate(listed, 1):
            log.row()
            yield number, row
    elif log_file.is_lines:
        yield from rows(log_file, log)
    else:
        yield from csv_rows(log_file, log)


def _list_in(document: Any) -> list[Any]:
    """Return the only list of a document that holds one, else the document as a row."""
    lists = [value for value in document.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 else [document]


def exported_rows(
    log_file: Input, log: Log, lists: Iterable[str], keys: Set[str]
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the numbered rows of an export: of the list in a document, else of lines or a table.

    `lists`: the names under which a document holds its rows. Of lines, those with one of `keys`.
    """
    if log_file.is_document and not header_of(log_file):
        for number, row in enumerate(document_rows(log_file.document, *lists), 1):
            log.row()
            yield number, row
        return
    for number, row in rows_of(log_file, log):
        if isinstance(row, Mapping) and not keys.isdisjoint(row):
            yield number, row


def csv_rows(log_file: Input, log: Log) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file with a header, whatever it is separated by."""
    if b"\0" in log_file.head:
        raise InputError("is binary, not a table", file=log_file.label)
    csv.field_size_limit(LARGEST_LINE)
    with log_file.open() as binary:
        text = io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace", newline="")
        reader = csv.DictReader(text, dialect=_dialect(log_file.text[:_SNIFFED]))
        try:
            for row in reader:
                log.row()
                if None in row:
                    log.skip(reader.line_num, "more cells than the header has")
                    continue
                yield reader.line_num, row
        except csv.Error as error:
            raise InputError(
                f"not CSV: {error}", file=log_file.label, line=reader.line_num
            ) from error


def _dialect(text: str) -> Any:
    header = text.partition("\n")[0]
    counts = {mark: header.count(mark) for mark in (",", ";", "\t", "|")}
    mark = max(counts, key=lambda one: counts[one])

    class _Dialect(csv.excel):
        delimiter = mark

    return _Dialect


def _parquet(log_file: Input, log: Log, columns: Set[str] | None) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a Parquet file, of which one batch is in memory at a time."""
    number = 0
    with parquet_file(log_file) as file:
        names = file.schema_arrow.names
        wanted = names if columns is None else [name for name in names if name in columns]
        for batch in file.iter_batches(_BATCH, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                log.row()
                yield number, row
