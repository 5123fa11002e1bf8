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
# How a note says at whose price a router's call stands.
HOST_NAMED: Final = "names the host that answered: open weights are at the list price of that host"
ROUTER_PRICE: Final = "at the router's listed price"
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
    "vertexanthropic": "vertex",
    "azureopenai": "azure",
    "awsbedrock": "bedrock",
    "vertexai": "vertex",
    "googlevertexai": "vertex",
    "perplexityai": "perplexity",
    "workersai": "cloudflare",
    "ionet": "io-net",
}
_NOT_WRITTEN: Final = re.compile(r"[^a-z0-9]")
# Behind a name: what only a router understands, and the host that it is asked for.
_SETTINGS: Final = re.compile(
    r":(?:nitro|floor|exacto|thinking|extended|online|beta|fastest|cheapest|preferred|auto)$"
)
_AT_HOST: Final = re.compile(r"/[^/:]+:(?P<host>[a-z][a-z0-9-]*)$")
_BY_NAME: Final = "huggingface"  # the router whose names end with the host
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
        host = self._named_host(call, offer.provider)
        if host is None or offer.model.provider != offer.provider or _is_free(offer):
            return None
        name = _plain(str(call.model), offer.provider)
        sold = self._find(f"{name}:{host}", offer.provider) or self._at_host(name, host)
        return sold if sold is not None and sold.model.kind == offer.model.kind else None

    def unlisted_offer(self, call: Call) -> Offer | None:
        """Return the offer of a call whose router does not list its name.

        That is of the host which the log or the name (`NAME:HOST`) states, or of the router for
        the name alone.
        """
        router = None if call.provider is None else self._table.provider_id(call.provider)
        if router not in self._routers or not call.model:
            return None
        name = _plain(call.model, router)
        host = self._named_host(call, router)
        sold = self._at_host(name, host) if host is not None else None
        return sold or (self._find(name, router) if name != call.model else None)

    def host_note(self, call: Call, offer: Offer, sold: Offer | None) -> tuple[str, ...]:
        """Say why a call that names a host is at the price of the router, or of that host."""
        if offer.provider not in self._routers or offer.model.provider != offer.provider:
            return ()
        called = _stated_host(call)
        if called is None or _is_free(offer):
            return ()
        if sold is not None:
            return (f"{offer.provider} {HOST_NAMED}",)
        host = self._host(called)
        if host == offer.provider:
            return ()
        why = "no price table has it" if host is None else "its price of the model is not known"
        return (f"{offer.provider} names the host '{called}', but {why}: {ROUTER_PRICE}",)

    def cautions(self, call: Call, offer: Offer) -> tuple[str, ...]:
        """Return what a router may charge that the log does not show."""
        if offer.provider in self._routers and str(call.model).endswith(_ONLINE):
            return (f"{offer.provider} adds a fee of searches to '{_ONLINE}': not in the log",)
        return ()

    def _named_host(self, call: Call, router: str) -> str | None:
        """Return the host behind a router that a call or its name states, where a table has it."""
        called = _stated_host(call)
        if called is None or router not in self._routers:
            return None
        host = self._host(called)
        return None if host == router else host

    def _at_host(self, name: str, host: str) -> Offer | None:
        """Return the offer of a host, by the name of the router or by that minus its maker."""
        return self._find(name, host) or self._find(name.rpartition("/")[2], host)

    def _find(self, name: str, provider: str) -> Offer | None:
        try:
            return self._table.find(name, provider)
        except UnknownModelError:
            return None

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


def _stated_host(call: Call) -> str | None:
    """Return the host that a log names, or the end of a name at Hugging Face."""
    if call.host:
        return call.host
    if call.model and ":" in call.model and "hugging" in (call.provider or "").casefold():
        match = _AT_HOST.search(_SETTINGS.sub("", call.model))
        return match["host"] if match is not None else None
    return None


def _plain(model: str, router: str) -> str:
    """Return the name of weights, minus what only the router understands."""
    name = _SETTINGS.sub("", model.removeprefix(f"{router}/"))
    if router == _BY_NAME and (match := _AT_HOST.search(name)) is not None:
        return name.removesuffix(f":{match['host']}")
    return name
