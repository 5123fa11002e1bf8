"""The levels at which one provider knows a name, strongest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from tokencost_pricing.matching.directory import Directory
from tokencost_pricing.matching.match import (
    ALIAS,
    BARE,
    FLOATING,
    ID,
    INHERITED,
    NO_PROFILE,
    PATTERN,
    PREFIX,
    SNAPSHOT,
    VARIANT,
    Match,
    Question,
)
from tokencost_pricing.matching.names import Entry
from tokencost_pricing.matching.spellings import (
    dated,
    organisation,
    plain_name,
    profile,
    weights_key,
)
from tokencost_pricing.moments import ALWAYS, moment

# A snapshot may be named after a day before its release; where only a row or a first sight is
# known, that came later still.
_BEFORE_RELEASE: Final = timedelta(days=14)
_BEFORE_FIRST_ROW: Final = timedelta(days=60)
# Of the profiles of a cloud the one whose rate is the list price.
_LIST_PROFILE: Final = "global"
# What stands where others name who made the weights.
_NO_ORGANISATION: Final = frozenset({"models", "model", "publishers", "pro", "@cf", "accounts"})
_ORGANISATION_LETTERS: Final = 4  # that two spellings of one share: `meta`, `meta-llama`


class Levels:
    """Tries the levels of a provider."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._heads = directory.heads

    def within(self, provider: str, name: str, question: Question) -> Match | None:
        """Return what a provider calls by a name, or None. `name` is in lower case."""
        head = self._heads[provider]
        return (
            self._named(provider, name, question)
            or self._by_prefix(provider, head, name, question)
            or self._by_pattern(provider, head, name, question)
            or self._snapshot(provider, name, question)
            or self._inherited(provider, head, name, question)
            or self._variant(provider, head, name, question)
        )

    def bare(self, host: str, name: str, question: Question) -> Match | None:
        """Return a host's model by the name that its maker or another host gives it.

        Where the host sells it under several profiles and the name tells none, it is the one at
        the list price.
        """
        if self._directory.is_maker(host):
            return None
        known: dict[str | None, dict[str, str]] = {}  # by profile: model -> the host's name of it
        for seller in self._directory.sellers(weights_key(name)):
            if seller.provider == host and _same_organisation(name, seller.level):
                sold = known.setdefault(profile(seller.level), {})
                sold.setdefault(seller.model, seller.level)
        names = [
            written
            for wanted in (_LIST_PROFILE, None)
            for written in known.get(wanted, {}).values()
            if len(known[wanted]) == 1
        ]
        makers = dict.fromkeys(rule["provider"] for rule in self._heads[host].get("inherits", ()))
        for written in (*names, *(f"{_LIST_PROFILE}.{maker}.{name}" for maker in makers)):
            if match := self.within(host, written, question):
                stated = tuple(one for one in match.conditions if one[1] != _LIST_PROFILE)
                rule = f"bare name of '{written}' ({match.rule})"
                return match._replace(rule=rule, level=BARE, conditions=stated)
        return None

    def _named(self, provider: str, name: str, question: Question) -> Match | None:
        for entry in self._directory.named(name):
            if entry.provider == provider:
                if entry.level == FLOATING:
                    return self._pointed(entry, name, question)
                rule = f"alias '{name}'" if entry.level == ALIAS else ID
                return self._allowed(Match(provider, entry.model, rule, entry.level), question)
        return None

    def _allowed(self, match: Match, question: Question) -> Match | None:
        """Return a match, unless it is free of charge and nothing says who bills."""
        if question.billed or match.model not in self._heads[match.provider].get("free", ()):
            return match
        question.reasons.append(
            f"free at '{match.provider}', and elsewhere not: "
            f"`--provider {match.provider}` says that it is asked there"
        )
        return None

    def _pointed(self, entry: Entry, name: str, question: Question) -> Match | None:
        """Follow a pointer to where it leads at the moment of the call."""
        head = self._heads[entry.provider]
        pointers = next(rows for key, rows in head["floating"].items() if key.casefold() == name)
        starts = [moment(row.get("from")) for row in pointers]
        position = sum(start <= question.at for start in starts) - 1
        if position < 0:
            question.starts.append(starts[0])
            question.reasons.append(f"the pointer '{name}' is known from {starts[0].date()} on")
            return None
        target = pointers[position]["to"]
        match = self.within(entry.provider, plain_name(target), question)
        if match is None:
            return None
        start, end = starts[position], starts[position + 1] if position + 1 < len(starts) else None
        when = f"on {head['checked']}" if start == ALWAYS else f"from {start.date()} on"
        return match._replace(
            rule=f"floating '{name}', which pointed to '{target}' {when}",
            level=FLOATING,
            since=max(start, match.since),
            until=min((one for one in (end, match.until) if one is not None), default=None),
        )

    def _by_prefix(
        self, provider: str, head: Mapping[str, Any], name: str, question: Question
    ) -> Match | None:
        for prefix, model in head.get("prefix", ()):
            if name.startswith(prefix) and len(name) > len(prefix):
                return self._allowed(Match(provider, model, f"prefix '{prefix}'", PREFIX), question)
        return None

    def _by_pattern(
        self, provider: str, head: Mapping[str, Any], name: str, question: Question
    ) -> Match | None:
        for pattern, model in head.get("regex", ()):
            if _compiled(pattern).fullmatch(name):
                rule = f"pattern '{pattern}'"
                return self._allowed(Match(provider, model, rule, PATTERN), question)
        return None

    def _snapshot(self, provider: str, name: str, question: Question) -> Match | None:
        parts = dated(name)
        if parts is None:
            return None
        for entry in self._directory.named(parts[0]):
            if entry.provider == provider and entry.level != FLOATING:
                first, last = self._life(provider, entry.model)
                if first <= parts[1] <= last:
                    rule = f"snapshot of '{entry.model}'"
                    return self._allowed(Match(provider, entry.model, rule, SNAPSHOT), question)
                question.reasons.append(
                    f"no snapshot of '{entry.model}' can be of {parts[1]}: it was sold "
                    f"from {first} to {last} as far as the table knows"
                    if first > date.min
                    else f"no snapshot of '{entry.model}' can be of {parts[1]}, after {last}"
                )
        return None

    def _life(self, provider: str, model_id: str) -> tuple[date, date]:
        """Return between which days a snapshot of a model may be dated."""
        model = self._directory.model(provider, model_id)
        row = model["prices"][0]
        last = date.fromisoformat(self._directory.day)
        if "retires" in model:
            last = min(last, date.fromisoformat(model["retires"]))
        if "released" in model:
            return date.fromisoformat(model["released"]) - _BEFORE_RELEASE, last
        start = row.get("from") or row.get("seen")
        return (date.min if start is None else moment(start).date() - _BEFORE_FIRST_ROW), last

    def _inherited(
        self, host: str, head: Mapping[str, Any], name: str, question: Question
    ) -> Match | None:
        for position, rule in enumerate(head.get("inherits", ())):
            hit = _compiled(rule["match"]).fullmatch(name)
            if hit is None:
                continue
            groups = hit.groupdict()
            asked = groups["model"] + (f"-{day}" if (day := groups.get("date")) else "")
            match = self.within(rule["provider"], asked, question.knowing(billed=False))
            if match is None:
                continue
            conditions = (("region", groups["region"] or NO_PROFILE),) if "region" in groups else ()
            return match._replace(
                rule=f"inherited from {match.provider}/{match.model} ({match.rule})",
                level=INHERITED,
                conditions=conditions,
                host=host,
                inherit=position,
            )
        return None

    def _variant(
        self, provider: str, head: Mapping[str, Any], name: str, question: Question
    ) -> Match | None:
        for end, terms in head.get("variants", {}).items():
            if not name.endswith(end):
                continue
            match = self.within(provider, name.removesuffix(end), question)
            if match is None:
                return None
            if terms.get("multiply") == "0" and not question.billed:
                question.reasons.append(
                    f"'{end}' is free at '{provider}': `--provider {provider}` says that it is "
                    "asked there"
                )
                return None
            rule = f"{match.rule}, asked with '{end}'"
            factor = terms.get("multiply", match.multiply)
            return match._replace(rule=rule, level=VARIANT, multiply=factor)
        return None


def _same_organisation(name: str, other: str) -> bool:
    """Whether two names can be of the same weights, as far as their paths say who made these."""
    first, second = organisation(name), organisation(other)
    if first is None or second is None or {first, second} & _NO_ORGANISATION:
        return True
    plain = [re.sub("[^a-z0-9]", "", one)[:_ORGANISATION_LETTERS] for one in (first, second)]
    return plain[0].startswith(plain[1]) or plain[1].startswith(plain[0])


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
