"""The index of a table: what resolves a name before any model is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import TableError
from tokencost_pricing.matching.match import ALIAS, FLOATING, ID
from tokencost_pricing.matching.names import Entry, Lines
from tokencost_pricing.matching.spellings import weights_key

# Where a listed beginning of a name may end.
_BOUNDARIES: Final = ("-", "@", ":", "/")
# Of a provider's file what resolves a name.
_HEAD: Final = ("name", "role", "checked", "own_names", "variants", "floating", "billed_from")


def provider_head(provider_id: str, provider: Mapping[str, Any]) -> dict[str, Any]:
    """Return what resolution needs of a provider. Raise `TableError` for a prefix that is wrong."""
    head: dict[str, Any] = {key: provider[key] for key in _HEAD if key in provider}
    head["called"] = [provider_id, *provider.get("also_called", [])]
    head["channels"] = list(_channels(provider_id, provider))
    head["channel_regex"] = provider.get("prefix_regex", [])
    head["open_weights"] = provider.get("open_weights", [])
    head["subscriptions"] = [text.casefold() for text in provider.get("subscriptions", [])]
    head["inherits"] = [
        {"provider": rule["provider"], "match": rule["match"]}
        for rule in provider.get("inherits", [])
    ]
    head["prefix"] = _prefixes(provider_id, provider)
    head["regex"] = [
        [pattern, model_id]
        for model_id, model in provider["models"].items()
        for pattern in model.get("aliases", {}).get("regex", [])
    ]
    head["free"] = [key for key, model in provider["models"].items() if model.get("free")]
    return {key: value for key, value in head.items() if value}


def _prefixes(provider_id: str, provider: Mapping[str, Any]) -> list[tuple[str, str]]:
    prefixes: dict[str, str] = {}
    for model_id, model in provider["models"].items():
        for prefix in model.get("aliases", {}).get("prefix", []):
            if not prefix.endswith(_BOUNDARIES):
                raise TableError(
                    f"the prefix '{prefix}' of '{model_id}' must end in one of - @ : /",
                    file=f"{provider_id}.yaml",
                )
            if prefixes.setdefault(prefix.casefold(), model_id) != model_id:
                raise _clash(provider_id, prefix, prefixes[prefix.casefold()], model_id)
    return sorted(prefixes.items(), key=lambda item: (-len(item[0]), item[0]))


def _channels(provider_id: str, provider: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the prefixes of names that say that a provider bills, with what else they state."""
    for prefix in (f"{provider_id}/", f"{provider_id}:", *provider.get("prefixes", [])):
        text, conditions = (
            (prefix, {}) if isinstance(prefix, str) else (prefix["prefix"], prefix["set"])
        )
        if text[-1] not in "/:":
            raise TableError(f"the prefix '{text}' must end in / or :", file=f"{provider_id}.yaml")
        yield text.casefold(), conditions


def name_lines(provider_id: str, provider: Mapping[str, Any]) -> Lines:
    """Return the names of a provider: in lower case, each with its model and its level.

    A stronger level shadows a weaker one. Raise `TableError` when two models share a name on one.
    """
    lines: dict[str, list[Entry]] = {}

    def add(name: str, model_id: str, level: str) -> None:
        (known,) = lines.setdefault(name.casefold(), [Entry(provider_id, model_id, level)])
        if known.model != model_id and known.level == level:
            raise _clash(provider_id, name, known.model, model_id)

    for model_id in provider["models"]:
        add(model_id, model_id, ID)
    for model_id, model in provider["models"].items():
        for alias in model.get("aliases", {}).get("exact", []):
            add(alias, model_id, ALIAS)
    for name, pointers in provider.get("floating", {}).items():
        add(name, pointers[-1]["to"], FLOATING)
    return lines


def weight_lines(provider_id: str, provider: Mapping[str, Any]) -> Lines:
    """Return under which keys of weights a provider sells what: names that all hosts share.

    What is free, or runs on the user's machine, is no offer to compare with.
    """
    lines: dict[str, list[Entry]] = {}
    if provider["role"] == "local":
        return lines
    for model_id, model in provider["models"].items():
        if model.get("free"):
            continue
        for name in (model_id, *model.get("aliases", {}).get("exact", [])):
            known = lines.setdefault(weights_key(name.casefold()), [])
            if all(entry.model != model_id for entry in known):
                alias = "" if name == model_id else name.casefold()
                known.append(Entry(provider_id, model_id, alias))
    return lines


def merged(every: Iterable[Lines]) -> Lines:
    """Return the lines of several providers as one index."""
    lines: dict[str, list[Entry]] = {}
    for of_provider in every:
        for name, entries in of_provider.items():
            lines.setdefault(name, []).extend(entries)
    return lines


def called_ids(heads: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the id of a provider by each of its names. Raise `TableError` where two share one."""
    ids: dict[str, str] = {}
    for provider_id, head in heads.items():
        for called in head["called"]:
            known = ids.setdefault(called.casefold(), provider_id)
            if known != provider_id:
                reason = f"'{called}' is a name of the provider '{known}' already"
                raise TableError(reason, file=f"{provider_id}.yaml")
    return ids


def _clash(provider_id: str, name: str, first: str, second: str) -> TableError:
    return TableError(
        f"the name '{name}' means both '{first}' and '{second}'", file=f"{provider_id}.yaml"
    )
