"""What a page with charts holds, before it is written: the HTML report reads this and no more.

Amounts are exact and in USD; tokens are counts; nothing here is text of a prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from msgspec import Struct

from tokencost_profiles.attribution.frame import Frame

CAUSE: Final = "cause"
CONTENT: Final = "content"


class Fact(NamedTuple):
    """One fact with what it is called."""

    label: str
    value: str


class Tree(Struct, frozen=True, kw_only=True):
    """A tree of frames that is drawn, folded already.

    `gone_cost`: where two profiles are compared, what frames cost that are only in the old one.
    """

    key: str
    title: str
    root: Frame
    note: str = ""
    gone_cost: Decimal | None = None

    @property
    def folded_cost(self) -> Decimal:
        """What the frames cost that are too small to stand alone, in USD."""
        total, rest = Decimal(0), [self.root]
        while rest:
            frame = rest.pop()
            total += frame.cost if frame.folded else 0
            rest += frame.children
        return total


class PageHit(NamedTuple):
    """One place of a finding. `tree` and `frame`: where it is drawn, by the order of a walk."""

    subject: str
    session: str
    place: str  # file and line, without folders
    calls: int
    cost: Decimal | None
    saved: Decimal | None
    tree: str = ""
    frame: int = 0


class PageFinding(Struct, frozen=True, kw_only=True):
    """A pattern of waste. `hits`: the dearest ones; `count`: how many there are."""

    name: str
    title: str
    advice: str
    confidence: str
    cost: Decimal | None
    saved: Decimal | None
    count: int
    hits: Sequence[PageHit] = ()


class Moment(NamedTuple):
    """One call of the timeline, or several that follow each other (`calls` of them)."""

    number: int  # of the first call, from 1
    calls: int
    at: str  # day and time in the zone of the report, or nothing
    session: str
    place: str  # turn and step, agent
    model: str
    uncached: int
    cache_read: int
    cache_written: int
    output: int
    cost: Decimal | None  # None: no price
    mark: str = ""
    cause: str = ""


class Spend(NamedTuple):
    """What a model cost in one span of time, and how its input was billed."""

    span: str
    model: str
    calls: int
    cost: Decimal | None
    uncached: int
    cache_read: int
    cache_written: int
    output: int


class Miss(NamedTuple):
    """Calls that missed the cache for one cause, and the tokens that were processed again."""

    cause: str
    calls: int
    tokens: int


class Page(Struct, frozen=True, kw_only=True):
    """The first screen and the charts of a report."""

    amount: str  # the total, as people read it
    at_least: bool = False  # whether something has no price and is not in it
    exact: str = ""  # every digit of it
    subtitle: str = ""
    bought: Sequence[Fact] = ()  # calls, sessions, tokens, models, period
    passport: Sequence[Fact] = ()
    findings: Sequence[PageFinding] | None = None  # None: nobody looked
    trees: Sequence[Tree] = ()
    moments: Sequence[Moment] = ()
    spends: Sequence[Spend] = ()
    misses: Sequence[Miss] = ()
    span: str = ""  # what a span of time is: hour, day, week, month
    base: str = ""  # what is compared with, where something is
