"""From files to the calls that were billed and their profile: read, settle, name, select, price."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tokencost_pricing.errors import UsageError
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call, SessionReport
from tokencost_profiles.calls.merging import Store, order_of, settle_apart
from tokencost_profiles.calls.plain_calls import PlainCalls
from tokencost_profiles.calls.turns import number_turns
from tokencost_profiles.costs import session_spans
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.cell_table import CellTable
from tokencost_profiles.costs.dimensions import (
    CAUSES,
    Key,
    conditions,
    dimension,
    fields_of,
    is_time,
    named,
    needs_turns,
)
from tokencost_profiles.costs.model_notes import ModelWords
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.costs.session_costs import Judged, judge
from tokencost_profiles.files.git_worktrees import Projects
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs import read
from tokencost_profiles.logs.selection import Selection


class RecordedCalls(NamedTuple):
    """What files hold: calls that were billed, each once, and saved profiles of others."""

    calls: list[Call]
    audit: Audit
    reports: Mapping[str, SessionReport]  # by session
    saved: Sequence[Saved] = ()
    plain: Sequence[PlainCalls] = ()  # further calls, where only sums are wanted


class Plan(NamedTuple):
    """How calls are selected, summed and priced. See `price_logs`."""

    now: datetime
    as_of: datetime | None = None
    selection: Selection = Selection()
    by: tuple[str, ...] | None = None
    assumed_model: str | None = None
    places: bool = False
    # Each option that leaves calls out, alone: what it leaves is counted where no call is left.
    alone: tuple[tuple[str, Selection], ...] = ()

    @property
    def numbers_turns(self) -> bool:
        """Whether the turns and steps of calls are numbered."""
        return self.places or needs_turns((*(self.by or ()), *map(named, self.selection.where)))


class Firsts(NamedTuple):
    """The first call of each cell and of each card of a profile, in their order."""

    of_cells: list[Call]
    of_cards: list[Call]


class PricedLogs(NamedTuple):
    """Calls that were selected, and the profile of them and of saved profiles."""

    calls: list[Call]
    profile: Profile
    pricer: Pricer
    judged: Judged  # the costs that sessions report
    key_of: Callable[[Call], Key]
    unassigned: Sequence[str] = ()  # sources with calls of no session, where there are several
    table: CellTable | None = None  # the cells with all labels, where they were asked for
    quarters: Mapping[tuple[str | None, ...], int] = {}  # see `Profiler.quarters`


def recorded_calls(
    logs: Iterable[Source], how: read.ReadOptions, done: Callable[[int], None] | None = None
) -> RecordedCalls:
    """Read logs and saved profiles. `done` hears the bytes of each file that was read."""
    saved: list[Saved] = []
    return settled_calls(read.read(logs, how._replace(saved=saved), done), saved)


def settled_calls(store: Store, saved: Sequence[Saved]) -> RecordedCalls:
    """Return the calls of records that were read, each once."""
    settled = settle_apart(store)
    return RecordedCalls(settled.calls, settled.audit, store.reports, saved, settled.plain)


def refuse_times(saved: Sequence[Saved], *options: object) -> None:
    """Raise `UsageError` where times of calls or prices are chosen and a saved profile is read."""
    if saved and any(options):
        raise UsageError(
            "a saved profile is priced and summed already: --since, --until and --as-of need logs",
        )


def price_logs(
    recorded: RecordedCalls,
    pricer: Pricer,
    selection: Selection,
    *,
    now: datetime,
    by: Sequence[str] | None = None,
    all_labels: bool = False,
    assumed_model: str | None = None,
    places: bool = False,
    firsts: Firsts | None = None,
) -> PricedLogs:
    """Price the selected calls and sum them up, together with saved profiles.

    `now`: of calls whose time is unknown. `by`: the dimensions that sums are wanted by; None: all.
    `all_labels`: whether a table of cells with all labels is made beside, for a profile that is
    saved. `assumed_model`: of calls whose log names none. `places`: whether calls have their
    turns and steps, beside where a dimension or `all_labels` needs them, and sums are by them.
    `firsts`: where the first call of each cell and card is put.
    Raise `UnknownModelError` where no table has that one, `UsageError` for a dimension or a
    condition that means nothing.
    """
    names = [*(by or ()), *(named(text) for text in selection.where)]
    times = [dimension(name, selection.zone) for name in names if is_time(name)]
    table = CellTable() if all_labels else None
    fields = None if by is None else fields_of(names) | (CAUSES if places else set())
    if places or all_labels or needs_turns(names):
        number_turns(recorded.calls)
    profiler = Profiler(pricer, recorded.audit, fields, times, table)
    words = ModelWords(pricer.table, now, assumed_model)
    _name(recorded.calls, words)
    judged = judge(recorded.reports, recorded.calls, pricer)
    is_selected = selection.matcher()
    calls = []
    profile = profiler.profile
    of_cells, of_cards = firsts or Firsts([], [])
    in_order, sums = _with_plain(recorded, pricer, selection, profiler, words)
    for call in in_order:
        key = profiler.key(call)
        if len(of_cards) < len(profile.cards):
            of_cards.append(call)
        if is_selected(call.at, key):
            if sums and (cell := sums.get(id(call))) is not None:
                profile.cell(key).add(cell)
            else:
                calls.append(call)
                profiler.take(call, key, reported=call.session not in judged.sessions)
            if len(of_cells) < len(profile.cells):
                of_cells.append(call)
    profile.session_costs = judged.of(calls, every=selection.is_all)
    profile, unassigned = with_saved(profile, recorded.saved, selection, table)
    return PricedLogs(
        calls, profile, pricer, judged, profiler.key, unassigned, table, profiler.quarters
    )


def with_saved(
    profile: Profile, saved: Sequence[Saved], selection: Selection, table: CellTable | None = None
) -> tuple[Profile, Sequence[str]]:
    """Return a profile of logs and saved profiles, and the sources with calls of no session.

    `table`: where the cells of the saved profiles are put, too.
    """
    if not saved:
        return profile, ()
    has_labels = conditions(selection.where, selection.zone)
    parts = [("the logs", profile)]
    for one in saved:
        part = one.profile.where(has_labels)
        parts.append((one.label, part))
        if table is not None:
            table.absorb(part.cells)
    return session_spans.added(parts), session_spans.labels_of_sessionless(parts)


def _with_plain(
    recorded: RecordedCalls,
    pricer: Pricer,
    selection: Selection,
    profiler: Profiler,
    words: ModelWords,
) -> tuple[Sequence[Call], Mapping[int, Cell]]:
    """Return calls in order, one of each group of plain ones, and the sums of groups by its id."""
    if not recorded.plain:
        return recorded.calls, {}
    from tokencost_profiles.costs.plain_sums import PlainSums

    plain = PlainSums(
        pricer.apart(),
        words.name,
        selection.is_timely if selection.has_times else None,
        has_times=profiler.has_times,
    )
    for part in recorded.plain:
        plain.take(part)
    return sorted([*recorded.calls, *plain.calls], key=order_of), plain.cells


def _name(calls: Iterable[Call], words: ModelWords) -> None:
    projects = Projects()
    for call in calls:
        call.project = projects.of(call.project)
        words.name(call)
