"""Parquet files, opened by pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tokencost_pricing.errors import InputError

if TYPE_CHECKING:
    from tokencost_profiles.files.log_file import Input


@contextmanager
def parquet_file(log_file: Input) -> Iterator[Any]:
    """Open a Parquet file. Raise `InputError` where pyarrow is missing, or for what is cut off."""
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow",
            hint="pip install 'tokencost-profiler[data]'",
            file=log_file.label,
        ) from None
    from pyarrow.lib import ArrowException

    try:
        # Without a buffer of its own for each column, a large row group is read piece by piece.
        with log_file.local() as path, ParquetFile(path, pre_buffer=False) as file:
            yield file
    except ArrowException as error:
        raise InputError(f"not complete Parquet: {error}", file=log_file.label) from error


def parquet_columns(log_file: Input) -> frozenset[str]:
    """Return the names of the columns. Raise `InputError` as `parquet_file` does."""
    with parquet_file(log_file) as file:
        return frozenset(file.schema_arrow.names)
