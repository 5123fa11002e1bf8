"""Roll-ups: records that sum up other records are removed, so that each call counts once."""

from __future__ import annotations

from collections import Counter, defaultdict
from operator import attrgetter
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.call import CALL, PASS, RUN, SESSION, TURN, Call
from tokencost_profiles.calls.identity import is_strong

_ALWAYS: Final = ("input", "output")  # units that stay where they are 0
_SAME_TIME: Final = 3600  # seconds: the logs of one response are no further apart
# Formats that record a run in more detail come first: their calls stay, mirrors go.
_DETAIL: Final = {PASS: 0, CALL: 0, TURN: 1, SESSION: 2, RUN: 3}


def drop_rollups(calls: list[Call], links: dict[str, str]) -> tuple[list[Call], int]:
    """Return the calls that are no sums of others, and how many sums were removed."""
    remaining, spans = _drop_span_sums(calls, links)
    remaining, split = _drop_split_messages(remaining)
    remaining, twins = _drop_twins(remaining)
    remaining, wide = _drop_wide_scopes(remaining)
    remaining, mirrors = _drop_mirrors(remaining)
    return remaining, spans + split + twins + wide + mirrors


def bill_containers_once(calls: list[Call]) -> list[Call]:
    """Return calls, in the order of time, with each container billed to the first that used it.

    A container serves a session: later answers run their code in the one that is there.
    """
    seen: set[str] = set()
    for at, call in enumerate(calls):
        if not call.containers:
            continue
        usage = dict(call.usage or {})
        for name in call.containers:
            unit = name.partition(":")[0]
            if name in seen and usage.get(unit):
                usage[unit] -= 1
            seen.add(name)
        usage = {unit: count for unit, count in usage.items() if count or unit in _ALWAYS}
        calls[at] = msgspec.structs.replace(call, usage=usage)
    return calls


def _drop_span_sums(calls: list[Call], links: dict[str, str]) -> tuple[list[Call], int]:
    """Remove spans whose numbers are those of the spans below them.

    Bottom-up, per unit: a span counts for what exceeds its nearest reporting descendants.
    No excess: a sum. An excess: it stays, and the rest goes. Less: the descendants are
    right, and it is a sum of something else.
    """
    by_span = {f"{c.trace}/{c.span}": c for c in calls if c.span and c.trace}
    if not by_span:
        return calls, 0
    parents = {**links, **{name: c.parent for name, c in by_span.items() if c.parent}}
    below: dict[str, dict[str, int]] = defaultdict(dict)
    for name, call in by_span.items():
        if call.usage is None:
            continue
        above = _reporting_ancestor(name, str(call.trace), parents, by_span)
        if above is not None:
            sums = below[above]
            for unit, count in call.usage.items():
                sums[unit] = sums.get(unit, 0) + count
    remaining, taken = [], 0
    for call in calls:
        name = f"{call.trace}/{call.span}"
        if not call.span or name not in below:
            remaining.append(call)
            continue
        rest = _excess(call.usage or {}, below[name])
        if rest is None:
            taken += 1
        else:
            note = "only what its spans below do not report"
            warnings = (*call.warnings, note)
            remaining.append(
                msgspec.structs.replace(call, usage=rest, cost=None, warnings=warnings)
            )
    return remaining, taken


def _reporting_ancestor(
    name: str, trace: str, parents: dict[str, str], by_span: dict[str, Call]
) -> str | None:
    """Return the nearest span above that reports usage."""
    seen = {name}
    above = parents.get(name)
    while above:
        key = f"{trace}/{above}"
        if key in seen:
            return None  # a circle
        call = by_span.get(key)
        if call is not None and call.usage is not None:
            return key
        seen.add(key)
        above = parents.get(key)
    return None


def _excess(usage: dict[str, int], sums: dict[str, int]) -> dict[str, int] | None:
    """Return what a span reports in excess of its descendants, or None where that is nothing.

    Only a span that reports at least as much of everything can hold its descendants' numbers; one
    that reports less of anything counts something else, and the descendants have it already.
    """
    totals = [sum(count for unit, count in side.items()) for side in (usage, sums)]
    if totals[0] <= totals[1]:
        return None
    rest = {unit: usage.get(unit, 0) - sums.get(unit, 0) for unit in {**usage, **sums}}
    if any(count < 0 for count in rest.values()):
        return None
    return {unit: count for unit, count in rest.items() if count}


def _drop_split_messages(calls: list[Call]) -> tuple[list[Call], int]:
    """Remove messages that another log records pass by pass (the first pass ends in `#0`)."""
    split = {c.key[:-2] for c in calls if c.scope == PASS and c.key and c.key.endswith("#0")}
    if not split:
        return calls, 0
    remaining = [call for call in calls if call.scope == PASS or call.key not in split]
    return remaining, len(calls) - len(remaining)


def _drop_twins(calls: list[Call]) -> tuple[list[Call], int]:
    """Keep one of several spans (or logs) of the same response of a provider.

    They have its id, and the same numbers at about the same time; with other numbers they are
    something else, such as a wrapper that has the id of its last step.
    """
    ids = Counter(map(attrgetter("response_id"), calls))
    if len(ids) + ids.get(None, 1) - 1 == len(calls):
        return calls, 0  # no id stands there twice
    first: dict[tuple[Any, ...], Call] = {}
    remaining = []
    for call in sorted(
        calls, key=lambda one: (one.reader, one.file, one.line or 0, one.span or "")
    ):
        if call.response_id and is_strong(call.response_id) and call.usage and call.scope != PASS:
            counts = tuple(sorted((unit, n) for unit, n in call.usage.items() if n))
            twin = first.setdefault((call.response_id, counts), call)
            if twin is not call and _at_one_time(twin.at, call.at):
                continue
        remaining.append(call)
    return remaining, len(calls) - len(remaining)


def _at_one_time(a: float | None, b: float | None) -> bool:
    return a is None or b is None or abs(a - b) < _SAME_TIME


def _drop_wide_scopes(calls: list[Call]) -> tuple[list[Call], int]:
    """Remove records that cover a session or a turn where its calls are known."""
    if not any(map(_DETAIL.get, map(attrgetter("scope"), calls))):
        return calls, 0  # there are only calls
    finest: dict[str, int] = {}
    for call in calls:
        if call.session and call.usage is not None:
            detail = _DETAIL[call.scope]
            finest[call.session] = min(detail, finest.get(call.session, detail))
    remaining = [
        call
        for call in calls
        if not call.session or _DETAIL[call.scope] <= finest.get(call.session, 9)
    ]
    return remaining, len(calls) - len(remaining)


def _drop_mirrors(calls: list[Call]) -> tuple[list[Call], int]:
    """Where several formats record one session, keep the one with the most calls in it.

    Ties go to the first by name. Calls that the formats share by their response id have been merged
    before, so a mirror is what is left of the poorer one.
    """
    if len(set(map(attrgetter("reader"), calls))) < 2:
        return calls, 0
    calls_by_reader: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for call in calls:
        if call.session and call.usage is not None:
            calls_by_reader[call.session][call.reader] += 1
    best = {
        session: min(by_reader, key=lambda name: (-by_reader[name], name))
        for session, by_reader in calls_by_reader.items()
        if len(by_reader) > 1
    }
    remaining = [
        call
        for call in calls
        if not call.session or call.session not in best or best[call.session] == call.reader
    ]
    return remaining, len(calls) - len(remaining)
