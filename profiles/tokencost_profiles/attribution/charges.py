"""What a profile comes to by the day, as bills list it: a row a seller, model, rate and unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.cost import Line, price
from tokencost_pricing.money import ZERO, add, subtract
from tokencost_pricing.rate_card import Card
from tokencost_pricing.units import UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.calls.call import COUNTED, GUESSED, PARTIAL
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.dimensions import QUARTER, Key
from tokencost_profiles.costs.profile import Profile

CHARGED: Final = "charged"  # the unit of what only logs state that calls cost
_ESTIMATED: Final = (COUNTED, GUESSED, PARTIAL)
_LABELS: Final = ("user", "team", "environment")


class Account(NamedTuple):
    """Whose calls on which day: charges of one are summed."""

    day: date  # UTC
    provider: str | None
    model: str | None
    rates: str  # the name of the rate card
    tier: str | None  # the way of service, as the log calls it
    project: str | None
    labels: tuple[tuple[str, str], ...]  # of owners, and the tags of the log


class Charge(NamedTuple):
    """What one unit of an account came to. `rate` is in USD per `per` of the unit."""

    account: Account
    card: Card | None  # None: the log states the cost
    unit: str
    quantity: int  # of a charge by the log: calls
    rate: Decimal
    per: int
    cost: Decimal  # USD
    calls: int  # of the account, with this or other units
    is_estimated: bool  # whether tokens of it are our count


class _Sums:
    """The calls of an account."""

    def __init__(self) -> None:
        self.calls = 0
        self.usage: dict[str, int] = {}
        self.charged = ZERO
        self.charged_calls = 0
        self.is_estimated = False

    def add(self, key: Key, cell: Cell, *, charged: bool) -> None:
        if key.reason is None:
            self.calls += cell.calls - cell.without_usage
            self.is_estimated |= key.source in _ESTIMATED
            for unit, count in cell.usage.items():
                self.usage[unit] = self.usage.get(unit, 0) + count
        if charged and cell.charged is not None:
            self.charged = add(self.charged, cell.charged)
            self.charged_calls += cell.charged_calls


def charges(
    profile: Profile,
    *,
    charged: bool,
    today: date,
    labels_of: Callable[[Key], Sequence[tuple[str, str]]] = lambda key: (),
) -> list[Charge]:
    """Return what a profile comes to, in the order of days. The costs sum to the bill, exactly.

    Calls that have no price are in none of it. `charged`: they cost what their log states.
    `today`: of calls whose time is not known. `labels_of`: more labels, to be told apart by.
    The cells must have their labels and quarters of hours.
    """
    accounts: dict[Account, _Sums] = {}
    for key, cell in profile.cells.items():
        account = _account(key, today, labels_of(key))
        accounts.setdefault(account, _Sums()).add(key, cell, charged=charged)
    counted: dict[tuple[str, str], int] = {}
    rows = []
    for account in sorted(accounts, key=_order):
        rows += _charges(account, accounts[account], profile.cards[account.rates], counted)
    return rows


def day_of(key: Key, today: date) -> date:
    """Return the UTC day of a cell's calls; `today`, as for prices, where it is not known."""
    return (
        today if key.quarter is None else datetime.fromtimestamp(key.quarter * QUARTER, UTC).date()
    )


def _account(key: Key, today: date, more: Sequence[tuple[str, str]]) -> Account:
    owners = [(name, value) for name in _LABELS if (value := getattr(key, name))]
    labels = tuple(sorted(dict([*key.tags, *more, *owners]).items()))
    return Account(
        day_of(key, today),
        key.provider,
        key.model or key.name,
        key.rates,
        key.tier,
        key.project,
        labels,
    )


def _order(account: Account) -> tuple[str, ...]:
    return tuple(str(value or "") for value in account)


def _charges(
    account: Account, sums: _Sums, card: Card, counted: dict[tuple[str, str], int]
) -> list[Charge]:
    rows = []
    for line in price(Usage(sums.usage), card).lines if sums.usage else ():
        if line.quantity:
            cost = _cost(line, account.rates, card, counted)
            rows.append(
                Charge(
                    account,
                    card,
                    line.unit,
                    line.quantity,
                    line.rate,
                    line.per,
                    cost,
                    sums.calls,
                    sums.is_estimated,
                )
            )
    if sums.charged_calls:
        cost, calls = sums.charged, sums.charged_calls
        rows.append(Charge(account, None, CHARGED, calls, cost, 1, cost, calls, is_estimated=False))
    return rows


def _cost(line: Line, rates: str, card: Card, counted: dict[tuple[str, str], int]) -> Decimal:
    """Return what a line costs. A fee may have no finite price: it costs what it adds to a sum."""
    if UNITS[line.unit].chain:
        return line.amount
    before = counted.get((rates, line.unit), 0)
    counted[rates, line.unit] = before + line.quantity
    amounts = [
        price(Usage({line.unit: count}), card).total or ZERO
        for count in (before + line.quantity, before)
    ]
    return subtract(*amounts)
