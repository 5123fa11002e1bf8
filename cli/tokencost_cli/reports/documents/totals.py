"""The block of sums that `estimate`, `profile`, `whatif`, `diff` and `check` share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.fields import Count, Money, about, money
from tokencost_pricing.money import complete_total
from tokencost_pricing.units import TOKEN_SUMS, UNITS

if TYPE_CHECKING:
    from tokencost_profiles.costs.totals import Summary


class Totals(Struct, kw_only=True):
    """What calls used and cost. Sums over priced and unpriced calls are those of the priced."""

    calls: Annotated[Count, about("How many calls.")]
    usage: Annotated[dict[str, int], about("Count of each billable unit; units are disjoint.")]
    input_tokens: Annotated[int, about("The complete prompt: fresh, read and written, all media.")]
    uncached_input_tokens: Annotated[int, about("Of these, neither read nor written.")]
    cache_read_tokens: Annotated[int, about("Of these, read from a cache.")]
    cache_write_tokens: Annotated[int, about("Of these, written to a cache.")]
    output_tokens: Annotated[int, about("All output, reasoning and media included.")]
    reasoning_tokens: Annotated[int, about("Of these, reasoning where it is reported.")]
    cost: Annotated[Money | None, about("US dollars; null: not priced.")]
    cost_low: (
        Annotated[Money | None, about("The least, where it is not one number.")] | UnsetType
    ) = UNSET
    cost_high: Annotated[Money | None, about("The most; null: unbounded.")] | UnsetType = UNSET
    costs: Annotated[dict[str, Money], about("Cost of each unit of the priced calls.")]
    input_cost: Annotated[Money | None, about("Cost of all input units.")]
    output_cost: Annotated[Money | None, about("Cost of all output units.")]
    fee_cost: Annotated[Money | None, about("Cost of what is not counted in tokens.")]
    charged_cost: Annotated[
        Money | None, about("Of `cost`: calls that have no price here, by their log; in no unit.")
    ]
    charged_calls: Annotated[Count, about("How many calls these are.")]
    unpriced_calls: Annotated[Count, about("Calls that have no cost.")]


class Charged(NamedTuple):
    """Calls that have no price of ours and cost what their log says."""

    calls: int = 0
    cost: Decimal | None = None


NONE_CHARGED: Final = Charged()
Range = tuple[Decimal | None, Decimal | None]  # the least, and the most: None: unbounded


def totals_fields(
    calls: int,
    usage: Mapping[str, int],
    costs: Mapping[str, Decimal] | None,
    cost: Decimal | None,
    *,
    cost_range: Range | None = None,
    charged: Charged = NONE_CHARGED,
    unpriced_calls: int = 0,
) -> dict[str, Any]:
    """Return the fields of `Totals`, for it and for structs that extend it.

    `costs`: what each unit of the priced calls costs; None where no call has a price.
    `cost_range`: where `cost` is not one number.
    """
    low, high = (money(cost_range[0]), money(cost_range[1])) if cost_range else (UNSET, UNSET)
    return {
        "calls": calls,
        "usage": dict(usage),
        **{name: sum(usage.get(unit, 0) for unit in units) for name, units in TOKEN_SUMS.items()},
        "cost": money(cost),
        "cost_low": low,
        "cost_high": high,
        "costs": {unit: money(value) for unit, value in (costs or {}).items()},
        "input_cost": money(_side(costs, "input")),
        "output_cost": money(_side(costs, "output")),
        "fee_cost": money(_side(costs, "fee")),
        "charged_cost": money(charged.cost),
        "charged_calls": charged.calls,
        "unpriced_calls": unpriced_calls,
    }


def summary_fields(summary: Summary) -> dict[str, Any]:
    """Return the fields of `Totals` of the calls of logs."""
    priced = summary.cell.calls - summary.uncosted_calls - summary.charged_calls
    is_priced = priced > 0 or not summary.cell.calls
    return totals_fields(
        summary.cell.calls,
        summary.usage,
        summary.lines if is_priced else None,
        summary.cost,
        cost_range=summary.ends,
        charged=Charged(summary.charged_calls, summary.charged_cost),
        unpriced_calls=summary.unpriced_calls,
    )


def _side(costs: Mapping[str, Decimal] | None, side: str) -> Decimal | None:
    if costs is None:
        return None
    return complete_total(
        cost
        for unit, cost in costs.items()
        if (UNITS[unit].side if unit in UNITS else "fee") == side
    )
