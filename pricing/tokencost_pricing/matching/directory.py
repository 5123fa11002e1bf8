"""What a table knows of names: the providers, the index, and the models behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from tokencost_pricing.matching.index import called_ids
from tokencost_pricing.matching.match import MAKER, Conditions
from tokencost_pricing.matching.names import Entry, Names
from tokencost_pricing.matching.spellings import dated

_LARGEST: Final = 4096  # names that are remembered
Models = Callable[[str, str], Mapping[str, Any]]


class Channel(NamedTuple):
    """A prefix of a name that says who bills."""

    provider: str
    prefix: str
    rest: str  # of the name
    conditions: Conditions


class Directory:
    """The heads of the providers by id, the two indexes, and `model(provider, id)`."""

    def __init__(
        self,
        heads: Mapping[str, Mapping[str, Any]],
        names: Names,
        weights: Names,
        model: Models,
        day: str,
    ) -> None:
        self.heads = heads
        self.names = names
        self.model = model
        self.day = day  # when it was last checked
        self._weights = weights
        self.named = lru_cache(_LARGEST)(names.get)
        self.makers = [key for key, head in heads.items() if head["role"] == MAKER]
        self._called = called_ids(heads)
        self._channels = {
            text: (provider, tuple(conditions.items()))
            for provider, head in heads.items()
            for text, conditions in head["channels"]
        }

    def is_maker(self, provider: str) -> bool:
        """Whether a provider makes models, and sells no others under names of theirs."""
        return bool(self.heads[provider]["role"] == MAKER)

    def provider_id(self, called: str) -> str | None:
        """Return the id of a provider as logs call it, or None."""
        folded = called.strip().casefold()
        return self._called.get(folded) or self._called.get(folded.split("/")[0])

    def makers_of(self, name: str) -> list[str]:
        """Return the makers that may have a name: by its line, that of its date, or a pattern."""
        parts = dated(name)
        entries = [*self.named(name), *(self.named(parts[0]) if parts else ())]
        named = {entry.provider for entry in entries}
        return [maker for maker in self.makers if maker in named or maker in self._with_patterns]

    @cached_property
    def _with_patterns(self) -> frozenset[str]:
        keys = ("prefix", "regex", "inherits", "variants")
        return frozenset(
            maker for maker in self.makers if any(self.heads[maker].get(key) for key in keys)
        )

    def sellers(self, key: str) -> list[Entry]:
        """Return who sells weights, by the key of their name; `level` is the seller's name."""
        return [
            one if one.level else one._replace(level=one.model.casefold())
            for one in self._weights.get(key)
        ]

    def channels(self, name: str) -> Iterator[Channel]:
        """Yield the channels that a name begins with, longest prefix first."""
        for end in range(len(name) - 1, 0, -1):
            if name[end - 1] in "/:" and (channel := self._channels.get(name[:end])):
                yield Channel(channel[0], name[:end], name[end:], channel[1])
        for pattern, provider in self._channel_patterns:
            if (hit := pattern.match(name)) and hit.end() < len(name):
                stated = tuple((key, value) for key, value in hit.groupdict().items() if value)
                yield Channel(provider, hit.group(), name[hit.end() :], stated)

    def is_weights(self, name: str, maker: str | None = None) -> bool:
        """Whether a name with a maker's prefix is that of weights that many hosts serve.

        `maker`: only by the patterns of one maker.
        """
        if "/" not in name:
            return False
        heads = self.heads.values() if maker is None else (self.heads[maker],)
        return any(
            _compiled(pattern).fullmatch(name)
            for head in heads
            for pattern in head.get("open_weights", ())
        )

    def owners(self, name: str) -> list[str]:
        """Return the hosts that state a name as one that only they use."""
        return [provider for provider, pattern in self._exclusive_names if pattern.fullmatch(name)]

    def subscription(self, name: str) -> str | None:
        """Return the beginning of a name that is sold by the month, or None."""
        return next((text for text in self._subscriptions if name.startswith(text)), None)

    @cached_property
    def _channel_patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [
            (re.compile(pattern, re.IGNORECASE), provider)
            for provider, head in self.heads.items()
            for pattern in head.get("channel_regex", ())
        ]

    @cached_property
    def _exclusive_names(self) -> list[tuple[str, re.Pattern[str]]]:
        patterns = (
            (provider, _any_of(head.get("own_names", ()))) for provider, head in self.heads.items()
        )
        return [(provider, pattern) for provider, pattern in patterns if pattern is not None]

    @cached_property
    def _subscriptions(self) -> tuple[str, ...]:
        return tuple(text for head in self.heads.values() for text in head.get("subscriptions", ()))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _any_of(patterns: Any) -> re.Pattern[str] | None:
    every = [f"(?:{pattern})" for pattern in patterns]
    return re.compile("|".join(every), re.IGNORECASE) if every else None
