"""What `accuracy` and `calibrate` do between their options and their output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple

from tokencost_cli.options.accuracy import AccuracyOptions
from tokencost_cli.options.logs import LogOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import accuracy as view
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import counting, reading_files
from tokencost_cli.tasks._logs import located, mapped_of, selection_of, sources_of
from tokencost_pricing.errors import InputError, UsageError, did_you_mean
from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy import samples
from tokencost_profiles.accuracy.compare_counts import (
    Result,
    Sample,
    count_answers,
    count_samples,
    cross_validate,
    fitted_call,
)
from tokencost_profiles.accuracy.completeness import complete_results, complete_samples
from tokencost_profiles.accuracy.fit import calibrate
from tokencost_profiles.accuracy.session_accuracy import SessionScore, score
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import split_names
from tokencost_profiles.logs import agent_folders
from tokencost_profiles.logs import read as pipeline
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.calibration_yaml import write
from tokencost_profiles.tokens.counter import Counter

_Count = Callable[[Iterable[Sample], PriceTable, Counter], Iterator[Result]]
GROUPS: Final = ("provider", "api", "kind", "model", "rendering", "group")


class _Samples(NamedTuple):
    """What can be counted, and what of it holds all that was sent."""

    sample_set: samples.SampleSet
    complete: list[Sample]
    folders: tuple[agent_folders.AgentFolder, ...]


def accuracy_of(invocation: Invocation, options: AccuracyOptions) -> Report:
    """Compare our counts with what was billed."""
    options = replace(located(invocation, options), by=split_names(options.by))
    for name in options.by:
        if name not in GROUPS:
            raise UsageError(
                f"--by knows no '{name}'{did_you_mean(name, GROUPS)}",
                hint=f"one of: {', '.join(GROUPS)}",
            )
    loaded = _samples(invocation, options)
    sessions = _sessions(invocation, options, loaded.sample_set)
    if sessions is None:
        _refuse_samples(loaded.sample_set, options)
    counter = _uncalibrated(invocation) if options.cross_validate else invocation.counter()
    if options.answers:
        known = [
            sample for sample in loaded.sample_set.samples if sample.answer and sample.answered
        ]
        results = _answers(invocation, options, known, counter)
        if known and not results and sessions is None:
            raise InputError(
                f"the logs lack what was answered: none of {len(known):,} answers can be held "
                "against its bill"
            )
        incomplete = len(known) - len(results)
    else:
        results = complete_results(
            _counted(invocation, options, loaded.complete, counter, count_samples)
        )
        if not results and sessions is None:
            raise _lacking(loaded)
        incomplete = len(loaded.sample_set.samples) - len(results)
    if options.cross_validate:
        results = cross_validate(results)
    results_view = view.AccuracyView(
        results,
        options.by or ("provider", "api", "kind"),
        options.worst,
        loaded.sample_set,
        incomplete,
        invocation.facts,
        loaded.folders,
        sessions,
    )
    return view.report(results_view)


def _sessions(
    invocation: Invocation, options: AccuracyOptions, sample_set: samples.SampleSet
) -> SessionScore | None:
    """Return our cost of sessions against that which their clients report, where any does."""
    if sample_set.reported is None or options.answers:
        return None
    table = invocation.table(options.prices)
    summed = score(sample_set.reported, Pricer(table, invocation.context.now))
    return summed if summed.sessions else None


def calibration_of(invocation: Invocation, options: LogOptions) -> tuple[str, str]:
    """Learn from logs; return the YAML, and a line on its sources."""
    options = located(invocation, options)
    loaded = _samples(invocation, options)
    _refuse_samples(loaded.sample_set, options)
    counter = _uncalibrated(invocation)
    known = [
        [fitted_call(result) for result in results]
        for results in (
            _requests(invocation, options, loaded, counter),
            _answers(invocation, options, loaded.complete, counter),
        )
    ]
    entries = list(chain.from_iterable(calibrate(calls) for calls in known if calls))
    groups = len({call.group for calls in known for call in calls})
    source = f"{sum(map(len, known)):,} requests and answers of {groups:,} logs"
    text = write(entries, invocation.context.now.date().isoformat(), source)
    return text, f"learned from {source}"


def _requests(
    invocation: Invocation, options: LogOptions, loaded: _Samples, counter: Counter
) -> list[Result]:
    """Count requests. Raise `InputError` where no log holds what was sent."""
    results = complete_results(
        _counted(invocation, options, loaded.complete, counter, count_samples)
    )
    if not results:
        raise _lacking(loaded)
    return results


def _lacking(loaded: _Samples) -> InputError:
    number = len(loaded.sample_set.samples)
    return InputError(
        f"the logs lack what was sent: none of {number:,} calls can be held against its bill",
        hint="logs of coding agents leave out the system prompt and the tools; logs of options "
        "bodies are needed (`accuracy --answers` looks at answers alone)",
    )


def _answers(
    invocation: Invocation, options: LogOptions, known: Sequence[Sample], counter: Counter
) -> list[Result]:
    """Count known answers, those left out of which the log holds less than half."""
    results = _counted(invocation, options, known, counter, count_answers)
    return [result for result in results if not result.partial]


def _uncalibrated(invocation: Invocation) -> Counter:
    return Counter(invocation.context.cache, Calibration())


def _samples(invocation: Invocation, options: LogOptions) -> _Samples:
    table = invocation.table(options.prices)
    try:
        sources, folders = sources_of(invocation, options)
        how = pipeline.ReadOptions(options.input_format, mapped_of(invocation, options), text=True)
        with reading_files(invocation.context, sources) as (followed, _):
            sample_set = samples.read(
                followed,
                how,
                selection_of(invocation, options).chooser(Pricer(table, invocation.context.now)),
            )
    finally:
        invocation.close()
    return _Samples(sample_set, complete_samples(sample_set.samples), folders)


def _refuse_samples(sample_set: samples.SampleSet, options: LogOptions) -> None:
    """Raise `InputError` where no call can be held against its bill."""
    if not sample_set.samples:
        for skip in sample_set.audit.unreadable:
            raise InputError(skip.reason, file=skip.file, line=skip.line or None)
        if not sample_set.calls and (options.where or options.since or options.until):
            since = [f"--since {options.since}"] if options.since else []
            until = [f"--until {options.until}"] if options.until else []
            where = [f"--where {condition}" for condition in options.where]
            raise InputError(
                f"no call meets {' and '.join([*since, *until, *where])}",
                hint="`tokencost profile` lists what there is",
            )
        if not sample_set.calls:
            raise InputError(
                "there are no calls in it", hint="`tokencost profile` says what was read"
            )
        raise InputError(
            "no call holds both its text and the tokens that were billed",
            hint=f"{sample_set.left_out:,} calls lack one of them",
        )


def _counted(
    invocation: Invocation,
    options: LogOptions,
    known: Sequence[Sample],
    counter: Counter,
    count: _Count,
) -> list[Result]:
    table = invocation.table(options.prices)
    with counting(invocation.context, len(known)) as watch:
        results: list[Result] = []
        for sample in known:
            results += count([sample], table, counter)
            if watch:
                watch.advance(1)
    return results
