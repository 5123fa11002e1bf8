"""Calls and groups of calls as typed columns: what CSV, Parquet and pandas hold of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from tokencost_pricing.units import TOKEN_SUMS, UNITS
from tokencost_profiles.calls.call import CACHED, CALL, REPORTED
from tokencost_profiles.costs.single_calls import SingleCall

ColumnKind = Literal["text", "count", "money", "share", "seconds", "time"]
_LABELS: Final = ("session", "project", "user", "team", "environment", "branch", "agent", "file")
_TAG: Final = "tag:"
# What few calls have, and what it is for the others: a column where any call has it.
_RARE: Final[Mapping[str, str | None]] = {
    "region": None,
    "search_context": None,
    "media_size": None,
    "media_quality": None,
    "scope": CALL,
    "usage_source": REPORTED,
}


class TypedColumn(NamedTuple):
    """A name, a kind and values; None is not known.

    Money is exact, in USD; a time is in seconds since 1970, UTC.
    """

    name: str
    kind: ColumnKind
    values: Sequence[Any]

    @property
    def title(self) -> str | None:
        """The name of the tag, of a column of a tag."""
        return self.name.removeprefix(_TAG) if self.name.startswith(_TAG) else None


def call_columns(calls: Sequence[SingleCall]) -> list[TypedColumn]:
    """Return the columns of single calls: one for each unit and tag that any of them has.

    The reader `call-rows` reads them: what decides a price stands in them.
    """
    tags = [dict(one.call.tags) for one in calls]
    names = sorted({name for tag in tags for name in tag})
    ends = [one.sums.ends for one in calls]
    columns = [
        TypedColumn("call_id", "text", [one.id for one in calls]),
        TypedColumn("at", "time", [one.call.at for one in calls]),
        TypedColumn("provider", "text", [one.key.provider for one in calls]),
        TypedColumn("model", "text", [one.key.model or one.call.model for one in calls]),
        TypedColumn("mode", "text", ["+".join(one.modes) or None for one in calls]),
        *(
            TypedColumn(label, "text", [getattr(one.call, label) or None for one in calls])
            for label in _LABELS
        ),
        TypedColumn("line", "count", [one.call.line for one in calls]),
        TypedColumn("tool", "text", [_tools(one) for one in calls]),
        *(TypedColumn(_TAG + name, "text", [tag.get(name) for tag in tags]) for name in names),
        *_rare_columns(calls),
        TypedColumn("duration_seconds", "seconds", [one.call.latency for one in calls]),
        TypedColumn(
            "time_to_first_token_seconds", "seconds", [one.call.first_token for one in calls]
        ),
        *usage_columns([one.call.usage for one in calls]),
        TypedColumn("cost", "money", [one.sums.cost for one in calls]),
    ]
    if any(end is not None for end in ends):
        columns += [
            TypedColumn("cost_low", "money", [end and end.low for end in ends]),
            TypedColumn("cost_high", "money", [end and end.high for end in ends]),
        ]
    return [*columns, TypedColumn("cost_reported", "money", [one.call.cost for one in calls])]


def _rare_columns(calls: Sequence[SingleCall]) -> Iterator[TypedColumn]:
    if any(one.is_renamed for one in calls):
        yield TypedColumn("logged_provider", "text", [one.call.provider for one in calls])
        yield TypedColumn("logged_model", "text", [one.call.model for one in calls])
    for name, usual in _RARE.items():
        values = [getattr(one.call, name) for one in calls]
        if any(value != usual for value in values):
            yield TypedColumn(name, "text", values)
    if any(one.call.status == CACHED for one in calls):
        yield TypedColumn("status", "text", [one.call.status for one in calls])


def _tools(one: SingleCall) -> str | None:
    return " + ".join(dict.fromkeys(one.call.tools)) or None


def usage_columns(usages: Sequence[Mapping[str, int] | None]) -> list[TypedColumn]:
    """Return a column for each unit that any usage has, then the sums of them."""
    units = {unit for usage in usages for unit in usage or ()}
    single = [unit for unit in UNITS if unit in units and unit not in TOKEN_SUMS]
    return [
        *(TypedColumn(unit, "count", list(_counts(usages, unit))) for unit in single),
        *(TypedColumn(name, "count", list(_sums(usages, of))) for name, of in TOKEN_SUMS.items()),
    ]


def _counts(usages: Iterable[Mapping[str, int] | None], unit: str) -> Iterator[int | None]:
    return (None if usage is None else usage.get(unit) for usage in usages)


def _sums(usages: Iterable[Mapping[str, int] | None], units: Sequence[str]) -> Iterator[int | None]:
    for usage in usages:
        yield None if usage is None else sum(usage.get(unit, 0) for unit in units)
