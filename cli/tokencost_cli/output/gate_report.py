"""The answer of `check`, or a `diff`: the one model that every renderer of it reads.

Sentences, rows and numbers are computed once, in `reports`. What a renderer adds is layout: which
rows stand first, what is folded, how a place in a file is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from tokencost_cli.output.tables import Table
from tokencost_profiles.gate.effects import ADDED, FAILED, REMOVED, UNCHANGED, Effect
from tokencost_profiles.gate.items import Side
from tokencost_profiles.gate.limits import FAIL, NOTE, WARN
from tokencost_profiles.gate.sampling import Sampled

NO_TABLE: Final = Table((), ())
_LEVELS: Final = (FAIL, WARN, NOTE)


class GateReason(Struct, frozen=True, kw_only=True):
    """Why the verdict is what it is. `value` and `limit` are what was compared, unrounded."""

    level: str  # fail, warn, note
    code: str
    text: str
    path: str | None = None
    line: int | None = None  # where the path ends with one
    key: Mapping[str, str | None] | None = None  # of a group: dimension and label
    model: str | None = None
    judged_on: str | None = None  # of an increase: input, whole, mixed
    value: Decimal | None = None
    limit: Decimal | None = None


class GateItem(Struct, frozen=True, kw_only=True):
    """A prompt or a group of calls on both sides."""

    path: str
    model: str
    status: str
    line: int | None = None  # where the path ends with one
    key: Mapping[str, str | None] | None = None  # of a group: dimension and label
    renamed_from: str | None = None
    base_model: str | None = None  # where it is another one
    judged_on: str = ""
    base: Side | None = None
    head: Side | None = None
    input_tokens: int | None = None  # how many more; None: there is no difference of tokens
    output_tokens: int | None = None
    cost: Decimal | None = None  # how much more it costs, of what it is judged on
    relative: Decimal | None = None
    month_cost: Decimal | None = None
    effects: tuple[Effect, ...] = ()
    problem: str | None = None
    note: str | None = None
    verdict: str = ""  # of a diff: none

    @property
    def matters(self) -> bool:
        """Whether it changed, or does not pass."""
        return self.status != UNCHANGED or self.verdict in (WARN, FAIL)

    @property
    def rank(self) -> tuple[int, bool, Decimal, str, str]:
        """Its place where the most serious stands first: then what costs most more."""
        one_sided = self.status in (ADDED, REMOVED, FAILED)
        return rank(self.verdict), one_sided, -(self.cost or Decimal(0)), self.path, self.model


class GateSide(Struct, frozen=True, kw_only=True):
    """One of the two measurements."""

    name: str
    revision: str | None = None
    prices: Mapping[str, Any] | None = None
    first: float | None = None  # UTC seconds of the first recorded call
    last: float | None = None
    is_logs: bool = False


class GateTotal(Struct, frozen=True, kw_only=True):
    """What all items come to that have two sides; new and removed prompts are in no sum."""

    judged_on: str | None = None
    base: Decimal | None = None  # as far as it is judged
    head: Decimal | None = None
    input_tokens: int = 0  # how many more
    output_tokens: int = 0
    cost: Decimal | None = None
    relative: Decimal | None = None
    month_cost: Decimal | None = None
    effects: tuple[Effect, ...] = ()


class GateLimit(Struct, frozen=True, kw_only=True):
    """One limit that was in force."""

    name: str
    value: Decimal | int | str
    level: str = FAIL
    match: str | None = None  # the pattern of the paths that it is for


class GateReport(Struct, frozen=True, kw_only=True):
    """Everything that `check` or `diff` reports."""

    verdict: str | None = None  # None: of a diff
    summary: tuple[str, ...] = ()  # what happened, the most important first
    reasons: tuple[GateReason, ...] = ()  # those that fail first
    items: tuple[GateItem, ...] = ()
    total: GateTotal = GateTotal()
    table: Table = NO_TABLE  # a row an item, in their order, and the sum below
    causes: Table = NO_TABLE  # why all items cost more; empty where it is one cause
    assumptions: tuple[str, ...] = ()  # what was judged, and what was assumed
    notes: tuple[str, ...] = ()  # about items and limits
    basis: tuple[str, ...] = ()  # what was compared, at which prices
    base: GateSide | None = None
    head: GateSide | None = None
    limits: tuple[GateLimit, ...] = ()
    grouped: bool = False  # the items are groups of recorded calls, not files
    calls_per_day: int | None = None  # of each prompt
    days: int = 30  # of a month
    sampled: Sampled | None = None
    sampled_verdict: str | None = None
    prices: Mapping[str, Any] = {}

    @property
    def headline(self) -> str:
        """The verdict, and what happened, on one line."""
        text = "; ".join(self.summary)
        return f"{self.verdict}: {text}" if self.verdict else text

    @property
    def failing(self) -> list[GateReason]:
        """The reasons for which the gate says no."""
        return [reason for reason in self.reasons if reason.level == FAIL]


def rank(level: str) -> int:
    """Return how serious a level is: 0 is worst; what is no level passes."""
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)
