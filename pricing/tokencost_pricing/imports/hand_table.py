"""What the files written by hand say of an id that the lists hold."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tokencost_pricing.compile import compile_folder
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_pricing.table_files import LISTS

# Whose models begin so, wherever they are sold.
MAKERS: Final = {
    "deepseek": "deepseek",
    "glm": "zai",
    "kimi": "moonshotai",
    "qwen": "alibaba",
    "minimax": "minimax",
    "claude": "anthropic",
    "gpt": "openai",
    "gemini": "google",
    "grok": "xai",
    "llama-3-8b": "meta",
    "llama-3-70b": "meta",
    "llama-3.1-": "meta",
}
# Makers with a platform of their own for another country.
_PLATFORMS: Final = frozenset({("zai", "zhipuai")})


class HandTable:
    """The table minus its generated files."""

    def __init__(self, folder: Path, today: str) -> None:
        with TemporaryDirectory() as name:
            copy = Path(name) / "tables"
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(LISTS))
            self.providers: dict[str, Any] = compile_folder(copy)["providers"]
            self._table = PriceTable.load(folder=copy)
            self._names = {key: _names(entry) for key, entry in self.providers.items()}
        self.today = today
        self._at = datetime.fromisoformat(f"{today}T12:00:00+00:00").astimezone(UTC)

    def names(self, provider: str, name: str) -> bool:
        """Whether a name is an id, an alias or a pointer by hand."""
        return name.casefold() in self._names[provider]

    def role(self, provider: str) -> str:
        """Return what a provider is: maker, host, router, local."""
        return str(self.providers[provider]["role"])

    def is_of_another(self, provider: str, name: str) -> bool:
        """Whether a maker sells what another maker's file names: it is that maker's model."""
        if self.role(provider) != "maker":
            return False
        maker = next(
            (key for start, key in MAKERS.items() if name.casefold().startswith(start)), ""
        )
        if maker and maker != provider and (maker, provider) not in _PLATFORMS:
            return True
        return any(
            other != provider and name.casefold() in names and self.role(other) == "maker"
            for other, names in self._names.items()
        )

    def match(self, provider: str, name: str) -> str | None:
        """Return how a name resolves at a provider, or None."""
        offer = self._offer(provider, name, self._at)
        return None if offer is None else offer.rule

    def rates(self, provider: str, name: str, day: str) -> dict[str, Decimal] | None:
        """Return the list rates of a day, or None where there is no row."""
        at = datetime.fromisoformat(f"{day[:10]}T12:00:00+00:00").astimezone(UTC)
        offer = self._offer(provider, name, at)
        row = None if offer is None else offer.model.price_on(at)
        if offer is None or row is None:
            return None
        factor = offer.multiply
        for modifier in offer.modifiers:
            if modifier.applies(dict(offer.conditions), at):
                factor *= modifier.multiply
        return {name: rate * factor for name, rate in row.rates.items()}

    def _offer(self, provider: str, name: str, at: datetime) -> Offer | None:
        try:
            offer = self._table.find(name, provider, at)
        except UnknownModelError:
            return None
        return None if offer.rule.startswith("bare name") else offer


def _names(provider: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of a provider's file, in lower case."""
    names = [*provider["models"], *provider.get("floating", {})]
    for model in provider["models"].values():
        names += model.get("aliases", {}).get("exact", ())
    return frozenset(name.casefold() for name in names)
