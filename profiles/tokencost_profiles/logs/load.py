"""From files to the calls that were billed and their profile: read, settle, name, select, price."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call, SessionReport
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.calls.token_count import Count
from tokencost_profiles.costs import saved_profile, session_spans
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import (
    Key,
    conditions,
    dimension,
    fields_of,
    is_time,
    named,
)
from tokencost_profiles.costs.model_notes import ModelWords
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.session_costs import Judged, judge
from tokencost_profiles.files.git_worktrees import Projects
from tokencost_profiles.files.paths import Source
from tokencost_profiles.files.row_log import CountText
from tokencost_profiles.logs import read
from tokencost_profiles.logs.selection import Selection


class RecordedCalls(NamedTuple):
    """What logs hold: calls that were billed, each once, what sessions report, and the audit."""

    calls: list[Call]
    audit: Audit
    reports: Mapping[str, SessionReport]  # by session


class PricedLogs(NamedTuple):
    """Calls that were selected, and the profile of them and of saved profiles."""

    calls: list[Call]
    profile: Profile
    pricer: Pricer
    judged: Judged  # the costs that sessions report
    key_of: Callable[[Call], Key]
    unassigned: Sequence[str] = ()  # sources with calls of no session, where there are several


def divided(sources: Iterable[Source]) -> tuple[list[Source], list[Source]]:
    """Return the saved profiles among files, and the logs."""
    documents: list[Source] = []
    logs: list[Source] = []
    for source in sources:
        (documents if saved_profile.is_saved(source) else logs).append(source)
    return documents, logs


def recorded_calls(
    logs: Iterable[Source], how: read.ReadOptions, done: Callable[[int], None] | None = None
) -> RecordedCalls:
    """Read logs. `done` hears the bytes of each file that was read."""
    store = read.read(logs, how, done)
    calls, audit = settle(store)
    return RecordedCalls(calls, audit, store.reports)


def price_logs(
    recorded: RecordedCalls,
    pricer: Pricer,
    selection: Selection,
    *,
    now: datetime,
    saved: Sequence[tuple[str, Profile]] = (),
    by: Sequence[str] | None = None,
    assumed_model: str | None = None,
) -> PricedLogs:
    """Price the selected calls and sum them up, together with saved profiles.

    `now`: of calls whose time is unknown. `saved`: profiles with the names of their files. `by`:
    the dimensions that sums are wanted by; None: all. `assumed_model`: of calls whose log names
    none. Raise `UnknownModelError` where no table has that one, `UsageError` for a dimension or a
    condition that means nothing.
    """
    names = [*(by or ()), *(named(text) for text in selection.where)]
    times = [dimension(name, selection.zone) for name in names if is_time(name)]
    profiler = Profiler(pricer, recorded.audit, None if by is None else fields_of(names), times)
    _name(recorded.calls, ModelWords(pricer.table, now, assumed_model))
    judged = judge(recorded.reports, recorded.calls, pricer)
    is_selected = selection.matcher()
    calls = []
    for call in recorded.calls:
        key = profiler.key(call)
        if is_selected(call.at, key):
            calls.append(call)
            profiler.take(call, key, reported=call.session not in judged.sessions)
    profile = profiler.profile
    profile.session_costs = judged.of(calls, every=selection.is_all)
    if not saved:
        return PricedLogs(calls, profile, pricer, judged, profiler.key)
    has_labels = conditions(selection.where, selection.zone)
    parts = [("the logs", profile), *((name, part.where(has_labels)) for name, part in saved)]
    unassigned = session_spans.without_session(parts)
    return PricedLogs(calls, session_spans.added(parts), pricer, judged, profiler.key, unassigned)


def _name(calls: Iterable[Call], words: ModelWords) -> None:
    projects = Projects()
    for call in calls:
        call.project = projects.of(call.project)
        words.name(call)


def text_counter(table: PriceTable, cache: Path | None = None) -> CountText:
    """Return what counts a text as a model does, for logs that do not say how much it was.

    `cache`: the folder where tokenizers keep what they compiled from their vocabularies.
    """

    def count_text(model: str | None, text: str) -> Count:
        from tokencost_profiles.tokens.tokenizers import FALLBACK, tokenizer

        try:
            family = table.find(model).model.tokenizer if model else None
        except UnknownModelError:
            family = None
        return tokenizer(family or FALLBACK, cache).count(text)

    return count_text
