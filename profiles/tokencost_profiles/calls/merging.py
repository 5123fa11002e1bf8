"""`Store`: the records of any number of logs, merged. A monoid: the order of adding is no matter.

It is what shards give and what combines: records of one response become one call, whichever file,
format or shard told of it. `settle` then removes what is there twice: spans that repeat the
sum of their children, sessions beside their calls, history that a fork replays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import (
    OK,
    OWNER_LABELS,
    SCOPES,
    Alias,
    Call,
    Link,
    Record,
    SessionReport,
    drop_absurd_numbers,
)
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.plain_calls import PlainCalls

# 1: the first.
FORMAT = 1


class Store(msgspec.Struct):
    """All records of logs, one entry a response."""

    format: int = FORMAT
    audit: Audit = msgspec.field(default_factory=Audit)
    calls: dict[str, Call] = msgspec.field(default_factory=dict)
    links: dict[str, str] = msgspec.field(default_factory=dict)  # trace/span -> parent
    origins: dict[str, str] = msgspec.field(default_factory=dict)  # session -> where it forked
    reports: dict[str, SessionReport] = msgspec.field(default_factory=dict)  # by session
    plain: list[PlainCalls] = msgspec.field(default_factory=list)  # not among `calls`

    def add(self, record: Record) -> None:
        """Take one record."""
        if isinstance(record, Call):
            self.audit.calls += 1
            reason = drop_absurd_numbers(record)
            if reason is not None:
                self.audit.skip(record.file, record.line or 0, reason)
            key = record.key or key_of(record)
            known = self.calls.get(key)
            self.calls[key] = record if known is None else merge(known, record)
        elif isinstance(record, Link):
            self.links[f"{record.trace}/{record.span}"] = record.parent
        elif isinstance(record, Alias):
            self.origins[record.session] = record.origin
        elif isinstance(record, SessionReport):
            self._report(record)

    def extend(self, records: Iterable[Record]) -> None:
        """Take many records."""
        for record in records:
            self.add(record)

    def combine(self, other: Store) -> Store:
        """Return both together. Commutative, associative; the empty store is neutral."""
        combined = Store(
            self.format,
            self.audit,
            dict(self.calls),
            {**self.links},
            {**self.origins},
            {**self.reports},
            [*self.plain],
        )
        combined.absorb(other)
        return combined

    def absorb(self, other: Store) -> None:
        """Take in another store. It must not be used after."""
        self.audit += other.audit
        _settle_names(self.links, other.links)
        _settle_names(self.origins, other.origins)
        for report in other.reports.values():
            self._report(report)
        self.plain += other.plain
        if not self.calls:
            self.calls = other.calls
            return
        calls = self.calls
        known = calls.keys() & other.calls.keys()  # of few: the rest is taken as it is
        merged = {key: merge(calls[key], other.calls[key]) for key in known}
        calls.update(other.calls)
        calls.update(merged)

    def _report(self, report: SessionReport) -> None:
        """Keep the latest report of a session: it is a running total, so the largest."""
        known = self.reports.setdefault(report.session, report)
        places = [(one.cost, one.file, one.line or 0) for one in (known, report)]
        if places[1] > places[0]:
            self.reports[report.session] = report


def _settle_names(names: dict[str, str], others: dict[str, str]) -> None:
    """Take in what others name; where two differ the first by name stands, whoever came first."""
    for key, name in others.items():
        names[key] = min(names.get(key, name), name)


def key_of(call: Call) -> str:
    """Return the key of a call; where it has none, its place in the log."""
    return call.key or f"{call.file}:{call.line}:{call.span or ''}:{call.scope}"


def merge(a: Call, b: Call) -> Call:
    """Return one call of two records of it. Commutative, associative, idempotent.

    A record that closes the response and has numbers beats one written while it ran; between
    equals, each unit's larger count is the later one. Of everything else what only one of them
    has stays, and where they differ a fixed order decides: who came first does not matter.
    """
    changed: dict[str, Any] = {}
    a_final, b_final = _closes(a), _closes(b)
    closing = a.usage if a_final else b.usage
    usage = _largest(a.usage, b.usage) if a_final == b_final else closing
    if usage != a.usage:
        changed["usage"] = usage
    if (a_final or b_final) != a.final:
        changed["final"] = a_final or b_final
    for name, choose in _FIELDS.items():
        mine, other = getattr(a, name), getattr(b, name)
        if mine == other or other is None:
            continue
        chosen = other if mine is None else choose(mine, other)
        if chosen != mine:
            changed[name] = chosen
    if (b.file, b.line or 0) < (a.file, a.line or 0):
        changed["file"], changed["line"] = b.file, b.line
    if a.session != b.session or a.sessions != b.sessions:
        sessions = {a.session, b.session, *a.sessions, *b.sessions} - {None}
        changed["sessions"] = tuple(sorted(map(str, sessions))) if len(sessions) > 1 else ()
    files = {a.file, b.file, *a.copies, *b.copies}
    if len(files) > 1:
        changed["copies"] = tuple(sorted(files))
    return msgspec.structs.replace(a, **changed) if changed else a


def _closes(call: Call) -> bool:
    return call.final and call.usage is not None


def _largest(a: dict[str, int] | None, b: dict[str, int] | None) -> dict[str, int] | None:
    if a is None or b is None:
        return a if b is None else b
    return {unit: max(a.get(unit, 0), b.get(unit, 0)) for unit in {**a, **b}}


def _union(a: tuple[Any, ...], b: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted({*a, *b}))


def _most_often(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    """Return every tool as often as the record has it that has it more often."""
    return tuple(sorted((Counter(a) | Counter(b)).elements()))


def _blocks(a: tuple[Any, ...], b: tuple[Any, ...]) -> tuple[Any, ...]:
    """Join the parts of an answer that was logged block by block, in the order of their places."""
    return tuple(sorted({*a, *b}, key=lambda part: (part.place, part.role, part.text)))


_ORDERED: Final = 5  # of the fields of a part: those that are texts


def _longer(a: Sequence[Part], b: Sequence[Part]) -> Sequence[Part]:
    """Return the longer of two prompts. What is known of media decides nothing."""
    if len(a) != len(b):
        return a if len(a) > len(b) else b
    return max(a, b, key=lambda parts: [part[:_ORDERED] for part in parts])


def _finer(a: str, b: str) -> str:
    return min(a, b, key=SCOPES.index)


def _better(a: str, b: str) -> str:
    return min(a, b, key=lambda status: (status != OK, status))


_FIELDS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "reader",
            "session",
            "trace",
            "span",
            "parent",
            "response_id",
            "provider",
            "host",
            "api",
            "model",
            "service_tier",
            "speed",
            "region",
            "search_context",
            "media_size",
            "media_quality",
            "at",
            "usage_source",
            "semantics",
            "cost_basis",
            *OWNER_LABELS,
            "thread",
            "started_by",
            "turn",
            "first_token",
            "copy_of",
        ),
        min,
    ),
    **dict.fromkeys(("batch", "latency", "error", "cost", "max_output", "has_request"), max),
    **dict.fromkeys(("tags", "warnings", "containers"), _union),
    "tools": _most_often,
    "unknown_keys": _largest,
    "scope": _finer,
    "status": _better,
    "answer": _blocks,
    "parts": _longer,
}


class Settled(NamedTuple):
    """The calls that were billed, each once; those that are plain apart."""

    calls: list[Call]
    plain: list[PlainCalls]
    audit: Audit  # with what was taken out


def settle(store: Store) -> tuple[list[Call], Audit]:
    """Return the calls that were billed, each once, and the audit with what was taken out."""
    settled = settle_apart(store)
    calls = settled.calls
    if settled.plain:
        calls = sorted(
            [*calls, *(one for part in settled.plain for one in part.calls())], key=order_of
        )
    return calls, settled.audit


def settle_apart(store: Store) -> Settled:
    """Return what `settle` does, with plain calls as they are."""
    from tokencost_profiles.calls.forks import drop_copied_messages, drop_replays
    from tokencost_profiles.calls.plain_names import separate
    from tokencost_profiles.calls.rollups import bill_containers_once, drop_rollups

    audit = store.audit + Audit()
    recorded, plain = (
        separate(store.plain, store.calls, merge) if store.plain else (store.calls, [])
    )
    calls, replayed = drop_replays(recorded, store.origins)
    calls, copied = drop_copied_messages(calls, audit.session_formats)
    audit.replayed += replayed + copied
    audit.replayed += sum([len(call.copies) - 1 for call in calls if call.copies])
    audit.merged += audit.calls - len(calls) - sum(map(len, plain)) - audit.replayed
    calls, rolled_up = drop_rollups(calls, store.links)
    audit.rolled_up += rolled_up
    audit.cached += sum([call.status == "cached" for call in calls])
    audit.without_usage += sum([call.usage is None and call.status == "ok" for call in calls])
    for call in calls:
        if call.unknown_keys:
            audit.ignore(call.unknown_keys)
    return Settled(bill_containers_once(sorted(calls, key=order_of)), plain, audit)


Order = tuple[float, str, int, str, str, str]


def order_of(call: Call) -> Order:
    """Return what settled calls are sorted by: their time, then their place in the logs."""
    return (call.at or 0.0, call.file, call.line or 0, call.key or "", call.span or "", call.scope)
