"""What a table states of a model beside its prices: names, dates, sources, caches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from tokencost_pricing.moments import moment


class Aliases(NamedTuple):
    """Other names of a model: as they stand, by their beginning, by an anchored expression."""

    exact: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    regex: tuple[str, ...] = ()


class Redirect(NamedTuple):
    """A model whose calls are billed as those of another from a moment on."""

    to: str
    start: str  # as the table writes it
    end: str | None = None  # from when on the name is refused
    as_mode: bool = False  # the name stands for a mode of the other model

    def holds(self, on: date) -> bool:
        """Whether requests are read as those of the other model on a day."""
        return not self.as_mode and self.start[:10] <= on.isoformat() < (self.end or "9999")


class CacheChoice(NamedTuple):
    """The cache profiles that a model names, and its smallest prefix where it differs."""

    profiles: tuple[str, ...] = ()  # the one that works by itself first
    min_tokens: tuple[tuple[datetime, int], ...] = ()  # dated, oldest first


class Provider(NamedTuple):
    """Who sells models: a maker, or a host of models of others."""

    id: str
    name: str
    role: str  # maker, host, router, local
    checked: date  # when its file was last compared with the provider's page
    lists_checked: date | None = (
        None  # the newest day of the lists that its models are mirrored from
    )


def aliases(entry: Mapping[str, Any]) -> Aliases:
    """Read the `aliases:` of a model."""
    return Aliases(**{kind: tuple(names) for kind, names in entry.get("aliases", {}).items()})


def redirect(entry: Mapping[str, Any]) -> Redirect | None:
    """Read the `redirect:` of a model."""
    target = entry.get("redirect")
    if target is None:
        return None
    return Redirect(target["to"], target["from"], target.get("ended"), target.get("as_mode", False))


def cache_choice(entry: Mapping[str, Any]) -> CacheChoice:
    """Read the `cache:` of a model."""
    cache: Mapping[str, Any] = entry.get("cache", {})
    profiles = [cache["profile"]] if "profile" in cache else []
    minimum = cache.get("min_tokens", [])
    dated = minimum if isinstance(minimum, list) else [{"tokens": minimum}]
    return CacheChoice(
        (*profiles, *cache.get("also", ())),
        tuple((moment(item.get("from")), int(item["tokens"])) for item in dated),
    )


def day(text: str | None) -> date | None:
    """Read a day of the table."""
    return None if text is None else date.fromisoformat(text)
