"""From paths to calls: list the files, detect their formats, read them, merge the calls.

`read_source` reads one source into a new `Store`. Stores combine in any order to the same result,
so sources can be read in turn, in processes, or on many machines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import CACHED, Call
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.files.archives import damage_errors, open_inputs
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.paths import Source, asked_ahead
from tokencost_profiles.files.row_log import CountsText, Log
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.logs.formats import candidates, reader
from tokencost_profiles.logs.reading_notes import End, KnownStores, NotingCounter, ReadingNotes
from tokencost_profiles.logs.usage_keys import is_silent, note_unread
from tokencost_profiles.providers.answers.passes import REFUSED

# What commands write as JSON.
_REPORT: Final = re.compile(rb'\s*\{\s*"format":\s*"tokencost\.')
_PROFILE_REPORT: Final = re.compile(_REPORT.pattern + rb"profile/")


TakeCalls = Callable[[Iterable[Call]], None]


class ReadOptions(NamedTuple):
    """How logs are read."""

    forced: str | None = None  # the reader that takes every file
    mapped: Reader | None = None  # a format that the user described
    text: bool = False  # whether the text of calls is wanted
    counter: CountsText | None = None  # of what a log does not report
    saved: list[saved_profile.Saved] | None = None  # where saved profiles go; None: refused
    plain: bool = False  # whether plain calls may come as columns: only their sums are wanted
    # What takes the texts of the calls of each file, before the next one is read.
    digest: TakeCalls | None = None
    known: KnownStores | None = None  # what need not be read
    notes: ReadingNotes | None = None  # of the source that is read


def read(
    sources: Iterable[Source], how: ReadOptions, done: Callable[[int], None] | None = None
) -> Store:
    """Return all records of the sources. `done` is called with the size of each one read."""
    total = Store()
    sources = list(sources)
    if how.known is not None:
        how.known.look_up(sources)
    for source in asked_ahead(sources):
        total.absorb(read_source(source, how))
        if done is not None:
            done(source.size)
    return total


def read_source(source: Source, how: ReadOptions) -> Store:
    """Return the records of one source.

    A source that cannot be read is noted in the audit with the reason; records
    read before the error remain. A file of a folder that is no log is passed over and counted.
    """
    reading = _Reading(how)
    alone = source._replace(copies=())
    known = how.known
    read = reading.store
    store = read(alone) if known is None else known.store(alone, reading.noted, reading.appended)
    if not reading.is_cut:
        _note_copies(source, store)
    if how.digest is not None:
        how.digest(store.calls.values())
    return store


def _note_copies(source: Source, store: Store) -> None:
    """Note the files that have the very content of a source."""
    audit = store.audit
    if audit.passed_over and not audit.files:
        audit.passed_over += len(source.copies)
    else:
        audit.repeat(source.copies, source.label)


class _Reading:
    """Reads a source, and knows whether something ended that before its end."""

    def __init__(self, how: ReadOptions) -> None:
        self._how = how
        self._saved_before = len(how.saved or ())
        self.is_cut = False

    def noted(self, source: Source, notes: ReadingNotes) -> Store:
        """Return the records of a source, and note what they depend on."""
        self._how = _noting(self._how, notes)
        return self.store(source, notes)

    def appended(self, source: Source, end: End, notes: ReadingNotes) -> Store:
        """Return the records behind a place. Raise `InputError` where they cannot be read."""
        log_file = Input(source.label, source.open, source.size, source.path)
        log_file.offset, log_file.lines_before = end.size, end.lines
        chosen, how = reader(end.reader), _noting(self._how, notes)
        store = Store()
        log = _log(log_file, how, store)
        log.reader = chosen.name
        store.extend(chosen.read(log_file, log))
        notes.beside |= log_file.looked_for
        notes.end = _end(log_file, log, chosen)
        return store

    def store(self, source: Source, notes: ReadingNotes | None = None) -> Store:
        """Return the records of a source; of one that fails those before the failure."""
        store = Store()
        self.is_cut = True
        try:
            is_expected = self._read(source, store, notes)
            self.is_cut = False
            if is_expected:
                self._check(source, store)
        except InputError as error:
            store.audit.refuse(error.file or source.label, error.advice, error.line)
        except damage_errors() as error:
            store.audit.refuse(source.label, f"cannot be unpacked: {error}")
        return store

    def _read(self, source: Source, store: Store, notes: ReadingNotes | None) -> bool:
        """Read all files of a source. Return whether they were expected to be logs."""
        how = self._how
        for log_file in open_inputs(source):
            if log_file.is_member:
                _read_member(log_file, how, store)
            elif source.named and log_file.is_of_database:
                store.audit.passed_over += 1
                return False
            else:
                _read_file(log_file, how, store, named=source.named)
            if notes is not None:
                notes.beside |= log_file.looked_for
                is_database = log_file.path is not None and log_file.is_sqlite
                notes.is_elsewhere = notes.is_elsewhere or is_database
        if notes is not None:
            notes.is_elsewhere = notes.is_elsewhere or self._has_saved()
        return True

    def _check(self, source: Source, store: Store) -> None:
        """Raise `InputError` where a source that was asked for by name is no log."""
        audit = store.audit
        if audit.files or audit.unreadable or self._has_saved():
            return
        if source.named and audit.passed_over:
            raise InputError("holds no log that tokencost knows")

    def _has_saved(self) -> bool:
        return len(self._how.saved or ()) > self._saved_before


def _noting(how: ReadOptions, notes: ReadingNotes) -> ReadOptions:
    counter = None if how.counter is None else NotingCounter(how.counter, notes)
    return how._replace(counter=counter, notes=notes)


def _read_member(log_file: Input, how: ReadOptions, store: Store) -> None:
    """Read a file of an archive as one of a folder: what is wrong with it costs no other."""
    try:
        _read_file(log_file, how, store, named=False)
    except InputError as error:
        store.audit.refuse(error.file or log_file.label, error.advice, error.line)
    except damage_errors() as error:
        store.audit.refuse(log_file.label, f"cannot be unpacked: {error}")


def _read_file(log_file: Input, how: ReadOptions, store: Store, *, named: bool) -> None:
    if not log_file.head.strip():
        if named:
            raise InputError("is empty", file=log_file.label)
        store.audit.passed_over += 1
        return
    if saved_profile.is_saved(log_file):
        _read_saved(log_file, how, store, named=named)
        return
    if _REPORT.match(log_file.head):
        if named:
            raise _refused_report(log_file)
        store.audit.passed_over += 1
        return
    first: _Attempt | None = None
    for chosen in _candidates(log_file, how):
        attempt = _attempt(log_file, chosen, how, store, keep_partial=first is None)
        if attempt is not None and attempt.has_content:
            store.absorb(attempt.store)
            return
        if first is None and attempt is not None and is_silent(log_file):
            store.absorb(attempt.store)
            return  # a session with no answer at all: no other reader has more
        first = first or attempt
    if first is not None:
        store.absorb(first.store)
        if how.notes is not None:
            how.notes.end = None
        note_unread(log_file, f"but {first.reader} reads none of them", store.audit)
        return
    if named:
        log_file.check_parquet()
        raise InputError(
            "not a log that tokencost knows",
            hint="`tokencost formats` lists what it reads; --map describes a format of your "
            "own; `tokencost estimate` prices prompts",
            file=log_file.label,
        )
    store.audit.passed_over += 1
    note_unread(log_file, "but is not a log that tokencost knows", store.audit, all_blocks=False)


def _read_saved(log_file: Input, how: ReadOptions, store: Store, *, named: bool) -> None:
    if how.saved is not None:
        how.saved.append(saved_profile.load_input(log_file))
    elif named:
        raise InputError(
            "a saved profile holds sums of calls: this needs the logs", file=log_file.label
        )
    else:
        store.audit.passed_over += 1


def _refused_report(log_file: Input) -> InputError:
    if _PROFILE_REPORT.match(log_file.head):
        return saved_profile.refused_report(log_file.label)
    return InputError("is a report of tokencost, not a log or a profile", file=log_file.label)


def _candidates(log_file: Input, how: ReadOptions) -> Iterable[Reader]:
    if how.mapped is not None:
        return (how.mapped,)
    return (reader(how.forced),) if how.forced else candidates(log_file)


class _Attempt(NamedTuple):
    """The records that one reader read from a file."""

    reader: str
    store: Store

    @property
    def has_content(self) -> bool:
        """Whether any usage or cost was read: a reader may recognise a file and read nothing."""
        if self.store.reports or any(part.has_content for part in self.store.plain):
            return True
        return any(_has_content(call) for call in self.store.calls.values())


def _has_content(call: Call) -> bool:
    """Whether a call has usage or cost, or is known to have none."""
    if call.cost is not None or call.status == CACHED or REFUSED in call.warnings:
        return True
    return bool(call.usage) and any((call.usage or {}).values())


def _attempt(
    log_file: Input, chosen: Reader, how: ReadOptions, store: Store, *, keep_partial: bool
) -> _Attempt | None:
    """Read a file with one reader.

    Where reading fails, the records before it remain if this is the first reader that recognises
    the file; of a later reader none do.
    """
    part = Store()
    breaks: tuple[type[BaseException], ...] = (InputError, *damage_errors())
    log = _log(log_file, how, part)
    log.start(chosen.name, keeps_sessions=bool(chosen.homes))
    try:
        part.extend(chosen.read(log_file, log))
    except breaks:
        if not keep_partial:
            return None
        store.absorb(part)
        raise
    if how.notes is not None:
        how.notes.end = _end(log_file, log, chosen)
    return _Attempt(chosen.name, part)


def _log(log_file: Input, how: ReadOptions, store: Store) -> Log:
    plain = store.plain if how.plain and not how.text else None
    return Log(log_file.label, store.audit, text=how.text, counter=how.counter, plain=plain)


def _end(log_file: Input, log: Log, chosen: Reader) -> End | None:
    """Return where reading ended, if what is appended can be read by itself."""
    is_closed = log.is_closed and chosen.is_continued and log_file.path is not None
    if not is_closed or log_file.lines_read is None or log_file.size is None:
        return None
    return End(chosen.name, log_file.size, log_file.lines_read, log.marks)
