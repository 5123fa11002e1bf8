"""The generated files of `tables/lists/`: which ids each holds, and how they are spelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.imports.entries import PAIR, Facts, Outcome, entry_of
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.faults import minus_faults
from tokencost_pricing.imports.hand_table import HandTable
from tokencost_pricing.imports.headline import COPIES, ENDPOINTS, RANGED, add_ranges, headline
from tokencost_pricing.imports.names import clean, folded, weights
from tokencost_pricing.imports.releases import Releases
from tokencost_pricing.imports.series import Witnesses

# Families that are the provider's own list, and lists that read pages or price lists anew.
_BILLERS: Final = {
    "openrouter": ("OR",),
    "vercel": ("VG",),
    "huggingface": ("HF",),
    "azure": ("meters",),
}
_ANY_BILLER: Final = ("API",)
_READERS: Final = frozenset({"O"})
_EXACT: Final = frozenset({"OR"})
# Providers of plans, and the user's machine: no list prices.
SUBSCRIPTIONS: Final = frozenset({"github-copilot", "local"})
# Lists that write ids as the provider does, the most careful first.
_SPELLERS: Final = ("API", "OR", "VG", "HF", "O", "M", "L", "G", "PK", "T", "A", "K", "CW")
# Facts of hosts behind a router name weights, not the host's id.
_BY_WEIGHTS: Final = ("openrouter-endpoints (by host)", "huggingface-router (by host)")
# Clouds whose regions, profiles and makers' models are rules of their files, and gateways that pass
# makers' prices on: these go before.
_BY_RULE: Final = frozenset({"bedrock", "azure", "vertex", "opencode", "cloudflare-ai-gateway"})
# Routers that name the host behind the model: `NAME:HOST`.
_ROUTERS_BY_HOST: Final = frozenset({"huggingface"})
_FIRST_OF_PREFIX: Final = {"fireworks": "accounts/fireworks/models/"}


class Decision(NamedTuple):
    """What became of one id of the lists."""

    provider: str
    model: str
    outcome: Outcome
    families: frozenset[str]
    resolves_to: str | None = None  # by hand, and how
    differs: tuple[str, str] | None = None  # (by hand, accepted): input and output


class Import:
    """All facts, sorted by provider and model, and what the table says by hand."""

    def __init__(self, facts: Iterable[Fact], hand: HandTable) -> None:
        cleaned = list(minus_faults(clean(facts)))
        self.hand = hand
        self.today = hand.today
        self._edges, self._newest = _edges(cleaned, self.today)
        self._releases = Releases(hand.providers, cleaned)
        self._models: dict[str, dict[str, dict[str, list[Fact]]]] = {}
        self._endpoints: dict[str, dict[str, list[Fact]]] = {}
        self._decisions: dict[str, list[Decision]] = {}
        for fact in cleaned:
            if fact.list == ENDPOINTS:
                name = fact.id.casefold().split("#")[0]
                self._endpoints.setdefault(name, {}).setdefault(fact.field, []).append(fact)
            elif fact.list not in _BY_WEIGHTS:
                self._add(folded(fact.provider, fact.id), fact)
        self._add_by_weights(fact for fact in cleaned if fact.list in _BY_WEIGHTS)

    def _add(self, name: str, fact: Fact) -> None:
        fields = self._models.setdefault(fact.provider, {}).setdefault(name, {})
        fields.setdefault(fact.field, []).append(fact)

    def _add_by_weights(self, facts: Iterable[Fact]) -> None:
        """Add facts that name weights to the host's only model of these weights."""
        known: dict[tuple[str, str], list[str]] = {}
        for provider, models in self._models.items():
            for name in models:
                known.setdefault((provider, weights(name)), []).append(name)
        for fact in facts:
            names = known.get((fact.provider, weights(fact.id.split("#")[0])), [])
            if len(names) == 1:
                self._add(names[0], fact)
            elif fact.provider == "huggingface":
                self._add(folded(fact.provider, fact.id), fact)

    @property
    def providers(self) -> list[str]:
        """The providers that have facts and a file."""
        return sorted(set(self._models) & set(self.hand.providers))

    def checked(self, provider: str) -> str:
        """Return the newest day of the lists that hold a provider."""
        lists = {
            fact.list
            for fields in self._models[provider].values()
            for facts in fields.values()
            for fact in facts
        }
        return max(self._newest[name] for name in lists)

    def decisions(self, provider: str) -> list[Decision]:
        """Decide about every id that the lists hold of a provider."""
        known = self._decisions.get(provider)
        if known is None:
            known = self._decisions[provider] = [
                self._decide(provider, name, fields)
                for name, fields in sorted(self._models[provider].items())
            ]
        return known

    def entries(self, provider: str) -> dict[str, dict[str, Any]]:
        """Return the models of a provider's generated file."""
        models: dict[str, dict[str, Any]] = {}
        names: set[str] = set()
        for decision in self.decisions(provider):
            if decision.outcome.entry is None or self.is_known(decision):
                continue
            spellings = self.spellings(provider, decision.model)
            if any(self.hand.is_of_another(provider, name) for name in spellings):
                continue
            model, *others = spellings
            entry = dict(decision.outcome.entry)
            aliases = [
                name
                for name in others
                if name.casefold() not in names and not self.hand.names(provider, name)
            ]
            names.update(name.casefold() for name in (model, *aliases))
            if aliases:
                entry = {"aliases": {"exact": aliases}, **entry}
            models[model] = entry
        return dict(sorted(models.items(), key=lambda item: item[0].casefold()))

    def spellings(self, provider: str, name: str) -> list[str]:
        """Return how lists write an id, the provider's own way first, each folded form once."""
        ids: Counter[tuple[int, str]] = Counter()
        for facts in self._models[provider][name].values():
            for fact in facts:
                rank = _SPELLERS.index(fact.family) if fact.family in _SPELLERS else len(_SPELLERS)
                ids[rank + 50 * (fact.list in _BY_WEIGHTS), fact.id] += 1
        start = _FIRST_OF_PREFIX.get(provider, "")
        ordered = sorted(
            ids, key=lambda one: (not one[1].startswith(start), one[0], -ids[one], one[1])
        )
        forms: dict[str, str] = {}
        for _, text in ordered:
            forms.setdefault(text.casefold(), text)
        prefix = f"{provider}/"
        return [
            text
            for number, (form, text) in enumerate(forms.items())
            if number == 0 or not form.startswith(prefix)
        ]

    def is_known(self, decision: Decision) -> bool:
        """Whether the table has an id by hand, so that the list is only held against it."""
        if decision.resolves_to is None:
            return False
        is_exact = decision.resolves_to.startswith(("id", "alias", "floating"))
        return is_exact or decision.differs is None or decision.provider in _BY_RULE

    def _decide(self, provider: str, name: str, fields: dict[str, list[Fact]]) -> Decision:
        by_field: Mapping[str, Sequence[Fact]] = {
            field: headline(provider, facts, self._newest) for field, facts in fields.items()
        }
        witnesses = Witnesses(
            frozenset((*_ANY_BILLER, *_BILLERS.get(provider, ()))),
            _READERS,
            self._edges,
            self._newest,
            _EXACT,
        )
        facts = Facts(provider, name, by_field, witnesses, self._releases.of(provider, name))
        outcome = entry_of(facts)
        if outcome.entry is not None and (provider in COPIES or provider in _ROUTERS_BY_HOST):
            add_ranges(outcome.entry["prices"], self._behind(provider, name, fields), self.today)
        families = frozenset(fact.family for held in fields.values() for fact in held)
        model = self.spellings(provider, name)[0]
        match = self.hand.match(provider, model)
        differs = None
        if match is not None and outcome.entry is not None:
            day = min(self._last_held(by_field, witnesses), self.today)
            differs = self._difference(provider, model, outcome.entry, day)
        return Decision(provider, name, outcome, families, match, differs)

    def _behind(
        self, provider: str, name: str, fields: Mapping[str, Sequence[Fact]]
    ) -> dict[str, list[Fact]]:
        """Return the facts of the hosts behind a model of a router."""
        behind = {kind: list(fields.get(kind, ())) for kind in RANGED}
        groups = [self._endpoints.get(name, {})] if provider in COPIES else []
        if provider in _ROUTERS_BY_HOST:
            models = self._models[provider]
            groups += [models[key] for key in models if key.startswith(f"{name}:")]
        for group in groups:
            for kind in RANGED:
                behind[kind] += group.get(kind, ())
        return behind

    def _last_held(self, by_field: Mapping[str, Sequence[Fact]], witnesses: Witnesses) -> str:
        """Return the last day on which the lists held a price, the biller's own where it has one.

        Lists keep what the biller has dropped, often for years, at the price of its last day.
        """
        facts = [fact for kind in PAIR for fact in by_field.get(kind, ())]
        facts = facts or [fact for column in by_field.values() for fact in column]
        billers = [fact for fact in facts if fact.family in witnesses.billers]
        return max(self._until(fact) for fact in billers or facts)

    def _until(self, fact: Fact) -> str:
        """Return the last day on which a list held a value."""
        return fact.last_seen or max(self._newest.get(fact.list, ""), fact.first_seen)

    def _difference(
        self, provider: str, model: str, entry: Mapping[str, Any], day: str
    ) -> tuple[str, str] | None:
        """Return both prices of the last day of the lists where they differ by over 0.5 %."""
        row = _row_on(entry["prices"], day)
        ours = self.hand.rates(provider, model, day)
        if row is None or ours is None:
            return None
        pairs = [
            (ours.get(kind), Decimal(row["rates"][kind]))
            for kind in ("input", "output")
            if kind in row["rates"]
        ]
        if all(mine is not None and _is_near(mine, value) for mine, value in pairs):
            return None
        return (
            "/".join("-" if mine is None else f"{mine.normalize():f}" for mine, _ in pairs),
            "/".join(f"{value.normalize():f}" for _, value in pairs),
        )


def _row_on(rows: Sequence[Mapping[str, Any]], day: str) -> Mapping[str, Any] | None:
    """Return the row in force on a day."""
    past = [row for row in rows if row.get("from", "") <= day]
    return past[-1] if past else None


def _is_near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= Decimal("0.005") * max(abs(one), abs(other))


def _edges(facts: Iterable[Fact], today: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the first and the last day of each list."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for fact in facts:
        if fact.first_seen:
            first[fact.list] = min(first.get(fact.list, "9999"), fact.first_seen)
        for day in (fact.first_seen, fact.last_seen or ""):
            if day <= today:
                last[fact.list] = max(last.get(fact.list, ""), day)
    for provider in COPIES:
        first[f"{provider} headline"] = first.get(COPIES[provider][0][0], "")
        last[f"{provider} headline"] = max(last.values())
    return first, last


def list_texts(providers: Iterable[str], result: Import) -> Iterator[tuple[str, str]]:
    """Yield each provider with the text of its generated file, empty where it has no models."""
    from tokencost_pricing.list_files import list_text

    for provider in providers:
        entries = result.entries(provider)
        text = list_text(provider, result.checked(provider), entries.items()) if entries else ""
        yield provider, text
