"""Sessions that continue another one's history: what they repeat of it is counted once.

A reader marks calls that may be copies with `copy_of`. Such a call is one where the same running
total stands in the session it names, or in one that this was forked from. Equal numbers alone make
no copy: two sessions of one parent may well begin with requests of the same size.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from tokencost_profiles.calls.call import CALL, Call
from tokencost_profiles.calls.identity import is_record_key, is_strong

DOUBTFUL: Final = "may repeat the session that it was forked from, which was not read"
# So many equal rows at the head of two forks are the history of both.
_SHARED: Final = 2
_COUNTERS: Final = 5  # at the end of a key
_HISTORY: Final = "history:"  # how a key begins that is a running total of a session


def drop_replays(calls: Mapping[str, Call], origins: Mapping[str, str]) -> tuple[list[Call], int]:
    """Return the calls that copy none of an ancestor, and how many copies were removed.

    What may be a copy of a session that was not read stays, with a warning.
    """
    by_session: dict[str, list[tuple[str, Call]]] = defaultdict(list)
    for key, call in calls.items():
        if call.copy_of is not None:
            by_session[call.session or call.file].append((key, call))
    if not by_session:
        return list(calls.values()), 0
    sessions = {_name(key) for key in calls if key.startswith(_HISTORY)}
    dropped: set[str] = set()
    changed: dict[str, Call] = {}
    heads: dict[str, list[list[str]]] = defaultdict(list)  # of forks of a session not read
    for session, doubtful in sorted(by_session.items()):
        doubtful.sort(key=lambda item: item[1].line or 0)
        origin = str(doubtful[0][1].copy_of)
        copies = _copies(doubtful, _ancestors(session, origin, origins), calls)
        if f"{_HISTORY}{origin}" not in sessions:
            totals = [_total(key) for key, _ in doubtful]
            copies = max(copies, _shared_totals(totals, heads[origin]))
            heads[origin].append(totals)
            for key, call in doubtful[copies:]:
                warnings = (*call.warnings, DOUBTFUL)
                changed[key] = msgspec.structs.replace(call, warnings=warnings)
        dropped |= {key for key, _ in doubtful[:copies]}
    remaining = [changed.get(key, call) for key, call in calls.items() if key not in dropped]
    return remaining, len(dropped)


def drop_copied_messages(
    calls: list[Call], session_formats: Collection[str]
) -> tuple[list[Call], int]:
    """Return the calls that no fork copied under new ids, and how many copies were removed.

    A copied message keeps its time. Two sessions that an agent keeps on disk hold one call where
    its moment, model and counts are the same: the one with the first id stands. A call with an id
    of the provider is identified by that id. `session_formats`: readers whose agents keep sessions.
    """
    doubtful = [call for call in calls if _may_be_copied(call)]
    times = Counter([call.at for call in doubtful])
    first: dict[tuple[object, ...], Call] = {}
    copies: set[int] = set()
    for call in sorted(
        (call for call in doubtful if times[call.at] > 1),
        key=lambda call: (call.key or "", call.file, call.line or 0),
    ):
        usage = tuple(sorted((call.usage or {}).items()))
        original = first.setdefault((call.reader, call.at, call.model, usage), call)
        if original.session != call.session and call.reader in session_formats:
            copies.add(id(call))
    if not copies:
        return calls, 0
    return [call for call in calls if id(call) not in copies], len(copies)


def _may_be_copied(call: Call) -> bool:
    if call.response_id is not None and is_strong(call.response_id):
        return False
    if call.at is None or call.session is None or call.trace is not None or not call.key:
        return False
    return bool(call.usage) and call.scope == CALL and not call.key.startswith(_HISTORY)


def may_become_copy(key: str, call: Call) -> bool:
    """Whether a record may be a message that a fork copies, once all records of it are merged.

    Another record may add the session or the usage; it cannot take a trace away, and a key that
    holds the moment and the counts has no record elsewhere that differs in these.
    """
    if call.at is None or call.trace is not None or not call.key or key.startswith(_HISTORY):
        return False
    return call.session is not None or not is_record_key(key)


def _copies(
    doubtful: Sequence[tuple[str, Call]], ancestors: Sequence[str], calls: Mapping[str, Call]
) -> int:
    """Return how many calls at the head of a session stand in its ancestors."""
    for at, (key, call) in enumerate(doubtful):
        total = _total(key)
        named = (calls.get(f"{_HISTORY}{session}:{total}") for session in ancestors)
        if not any(earlier is not None and _precedes(earlier, call) for earlier in named):
            return at
    return len(doubtful)


def _precedes(a: Call, b: Call) -> bool:
    return a.at is None or b.at is None or a.at <= b.at


def _shared_totals(totals: list[str], others: list[list[str]]) -> int:
    """Return how many totals a session shares with the head of another fork of the same one."""
    longest = 0
    for other in others:
        pairs = zip(totals, other, strict=False)
        equal = next((at for at, (a, b) in enumerate(pairs) if a != b), None)
        longest = max(longest, min(len(totals), len(other)) if equal is None else equal)
    return longest if longest >= _SHARED else 0


def _ancestors(session: str, origin: str, origins: Mapping[str, str]) -> list[str]:
    """Return the sessions before one. Of sessions that name each other the first has none."""
    ancestors = [origin]
    while (
        ancestors[-1] != session
        and (above := origins.get(ancestors[-1]))
        and above not in ancestors
    ):
        ancestors.append(above)
    if ancestors[-1] != session:
        return ancestors
    return [] if session == min(ancestors) else ancestors[:-1]


def _name(key: str) -> str:
    return key.rsplit(":", _COUNTERS)[0]


def history_session(key: str) -> str | None:
    """Return the session whose running total a key is; None where it is another key."""
    return _name(key).removeprefix(_HISTORY) if key.startswith(_HISTORY) else None


def _total(key: str) -> str:
    return ":".join(key.rsplit(":", _COUNTERS)[1:])
