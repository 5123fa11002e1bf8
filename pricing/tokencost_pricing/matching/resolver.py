"""What a name means: at the provider who bills, or where nothing says who does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from tokencost_pricing.errors import AmbiguousModelError, UnknownModelError
from tokencost_pricing.matching.directory import Channel, Directory
from tokencost_pricing.matching.levels import Levels
from tokencost_pricing.matching.match import LEVELS, NO_PROFILE, Match, Question
from tokencost_pricing.matching.names import Entry
from tokencost_pricing.matching.near import Newest, near_names
from tokencost_pricing.matching.spellings import (
    ALIAS_HINT,
    custom,
    dashed,
    plain_name,
    tuned_from,
    weights_key,
)
from tokencost_pricing.moments import moment
from tokencost_pricing.offer import Offer

# Who names fine-tuned models `BASE.ft-...`, and who `ft:BASE:...`.
_AZURE: Final = "azure"
_TUNED: Final = "ft:"


class Resolver:
    """Finds models by name. `offer_of` makes the offer of a match, `newest` is for messages."""

    def __init__(
        self, directory: Directory, offer_of: Callable[[Match], Offer], newest: Newest
    ) -> None:
        self._directory = directory
        self._newest = newest
        self._levels = Levels(directory)
        self._offer_of = offer_of

    def resolve(self, name: str, provider: str | None, at: datetime) -> Match:
        """Return what `name` means at a moment, billed by `provider` if that is known.

        Raise `AmbiguousModelError` for a
        name that says nothing of who bills, `UnknownModelError` for one that nobody has. A
        provider that has no table never falls back to the maker's price.
        """
        question = Question(plain_name(name), at, provider is not None)
        if plan := self._directory.subscription(question.name):
            raise UnknownModelError(
                name, detail=f"'{plan}' is a subscription, which is not billed by the token"
            )
        if provider is None:
            return self._since_billing(name, self._anywhere(name, question), at)
        billed = self._directory.provider_id(provider)
        if billed is None:
            if plan := self._directory.subscription(f"{provider.strip().casefold()}/"):
                reason = f"'{plan}' is a subscription, which is not billed by the token"
            else:
                reason = f"the provider '{provider}' has no price table"
            raise UnknownModelError(name, detail=reason)
        match = self._billed_by(billed, question.name, question) or self._tuned(billed, question)
        if match is None:
            raise self._unknown(name, question, billed)
        return self._since_billing(name, match, at)

    def _since_billing(self, name: str, match: Match, at: datetime) -> Match:
        """Return a match, unless its provider billed otherwise than by the token at that moment."""
        first = self._directory.heads[match.billed_by].get("billed_from")
        if first is None:
            return match
        start = moment(first["day"])
        if at < start:
            detail = f"before {first['day']} '{match.billed_by}' billed {first['before']}"
            raise UnknownModelError(name, detail=f"{detail}, not tokens", starts=start)
        return match._replace(since=max(start, match.since))

    def provider_id(self, called: str) -> str | None:
        """Return the table's id for a provider as logs call it, or None."""
        return self._directory.provider_id(called)

    def _anywhere(self, name: str, question: Question) -> Match:
        match = (
            self._exact(question)
            or self._through_channel(name, question)
            or self._at_makers(name, question)
            or self._at_owner(name, question)
        )
        if match is not None:
            return match
        sellers = self._directory.sellers(weights_key(question.name))
        if match := self._respelled(question, sellers):
            return match
        if sellers:
            matches = [Match(one.provider, one.model, "name of its weights") for one in sellers]
            raise self._ambiguous(name, question, matches, self._of_makers(question, sellers))
        if match := self._tuned(None, question):
            return match
        raise self._unknown(name, question)

    def _exact(self, question: Question) -> Match | None:
        """Return the maker's model that alone has a name: most have, and cost no more then."""
        if "/" in question.name or ":" in question.name:
            return None
        entries = [
            entry
            for entry in self._directory.named(question.name)
            if self._directory.is_maker(entry.provider)
        ]
        if len(entries) != 1:
            return None
        return self._levels.within(entries[0].provider, question.name, question)

    def _through_channel(self, name: str, question: Question) -> Match | None:
        """Return what a name means behind the prefix of a channel.

        A host's channel that has no such model ends the search: its name said who bills.
        """
        channels: list[Channel] = []
        knowing = question.knowing(billed=True)
        for channel in self._directory.channels(question.name):
            if self._says_who_bills(name, channel):
                channels.append(channel)
                if match := self._levels.within(channel.provider, channel.rest, knowing):
                    return _behind(channel, match)
        for channel in channels:
            if match := self._billed_by(channel.provider, channel.rest, knowing):
                return _behind(channel, match)
        for channel in channels:
            if tuned := tuned_from(channel.rest):
                if match := self._billed_by(channel.provider, _TUNED + tuned, knowing):
                    return _behind(channel, match)
                raise self._unknown(name, Question(channel.rest, question.at, billed=True))
            if not self._directory.is_maker(channel.provider):
                raise self._unknown(name, question, channel.provider)
        return None

    def _says_who_bills(self, name: str, channel: Channel) -> bool:
        """Whether the beginning of a name is a channel's, and not a path of weights.

        `moonshotai/kimi-k3`, the table's key of a model that has a price, is Moonshot's model;
        `moonshotai/Kimi-K3` is the path of its weights.
        """
        directory = self._directory
        if not directory.is_maker(channel.provider):
            return True
        free = directory.heads[channel.provider].get("free", ())
        return any(
            entry.provider == channel.provider
            and name == f"{entry.provider}/{entry.model}"
            and entry.model not in free
            for entry in directory.named(channel.rest)
        ) or not directory.is_weights(channel.prefix + channel.rest, channel.provider)

    def _at_makers(self, name: str, question: Question) -> Match | None:
        """Return the maker's model of a name. Raise where two makers have it on one level."""
        if self._directory.is_weights(question.name):
            return None
        matches = [
            match
            for maker in self._directory.makers_of(question.name)
            if (match := self._levels.within(maker, question.name, question))
        ]
        if not matches:
            return None
        strongest = min(LEVELS.index(match.level) for match in matches)
        matches = [match for match in matches if LEVELS.index(match.level) == strongest]
        if len(matches) > 1:
            raise self._ambiguous(name, question, matches)
        return matches[0]

    def _respelled(self, question: Question, sellers: Iterable[Entry]) -> Match | None:
        """Return the maker's model of an id whose points are written as dashes.

        Not where a host writes it so, or others sell the weights.
        """
        if "/" in question.name or self._directory.named(question.name):
            return None
        for written in dict.fromkeys(one.model for one in sellers if self._is_id(one, question)):
            if match := self._exact(replace(question, name=written.casefold())):
                return match._replace(rule=f"spelling of '{written}' ({match.rule})")
        return None

    def _is_id(self, seller: Entry, question: Question) -> bool:
        is_maker = self._directory.is_maker(seller.provider)
        return is_maker and dashed(seller.model.casefold()) == dashed(question.name)

    def _at_owner(self, name: str, question: Question) -> Match | None:
        """Return the model of the host that alone uses a name."""
        owners = self._directory.owners(question.name)
        matches = [
            match for owner in owners if (match := self._billed_by(owner, question.name, question))
        ]
        if len(matches) > 1:
            raise self._ambiguous(name, question, matches)
        if owners and not matches:
            raise self._unknown(name, question, owners[0])
        return matches[0] if matches else None

    def _billed_by(self, provider: str, name: str, question: Question) -> Match | None:
        levels = self._levels
        if match := levels.within(provider, name, question):
            return match
        is_maker = self._directory.is_maker(provider)
        for channel in self._directory.channels(name):
            of_maker = not is_maker and self._directory.is_maker(channel.provider)
            if (channel.provider == provider or of_maker) and (
                match := levels.within(provider, channel.rest, question)
            ):
                return _behind(channel, match)
        return levels.bare(provider, name, question)

    def _tuned(self, provider: str | None, question: Question) -> Match | None:
        """Return the row of fine-tunes of a fine-tuned model's base: never the base's price."""
        base = tuned_from(question.name)
        if base is None:
            return None
        providers = [provider] if provider else self._directory.makers
        if provider is None and not question.name.startswith(_TUNED):
            providers = [one for one in (_AZURE,) if one in self._directory.heads]
        for one in providers:
            if match := self._levels.within(one, _TUNED + base, question):
                return match._replace(rule=f"fine-tune of '{base}' ({match.rule})")
        return None

    def _of_makers(self, question: Question, sellers: Iterable[Entry]) -> list[str]:
        """Return the ids of makers among the sellers that by themselves mean the maker's model.

        A path is a name of weights, and no misspelt id.
        """
        if "/" in question.name:
            return []
        ids = dict.fromkeys(one.model for one in sellers if self._directory.is_maker(one.provider))
        return [one for one in ids if self._exact(replace(question, name=one.casefold()))]

    def _ambiguous(
        self,
        name: str,
        question: Question,
        matches: Iterable[Match],
        near: Iterable[str] = (),
    ) -> AmbiguousModelError:
        day = str(question.at.date())

        def candidates() -> list[Offer]:
            from tokencost_pricing.rate_bounds import input_rate

            offers = [self._offer_of(match) for match in matches]
            return sorted(offers, key=lambda offer: input_rate(offer, day))

        return AmbiguousModelError(name, candidates=candidates, day=day, near=near)

    def _unknown(
        self, name: str, question: Question, provider: str | None = None
    ) -> UnknownModelError:
        directory = self._directory
        base = tuned_from(question.name)
        detail = f"not in the table of '{provider}'" if provider else ""
        if reason := custom(question.name):
            return UnknownModelError(name, detail=reason.detail, hint=reason.hint)
        if base:
            return UnknownModelError(
                name, detail=f"a fine-tune of '{base}', and the table has no price of fine-tunes"
            )
        if question.reasons:
            return UnknownModelError(
                name, detail=question.reasons[0], starts=min(question.starts, default=None)
            )
        if directory.is_weights(question.name) and not provider:
            detail = "open weights, and no host in the table has them"
        hint = None
        if provider == _AZURE:
            detail += "; if it is a deployment of yours, an alias says of which model"
            hint = ALIAS_HINT
        return UnknownModelError(
            name,
            near=lambda: near_names(directory, self._newest, question.name, provider),
            detail=detail,
            hint=hint,
        )


def _behind(channel: Channel, match: Match) -> Match:
    """Return a match with what the channel before the name of the model states.

    `us.anthropic.NAME` in `bedrock/eu-west-1/` is the profile of the US: the model's name goes
    before, except where it states no more than that it names no profile.
    """
    model = match.conditions
    if any(key == "region" for key, _ in channel.conditions):
        model = tuple(one for one in model if one != ("region", NO_PROFILE))
    named = {key for key, _ in model}
    return match._replace(
        rule=f"{match.rule}, after the channel prefix '{channel.prefix}'",
        conditions=(*model, *(one for one in channel.conditions if one[0] not in named)),
    )
