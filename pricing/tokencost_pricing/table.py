"""`PriceTable`: the shipped prices plus the user's overlays, ready to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.compiled import load_compiled
from tokencost_pricing.errors import TableError, UnknownModelError
from tokencost_pricing.facts import Provider
from tokencost_pricing.families import Families
from tokencost_pricing.fees import Fee, fees
from tokencost_pricing.matching import Match, Resolver
from tokencost_pricing.model import TOOL_USERS, Model, modes
from tokencost_pricing.money import ONE, decimal
from tokencost_pricing.newest import newest
from tokencost_pricing.offer import Offer, discounts, modifiers
from tokencost_pricing.prompt_lengths import prompt_lengths
from tokencost_pricing.schedule import Schedule, calendars, schedules

TABLES: Final = Path(__file__).parent / "tables"
# How the rule begins where a name is one of the user's aliases.
ALIASED: Final = "alias of"
# 1: the first. 2: channel prefixes by key. 3: facts by name, a version that is derived.
_LAYOUT: Final = "prices-3"


class PriceTable:
    """Answers what a model name means and what it costs on a day. It never changes."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.version: str = content["table"]
        self.sha256: str = content["sha256"]
        self.overlays: tuple[str, ...] = tuple(content.get("overlays", ()))
        self._providers: dict[str, Any] = content["providers"]
        self._calendars = calendars(content["calendars"])
        self._families = Families(content.get("families", {}))
        self._discounts: list[dict[str, Any]] = content.get("discounts", [])
        self._resolver = Resolver(self._providers, content["index"])
        self._models: dict[tuple[str, str], Model] = {}
        self._fees: dict[str, dict[str, tuple[Fee, ...]]] = {}
        self._schedules: dict[str, dict[str, Schedule]] = {}
        self._offers: dict[tuple[str, str | None], Offer] = {}
        self._aliases: dict[str, str] = {}

    @classmethod
    def load(
        cls,
        *,
        cache: Path | None = None,
        overlays: Mapping[str, Path] | None = None,
        folder: Path | None = None,
    ) -> PriceTable:
        """Load the shipped table (or the YAML files of `folder`) and lay overlays over it.

        An installed wheel carries the compiled form. A checkout compiles the YAML, and keeps the
        result in the folder `cache`, if one is named, under the digest of the YAML files. The keys
        of `overlays` are how messages call the files. Raise `TableError` where a file is wrong.
        """
        folder = folder or TABLES
        if not folder.is_dir():
            raise TableError("no such folder", file=str(folder))
        content = load_compiled(folder, _compile, layout=_LAYOUT, cache=cache)
        if overlays:
            from tokencost_pricing.overlay import apply

            content = apply(content, overlays)
        return cls(content)

    def find(self, name: str, provider: str | None = None) -> Offer:
        """Return the offer that `name` means, billed by `provider` where that is known.

        Raise `UnknownModelError` when no table has it.
        """
        key = (name, provider)
        offer = self._offers.get(key)
        if offer is None:
            target = self._aliases.get(name.casefold())
            if target is None:
                offer = self._offer(self._resolver.resolve(name, provider))
            else:
                offer = self.find(target)._replace(rule=f"{ALIASED} {target}")
            self._offers[key] = offer
        return offer

    def with_aliases(self, aliases: Mapping[str, str]) -> PriceTable:
        """Return the table with the user's aliases: name -> the model that it stands for.

        An alias goes before the names of the table, whoever bills. Raise `UnknownModelError` where
        one leads to no model.
        """
        if not aliases:
            return self
        table = copy(self)
        table._offers, table._aliases = {}, {}
        for target in aliases.values():
            table.find(target)
        table._offers = {}
        table._aliases = {name.casefold(): target for name, target in aliases.items()}
        return table

    def newest(self, name: str, day: date | None = None, provider: str | None = None) -> list[str]:
        """Return the makers' models that a word for a family fits, newest first."""
        return newest(self._providers, name, day, provider)

    def model(self, provider: str, model_id: str) -> Model:
        """Return one model of the table by its exact key."""
        key = (provider, model_id)
        model = self._models.get(key)
        if model is None:
            try:
                entry = self._providers[provider]["models"][model_id]
            except KeyError:
                raise UnknownModelError(f"{provider}/{model_id}") from None
            model = self._models[key] = Model(provider, model_id, entry)
        return model

    def models(self, provider: str | None = None) -> Iterator[Model]:
        """Yield every model, in the order of the files; of one provider if named."""
        for provider_id, entry in self._providers.items():
            if provider in (None, provider_id):
                for model_id in entry["models"]:
                    yield self.model(provider_id, model_id)

    def providers(self) -> dict[str, Provider]:
        """Return the providers by id, in the order of the files."""
        return {
            provider: Provider(
                provider, entry["name"], entry["role"], date.fromisoformat(entry["checked"])
            )
            for provider, entry in self._providers.items()
        }

    def tokenizer(self, name: str) -> str | None:
        """Return the tokenizer that the name of a model says, for names that no table has."""
        return self._families.tokenizer(name)

    def prompt_lengths(self) -> list[int]:
        """Return every prompt length at which the price of a model changes, ascending.

        Calls between two of them can be priced together, on whatever model.
        """
        return prompt_lengths(self._providers)

    def provider_id(self, called: str) -> str | None:
        """Return the table's id for a provider, however a log calls it."""
        return self._resolver.provider_id(called)

    def _offer(self, match: Match) -> Offer:
        model = self.model(match.provider, match.model)
        maker = self._providers[match.provider]
        billed = match.host or match.provider
        host = self._providers[billed]
        if match.inherit is None:
            offered, model_fees, names = None, model.fees, model.modifiers
            factor = ONE
        else:
            rule = host["inherits"][match.inherit]
            offered, model_fees = modes(rule.get("modes", {})), fees(rule.get("fees", {}))
            names, factor = tuple(rule.get("modifiers", ())), decimal(rule.get("multiply", "1"))
        return Offer(
            provider=billed,
            model=model,
            rule=match.rule,
            conditions=match.conditions,
            host_modes=offered,
            fees={**self._tool_fees(billed, model), **model_fees},
            modifiers=modifiers(host, names),
            schedules=self._provider_schedules(match.provider),
            calendars=self._calendars,
            multiply=factor,
            discounts=discounts(self._discounts, billed, model.id),
            overlay=model.overlay,
            caches={**maker.get("cache", {}), **host.get("cache", {})},
        )

    def _tool_fees(self, provider: str, model: Model) -> dict[str, tuple[Fee, ...]]:
        """Return the fees of tools that a provider offers, for a model that may use any."""
        return self._provider_fees(provider) if model.kind in TOOL_USERS else {}

    def _provider_fees(self, provider: str) -> dict[str, tuple[Fee, ...]]:
        dated = self._fees.get(provider)
        if dated is None:
            dated = self._fees[provider] = fees(self._providers[provider].get("fees", {}))
        return dated

    def _provider_schedules(self, provider: str) -> dict[str, Schedule]:
        known = self._schedules.get(provider)
        if known is None:
            entries = self._providers[provider].get("schedules", {})
            known = self._schedules[provider] = schedules(entries)
        return known


def _compile(folder: Path) -> dict[str, Any]:
    from tokencost_pricing.compile import compile_folder

    return compile_folder(folder)
