"""What calls can be grouped and chosen by: `--by` and `--where`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from tokencost_pricing.errors import UsageError, did_you_mean

QUARTER: Final = 900  # seconds: every time zone is a multiple of these away from UTC


class Key(NamedTuple):
    """What is the same for all calls of a cell. None is not known."""

    quarter: int | None = None  # quarters of an hour since 1970, UTC
    provider: str | None = None  # who bills
    model: str | None = None  # the table's id; the log's name where the table has none
    name: str | None = None  # the model as the log calls it
    rates: str = ""  # which rates it pays, by their name
    band: int = 0  # the last prompt length of the table at which a price changes
    tier: str | None = None  # the way of service, as the log calls it
    api: str | None = None
    session: str | None = None
    project: str | None = None
    user: str | None = None
    team: str | None = None
    environment: str | None = None
    branch: str | None = None
    agent: str | None = None
    tools: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    reader: str = ""
    file: str = ""
    scope: str = "call"
    status: str = "ok"
    source: str = "reported"  # of the counts
    reason: str | None = None  # why it has no price
    notes: tuple[str, ...] = ()
    root: str | None = None  # the session, trace or file that its turns are counted in
    thread: str | None = None  # of a sub-agent
    turn_number: int | None = None  # this and what follows: `PLACES`, which stand last
    step: int | None = None
    substep: int | None = None


_FIELDS: Final = {"tool": "tools", "format": "reader"}
TURN: Final = "turn"
STEP: Final = "step"
# The fields that place a call in its session.
PLACES: Final = ("turn_number", "step", "substep")
# The fields that the tree by cause needs.
CAUSES: Final = frozenset({"root", "thread", "agent", "tools", "file", "status", *PLACES})


def named(condition: str) -> str:
    """Return the dimension that a condition speaks of."""
    return _SIGN.split(condition, maxsplit=1)[0]


def fields_of(names: Sequence[str]) -> set[str]:
    """Return the fields of a key that dimensions look at."""
    fields = set()
    for name in map(_plain_name, names):
        if name.startswith("tag:"):
            fields.add("tags")
        elif name == TURN:
            fields |= {"root", "turn_number"}
        else:
            fields.add("quarter" if name in _TIMES else _FIELDS.get(name, name))
    return fields


_SIGN: Final = re.compile(r"!?=")
_PATTERN: Final = "~"  # what follows is a pattern that the value is searched for

Dimension = Callable[[Key], str | None]

_PLAIN: Final = (
    "model",
    "provider",
    "session",
    "project",
    "agent",
    "user",
    "team",
    "branch",
    "environment",
    "api",
    "tier",
    "status",
    "scope",
    "source",
    "file",
    "name",
)
_TIMES: Final = {
    "hour": "%Y-%m-%d %H:00",
    "day": "%Y-%m-%d",
    "week": "%G-W%V",
    "month": "%Y-%m",
    "year": "%Y",
    "weekday": "%u %a",
}
NAMES: Final = (*_PLAIN, TURN, STEP, *_TIMES, "tool", "format", "tag:KEY")


def split_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names of dimensions that texts list, separated by commas.

    A pattern may hold commas itself, so what follows the first `~` of a text is all of it.
    """
    names: list[str] = []
    for text in texts:
        plain, sign, pattern = text.partition(_PATTERN)
        listed = plain.split(",")
        if sign:
            listed[-1] += sign + pattern
        names += [name for name in listed if name]
    return tuple(names)


def is_time(name: str) -> bool:
    """Whether a dimension is of the times of calls."""
    return _plain_name(name) in _TIMES


def needs_turns(names: Iterable[str]) -> bool:
    """Whether a dimension is of the turns or steps of calls."""
    return any(_plain_name(name) in (TURN, STEP) for name in names)


def ids_among(names: Iterable[str]) -> bool:
    """Whether a dimension has ids of the log as its values."""
    return any(_plain_name(name) in ("session", TURN) for name in names)


def _plain_name(name: str) -> str:
    return name.partition(_PATTERN)[0]


def dimension(name: str, zone: tzinfo = UTC, others: Sequence[str] = ()) -> Dimension:
    """Return what tells the value of a dimension. Raise `UsageError` for a name that none has.

    `others`: names that are no dimensions of calls, but may have been meant.

    `NAME~REGEX` has as value what the pattern finds in that of `NAME`: its first group, where it
    has one.
    """
    plain, sign, pattern = name.partition(_PATTERN)
    if sign:
        return _matched(dimension(plain, zone), pattern)
    if name.startswith("tag:"):
        wanted = name[4:]
        return lambda key: dict(key.tags).get(wanted)
    if name == "tool":
        return lambda key: " + ".join(dict.fromkeys(key.tools)) or None
    if name == "format":
        return lambda key: key.reader or None
    if name == TURN:
        return turn_name
    if name == STEP:
        return lambda key: None if key.step is None else f"{key.step:04}"
    if name in _TIMES:
        return _time(_TIMES[name], zone)
    if name in _PLAIN:
        return lambda key: getattr(key, name) or None
    raise UsageError(
        f"calls cannot be grouped by '{name}'{did_you_mean(name, (*NAMES, *others))}",
        hint=f"dimensions: {', '.join((*NAMES, *others))}, NAME~REGEX",
    )


def turn_name(key: Key) -> str | None:
    """Return the name of a turn: that of its session and its number, which sorts in order."""
    return None if key.turn_number is None else f"{key.root}#{key.turn_number:04}"


def _matched(inner: Dimension, pattern: str) -> Dimension:
    try:
        search = re.compile(pattern).search
    except re.error as error:
        raise UsageError(f"'{pattern}' is not a pattern: {error}") from None

    def value(key: Key) -> str | None:
        text = inner(key)
        match = search(text) if text is not None else None
        if match is None:
            return None
        return (match[1] if match.re.groups else match[0]) or None

    return value


def _time(form: str, zone: tzinfo) -> Dimension:
    known: dict[int, str] = {}

    def written(key: Key) -> str | None:
        if key.quarter is None:
            return None
        text = known.get(key.quarter)
        if text is None:
            at = datetime.fromtimestamp(key.quarter * QUARTER, zone)
            text = known[key.quarter] = at.strftime(form)
        return text

    return written


_CONDITION: Final = re.compile(r"([A-Za-z_]+(?::[^=!]+)?)(!?=)(.*)", re.DOTALL)


def conditions(texts: Sequence[str], zone: tzinfo = UTC) -> Callable[[Key], bool]:
    """Return what tells whether a cell meets every `name=value` (or `name!=value`).

    A value may hold `*` and `?`; an empty one means that nothing is known. Conditions on one name
    with `=` are alternatives.
    """
    wanted: dict[str, list[str]] = {}
    refused: list[tuple[Dimension, str]] = []
    for text in texts:
        match = _CONDITION.fullmatch(text)
        if match is None:
            raise UsageError(f"'{text}' is not a condition as model=claude-* or team!=web")
        name, sign, value = match.groups()
        if sign == "=":
            wanted.setdefault(name, []).append(value)
        else:
            refused.append((dimension(name, zone), value))
    if not texts:
        return lambda key: True
    asked = [(dimension(name, zone), values) for name, values in wanted.items()]

    def met(key: Key) -> bool:
        return all(any(_like(of(key), v) for v in values) for of, values in asked) and not any(
            _like(of(key), value) for of, value in refused
        )

    return met


def _like(value: str | None, pattern: str) -> bool:
    return fnmatchcase(value or "", pattern)
