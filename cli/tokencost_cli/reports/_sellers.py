"""Who sells a model and who made it, by their full names."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from tokencost_cli.output.profile_data import Seller
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable

_MAKER: Final = "maker"
_UNKNOWN: Final = "Unknown"
_SEPARATOR: Final = re.compile(r"[./]")


class Sellers:
    """The sellers of a price table."""

    def __init__(self, table: PriceTable) -> None:
        self._table = table
        self._providers = table.providers()
        self.of = cache(self._of)

    def kind(self, provider: str | None, model: str | None) -> str:
        """Return what kind a model is: chat, embedding, image; chat where the table has none."""
        try:
            return self._table.model(provider or "", model or "").kind
        except UnknownModelError:
            return "chat"

    def _of(self, provider: str | None, model: str | None) -> Seller:
        known = self._providers.get(provider or "")
        if known is None:
            name = provider or _UNKNOWN
            return Seller(name, name, name)
        if known.role == _MAKER:
            return Seller(known.name, known.name, f"{known.name} API")
        return Seller(known.name, self._maker(model or "") or known.name, known.name)

    def _maker(self, model: str) -> str | None:
        """Return who made a model of a host: its prefix, or who sells one of the same name."""
        makers = [one for one in self._providers.values() if one.role == _MAKER]
        prefix = _SEPARATOR.split(model)[0]
        name = re.split(r"/", model)[-1]
        for maker in makers:
            if maker.id == prefix:
                return maker.name
        return next((maker.name for maker in makers if self._sells(maker.id, name)), None)

    def _sells(self, provider: str, model: str) -> bool:
        try:
            self._table.model(provider, model)
        except UnknownModelError:
            return False
        return True
