"""Calls that wait for nobody, sent at the synchronous price."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from tokencost_profiles.attribution.finding import ESTIMATED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit, saved_as
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.calls.call import OK

_LEAST_CALLS: Final = 50  # of one model, each a conversation of its own
# Formats of evaluations and experiments: nobody waits for a single answer.
_OFFLINE: Final = frozenset({"inspect", "promptfoo"})


def _find(inspected: Inspected) -> Iterator[Hit]:
    by_group: dict[tuple[str, str, str], list[PricedCall]] = {}
    for thread in inspected.threads:
        priced = thread.single
        if priced is None:
            continue  # who goes on waits for the answer
        call = priced.call
        # Who streams looks on.
        is_plain = not call.batch and call.status == OK and call.first_token is None
        if priced.is_selected and priced.cost and is_plain:
            group = (call.provider or "", call.model or "", call.project or "")
            by_group.setdefault(group, []).append(priced)
    for (_, model, _), calls in by_group.items():
        is_offline = all(priced.call.reader in _OFFLINE for priced in calls)
        if len(calls) < _LEAST_CALLS and not is_offline:
            continue
        if not is_offline and not _is_burst(calls):
            continue
        saved = saved_as(inspected.pricer, calls, batch=True)
        if saved:
            yield calls_hit(calls, saved, subject=model)


def _is_burst(calls: list[PricedCall]) -> bool:
    """Whether calls came as a job sends them: most within a minute of the one before, of one user.

    Many users are a service, and each of them waits.
    """
    if len({priced.call.user for priced in calls}) > 1:
        return False
    times = sorted(priced.call.at for priced in calls if priced.call.at is not None)
    if len(times) < len(calls):
        return False
    close = sum(later - before <= 60 for before, later in pairwise(times))
    return close >= 0.9 * (len(times) - 1)


FINDING: Final = Detector(
    "batchable",
    "traffic of jobs at the synchronous price",
    "Send it as a batch: the same answers within a day, at the batch price.",
    "Many single calls of one model (at least 50, nine in ten within a minute of the one before, "
    "of one user, none streamed, with tools or with a second turn), and the calls of evaluation "
    "logs, look like a job that nobody waits for. Cost: these calls. Saved: the price paid over "
    "that of the batch mode, where the model has one on that day. Whether somebody waits is a "
    "guess, so it is an estimate.",
    ESTIMATED,
    _find,
)
