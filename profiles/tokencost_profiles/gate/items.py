"""One side of an item: what a prompt or a group of calls uses and costs, as it was or as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing import money
from tokencost_pricing.cost import Cost, cost_of
from tokencost_pricing.money import ZERO, add, subtract
from tokencost_pricing.offer import Offer
from tokencost_pricing.terms import Terms
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.costs.unsure import Ends
from tokencost_profiles.estimates.estimate import Item
from tokencost_profiles.estimates.output_length import STATED
from tokencost_profiles.estimates.prompt_sets import PromptSet, PromptSetup, UnknownPrice
from tokencost_profiles.tokens.margin import Margin

_INPUT: Final = frozenset(INPUT_UNITS)
_OUTPUT: Final = frozenset(OUTPUT_UNITS)
_TOKENS: Final = _INPUT | _OUTPUT

_COUNTED: Final = ("exact", "recorded")

RECORDED: Final = "recorded"  # the source of an answer that a log holds

Place = tuple[str, str]  # path, model
Lines = Mapping[str, Decimal]  # what each unit costs
Rates = Callable[[Mapping[str, int]], Lines | None]  # of other usage; None: it has no price


class Charged(NamedTuple):
    """The calls of a group that have no rate: they cost what their log says."""

    cost: Decimal
    calls: int
    usage: Mapping[str, int]


class Side(NamedTuple):
    """An item as it was, or as it is."""

    model: str  # provider/model
    usage: Mapping[str, int]
    cost: Decimal | None
    unpriced: str | None = None  # why there is no cost
    problem: str | None = None  # why there is no count
    method: str = "exact"
    margin: Margin = Margin()  # of the input
    tokenizer: str = ""
    parts: Mapping[str, int] = {}
    content: Callable[[], str | None] | None = None  # its digest, computed when it is asked for
    window: float | None = None  # share of the context window
    terms: str = ""  # how it is served, modes and region: `batch in eu`
    output_source: str = STATED  # where the length of the answer comes from
    tier_from: int = 0  # tokens of the prompt from which on its context tier holds
    lines: Mapping[str, Decimal] = {}  # of `cost` at the prices of the head
    priced: Decimal | None = None  # the cost at the prices of the head; None: `cost` is
    saved_lines: Lines | None = None  # of `cost`, where that is at other prices than the head's
    saved: Decimal | None = None  # what it cost when it was saved; None: `cost` is
    rates: Rates | None = None  # what other usage costs on the same model and terms
    calls: int | None = None  # of a group of calls
    runs: int | None = None  # sessions of a group of calls
    charged: Charged | None = None  # the calls of a group whose cost no rate explains
    unpriced_calls: int = 0  # of a group of calls
    key: Mapping[str, str | None] | None = None  # of a group of calls: dimension and label
    line: int | None = None  # of a prompt among several of a file: it ends the path
    ends: Ends | None = None  # between which the cost lies, where it is not one number
    line_ends: Mapping[str, Ends] = {}  # the same by unit

    @property
    def modes(self) -> str:
        """The modes of its terms, the region left out."""
        return self.terms.partition(" in ")[0]

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
    def cost_lines(self) -> Lines:
        """What each unit of `cost` comes to."""
        return self.lines if self.saved_lines is None else self.saved_lines

    @property
    def input_cost(self) -> Decimal | None:
        """The part of the cost that is for input; None where there is no cost."""
        if self.cost is None:
            return None
        return money.total(_of(self.cost_lines, _INPUT))

    @property
    def at_head(self) -> Decimal | None:
        """The cost at the prices of the head."""
        return self.cost if self.priced is None else self.priced

    @property
    def least(self) -> Decimal | None:
        """The cost; where nothing says who bills, what it is at least; None where nobody knows."""
        return self.ends.low if self.cost is None and self.ends is not None else self.cost

    @property
    def failure(self) -> str | None:
        """Why its cost is not known, or None."""
        if self.problem is not None:
            return self.problem
        return self.unpriced or "unpriced" if self.cost is None else None

    @property
    def input_side(self) -> Side:
        """The same with its input alone: what is left of it where nobody chose the answer."""
        rates = self.rates
        return self._replace(
            usage={unit: count for unit, count in self.usage.items() if unit in _INPUT},
            cost=self.input_cost,
            lines={unit: cost for unit, cost in self.lines.items() if unit in _INPUT},
            priced=None if self.priced is None else money.total(_of(self.lines, _INPUT)),
            saved_lines=None,
            saved=None,
            rates=None if rates is None else lambda usage: _input_lines(rates(usage)),
        )

    @property
    def rated(self) -> Side:
        """The same minus its charged calls."""
        charged = self.charged
        if charged is None:
            return self
        usage = {unit: n - charged.usage.get(unit, 0) for unit, n in self.usage.items()}
        return self._replace(
            usage={unit: count for unit, count in usage.items() if count},
            charged=None,
            cost=_less(self.cost, charged.cost),
            priced=_less(self.priced, charged.cost),
            saved=_less(self.saved, charged.cost),
            calls=None if self.calls is None else self.calls - charged.calls,
        )


def _less(cost: Decimal | None, part: Decimal) -> Decimal | None:
    return None if cost is None else subtract(cost, part)


def _of(lines: Lines, units: frozenset[str]) -> Iterable[Decimal]:
    return [cost for unit, cost in lines.items() if unit in units]


def _input_lines(lines: Lines | None) -> Lines | None:
    if lines is None:
        return None
    return {unit: cost for unit, cost in lines.items() if unit in _INPUT}


def item_side(item: Item, terms: Terms) -> Side:
    """Return the side of an estimate."""
    counted, cost = item.counted, item.cost
    return Side(
        model=item.offer.key,
        usage=dict(item.usage.items()),
        cost=cost.total,
        unpriced=cost.unpriced,
        method="exact" if counted.method in _COUNTED else "estimated",
        margin=counted.margin,
        tokenizer=counted.tokenizer,
        parts=counted.parts,
        content=lambda: item.digest,
        window=item.window_share,
        terms=terms_text(terms.modes, terms.conditions),
        output_source=item.output.source,
        tier_from=cost.evidence.tier_from or 0,
        lines=lines_of(cost) or {},
        rates=rates_of(item.offer, terms),
        line=item.prompt.line if item.prompt is not None else None,
        ends=None if cost.low is None or cost.high is None else Ends(cost.low, cost.high),
    )


def prompt_sides(prompts: PromptSet, setup: PromptSetup) -> dict[Place, Side]:
    """Return the sides of prompts. What cannot be read or has no price says so."""
    sides: dict[Place, Side] = {}
    for file in prompts.unreadable:
        for name in setup.models or setup.default_models:
            model = setup.find_key(name)
            sides[file.source.label, model] = Side(model, {}, None, problem=file.reason)
    for one in prompts.unpriced:
        sides[one.prompt.label, one.model] = _unpriced_side(one)
    for total in prompts.totals:
        for item in total.items:
            sides[item.path, total.offer.key] = item_side(item, setup.plan.terms)
    return sides


def _unpriced_side(unknown: UnknownPrice) -> Side:
    """Return the side of a prompt for a model that no table knows."""
    counted, prompt = unknown.counted, unknown.prompt
    return Side(
        model=unknown.model,
        usage={"input": counted.tokens},
        cost=None,
        unpriced=unknown.reason,
        method="estimated",
        margin=counted.margin,
        tokenizer=counted.tokenizer,
        parts=counted.parts,
        content=lambda: prompt.digest,
        line=prompt.line,
    )


def lines_of(cost: Cost) -> Lines | None:
    """Return what each unit of a cost comes to; None where it has no price."""
    if cost.total is None:
        return None
    lines: dict[str, Decimal] = {}
    for line in cost.lines:
        lines[line.unit] = add(lines.get(line.unit, ZERO), line.amount)
    return lines


def terms_text(modes: Sequence[str], conditions: Iterable[tuple[str, str]]) -> str:
    """Write how a call is served, so that two ways differ: `batch in eu`."""
    named = dict(conditions)
    region = named.pop("region", None)
    if named.get("inference_geo") == region:
        named.pop("inference_geo", None)
    parts = [*(modes or ("standard",)), *(f"{name}={value}" for name, value in named.items())]
    return " ".join(parts) + (f" in {region}" if region else "")


def rates_of(offer: Offer, terms: Terms) -> Rates:
    """Return what other usage costs on an offer: the tier is decided by each usage."""

    def lines(usage: Mapping[str, int]) -> Lines | None:
        return lines_of(cost_of(offer, Usage(usage), terms))

    return lines
