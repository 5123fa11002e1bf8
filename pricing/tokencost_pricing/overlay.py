"""The user's prices, laid over the shipped table.

An overlay is one YAML file in the schema of a provider file plus `overlay: 1`. It adds or replaces
models of a known or a new provider, lists agreed `discounts`, and describes `self_hosted` models by
their hardware. Every price that comes from an overlay carries its label into the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.compile import by_name, expand
from tokencost_pricing.errors import TableError, did_you_mean, placed
from tokencost_pricing.families import Families
from tokencost_pricing.money import decimal, divide, multiply, plain
from tokencost_pricing.packed import Packed
from tokencost_pricing.providers import SELF_HOSTED
from tokencost_pricing.references import check_references
from tokencost_pricing.schema import OVERLAY_FILE, check_version
from tokencost_pricing.yaml_loader import Document, load

_NEW_PROVIDER: Final = {
    "role": "host",
    "currency": "USD",
    "unit": "per_1m_tokens",
    "checked": "2026-01-01",
}
_MERGED: Final = ("cache", "modifiers", "schedules", "fees", "floating", "variants")
# Lists to which an overlay adds; what it states goes before.
_JOINED: Final = (
    *("also_called", "prefixes", "prefix_regex", "own_names", "open_weights", "subscriptions"),
    "inherits",
)
# How alike a new id must be to one of the provider's to be taken for a slip.
_ALIKE: Final = 0.9


def apply(packed: Packed, paths: Mapping[str, Path]) -> Packed:
    """Return a table with every overlay laid over it, later ones winning.

    The keys of `paths` are how messages call the files. Only the providers that an overlay names
    are read. Raise `TableError` with file and line where an overlay is wrong.
    """
    index = packed.index
    providers = packed.providers.copied()
    discounts: list[dict[str, Any]] = list(index.get("discounts", []))
    labels = list(index.get("overlays", []))
    notes = list(index.get("notes", []))
    families = Families(index.get("families", {}))
    for name, path in paths.items():
        document = load(path, name)
        OVERLAY_FILE.check(document.data, (), document)
        check_version(document, "overlay")
        label = document.data.get("label", path.name)
        if "provider" in document.data:
            notes += _new_names(document, providers)
            _merge_provider(document, providers, index["calendars"], label, families)
        elif "models" in document.data:
            raise document.error(("models",), "name the 'provider' whose models these are")
        for position, entry in enumerate(document.data.get("discounts", [])):
            _check_match(entry["match"], providers, ("discounts", position), document)
            discounts.append({"note": label, **entry})
        _add_self_hosted(document, providers, label, families)
        labels.append(label)
    stated = {"discounts": discounts, "overlays": labels, "notes": notes}
    try:
        return packed.over(providers, stated)
    except TableError as error:  # names that clash with those of the table
        raise TableError(error.reason, file=", ".join(paths)) from error


def _merge_provider(
    document: Document,
    providers: MutableMapping[str, Any],
    calendars: dict[str, Any],
    label: str,
    families: Families,
) -> None:
    data = document.data
    name = data["provider"]
    known = providers.get(name, {**_NEW_PROVIDER, "provider": name, "name": name, "models": {}})
    merged = {**known}
    for key, value in data.items():
        if key in _MERGED:
            merged[key] = {**known.get(key, {}), **value}
        elif key in _JOINED:
            merged[key] = [*value, *known.get(key, ())]
        elif key not in ("overlay", "label", "models", "discounts", "self_hosted"):
            merged[key] = value
    models = {
        model_id: {
            **by_name(expand(model, providers, document, model_id), model_id, families),
            "overlay": label,
        }
        for model_id, model in data.get("models", {}).items()
    }
    check_references(
        {**merged, "models": models}, providers, calendars, document, {**known["models"], **models}
    )
    merged["models"] = {**known["models"], **models}
    providers[name] = merged


def _new_names(document: Document, providers: Mapping[str, Any]) -> Iterator[str]:
    """Yield a note on a provider and each model that an overlay adds under what may be a slip.

    Ids that differ in their numbers alone are other versions.
    """
    name = document.data["provider"]
    if name not in providers and (alike := get_close_matches(name, providers, 1, _ALIKE)):
        text = f"adds a provider '{name}'; if it is to change one, did you mean '{alike[0]}'?"
        yield placed(text, document.path, document.line(("provider",)))
    known = providers.get(name, {}).get("models", {})
    for model_id, model in document.data.get("models", {}).items():
        if model_id in known or "inherits" in model:
            continue
        near = get_close_matches(model_id, known, n=1, cutoff=_ALIKE)
        if near and _letters(near[0]) != _letters(model_id):
            place = document.line(("models", model_id))
            text = f"adds a model '{model_id}'; if it is to replace one, did you mean '{near[0]}'?"
            yield placed(text, document.path, place)


def _letters(name: str) -> str:
    return re.sub(r"[0-9.]+", "0", name.casefold())


def _check_match(
    match: dict[str, str],
    providers: Mapping[str, Any],
    place: tuple[str | int, ...],
    document: Document,
) -> None:
    """Raise `TableError` where a discount is of a provider or a model that there is not."""
    provider, model = match.get("provider"), match.get("model")
    if provider is not None and provider not in providers:
        raise document.error(place, f"no provider '{provider}'{did_you_mean(provider, providers)}")
    if model is None:
        return
    sellers = [provider] if provider else list(providers)
    makers = [
        rule["provider"] for seller in sellers for rule in providers[seller].get("inherits", ())
    ]
    known = [key for one in dict.fromkeys([*sellers, *makers]) for key in providers[one]["models"]]
    if model not in known:
        raise document.error((*place, "match"), f"no model '{model}'{did_you_mean(model, known)}")


def _add_self_hosted(
    document: Document, providers: MutableMapping[str, Any], label: str, families: Families
) -> None:
    entries = document.data.get("self_hosted", {})
    if not entries:
        return
    known = providers.get(
        SELF_HOSTED, {**_NEW_PROVIDER, "provider": SELF_HOSTED, "name": "Self-hosted", "models": {}}
    )
    models = dict(known["models"])
    for model_id, entry in entries.items():
        place = ("self_hosted", model_id)
        if entry["gpu"]["count"] == 0 or 0 in entry["throughput"].values():
            raise document.error(place, "GPU count and throughput must be above 0")
        if decimal(entry["utilisation"]) == 0:
            raise document.error((*place, "utilisation"), "must be above 0")
        facts = {key: entry[key] for key in ("tokenizer", "limits", "note") if key in entry}
        models[model_id] = {
            **by_name(facts, model_id, families),
            "overlay": label,
            "prices": [{"basis": "documented", "rates": self_hosted_rates(entry)}],
        }
    providers[SELF_HOSTED] = {**known, "models": models}


def self_hosted_rates(entry: dict[str, Any]) -> dict[str, str]:
    """Return the price per million input and output tokens of a self-hosted model.

    GPUs x hourly price x overhead / (tokens per second x 3600 x utilisation) x 10^6, each
    direction with its throughput, measured with the other side idle: otherwise one GPU second
    would be paid twice.
    """
    hourly = multiply(Decimal(entry["gpu"]["count"]), decimal(entry["gpu"]["hourly"]))
    hourly = multiply(hourly, decimal(entry.get("overhead", "1")))
    utilised = multiply(Decimal(3600), decimal(entry["utilisation"]))

    def rate(tokens_per_second: int) -> str:
        tokens_per_hour = multiply(Decimal(tokens_per_second), utilised)
        return plain(divide(multiply(hourly, Decimal(1_000_000)), tokens_per_hour))

    throughput = entry["throughput"]
    return {
        "input": rate(throughput["input_tokens_per_s"]),
        "output": rate(throughput["output_tokens_per_s"]),
    }
