"""From the options that commands on logs share to calls and their profile."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tokencost_cli.options.logs import CallOptions, LogOptions
from tokencost_cli.output.formatting import first_names
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._sessions import session_warnings
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import reading_files
from tokencost_cli.tasks._empty_selection import alone, filtered, with_calls_of
from tokencost_cli.tasks._log_cache import Stored, log_cache, with_cache
from tokencost_cli.tasks._log_parts import (
    SERIAL,
    ByParts,
    LogReading,
    in_processes,
    refuse_runner,
    runner_of,
)
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.errors import InputError, TokencostError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.audit import Audit, Skip
from tokencost_profiles.calls.typed_times import day_or_moment
from tokencost_profiles.costs.dimensions import named, needs_turns
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.files.file_copies import drop_copies
from tokencost_profiles.files.paths import Source, expand_logs
from tokencost_profiles.logs import agent_folders
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.logs.load import (
    Plan,
    PricedLogs,
    RecordedCalls,
)
from tokencost_profiles.logs.read import ReadOptions, TakeCalls
from tokencost_profiles.logs.selection import Selection, selection
from tokencost_profiles.logs.text_counter import TextCounter
from tokencost_profiles.logs.time_range import Clock, zone_of

if TYPE_CHECKING:
    from tokencost_cli.tasks._content import ContentReading
    from tokencost_profiles.logs.work import Done, Work

Logs = TypeVar("Logs", bound=LogOptions)


def located(invocation: Invocation, options: Logs) -> Logs:
    """Return the options with standard input as their path, where that is what is read."""
    return replace(options, paths=invocation.log_paths(options.paths))


def load(
    invocation: Invocation,
    options: CallOptions,
    *,
    by: Sequence[str] | None = None,
    text: bool = False,
    content: ContentReading | None = None,
    all_labels: bool = False,
    places: bool = False,
    hides_ids: bool = False,
    sums_only: bool = False,
    needs_calls: bool = True,
) -> Loaded:
    """Read the logs and price their calls, each at its time.

    `by`: the dimensions that sums are wanted by; None: all. `text`: whether text is read, too.
    `content`: how the parts of prompts are read, where they are wanted instead of their text.
    `all_labels`: whether a table of cells with all labels is made beside, to be saved.
    `places`: whether calls have their turns and steps, and sums are by them. `hides_ids`: whether
    ids of calls may be hashes, so that logs that were read before need not be read. `sums_only`:
    that nobody looks at single calls, so that plain ones may be read as columns.
    `needs_calls`: whether calls are looked at one by one; else parts of logs may be summed apart.
    """
    refuse_runner(options)
    selected = selection_of(invocation, options)
    names = (*(by or ()), *map(named, selected.where))
    plain = sums_only and not (all_labels or places or needs_turns(names))
    table = invocation.table(options.prices)
    plan = _plan(invocation, options, selected, by, places=places)
    has_cache = hides_ids and options.runner is None  # other machines do not see it
    stored = log_cache(invocation, options, table, plan, plain=plain) if has_cache else None
    try:
        sources, folders = sources_of(invocation, options)
        sources = sources if options.count_copies else drop_copies(sources)
        sizes = None if content is None else content.sizes(invocation, table, sources)
        digest = None if content is None or sizes is None else content.digest(sizes)
        take = None if digest is None else digest.take
        how = _how(invocation, options, table, text=text, digest=take)._replace(plain=plain)
        is_divisible = not (needs_calls or text or all_labels) and content is None

        def priced_logs(known: Stored | None) -> ByParts:
            name, jobs = runner_of(options, sources) if is_divisible else (SERIAL, 1)
            if known is not None:
                run = in_processes(invocation.context, jobs) if jobs > 1 else None
                return ByParts(*_known(invocation, known, sources, how, plan, table, run))
            read = LogReading(invocation, options, table, sources, how, plan)
            in_one = name == SERIAL
            return read.in_one(all_labels=all_labels) if in_one else read.by_parts(name, jobs)

        recorded, priced, of_parts = with_cache(stored, priced_logs)
    finally:
        invocation.close()
    profile = priced.profile
    _refuse_nothing(options, profile, sources, profile.audit)
    problem = _problem(sources, profile.audit, options)
    warnings = (*_unassigned(priced.unassigned), *session_warnings(profile, priced.judged))
    loaded = Loaded(
        priced.calls,
        profile,
        priced.pricer,
        selected.zone,
        problem,
        folders,
        tuple(warnings),
        saved=tuple(recorded.saved),
        table=priced.table,
        every_call=recorded.calls,
        sizes=sizes,
        words={} if digest is None else digest.words,
    )
    if profile.cells:
        return loaded
    profiles = [one.profile for one in recorded.saved]
    of_options = partial(selection_of, invocation)
    calls = [*recorded.calls, *(call for part in recorded.plain for call in part.calls())]
    here = filtered(calls, priced.key_of, profiles, options, of_options)
    return loaded._replace(filtered=with_calls_of(here, of_parts) if of_parts.calls else here)


def selection_of(invocation: Invocation, options: LogOptions) -> Selection:
    """Return which calls are asked for, by their times and labels."""
    context = invocation.context
    clock = Clock(context.now, zone_of(options.timezone), context.folder, context.environment)
    return selection(clock, where=options.where, since=options.since, until=options.until)


def sources_of(
    invocation: Invocation, options: LogOptions
) -> tuple[list[Source], tuple[agent_folders.AgentFolder, ...]]:
    """Return the files that paths name; for no path, those of the coding agents here."""
    folder = invocation.context.folder
    if options.paths:
        sources = expand_logs(options.paths, folder, invocation.stdin)
        return list(invocation.take_inputs(sources)), ()
    environment = invocation.context.environment
    folders = agent_folders.existing_folders(environment)
    if not folders:
        places = list(
            dict.fromkeys(home.label for home in agent_folders.agent_folders(environment))
        )
        raise UsageError(
            "name a log, a folder, or - for standard input",
            hint="no coding agent has left logs on this machine: looked in "
            f"{first_names(places, 4)}",
        )
    sources = expand_logs([str(home.path) for home in folders], folder, invocation.stdin)
    return list(invocation.take_inputs(sources)), tuple(folders)


def _known(
    invocation: Invocation,
    stored: Stored,
    sources: Sequence[Source],
    how: ReadOptions,
    plan: Plan,
    table: PriceTable,
    run: Callable[[Work], Done] | None,
) -> tuple[RecordedCalls, PricedLogs]:
    from tokencost_cli.tasks._known_parts import known_parts

    with reading_files(invocation.context, sources) as (followed, watch):
        done = watch.advance if watch else None
        return known_parts(stored, followed, how, plan, table, done, run)


def _how(
    invocation: Invocation,
    options: LogOptions,
    table: PriceTable,
    *,
    text: bool,
    digest: TakeCalls | None,
) -> ReadOptions:
    context = invocation.context
    counter = TextCounter(table, context.now.date(), context.cache)
    has_text = text or digest is not None
    mapped = mapped_of(invocation, options)
    return ReadOptions(options.input_format, mapped, has_text, counter, digest=digest)


def _plan(
    invocation: Invocation,
    options: CallOptions,
    selected: Selection,
    by: Sequence[str] | None,
    *,
    places: bool,
) -> Plan:
    return Plan(
        invocation.context.now,
        day_or_moment(options.as_of)[0] if options.as_of else None,
        selected,
        None if by is None else tuple(by),
        options.assume_model,
        places,
        alone(options, partial(selection_of, invocation)),
    )


def mapped_of(invocation: Invocation, options: LogOptions) -> Reader | None:
    """Return the reader that `--map` describes, or None."""
    if not options.mapping:
        return None
    if options.input_format:
        raise UsageError("--map and --input-format both say how to read: give one")
    from tokencost_profiles.logs.custom_format import mapped_reader

    return mapped_reader(options.mapping, invocation.context.folder)


def _unassigned(names: Sequence[str]) -> tuple[str, ...]:
    """Return a warning where calls of no session are added up from several places."""
    if len(names) < 2:
        return ()
    text = (
        f"calls without a session are in {', '.join(names[:-1])} and {names[-1]}: "
        "whether they are the same calls cannot be known"
    )
    return (CodedText("no-session", text),)


def _refuse_nothing(
    options: LogOptions, profile: Profile, sources: Sequence[Source], audit: Audit
) -> None:
    """Raise `InputError` where nothing at all could be read."""
    if audit.files or profile.cells:
        return
    if audit.unreadable:
        raise _unreadable(audit.unreadable)
    if not sources:
        if options.paths:
            raise InputError("nothing to read: the folder holds no files")
        raise InputError(
            "nothing to read: the folders of the coding agents on this machine hold no files",
            hint="name a log or a folder",
        )
    raise InputError(
        f"none of the files there is a log that tokencost knows ({len(sources):,} looked at)",
        hint="`tokencost formats` lists what it reads; `tokencost estimate` prices prompts",
    )


def _problem(
    sources: Sequence[Source], audit: Audit, options: CallOptions
) -> TokencostError | None:
    """Return what to end with: files that were asked for by name and could not be read."""
    named = {source.label for source in sources if source.named or options.strict}
    lost = [skip for skip in audit.unreadable if _is_of(skip.file, named)]
    if lost:
        return _unreadable(lost)
    if options.strict and audit.unread:
        files = first_names([skip.file for skip in audit.unread])
        return InputError(f"tokens are counted where no call was read: {files}")
    if options.strict and audit.skipped:
        return InputError(f"{audit.skipped:,} rows could not be read", hint="see the audit above")
    return None


def _is_of(file: str, labels: Container[str]) -> bool:
    """Whether a file, or the archive that it is a member of, has one of these labels."""
    return file in labels or any(
        file[:at] in labels for at, character in enumerate(file) if character == "!"
    )


def _unreadable(files: Sequence[Skip]) -> InputError:
    first = files[0]
    return InputError(
        first.reason, file=first.file, line=first.line or None, also=map(str, files[1:])
    )
