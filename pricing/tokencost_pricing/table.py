"""`PriceTable`: the shipped prices plus the user's overlays, ready to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import copy
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import TableError, UnknownModelError, UsageError, did_you_mean
from tokencost_pricing.facts import Provider, day
from tokencost_pricing.families import Families
from tokencost_pricing.fees import Fee, fees
from tokencost_pricing.matching.match import Match
from tokencost_pricing.matching.names import EVERY
from tokencost_pricing.matching.resolver import Resolver
from tokencost_pricing.matching.spellings import plain_name
from tokencost_pricing.model import TOOL_USERS, Model, modes
from tokencost_pricing.moments import moment
from tokencost_pricing.money import ONE, decimal, multiply
from tokencost_pricing.newest import newest
from tokencost_pricing.offer import Offer, discounts, modifiers
from tokencost_pricing.packed import Packed
from tokencost_pricing.schedule import Calendar, Schedule, calendars, schedules
from tokencost_pricing.table_loading import load_packed

TABLES: Final = Path(__file__).parent / "tables"
# How the rule begins where a name is one of the user's aliases.
ALIASED: Final = "alias of"


class PriceTable:
    """Answers what a model name means and what it costs on a day. It never changes."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        index = packed.index
        self.version: str = index["table"]
        self.sha256: str = index["sha256"]
        self._day = moment(index["day"])
        self.overlays: tuple[str, ...] = tuple(index.get("overlays", ()))
        # On the overlays: what looks like a slip.
        self.notes: tuple[str, ...] = tuple(index.get("notes", ()))
        self._index = index
        self._heads = packed.heads
        self._providers = packed.providers
        self._calendars = calendars(index["calendars"])
        self._families = Families(index.get("families", {}))
        self._discounts: list[dict[str, Any]] = index.get("discounts", [])
        self._models: dict[tuple[str, str], Model] = {}
        self._fees: dict[str, dict[str, tuple[Fee, ...]]] = {}
        self._schedules: dict[str, dict[str, Schedule]] = {}
        self._offers: dict[tuple[str, str | None], list[Offer]] = {}
        self._aliases: dict[str, str] = {}
        self._chosen: dict[str, str] = {}  # pattern of a name -> who bills
        self._directory = packed.directory()
        self._resolver = Resolver(
            self._directory,
            self._offer,
            lambda name, provider: self.newest(name, None, provider),
        )

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
        packed = load_packed(folder, cache)
        if overlays:
            from tokencost_pricing.overlay import apply

            packed = apply(packed, overlays)
        return cls(packed)

    def __reduce__(self) -> tuple[Any, ...]:
        return _sent, (self._packed, self._aliases, self._chosen)

    def find(self, name: str, provider: str | None = None, at: datetime | None = None) -> Offer:
        """Return the offer that `name` means, billed by `provider` where that is known.

        `at`: the moment of the call, for names that mean another model from day to day; else the
        day on which the table was last checked. Raise `UnknownModelError` when no table has it,
        `AmbiguousModelError` where several sell it and nothing says who bills.
        """
        key = (name, provider)
        asked = at or self._day
        for offer in self._offers.get(key, ()):
            if offer.since <= asked and (offer.until is None or asked < offer.until):
                return offer
        target = self._aliases.get(name.casefold())
        if target is None:
            offer = self._offer(self._match(name, provider, asked))
            if offer.model.any_name:
                offer = offer._replace(model=self._called(offer, name))
        else:
            offer = self.find(target, at=asked)._replace(rule=f"{ALIASED} {target}")
        self._offers.setdefault(key, []).append(offer)
        return offer

    @property
    def identity(self) -> str:
        """A text that is another one where any name may mean or cost something else."""
        return repr((self.version, self.sha256, self._aliases, list(self._chosen.items())))

    def is_weights(self, name: str) -> bool:
        """Whether a name with a maker's prefix is that of weights that many hosts serve."""
        return self._directory.is_weights(plain_name(name))

    def with_providers(self, by_name: Mapping[str, str], provider: str | None = None) -> PriceTable:
        """Return the table where it is settled who bills names that do not say it.

        `by_name`: patterns of names (`*`, `qwen/*`) with a provider, the last that fits counts;
        `provider`: of every name. What it does not sell keeps its meaning.
        """
        chosen = {**by_name, **({EVERY: provider} if provider else {})}
        if not chosen:
            return self
        for called in chosen.values():
            if self.provider_id(called) is None:
                raise UsageError(f"no provider '{called}'{did_you_mean(called, self._heads)}")
        table = copy(self)
        table._offers = {}
        table._chosen = {pattern.casefold(): called for pattern, called in chosen.items()}
        return table

    def _match(self, name: str, provider: str | None, at: datetime) -> Match:
        """Return what a name means, at the provider that is settled on where it does not say."""
        folded = name.casefold()
        for pattern, chosen in reversed(self._chosen.items()) if provider is None else ():
            if fnmatchcase(folded, pattern):
                with suppress(UnknownModelError):
                    match = self._resolver.resolve(name, chosen, at)
                    return match._replace(rule=f"{match.rule}, billed by {chosen} as settled")
                break
        return self._resolver.resolve(name, provider, at)

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
        makers = (
            self._providers[maker]["models"]
            for maker, head in self._heads.items()
            if head["role"] == "maker" and provider in (None, maker)
        )
        return newest(makers, name, day)

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
        for provider_id in self._heads:
            if provider in (None, provider_id):
                for model_id in self._providers[provider_id]["models"]:
                    yield self.model(provider_id, model_id)

    def providers(self) -> dict[str, Provider]:
        """Return the providers by id, in the order of the files."""
        return {
            provider: Provider(
                provider,
                entry["name"],
                entry["role"],
                date.fromisoformat(entry["checked"]),
                day(entry.get("lists_checked")),
            )
            for provider, entry in self._heads.items()
        }

    def tokenizer(self, name: str) -> str | None:
        """Return the tokenizer that the name of a model says, for names that no table has."""
        return self._families.tokenizer(name)

    def prompt_lengths(self) -> list[int]:
        """Return every prompt length at which the price of a model changes, ascending.

        Calls between two of them can be priced together, on whatever model.
        """
        lengths: list[int] = self._index["prompt_lengths"]
        return lengths

    @property
    def checked(self) -> date:
        """The day on which the newest of its prices were compared with their sources."""
        return date.fromisoformat(self.version.partition("+")[0].replace(".", "-"))

    def calendars(self) -> Mapping[str, Calendar]:
        """Return the calendars of public holidays by name."""
        return self._calendars

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
            multiply=multiply(factor, decimal(match.multiply)),
            discounts=discounts(self._discounts, billed, model.id),
            overlay=model.overlay,
            caches={**maker.get("cache", {}), **host.get("cache", {})},
            since=match.since,
            until=match.until,
        )

    def _tool_fees(self, provider: str, model: Model) -> dict[str, tuple[Fee, ...]]:
        """Return the fees of tools that a provider offers, for a model that may use any."""
        return self._provider_fees(provider) if model.kind in TOOL_USERS else {}

    def _called(self, offer: Offer, name: str) -> Model:
        """Return the model of an offer, which stands for every name, under the one asked for."""
        provider, _, rest = name.partition("/")
        asked = rest if rest and self.provider_id(provider) == offer.provider else name
        if asked == offer.model.id:
            return offer.model
        return offer.model.called(asked, self._families.facts(asked))

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


def _sent(packed: Packed, aliases: dict[str, str], chosen: dict[str, str]) -> PriceTable:
    """Return a table that was pickled; the pickle holds all of its prices."""
    table = PriceTable(packed)
    table._aliases, table._chosen = aliases, chosen
    return table
