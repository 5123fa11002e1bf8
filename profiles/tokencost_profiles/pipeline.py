"""From paths to the calls that stand in them: find files, detect, read, merge.

`shard` reads one source into a `Store` of its own. Stores combine in any order to the same result,
so shards can be read in turn, in processes, or on many machines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.containers import broken, open_inputs
from tokencost_profiles.inputs import Input
from tokencost_profiles.readers import detect, reader
from tokencost_profiles.readers.base import CountText, Log, Reader
from tokencost_profiles.sources import Source
from tokencost_profiles.store import Store

# What estimate, whatif and others write as JSON; a saved profile is taken before.
_REPORT: Final = re.compile(rb'\s*\{\s*"format":\s*"tokencost\.')


class How(NamedTuple):
    """How logs are read."""

    forced: str | None = None  # the reader that takes every file
    mapped: Reader | None = None  # a format that the user described
    text: bool = False  # whether the text of calls is wanted
    counter: CountText | None = None  # tokens of a text, for what a log does not report


def read(
    sources: Iterable[Source], how: How, done: Callable[[int], None] | None = None
) -> Store:  # fmt: skip
    """Return everything that sources tell; `done` hears the size of each one that was read."""
    whole = Store()
    for source in sources:
        whole.absorb(shard(source, how))
        if done is not None:
            done(source.size)
    return whole


def shard(source: Source, how: How) -> Store:
    """Return what one source tells.

    A source that cannot be read is noted in the audit with the reason; what was read of it before
    is kept. A file that was found in a folder and is no log is passed over and counted.
    """
    store = Store()
    try:
        for log_file in open_inputs(source):
            _one(log_file, source, how, store)
    except InputError as error:
        store.audit.refuse(source.shown, str(error).removeprefix(f"{source.shown}: "))
    except broken() as error:
        store.audit.refuse(source.shown, f"cannot be unpacked: {error}")
    return store


def _one(log_file: Input, source: Source, how: How, store: Store) -> None:
    if not log_file.head.strip():
        if source.named:
            raise InputError(f"{log_file.shown}: is empty")
        store.audit.passed_over += 1
        return
    if _REPORT.match(log_file.head):
        if source.named:
            raise InputError(f"{log_file.shown}: is a report of tokencost, not a log or a profile")
        store.audit.passed_over += 1
        return
    found = how.mapped or (reader(how.forced) if how.forced else detect(log_file))
    if found is None:
        if source.named:
            raise InputError(
                f"{log_file.shown}: not a log that tokencost knows",
                hint="`tokencost formats` lists what it reads; --map describes a format of your "
                "own; `tokencost estimate` prices prompts",
            )
        store.audit.passed_over += 1
        return
    log = Log(log_file.shown, store.audit, text=how.text, count=how.counter)
    log.start(found.name)
    store.extend(found.read(log_file, log))
