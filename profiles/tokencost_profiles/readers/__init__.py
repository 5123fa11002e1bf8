"""Readers: log formats, one file a family, each with a `READER`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tokencost_pricing.errors import InputError, UsageError, did_you_mean
from tokencost_profiles import discovery
from tokencost_profiles.calls import Record
from tokencost_profiles.inputs import Input
from tokencost_profiles.readers.base import Log, Reader

__all__ = ["Log", "Reader", "detect", "reader", "readers"]


@lru_cache(maxsize=1)
def readers() -> tuple[Reader, ...]:
    """Return every reader, in the order in which they are asked."""
    found: list[Reader] = list(discovery.every(__name__, "READER"))
    return tuple(sorted(found, key=lambda reader: (reader.order, reader.name)))


def reader(name: str) -> Reader:
    """Return a reader by name. Raise `UsageError` for a name that none has."""
    for found in readers():
        if found.name == name:
            return found
    known = [found.name for found in readers()]
    raise UsageError(
        f"no format '{name}'{did_you_mean(name, known)}", hint="`tokencost formats` lists them"
    )


def detect(log_file: Input) -> Reader | None:
    """Return the reader whose signature a file has, or None."""
    for found in readers():
        if found.recognises(log_file):
            return found
    return None


def read(log_file: Input, log: Log, forced: str | None = None) -> Iterator[Record]:
    """Yield the records of a file. Raise `InputError` where no reader knows it."""
    if not log_file.head.strip():
        raise InputError(f"{log_file.shown}: is empty")
    found = reader(forced) if forced else detect(log_file)
    if found is None:
        raise InputError(
            f"{log_file.shown}: not a log that tokencost knows",
            hint="`tokencost formats` lists what it reads; --map describes a format of your own",
        )
    log.start(found.name)
    yield from found.read(log_file, log)
