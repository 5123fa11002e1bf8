"""Log formats: one module or folder each, with a `READER`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_pricing.errors import InputError, UsageError, did_you_mean
from tokencost_profiles import discovery
from tokencost_profiles.calls.call import Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader

__all__ = ["Log", "Reader", "candidates", "detect", "reader", "readers"]


_READERS: Final[discovery.OrderedPlugins[Reader]] = discovery.OrderedPlugins(__name__, "READER")


def readers() -> tuple[Reader, ...]:
    """Return every reader, in the order in which they are tried."""
    return tuple(_READERS)


def reader(name: str) -> Reader:
    """Return a reader by name. Raise `UsageError` for an unknown name."""
    for candidate in readers():
        if candidate.name == name:
            return candidate
    known = [candidate.name for candidate in readers()]
    raise UsageError(
        f"no format '{name}'{did_you_mean(name, known)}", hint="`tokencost formats` lists them"
    )


def detect(log_file: Input) -> Reader | None:
    """Return the reader whose signature a file has, or None."""
    return next(candidates(log_file), None)


def candidates(log_file: Input) -> Iterator[Reader]:
    """Yield every reader whose signature a file has, the surest first."""
    return (candidate for candidate in _READERS if _recognises(candidate, log_file))


def _recognises(candidate: Reader, log_file: Input) -> bool:
    try:
        return candidate.recognises(log_file)
    except InputError:
        return False  # a document that cannot be parsed is not of its format


def read(log_file: Input, log: Log, forced: str | None = None) -> Iterator[Record]:
    """Yield the records of a file. Raise `InputError` where no reader knows it."""
    if not log_file.head.strip():
        raise InputError("is empty", file=log_file.label)
    chosen = reader(forced) if forced else detect(log_file)
    if chosen is None:
        log_file.check_parquet()
        raise InputError(
            "not a log that tokencost knows",
            hint="`tokencost formats` lists what it reads; --map describes a format of your own",
            file=log_file.label,
        )
    log.start(chosen.name, keeps_sessions=bool(chosen.homes))
    yield from chosen.read(log_file, log)
