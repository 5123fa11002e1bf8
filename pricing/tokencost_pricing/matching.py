"""From the name a log or a person uses to one model of one provider. Never fuzzy.

A name is tried as it stands, then behind the prefix of a channel (`azure/`, `bedrock/`,
`models/`). Within a provider the levels are, in this order:

    id         the id itself
    alias      another name of the same model
    floating   a pointer such as `gpt-5-chat-latest`, where it points today
    prefix     a listed prefix, followed by `-`, `@`, `:` or the end
    pattern    a fully anchored regular expression
    snapshot   an id or alias followed by a date (`-2026-03-05`, `-20260305`)
    inherited  a host that charges the maker's price, by an anchored pattern
    bare       the maker's name, at a host that puts something before or after it

Makers come before hosts; a name that two hosts know is ambiguous and refused. Two hits on one level
of one provider are an error when the table is built. Names that are merely near are for messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import TableError, UnknownModelError
from tokencost_pricing.newest import newest
from tokencost_pricing.offer import Conditions

# Claude Code writes the window that was asked for behind the name: `claude-opus-4-6[1m]`.
_WINDOW: Final = re.compile(r"\[[0-9]+[km]\]$")
_SNAPSHOT: Final = re.compile(r"(.+)[-@](?:20\d\d-\d\d-\d\d|20\d{6})")
_BOUNDARY: Final = "-@:"
MAKER: Final = "maker"
# Whose models a name alone can mean, first to last. Routers and the local machine must be named.
_BY_NAME: Final = (MAKER, "host")
_VERSION: Final = re.compile(r"(?<=\d)-(?=\d\b)")
# What a host's name has around the maker's: `global.anthropic.NAME-v1:0`, `openai/NAME`.
_AROUND: Final = (
    r"(?:(?:[a-z0-9._-]+/)+|(?:(?P<profile>[a-z-]+)\.)?[a-z0-9]+\.)?%s(?:-v\d+(?::\d+)?)?"
)
# Of the profiles of a cloud the one whose rate is the list price.
_LIST_PROFILE: Final = "global"
# The region of an id of a cloud that names no profile.
_NO_PROFILE: Final = "in_region"


class Match(NamedTuple):
    """Which model a name means, and why."""

    provider: str
    model: str
    rule: str  # the level and what fired it, for people
    conditions: tuple[tuple[str, str], ...] = ()  # stated by the name: region, deployment
    host: str | None = None  # the provider who bills, when the price is inherited
    inherit: int | None = None  # which `inherits` rule of the host


def build_index(providers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the name index of a table. Raise `TableError` when two models share a name."""
    index: dict[str, Any] = {
        "names": {},
        "prefix": {},
        "regex": {},
        "channels": {},
        "channel_regex": [],
        "called": {},
    }
    for provider_id, provider in providers.items():
        names: dict[str, list[str]] = {}
        prefixes: dict[str, str] = {}
        patterns: list[list[str]] = []
        _add_names(provider_id, provider, names)
        for model_id, model in provider["models"].items():
            aliases = model.get("aliases", {})
            for prefix in aliases.get("prefix", []):
                folded = prefix.casefold()
                if prefixes.setdefault(folded, model_id) != model_id:
                    raise _clash(provider_id, prefix, prefixes[folded], model_id)
            patterns += [[pattern, model_id] for pattern in aliases.get("regex", [])]
        index["names"][provider_id] = names
        index["prefix"][provider_id] = sorted(
            prefixes.items(), key=lambda item: (-len(item[0]), item[0])
        )
        index["regex"][provider_id] = patterns
        _add_channels(provider_id, provider, index)
    return index


def _add_names(provider_id: str, provider: Any, names: dict[str, list[str]]) -> None:
    """Fill `names`: folded name -> [model, level]. A stronger level may shadow a weaker one."""

    def add(name: str, model_id: str, level: str) -> None:
        known = names.setdefault(name.casefold(), [model_id, level])
        if known[0] != model_id and known[1] == level:
            raise _clash(provider_id, name, known[0], model_id)

    for model_id in provider["models"]:
        add(model_id, model_id, "id")
    for model_id, model in provider["models"].items():
        for alias in model.get("aliases", {}).get("exact", []):
            add(alias, model_id, "alias")
    for name, pointers in provider.get("floating", {}).items():
        add(name, pointers[-1]["to"], "floating")


def _add_channels(provider_id: str, provider: Any, index: dict[str, Any]) -> None:
    for called in (provider_id, *provider.get("also_called", [])):
        if index["called"].setdefault(called.casefold(), provider_id) != provider_id:
            raise TableError(f"two providers are called '{called}'", file=f"{provider_id}.yaml")
    for prefix in (f"{provider_id}/", f"{provider_id}:", *provider.get("prefixes", [])):
        text, conditions = (
            (prefix, {}) if isinstance(prefix, str) else (prefix["prefix"], prefix["set"])
        )
        if text[-1] not in "/:":
            raise TableError(f"the prefix '{text}' must end in / or :", file=f"{provider_id}.yaml")
        index["channels"][text.casefold()] = [provider_id, conditions]
    for pattern in provider.get("prefix_regex", []):
        index["channel_regex"].append([pattern, provider_id])


def _clash(provider_id: str, name: str, first: str, second: str) -> TableError:
    return TableError(
        f"the name '{name}' means both '{first}' and '{second}'", file=f"{provider_id}.yaml"
    )


class Resolver:
    """Finds models by name in the index of a table."""

    def __init__(self, providers: Mapping[str, Any], index: Mapping[str, Any]) -> None:
        self._providers = providers
        self._index = index

    def resolve(self, name: str, provider: str | None = None) -> Match:
        """Return what `name` means, billed by `provider` if that is known.

        Raise `UnknownModelError` with near names otherwise. A provider that has no table
        never falls back to the maker's price.
        """
        name = name.strip()
        folded = _WINDOW.sub("", name.casefold())
        if provider is not None:
            billed = self.provider_id(provider)
            if billed is None:
                raise UnknownModelError(
                    name, detail=f"the provider '{provider}' has no price table"
                )
            match = self._as_billed_by(billed, folded)
            if match is None:
                raise UnknownModelError(
                    name, near=self._near(folded, billed), detail=f"not in the table of '{billed}'"
                )
            return match
        return self._anywhere(name, folded)

    def provider_id(self, called: str) -> str | None:
        """Return the table's id for a provider as logs call it, or None."""
        folded = called.strip().casefold()
        called_ids: Mapping[str, str] = self._index["called"]
        return called_ids.get(folded) or called_ids.get(folded.split("/")[0])

    def _anywhere(self, name: str, folded: str) -> Match:
        for rest, provider, conditions, prefix in self._channels(folded):
            if match := self._within(provider, rest):
                return match._replace(
                    rule=f"{match.rule}, after the channel prefix '{prefix}'",
                    conditions=_joined(match.conditions, conditions),
                )
        for role in _BY_NAME:
            hits = [
                match
                for provider, entry in self._providers.items()
                if entry["role"] == role and (match := self._within(provider, folded))
            ]
            if len(hits) == 1:
                return hits[0]
            if hits:
                listed = [f"{hit.host or hit.provider}/{name}" for hit in hits]
                raise UnknownModelError(
                    name, near=listed, detail="several providers offer it, each at another price"
                )
        raise UnknownModelError(name, near=self._near(folded))

    def _as_billed_by(self, provider: str, folded: str) -> Match | None:
        if match := self._within(provider, folded):
            return match
        for rest, channel, conditions, prefix in self._channels(folded):
            if channel == provider and (match := self._within(provider, rest)):
                return match._replace(
                    rule=f"{match.rule}, after the channel prefix '{prefix}'",
                    conditions=_joined(match.conditions, conditions),
                )
        return self._bare(provider, folded)

    def _bare(self, host: str, folded: str) -> Match | None:
        """Find a model of a host by the name that its maker gives it.

        Where the host sells it under several profiles and the name tells none, it is the one at
        the list price.
        """
        entry = self._providers[host]
        if entry["role"] == MAKER:
            return None
        pattern = re.compile(_AROUND % re.escape(_dotted(folded)))
        known: dict[str | None, dict[str, str]] = {}  # by profile: model -> the host's name of it
        for name, (model, _) in self._index["names"][host].items():
            if named := pattern.fullmatch(_dotted(name)):
                known.setdefault(named["profile"], {}).setdefault(model, name)
        names = [
            name
            for profile in (_LIST_PROFILE, None)
            for name in known.get(profile, {}).values()
            if len(known[profile]) == 1
        ]
        makers = dict.fromkeys(rule["provider"] for rule in entry.get("inherits", []))
        for name in (*names, *(f"{_LIST_PROFILE}.{maker}.{folded}" for maker in makers)):
            if match := self._within(host, name):
                stated = tuple(one for one in match.conditions if one[1] != _LIST_PROFILE)
                return match._replace(
                    rule=f"bare name of '{name}' ({match.rule})", conditions=stated
                )
        return None

    def _channels(self, folded: str) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...], str]]:
        """Yield (rest of the name, provider, conditions, prefix), longest prefix first."""
        for end in range(len(folded) - 1, 0, -1):
            if folded[end - 1] in "/:" and (channel := self._index["channels"].get(folded[:end])):
                provider, conditions = channel
                yield folded[end:], provider, tuple(conditions.items()), folded[:end]
        for pattern, provider in self._index["channel_regex"]:
            if (hit := _compiled(pattern).match(folded)) and hit.end() < len(folded):
                stated = tuple((key, value) for key, value in hit.groupdict().items() if value)
                yield folded[hit.end() :], provider, stated, hit.group()

    def _within(self, provider: str, folded: str) -> Match | None:
        """Try the levels of one provider."""
        named = self._index["names"][provider].get(folded)
        if named is not None:
            model, level = named
            if level == "id":
                return Match(provider, model, "id")
            if level == "alias":
                return Match(provider, model, f"alias '{folded}'")
            checked = self._providers[provider]["checked"]
            return Match(
                provider, model, f"floating '{folded}', which pointed to '{model}' on {checked}"
            )
        for prefix, model in self._index["prefix"][provider]:
            if folded.startswith(prefix) and _ends_at_boundary(folded, prefix):
                return Match(provider, model, f"prefix '{prefix}'")
        for pattern, model in self._index["regex"][provider]:
            if _compiled(pattern).fullmatch(folded):
                return Match(provider, model, f"pattern '{pattern}'")
        if (dated := _SNAPSHOT.fullmatch(folded)) and (
            named := self._index["names"][provider].get(dated.group(1))
        ):
            return Match(provider, named[0], f"snapshot of '{named[0]}'")
        return self._inherited(provider, folded)

    def _inherited(self, host: str, folded: str) -> Match | None:
        for position, rule in enumerate(self._providers[host].get("inherits", [])):
            hit = _compiled(rule["match"]).fullmatch(folded)
            if hit is None:
                continue
            groups = hit.groupdict()
            named = groups["model"] + (f"-{date}" if (date := groups.get("date")) else "")
            match = self._within(rule["provider"], named)
            if match is None:
                continue
            conditions: tuple[tuple[str, str], ...] = ()
            if "region" in groups:
                conditions = (("region", groups["region"] or _NO_PROFILE),)
            return match._replace(
                rule=f"inherited from {match.provider}/{match.model} ({match.rule})",
                conditions=conditions,
                host=host,
                inherit=position,
            )
        return None

    def _near(self, folded: str, provider: str | None = None) -> list[str]:
        from difflib import get_close_matches

        family = newest(self._providers, folded, provider=provider)
        if family:
            return family[:3]
        known: dict[str, str] = {}
        for owner, names in self._index["names"].items():
            if provider in (None, owner):
                for name, (model, _) in names.items():
                    known.setdefault(name, model)
        near = get_close_matches(folded, list(known), n=6, cutoff=0.7)
        return list(dict.fromkeys(known[name] for name in near))[:3]


def _joined(model: Conditions, channel: Conditions) -> Conditions:
    """Join what the name of a model and the channel before it state.

    `us.anthropic.NAME` in `bedrock/eu-west-1/` is the profile of the US: the model's name goes
    before, except where it states no more than that it names no profile.
    """
    if any(key == "region" for key, _ in channel):
        model = tuple(one for one in model if one != ("region", _NO_PROFILE))
    named = {key for key, _ in model}
    return (*model, *(one for one in channel if one[0] not in named))


def _dotted(name: str) -> str:
    """Return a name with its version written with dots: hosts write `4-6` or `4.6`."""
    return _VERSION.sub(".", name)


def _ends_at_boundary(name: str, prefix: str) -> bool:
    return prefix[-1] in _BOUNDARY or name[len(prefix) : len(prefix) + 1] in ("", *_BOUNDARY)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
