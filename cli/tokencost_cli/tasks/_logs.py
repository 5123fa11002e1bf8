"""From the options that commands on logs share to calls and their profile."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from tokencost_cli.options.logs import CallOptions, LogOptions
from tokencost_cli.output.formatting import first_names
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._sessions import session_warnings
from tokencost_cli.runtime.invocation import Invocation, moment
from tokencost_cli.runtime.moments import Clock, end_of, start_of, zone_of
from tokencost_cli.runtime.progress import reading_files
from tokencost_cli.tasks._empty_selection import filtered
from tokencost_pricing.errors import InputError, TokencostError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.audit import Audit, Skip
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import Store, settle
from tokencost_profiles.costs import saved_profile, session_spans
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import conditions, dimension, fields_of, is_time, named
from tokencost_profiles.costs.model_notes import ModelWords
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.session_costs import judge
from tokencost_profiles.files.file_copies import without_copies
from tokencost_profiles.files.git_worktrees import Projects
from tokencost_profiles.files.paths import Source, expand_logs
from tokencost_profiles.files.row_log import CountText
from tokencost_profiles.logs import agent_folders, read
from tokencost_profiles.logs.log_format import Reader

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
) -> Loaded:
    """Read the logs and price their calls, each at its own time.

    `by`: the dimensions that sums are wanted by; None: all. `text`: whether text is read, too.
    """
    zone = zone_of(options.timezone)
    met = conditions(options.where, zone)
    inside = between(invocation, options)
    table = invocation.table(options.prices)
    as_of = moment(options.as_of)[0] if options.as_of else None
    pricer = Pricer(table, invocation.context.now, as_of)
    try:
        sources, looked = sources_of(invocation, options)
        sources = sources if options.count_copies else without_copies(sources)
        documents: list[Source] = []
        logs: list[Source] = []
        for source in sources:
            (documents if saved_profile.is_saved(source) else logs).append(source)
        store = _read(invocation, options, table, logs, text=text)
    finally:
        invocation.close()
    told, audit = settle(store)
    names = [*(by or ()), *(named(text) for text in options.where)]
    times = [dimension(name, zone) for name in names if is_time(name)]
    fields = None if by is None else fields_of(names)
    profiler = Profiler(pricer, audit, fields, times)
    projects = Projects()
    words = ModelWords(table, invocation.context.now, options.assume_model)
    for call in told:
        call.project = projects.of(call.project)
        words.name(call)
    judged = judge(store.reports, told, pricer)
    calls = []
    for call in told:
        key = profiler.key(call)
        if inside(call.at) and met(key):
            calls.append(call)
            profiler.take(call, key, reported=call.session not in judged.sessions)
    profile = profiler.profile
    every = not (options.where or options.since or options.until)
    profile.session_costs = judged.of(calls, every=every)
    warnings: tuple[str, ...] = ()
    read_profiles = _saved(documents, options) if documents else []
    if documents:
        parts = [(name, part.where(met)) for name, part in read_profiles]
        parts = [("the logs", profile), *parts]
        profile = session_spans.added(parts)
        warnings = _untold(session_spans.without_session(parts))
    _refuse_nothing(options, profile, sources, profile.audit)
    problem = _problem(sources, profile.audit, options)
    warnings = (*warnings, *session_warnings(profile, judged))
    loaded = Loaded(calls, profile, pricer, zone, problem, looked, warnings)
    if profile.cells:
        return loaded
    whole = [part for _, part in read_profiles]
    timely = partial(between, invocation)
    return loaded._replace(filtered=filtered(told, profiler.key, whole, options, timely, zone))


def chooser(
    invocation: Invocation, options: LogOptions, table: PriceTable
) -> Callable[[Call], bool]:
    """Return what tells whether a call is asked for, by its time and its labels."""
    inside = between(invocation, options)
    met = conditions(options.where, zone_of(options.timezone))
    if not options.where:
        return lambda call: inside(call.at)
    profiler = Profiler(Pricer(table, invocation.context.now))
    projects = Projects()

    def is_wanted(call: Call) -> bool:
        call.project = projects.of(call.project)
        return inside(call.at) and met(profiler.key(call))

    return is_wanted


def sources_of(
    invocation: Invocation, options: LogOptions
) -> tuple[list[Source], tuple[agent_folders.AgentFolder, ...]]:
    """Return the files that paths name; without any, those of the coding agents here."""
    folder = invocation.context.folder
    if options.paths:
        sources = expand_logs(options.paths, folder, invocation.stdin)
        return list(invocation.take_inputs(sources)), ()
    environment = invocation.context.environment
    kept = agent_folders.existing_folders(environment)
    if not kept:
        places = list(
            dict.fromkeys(home.label for home in agent_folders.agent_folders(environment))
        )
        raise UsageError(
            "name a log, a folder, or - for standard input",
            hint="no coding agent has left logs on this machine: looked in "
            f"{first_names(places, 4)}",
        )
    sources = expand_logs([str(home.path) for home in kept], folder, invocation.stdin)
    return list(invocation.take_inputs(sources)), tuple(kept)


def _read(
    invocation: Invocation,
    options: LogOptions,
    table: PriceTable,
    logs: list[Source],
    *,
    text: bool,
) -> Store:
    mapped = mapped_of(invocation, options)
    how = read.ReadOptions(options.input_format, mapped, text, counter_of(invocation, table))
    with reading_files(invocation.context, logs) as (followed, watch):
        return read.read(followed, how, watch.advance if watch else None)


def mapped_of(invocation: Invocation, options: LogOptions) -> Reader | None:
    """Return the reader that `--map` describes, or None."""
    if not options.mapping:
        return None
    if options.input_format:
        raise UsageError("--map and --input-format both say how to read: give one")
    from tokencost_profiles.logs.custom_format import mapped_reader

    return mapped_reader(options.mapping, invocation.context.folder)


def counter_of(invocation: Invocation, table: PriceTable) -> CountText:
    """Return what counts a text as a model does, for logs that do not say how much it was."""
    from tokencost_profiles.calls.token_count import Count

    def count(model: str | None, text: str) -> Count:
        from tokencost_pricing.errors import UnknownModelError
        from tokencost_profiles.tokens.tokenizers import FALLBACK, tokenizer

        try:
            family = table.find(model).model.tokenizer if model else None
        except UnknownModelError:
            family = None
        return tokenizer(family or FALLBACK, invocation.context.cache).count(text)

    return count


def between(invocation: Invocation, options: LogOptions) -> Callable[[float | None], bool]:
    """Return what tells whether a time (UTC seconds, or None) is in the range asked for."""
    context = invocation.context
    clock = Clock(context.now, zone_of(options.timezone), context.folder, context.environment)
    since = start_of(options.since, clock) if options.since is not None else None
    until = end_of(options.until, clock) if options.until is not None else None
    if since is None and until is None:
        return lambda at: True
    return lambda at: (
        at is not None and (since is None or at >= since) and (until is None or at < until)
    )


def _untold(names: Sequence[str]) -> tuple[str, ...]:
    """Return a warning where calls of no session are added up from several places."""
    if len(names) < 2:
        return ()
    return (
        f"calls without a session are in {', '.join(names[:-1])} and {names[-1]}: "
        "whether they are the same calls cannot be told",
    )


def _saved(documents: Sequence[Source], options: CallOptions) -> list[tuple[str, Profile]]:
    if options.since or options.until or options.as_of:
        raise UsageError(
            "a saved profile is priced and summed already: --since, --until and --as-of need logs"
        )
    return saved_profile.load_each(documents)


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
