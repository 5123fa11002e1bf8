"""What `accuracy` and `calibrate` do between their options and their output."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from tokencost_cli.progress import counting
from tokencost_cli.report import Report
from tokencost_cli.session import Session
from tokencost_cli.views import accuracy as view
from tokencost_pricing.errors import InputError, UsageError, did_you_mean
from tokencost_profiles import pipeline
from tokencost_profiles.counting import Counter
from tokencost_profiles.learning import samples
from tokencost_profiles.learning.accuracy import (
    Result,
    check,
    check_answers,
    cross_validated,
    known_of,
)
from tokencost_profiles.learning.calibration import Calibration, write
from tokencost_profiles.learning.fitting import Known, calibrate
from tokencost_profiles.sources import expand_logs

GROUPS: Final = ("provider", "api", "kind", "model", "rendering", "group")


class Request(NamedTuple):
    """The options of `accuracy`, and those of `calibrate`."""

    paths: tuple[str, ...]
    by: tuple[str, ...] = ()
    answers: bool = False
    cross_validate: bool = False
    worst: int = 10
    input_format: str | None = None
    prices: tuple[Path, ...] = ()


def accuracy_of(session: Session, request: Request) -> Report:
    """Compare our counts with what was billed."""
    for name in request.by:
        if name not in GROUPS:
            raise UsageError(
                f"--by knows no '{name}'{did_you_mean(name, GROUPS)}",
                hint=f"one of: {', '.join(GROUPS)}",
            )
    found = _samples(session, request)
    counter = _uncalibrated(session) if request.cross_validate else session.counter()
    results = _counted(session, request, found, counter, answers=request.answers)
    if request.cross_validate:
        results = cross_validated(results)
    return view.report(results, found, request.by or ("provider", "api", "kind"), request.worst)


def calibration_of(session: Session, request: Request) -> tuple[str, str]:
    """Learn from logs; return the YAML, and a line on what it was made from."""
    found = _samples(session, request)
    counter = _uncalibrated(session)
    known = []
    for answers in (False, True):
        results = _counted(session, request, found, counter, answers=answers)
        known.append([known_of(result) for result in results if not result.partial])
    _refuse_partial(found, known[0])
    entries = list(chain.from_iterable(calibrate(calls) for calls in known if calls))
    groups = len({call.group for calls in known for call in calls})
    said = f"{sum(map(len, known)):,} requests and answers of {groups:,} logs"
    return write(entries, session.context.now.date().isoformat(), said), f"learned from {said}"


def _refuse_partial(found: samples.Found, known: Sequence[Known]) -> None:
    """Refuse logs most of whose calls lack what was sent: nothing can be learned from them."""
    if 2 * len(known) < len(found.samples):
        raise InputError(
            f"{len(found.samples) - len(known):,} of {len(found.samples):,} calls hold less than "
            "half of the text that was billed",
            hint="logs of coding agents leave out the system prompt and the tools; logs of request "
            "bodies are needed",
        )


def _uncalibrated(session: Session) -> Counter:
    return Counter(session.context.cache, Calibration())


def _samples(session: Session, request: Request) -> samples.Found:
    if not request.paths:
        raise UsageError("name a log, a folder, or - for standard input")
    try:
        sources = expand_logs(request.paths, session.context.folder, session.stdin)
        found = samples.read(sources, pipeline.How(request.input_format, text=True))
    finally:
        session.close()
    if not found.samples:
        for broken in found.audit.unreadable:
            raise InputError(f"{broken.file}: {broken.reason}")
        raise InputError(
            "no call holds both its text and the tokens that were billed",
            hint=f"{found.left_out:,} calls lack one of them" if found.left_out else None,
        )
    return found


def _counted(
    session: Session, request: Request, found: samples.Found, counter: Counter, *, answers: bool
) -> list[Result]:
    table = session.table(request.prices)
    with counting(session.context, len(found.samples)) as watch:
        results: list[Result] = []
        for sample in found.samples:
            results += (check_answers if answers else check)([sample], table, counter)
            if watch:
                watch.advance(1)
    return results
