"""What two measurements of the same items differ in: the words that `diff` and `check` speak in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.money import ZERO, add, divide, multiply, subtract
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
FAILED: Final = "failed"  # one side could not be counted or priced: there is no difference to tell
STATUSES: Final = (ADDED, REMOVED, CHANGED, UNCHANGED, FAILED)

# Why an item costs another sum than before.
PRICE: Final = "price"
MODEL: Final = "model"
TOKENS: Final = "tokens"
CACHE: Final = "cache"
OUTPUT: Final = "output"
VOLUME: Final = "volume"
CAUSES: Final = (PRICE, MODEL, TOKENS, CACHE, OUTPUT, VOLUME, ADDED, REMOVED)

_INPUT: Final = frozenset(INPUT_UNITS)
_OUTPUT: Final = frozenset(OUTPUT_UNITS)
_TOKENS: Final = _INPUT | _OUTPUT

Rates = Callable[[Mapping[str, int]], Decimal | None]
Place = tuple[str, str]  # path, model


class Side(NamedTuple):
    """An item as it was, or as it is."""

    model: str  # provider/model
    usage: Mapping[str, int]
    cost: Decimal | None
    unpriced: str | None = None  # why there is no cost
    problem: str | None = None  # why there is no count
    method: str = "exact"
    error: float = 0.0  # relative, of the input
    tokenizer: str = ""
    parts: Mapping[str, int] = {}
    content: Callable[[], str | None] | None = None  # its digest, made when it is asked for
    window: float | None = None  # share of the context window
    terms: str = ""  # how it is served: modes, region
    priced: Decimal | None = None  # at the prices of the other side; None: `cost` is
    saved: Decimal | None = None  # what it cost when it was saved; None: `cost` is
    rates: Rates | None = None  # what other usage costs on the same model and terms
    lines: Mapping[str, Decimal] = {}  # of a group of calls: what each unit costs
    calls: int | None = None  # of a group of calls
    runs: int | None = None  # sessions of a group of calls

    @property
    def digest(self) -> str | None:
        """What tells its text from every other, where that is known."""
        return self.content() if self.content else None

    @property
    def input_tokens(self) -> int:
        """Every token on the input side."""
        return sum([count for unit, count in self.usage.items() if unit in _INPUT])

    @property
    def output_tokens(self) -> int:
        """Every token on the output side."""
        return sum([count for unit, count in self.usage.items() if unit in _OUTPUT])

    @property
    def tokens(self) -> int:
        """Every token, in and out."""
        return sum([count for unit, count in self.usage.items() if unit in _TOKENS])

    @property
    def at_head(self) -> Decimal | None:
        """The cost at the prices of the head."""
        return self.cost if self.priced is None else self.priced

    @property
    def failure(self) -> str | None:
        """Why nothing can be said of it, or None."""
        if self.problem is not None:
            return self.problem
        return self.unpriced or "unpriced" if self.cost is None else None


class Effect(NamedTuple):
    """One cause of a difference. The effects of an item sum to it exactly."""

    cause: str
    part: str | None
    tokens: int
    cost: Decimal


class Change(NamedTuple):
    """One item on both sides."""

    path: str
    model: str
    status: str
    base: Side | None
    head: Side | None
    effects: tuple[Effect, ...] = ()
    problem: str | None = None
    renamed_from: str | None = None
    note: str | None = None  # how a difference was shared out, where it is not plain

    @property
    def base_model(self) -> str | None:
        """The model it was on, where that is another one."""
        if self.base is None or self.base.model == self.model:
            return None
        return self.base.model

    @property
    def compared(self) -> bool:
        """Whether there is a difference to tell."""
        return self.status in (ADDED, REMOVED, CHANGED) or (
            self.status == UNCHANGED and self.base is not None
        )

    @property
    def tokens(self) -> int:
        """How many tokens more."""
        if not self.compared:
            return 0
        before = self.base.tokens if self.base else 0
        return (self.head.tokens if self.head else 0) - before

    @property
    def cost(self) -> Decimal | None:
        """How much more it costs."""
        if not self.compared:
            return None
        before = self.base.cost if self.base else ZERO
        after = self.head.cost if self.head else ZERO
        return None if before is None or after is None else subtract(after, before)

    @property
    def price_change(self) -> Decimal:
        """How much more the usage of the base costs at the head's prices than when it was saved."""
        if self.base is None or self.status not in (CHANGED, UNCHANGED):
            return ZERO
        before = self.base.cost if self.base.saved is None else self.base.saved
        after = self.base.at_head
        return ZERO if before is None or after is None else subtract(after, before)

    @property
    def growth(self) -> Decimal | None:
        """How much more it costs, prices left out."""
        cost = self.cost
        if cost is None:
            return None
        for effect in self.effects:
            if effect.cause == PRICE:
                cost = subtract(cost, effect.cost)
        return cost

    @property
    def before(self) -> Decimal:
        """What the base costs at the head's prices: what a growth is a share of."""
        at_head = self.base.at_head if self.base and self.compared else None
        return ZERO if at_head is None else at_head

    @property
    def noise(self) -> int:
        """Tokens by which the two counts may differ though the texts do not.

        The same way of counting errs alike on both sides: then there is none.
        """
        base, head = self.base, self.head
        if base is None or head is None or not (base.error or head.error):
            return 0
        if (base.tokenizer, base.method) == (head.tokenizer, head.method) and base.tokenizer:
            return 0
        return round(base.error * base.input_tokens + head.error * head.input_tokens)

    @property
    def noise_cost(self) -> Decimal:
        """What those tokens cost."""
        noise = self.noise
        return multiply(Decimal(noise), _token_price(self.head)) if noise and self.head else ZERO


def _token_price(side: Side) -> Decimal:
    """Return what a token of input costs, more or less."""
    if not side.input_tokens or side.cost is None:
        return ZERO
    if side.lines:
        cost: Decimal | None = total_of(side.lines.get(unit) for unit in INPUT_UNITS)
    else:
        cost = side.rates({"input": side.input_tokens}) if side.rates else side.cost
    return ZERO if cost is None else divide(cost, Decimal(side.input_tokens))


class Comparison(NamedTuple):
    """All items on both sides."""

    items: tuple[Change, ...]
    against: str | None  # how the base is called; None: there is none
    grouped: bool = False  # the items are groups of calls, not prompts
    runs: tuple[int | None, int | None] = (None, None)  # sessions, in base and head
    per_day: int | None = None
    days: int = 30

    @property
    def monthly(self) -> int | None:
        """Calls of each prompt a month, where it is known."""
        return None if self.per_day is None else self.per_day * self.days


def total_of(costs: Iterable[Decimal | None]) -> Decimal:
    """Return the sum of what is known."""
    total = ZERO
    for cost in costs:
        total = add(total, cost or ZERO)
    return total


def effects_in(items: Iterable[Change]) -> tuple[Effect, ...]:
    """Return the effects of many items, one for each cause and part, in a fixed order."""
    found: dict[tuple[str, str | None], tuple[int, Decimal]] = {}
    for item in items:
        for effect in item.effects:
            tokens, cost = found.get((effect.cause, effect.part), (0, ZERO))
            place = (effect.cause, effect.part)
            found[place] = tokens + effect.tokens, add(cost, effect.cost)
    ordered = sorted(found.items(), key=lambda one: (CAUSES.index(one[0][0]), one[0][1] or ""))
    return tuple(Effect(*place, *sums) for place, sums in ordered)
