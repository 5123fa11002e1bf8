"""Which offer a call was bought as, whatever its log calls the provider."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final

from tokencost_pricing.errors import AmbiguousModelError, UnknownModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable

_MAKER: Final = "maker"
_HOST: Final = "host"
_OPEN_ROUTER: Final = "huggingface"  # a router of open weights alone
_CLOSED: Final = ("gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash", "grok-4")


def offer_of(
    table: PriceTable, model: str, provider: str | None, at: datetime | None = None
) -> Offer:
    """Return what a call of a log was bought as.

    What only routers and clouds sell for a maker is closed: it has no price of another seller.
    A log that names the maker of open weights as its provider (`openai`, `meta-llama`), or a
    router of open weights that does not list them, does not say who served them: then it is as if
    it named none. The price of another maker is never taken.
    Raise `UnknownModelError` where no table has it, `AmbiguousModelError` where many sell it.
    """
    try:
        return table.find(model, provider, at)
    except UnknownModelError as error:
        if provider is None:
            raise
        roles = {one.id: one.role for one in table.providers().values()}
        billed = table.provider_id(provider)
        if billed not in (None, _OPEN_ROUTER) and roles[str(billed)] != _MAKER:
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
        billed = table.provider_id(provider)
        if _are_of(provider, many) if billed is None else _are_weights(table, model, billed, many):
            raise
    except UnknownModelError:
        pass
    raise error from None


def _are_of(organisation: str, many: AmbiguousModelError) -> bool:
    """Whether hosts sell weights under the name of an organisation."""
    beginning = f"{organisation.casefold()}/"
    return any(offer.model.id.casefold().startswith(beginning) for offer in many.candidates)


def _are_weights(table: PriceTable, model: str, maker: str, many: AmbiguousModelError) -> bool:
    """Whether a model that its maker does not sell is open weights.

    It is where the name is one of weights, or where a host sells it that has no closed models:
    what only routers and clouds sell for a maker is a model of the maker.
    """
    names = (model, f"{maker}/{model}", *(offer.model.id for offer in many.candidates))
    if any(table.is_weights(name) for name in names):
        return True
    roles = {one.id: one.role for one in table.providers().values()}
    hosts = dict.fromkeys(offer.provider for offer in many.candidates)
    return any(
        host == _OPEN_ROUTER or (roles[host] == _HOST and not _sells_closed(table, host))
        for host in hosts
    )


def _sells_closed(table: PriceTable, host: str) -> bool:
    """Whether a host sells closed models of makers, as clouds do."""
    for model in _CLOSED:
        with suppress(UnknownModelError):
            table.find(model, host)
            return True
    return False
