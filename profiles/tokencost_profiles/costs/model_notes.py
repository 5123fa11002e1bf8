"""Calls whose log names no model, or only a word for one: which model they are taken for.

Claude Code takes `sonnet`, `opus` and `haiku` for the newest model of that family, and a few of its
rows keep the word. It means another model from release to release: that of the day of the call.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import ALIAS
from tokencost_profiles.costs.profile import Profile

_READERS: Final = ("claude-code", "claude-agent-sdk")
# The word -> the family that is taken where the client does not say which.
_FAMILIES: Final = {"sonnet": "sonnet", "opus": "opus", "haiku": "haiku", "claude": "sonnet"}
_WINDOW: Final = "[1m]"
_MAKER: Final = "anthropic"
_TAKEN: Final = "is taken as"


class ModelWords:
    """Names the models of calls. `assumed` is for calls that name none."""

    def __init__(self, table: PriceTable, now: datetime, assumed: str | None = None) -> None:
        if assumed is not None:
            table.find(assumed)  # an unknown one ends the run, whatever the log holds
        self._table = table
        self._now = now
        self._assumed = assumed
        self._known: dict[tuple[str, date], str | None] = {}

    def name(self, call: Call) -> None:
        """Name the model of a call, with a warning, where its log names none or a word for one."""
        if call.model is None:
            if self._assumed is not None and (call.usage or call.cost is not None):
                self._assume(call, self._assumed)
            return
        if call.model[:6] in _BEGINNINGS and call.reader in _READERS:
            word = call.model.removesuffix(_WINDOW)
            model = self._newest(_FAMILIES[word], call.at) if word in _FAMILIES else None
            if model is not None:
                call.warnings += (f"'{word}' {_TAKEN} {model}, the newest of its day",)
                call.model = model

    def _assume(self, call: Call, assumed: str) -> None:
        call.model = assumed
        call.warnings += (f"a log without a model {_TAKEN} {assumed}",)
        if call.provider is not None:
            try:
                self._table.find(assumed, call.provider)
            except UnknownModelError:
                call.provider = None  # who assumes a model names it in full

    def _newest(self, family: str, at: float | None) -> str | None:
        day = (datetime.fromtimestamp(at, UTC) if at is not None else self._now).date()
        key = (family, day)
        if key not in self._known:
            self._known[key] = next(iter(self._table.newest(family, day, _MAKER)), None)
        return self._known[key]


def taken_models(profile: Profile, *, aliases: bool = False) -> dict[str, int]:
    """Return what was taken for which model in a profile, and how many calls that is of.

    `aliases`: also the names of the user.
    """
    marks = (_TAKEN, ALIAS) if aliases else (_TAKEN,)
    notes: dict[str, int] = {}
    for key, cell in profile.cells.items():
        for note in key.notes:
            if any(mark in note for mark in marks):
                notes[note] = notes.get(note, 0) + cell.calls
    return dict(sorted(notes.items()))


_BEGINNINGS: Final = frozenset(word[:6] for word in _FAMILIES)
