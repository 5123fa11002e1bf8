"""Logs in one call: `read` and `profile` of the Python API."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import UNITS
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.turns import number_turns
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import dimension, named, needs_turns
from tokencost_profiles.costs.grouping import groups, ordered, total
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.single_calls import SingleCall, single_calls
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.files.file_copies import drop_copies
from tokencost_profiles.files.paths import Source, expand_logs
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.logs.load import (
    RecordedCalls,
    price_logs,
    recorded_calls,
    refuse_times,
)
from tokencost_profiles.logs.read import ReadOptions
from tokencost_profiles.logs.selection import Selection, selection
from tokencost_profiles.logs.text_counter import TextCounter
from tokencost_profiles.logs.time_range import Clock, zone_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from tokencost_profiles.costs.columns import TypedColumn
    from tokencost_profiles.costs.data_frame import MoneyAs

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]

# Columns that a small table has no room for: single units, and what others sum up.
_NOT_IN_NOTEBOOKS = frozenset({*UNITS, "input_tokens", "reasoning_tokens"})


class Logs(NamedTuple):
    """What logs hold. `calls` are those that were selected, each billed once.

    `audit` states what was read, merged and left out; `audit.unreadable` are files that could not
    be read, `audit.skipped` the number of rows. `recorded` and `selection` are what `profile`
    works on: their form is not stable.
    """

    calls: list[Call]
    audit: Audit
    recorded: RecordedCalls
    selection: Selection = Selection()


class Group(NamedTuple):
    """Calls that have the same values in the dimensions asked for.

    `usage` counts tokens (and requests and the like) by billable unit. `cost` is in USD, exact;
    None where no call has a price; `unpriced_calls` have none, so that `cost` leaves them out.
    """

    key: tuple[str | None, ...]
    calls: int
    usage: Mapping[str, int]
    cost: Decimal | None
    unpriced_calls: int


class CostProfile(NamedTuple):
    """Where the tokens and the money of calls went: the total, and groups, dearest first.

    `profile` is what `whatif` and `check` take, `single_calls` what rows of calls are made of:
    their form is not stable.
    """

    total: Group
    groups: list[Group]
    audit: Audit
    profile: Profile
    by: tuple[str, ...]
    single_calls: Callable[[], list[SingleCall]]

    def to_pandas(
        self, rows: Literal["groups", "calls"] = "groups", *, money: MoneyAs = "decimal"
    ) -> DataFrame:
        """Return a table of pandas: a row a group, dearest first, or a call, in order of time.

        The columns of calls are those of `tokencost profile --by call -o calls.csv`. Counts are
        nullable integers, times are in UTC, and what is not known is missing. `money`: exact
        amounts as `Decimal`, or `"float"`, which can be drawn.

        Raise `UsageError` where pandas is not installed, and for rows of calls where a saved
        profile was read, which holds sums of calls.
        """
        from tokencost_profiles.costs.columns import call_columns
        from tokencost_profiles.costs.data_frame import data_frame

        if rows not in ("groups", "calls"):
            raise UsageError(f"rows are 'groups' or 'calls', not {rows!r}")
        is_by_call = rows == "calls"
        columns = call_columns(self.single_calls()) if is_by_call else self._columns()
        return data_frame(columns, money)

    def _repr_html_(self) -> str:
        from tokencost_profiles.costs.html_table import amount_of, calls_of, html_table

        total = self.total
        amount = amount_of(total.cost, total.unpriced_calls, total.calls)
        return html_table(
            [column for column in self._columns() if column.name not in _NOT_IN_NOTEBOOKS],
            f"{amount}: {calls_of(total.calls)}",
            least={at for at, group in enumerate(self.groups) if group.unpriced_calls},
        )

    def _columns(self) -> list[TypedColumn]:
        from tokencost_profiles.costs.columns import TypedColumn, usage_columns

        groups = self.groups
        return [
            *(
                TypedColumn(name, "text", [group.key[at] for group in groups])
                for at, name in enumerate(self.by)
            ),
            TypedColumn("calls", "count", [group.calls for group in groups]),
            *usage_columns([group.usage for group in groups]),
            TypedColumn("cost", "money", [group.cost for group in groups]),
            TypedColumn("unpriced_calls", "count", [group.unpriced_calls for group in groups]),
        ]


def read(
    paths: Paths,
    *,
    where: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    timezone: str | None = None,
    input_format: str | None = None,
    mapping: Iterable[str] = (),
    text: bool = False,
    count_copies: bool = False,
    table: PriceTable | None = None,
    now: datetime | None = None,
) -> Logs:
    """Return the calls that logs, traces or recordings hold.

    `paths`: a file, a folder, a glob, or several. `where`: conditions as `"team=web"`. `since`,
    `until`: days, moments or words such as `"7d"` and
    `"last-month"`; `until` includes the day it names.
    `timezone`: of days, as `"Europe/Berlin"`; else UTC. `input_format`: the format of every file;
    else it is detected. `mapping`: a custom format, as `"input=usage.in"`. `text`: whether
    the text of calls is read, too, which `whatif` counts anew for other models. `count_copies`:
    whether files of the very same content count each. `table`: resolves names of models in
    conditions.

    Raise `InputError` where no file is a log or a path names nothing, `UsageError` for an option
    that means nothing. What of a log cannot be read is in the audit.
    """
    now = now or datetime.now(UTC)
    table = table or PriceTable.load()
    selected = selection(
        Clock(now, zone_of(timezone), Path(), {}),
        where=tuple(where),
        since=since,
        until=until,
    )
    sources = expand_logs(_names(paths), Path(), _no_stdin)
    logs = sources if count_copies else drop_copies(sources)
    how = ReadOptions(input_format, _mapped(tuple(mapping)), text, TextCounter(table, now.date()))
    recorded = recorded_calls(logs, how)
    refuse_times(recorded.saved, since, until)
    _refuse_nothing(recorded, len(sources))
    if needs_turns(map(named, selected.where)):
        number_turns(recorded.calls)
    is_selected = selected.chooser(Pricer(table, now))
    calls = [call for call in recorded.calls if is_selected(call)]
    return Logs(calls, recorded.audit, recorded, selected)


def profile(
    logs: Logs | Paths,
    *,
    by: Iterable[str] = ("model",),
    as_of: datetime | None = None,
    assume_model: str | None = None,
    charged: bool = True,
    table: PriceTable | None = None,
    now: datetime | None = None,
) -> CostProfile:
    """Return what calls cost, in total and by groups.

    `logs`: what `read` returned, or paths. `by`: dimensions such as `"model"`, `"day"` or
    `"tag:KEY"`, nested. `as_of`: the day whose prices count; else each call has those of its time.
    `assume_model`: of calls whose log names none. `charged`: whether a call that has no price of
    ours costs what its log states.

    Raise `UsageError` for a dimension that there is not, `UnknownModelError` where no table has
    `assume_model`, and what `read` raises.
    """
    now = now or datetime.now(UTC)
    table = table or PriceTable.load()
    if not isinstance(logs, Logs):
        logs = read(logs, table=table, now=now)
    refuse_times(logs.recorded.saved, as_of)
    names = tuple(by)
    dimensions = [dimension(name, logs.selection.zone) for name in names]
    priced = price_logs(
        logs.recorded,
        Pricer(table, now, as_of),
        logs.selection,
        now=now,
        assumed_model=assume_model,
        places=needs_turns(names),
    )
    by_key = groups(priced.profile, dimensions, charged=charged)
    everything = total(priced.profile, by_key.values())
    rows = [_group(path, summary) for path, summary in ordered(by_key, "cost")]

    def one_by_one() -> list[SingleCall]:
        if logs.recorded.saved:
            raise UsageError("rows of calls need the logs: a saved profile holds sums of calls")
        return single_calls(priced.calls, priced.pricer, charged=charged)

    audit = priced.profile.audit
    return CostProfile(_group((), everything), rows, audit, priced.profile, names, one_by_one)


def _group(key: tuple[str | None, ...], summary: Summary) -> Group:
    return Group(key, summary.cell.calls, summary.usage, summary.cost, summary.uncosted_calls)


def _names(paths: Paths) -> list[str]:
    if isinstance(paths, str | os.PathLike):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]


def _mapped(mapping: tuple[str, ...]) -> Reader | None:
    if not mapping:
        return None
    from tokencost_profiles.logs.custom_format import mapped_reader

    return mapped_reader(mapping, Path())


def _refuse_nothing(recorded: RecordedCalls, files: int) -> None:
    """Raise `InputError` where no file is a log or a saved profile."""
    audit = recorded.audit
    if audit.files or recorded.saved:
        return
    if audit.unreadable:
        first = audit.unreadable[0]
        raise InputError(
            first.reason,
            file=first.file,
            line=first.line or None,
            also=map(str, audit.unreadable[1:]),
        )
    raise InputError(f"none of the files there is a log that tokencost knows ({files:,} read)")


def _no_stdin() -> Source:
    raise UsageError("standard input is for the command line")
