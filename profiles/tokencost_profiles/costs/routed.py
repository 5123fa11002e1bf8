"""Calls through a router whose log names the host that answered: open weights at its list price.

A router passes the models of their makers on at the makers' prices, whichever host answers. What
many hosts serve costs what the host asks that answered; where the log does not name it, the listed
price of the router holds, between the cheapest and the dearest host.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call

ROUTER: Final = "router"
# How routers call hosts that the table has under another name, by letters and digits alone.
_HOSTS: Final = {
    "amazonbedrock": "bedrock",
    "amazonnova": "bedrock",
    "azureai": "azure",
    "azurefoundry": "azure",
    "googleaistudio": "google",
    "googlevertex": "vertex",
    "googlevertexanthropic": "vertex",
    "togetherai": "together",
    "fireworksai": "fireworks",
    "novitaai": "novita",
    "nebiusaistudio": "nebius",
    "nebiustokenfactory": "nebius",
    "alibabacloudint": "alibaba",
    "alibabacloud": "alibaba",
    "moonshot": "moonshotai",
    "zaiorg": "zai",
    "weightsandbiases": "wandb",
    "basetenai": "baseten",
    "cloudflareworkersai": "cloudflare",
    "fireworksaius": "fireworks",
}
_NOT_WRITTEN: Final = re.compile(r"[^a-z0-9]")
_SETTINGS: Final = re.compile(r":(?:nitro|floor|exacto|thinking|extended|online|beta)$")
_ONLINE: Final = ":online"


class Routers:
    """Knows which providers of a table pass calls on, and whom they call how."""

    def __init__(self, table: PriceTable) -> None:
        self._table = table

    def host_offer(self, call: Call, offer: Offer) -> Offer | None:
        """Return the offer of the host that answered a call; None where the router's holds.

        That is where the log names no host, where the host is in no table or does not sell it
        there, where the model is its maker's own, and where it is free.
        """
        if not call.host or not call.model or offer.provider not in self._routers:
            return None
        if offer.model.provider != offer.provider or _is_free(offer):
            return None
        host = self._host(call.host)
        if host is None or host == offer.provider:
            return None
        try:
            sold = self._table.find(_plain(call.model, offer.provider), host)
        except UnknownModelError:
            return None
        return None if sold.model.kind != offer.model.kind else sold

    def cautions(self, call: Call, offer: Offer) -> tuple[str, ...]:
        """Return what a router may charge that the log does not show."""
        if offer.provider in self._routers and str(call.model).endswith(_ONLINE):
            return (f"{offer.provider} adds a fee of searches to '{_ONLINE}': not in the log",)
        return ()

    def _host(self, called: str) -> str | None:
        plain = _NOT_WRITTEN.sub("", called.casefold())
        named = _HOSTS.get(plain)
        return next(
            (
                known
                for name in (named, called, plain, called.casefold().replace(" ", "-"))
                if name is not None and (known := self._table.provider_id(name)) is not None
            ),
            None,
        )

    @cached_property
    def _routers(self) -> frozenset[str]:
        providers = self._table.providers().values()
        return frozenset(one.id for one in providers if one.role == ROUTER)


def _is_free(offer: Offer) -> bool:
    return all(not any(row.rates.values()) for row in offer.model.prices)


def _plain(model: str, router: str) -> str:
    """Return the name of weights, minus what only the router understands."""
    return _SETTINGS.sub("", model.removeprefix(f"{router}/"))
