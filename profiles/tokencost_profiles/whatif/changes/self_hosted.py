"""A model on the user's hardware: what its tokens cost, and from which volume on it pays."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_pricing.money import DAYS_A_MONTH, ZERO, add, divide, multiply
from tokencost_profiles.whatif.change import Change, Flag, Step
from tokencost_profiles.whatif.parse_numbers import number

if TYPE_CHECKING:
    from tokencost_profiles.whatif.replay_state import BreakEven, Portion, ReplayState

_HOURS_A_MONTH: Final = 24 * DAYS_A_MONTH
_SECONDS: Final = 3600
_NEEDED: Final = ("gpus", "usd", "input", "output")


class Hardware(NamedTuple):
    """Graphics cards, their price by the hour, and how many tokens a second they get through."""

    gpus: Decimal
    usd: Decimal  # a card and hour
    input: Decimal  # tokens a second, of all cards together
    output: Decimal
    utilisation: Decimal = Decimal(1)  # the share of the time that they have work

    @property
    def hour(self) -> Decimal:
        """USD an hour, busy or idle."""
        return multiply(self.gpus, self.usd)

    @property
    def month(self) -> Decimal:
        """USD for thirty days."""
        return multiply(self.hour, Decimal(_HOURS_A_MONTH))

    def cost(self, input_tokens: int | Decimal, output_tokens: int | Decimal) -> Decimal:
        """Return the cost of tokens: the seconds they take, at the price of a busy second."""
        return divide(
            multiply(self.seconds(input_tokens, output_tokens), self.hour),
            multiply(Decimal(_SECONDS), self.utilisation),
        )

    def seconds(self, input_tokens: int | Decimal, output_tokens: int | Decimal) -> Decimal:
        """Return how long tokens take, with nothing else to do."""
        return divide(Decimal(input_tokens), self.input) + divide(
            Decimal(output_tokens), self.output
        )


def _apply(hardware: Hardware, portions: list[Portion], state: ReplayState) -> list[Portion]:
    """Bill the calls by the seconds that they take."""
    from tokencost_pricing.units import INPUT_UNITS
    from tokencost_profiles.whatif.call_set import ANSWER_UNITS
    from tokencost_profiles.whatif.cost_totals import NO_USAGE

    read, written = ZERO, ZERO
    for portion in portions:
        entry, usage = portion.entry, portion.entry.call.usage
        calls = multiply(portion.share, Decimal(entry.calls))
        state.totals.calls = add(state.totals.calls, calls)
        state.add_sent(portion)
        if usage is None:
            state.totals.add_unpriced(NO_USAGE, entry.calls, portion.at)
            continue
        state.totals.add_unpriced_usage(usage, portion.share)
        tokens_in = Decimal(sum(usage.get(unit, 0) for unit in INPUT_UNITS))
        tokens_out = Decimal(sum(usage.get(unit, 0) for unit in ANSWER_UNITS))
        cost = hardware.cost(tokens_in, tokens_out)
        state.totals.add_extra("hardware", multiply(portion.share, cost))
        read = add(read, multiply(portion.share, tokens_in))
        written = add(written, multiply(portion.share, tokens_out))
    # What calls cost at the API is not known where one of them has no price.
    recorded = state.recorded
    api = (recorded.cost or ZERO) if not recorded.unpriced_calls else ZERO
    state.break_even = _break_even(hardware, state.calls.calls, api, read, written)
    return []


def _break_even(
    hardware: Hardware,
    calls: int,
    api: Decimal,
    input_tokens: int | Decimal,
    output_tokens: int | Decimal,
) -> BreakEven:
    """Return the volume at which a month of the API costs what a month of the hardware does.

    `calls` cost `api` at the API and have so many tokens; calls to come are taken to be like them.
    """
    each = divide(api, Decimal(calls)) if calls else Decimal(0)
    volume = divide(hardware.month, multiply(each, Decimal(DAYS_A_MONTH))) if each else None
    busy = hardware.seconds(input_tokens, output_tokens)
    capacity = None
    if busy and calls:
        day = multiply(Decimal(24 * _SECONDS), hardware.utilisation)
        capacity = divide(multiply(day, Decimal(calls)), busy)
    from tokencost_profiles.whatif.replay_state import BreakEven

    return BreakEven(volume, capacity, hardware.month)


def _parse(value: Any, where: str) -> Hardware:
    """Read `gpus=4,usd=2.50,input=20000,output=2500,utilisation=0.5`, or the same in YAML."""
    if not isinstance(value, Mapping):
        pairs = [entry.partition("=") for entry in str(value).split(",")]
        value = {name.strip(): amount.strip() for name, _, amount in pairs}
    numbers: dict[str, Decimal] = {}
    for name, typed in value.items():
        if name not in Hardware._fields:
            raise UsageError(f"{where}: no '{name}'{did_you_mean(str(name), Hardware._fields)}")
        amount = number(typed)
        if amount is None:
            raise UsageError(f"{where}: {name}: '{typed}' is not a number")
        if amount <= 0:
            raise UsageError(f"{where}: {name} must be more than 0")
        numbers[str(name)] = amount
    missing = [name for name in _NEEDED if name not in numbers]
    if missing:
        raise UsageError(
            f"{where}: {', '.join(missing)} missing",
            hint="gpus=4,usd=2.50,input=20000,output=2500 (tokens a second),utilisation=0.5",
        )
    if numbers.get("utilisation", Decimal(1)) > 1:
        raise UsageError(f"{where}: utilisation is a share of 1")
    return Hardware(**numbers)


CHANGE = Change(
    key="self_hosted",
    order=150,
    step=Step.HARDWARE,
    title="self-hosted",
    explanation=(
        "USD a card and hour over tokens a second; and from how many calls a day on it pays"
    ),
    example="gpus=4,usd=2.50,input=20000,output=2500,utilisation=0.5",
    flag=Flag(
        help="Hardware of one's own: cards, USD a card and hour, tokens a second. Repeatable.",
        metavar="gpus=N,usd=N,input=N,output=N",
        repeatable=True,
    ),
    parse=_parse,
    apply=_apply,
    no_ideas="what hardware costs and gets through, no log tells",
    excludes=("route", "cascade"),
)
