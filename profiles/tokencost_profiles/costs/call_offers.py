"""Which offer a call was bought as, whatever its log calls the provider."""

from __future__ import annotations

from datetime import datetime

from tokencost_pricing.errors import AmbiguousModelError, UnknownModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable

_MAKER = "maker"


def offer_of(
    table: PriceTable, model: str, provider: str | None, at: datetime | None = None
) -> Offer:
    """Return what a call of a log was bought as.

    A log that names the maker of open weights as its provider (`openai`, `meta-llama`) does not
    say who served them: then it is as if it named none. The price of another maker is never taken.
    Raise `UnknownModelError` where no table has it, `AmbiguousModelError` where many sell it.
    """
    try:
        return table.find(model, provider, at)
    except UnknownModelError as error:
        if provider is None:
            raise
        roles = {one.id: one.role for one in table.providers().values()}
        billed = table.provider_id(provider)
        if billed is not None and roles[billed] != _MAKER:
            raise
        offer = _by_name(table, model, provider, at, error)
        if billed is None or roles[offer.provider] == _MAKER:
            raise
        return offer


def _by_name(
    table: PriceTable, model: str, provider: str, at: datetime | None, error: UnknownModelError
) -> Offer:
    """Return what a name means by itself. Raise `error` where that says nothing either."""
    try:
        return table.find(model, None, at)
    except AmbiguousModelError as many:
        if table.provider_id(provider) is not None or _are_of(provider, many):
            raise
    except UnknownModelError:
        pass
    raise error from None


def _are_of(organisation: str, many: AmbiguousModelError) -> bool:
    """Whether hosts sell weights under the name of an organisation."""
    beginning = f"{organisation.casefold()}/"
    return any(offer.model.id.casefold().startswith(beginning) for offer in many.candidates)
