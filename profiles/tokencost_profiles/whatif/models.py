"""`Models`: the models that calls are on or go to, with their prices and token counts."""

from __future__ import annotations

from datetime import UTC, datetime

from tokencost_pricing.errors import AmbiguousModelError, UnknownModelError, UnpricedError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_offers import offer_of
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.call_set import CallSet
from tokencost_profiles.whatif.token_ratios import TokenRatios


class Models:
    """What a replay looks up: offers, rates, token counts. `now`: the day of today's prices."""

    def __init__(
        self, table: PriceTable, pricer: Pricer, counter: Counter, calls: CallSet, now: datetime
    ) -> None:
        self.table, self.pricer, self.counter, self.now = table, pricer, counter, now
        self.ratios = TokenRatios(calls, counter)
        self._targets: dict[str, Offer] = {}

    def offer(self, call: Call) -> Offer | None:
        """Return what a call was bought as, or None where no table has it."""
        try:
            return self._offer(call)
        except UnknownModelError:
            return None

    def gap(self, call: Call) -> str:
        """Say of a call that has no offer why not."""
        try:
            self._offer(call)
        except AmbiguousModelError:
            return "does not say who bills"
        except UnknownModelError:
            pass
        return "is in no table"

    def _offer(self, call: Call) -> Offer | None:
        if not call.model:
            return None
        return offer_of(self.table, call.model, call.provider, self.moment(call))

    @property
    def targets(self) -> tuple[Offer, ...]:
        """The models that calls went to so far."""
        return tuple(self._targets.values())

    def target(self, name: str) -> Offer:
        """Return a model to go to.

        Raise `UnknownModelError` or `UnpricedError` for one that cannot be called today.
        """
        offer = self._targets.get(name)
        if offer is None:
            offer = self._targets[name] = self.table.find(name, at=self.now)
            if not offer.model.is_served:
                raise UnpricedError(
                    f"{offer.key} can no longer be called ({offer.model.status})",
                    hint="`tokencost models --search` lists what can; for the past, --as-of DATE",
                )
            if offer.model.price_on(self.now) is None:
                raise UnpricedError(
                    f"{offer.key} has no price on {self.now:%Y-%m-%d}",
                    hint=f"`tokencost prices show {name}` lists its dates; --as-of moves the day",
                )
        return offer

    def moment(self, call: Call) -> datetime:
        """Return the time of a call; now, where its log does not state it."""
        return datetime.fromtimestamp(call.at, UTC) if call.at is not None else self.now
