"""The user's prices, laid over the shipped table.

An overlay is one YAML file in the schema of a provider file plus `overlay: 1`. It adds or replaces
models of a known or a new provider, lists agreed `discounts`, and describes `self_hosted` models by
their hardware. Every price that comes from an overlay carries its label into the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.compile import by_name, expand
from tokencost_pricing.errors import did_you_mean
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
_MERGED: Final = ("cache", "modifiers", "schedules", "fees", "floating")


def apply(packed: Packed, paths: Mapping[str, Path]) -> Packed:
    """Return a table with every overlay laid over it, later ones winning.

    The keys of `paths` are how messages call the files. Only the providers that an overlay names
    are read. Raise `TableError` with file and line where an overlay is wrong.
    """
    index = packed.index
    providers = packed.providers.copied()
    discounts: list[dict[str, Any]] = list(index.get("discounts", []))
    labels = list(index.get("overlays", []))
    families = Families(index.get("families", {}))
    for name, path in paths.items():
        document = load(path, name)
        OVERLAY_FILE.check(document.data, (), document)
        check_version(document, "overlay")
        label = document.data.get("label", path.name)
        if "provider" in document.data:
            _merge_provider(document, providers, index["calendars"], label, families)
        elif "models" in document.data:
            raise document.error(("models",), "name the 'provider' whose models these are")
        for position, entry in enumerate(document.data.get("discounts", [])):
            _check_match(entry["match"], providers, ("discounts", position), document)
            discounts.append({"note": label, **entry})
        _add_self_hosted(document, providers, label, families)
        labels.append(label)
    return packed.over(providers, discounts, labels)


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
        elif key not in ("overlay", "label", "models", "discounts", "self_hosted"):
            merged[key] = value
    models = {
        model_id: {
            **by_name(expand(model, providers, document, model_id), model_id, families),
            "overlay": label,
        }
        for model_id, model in data.get("models", {}).items()
    }
    merged["models"] = {**known["models"], **models}
    check_references(merged, providers, calendars, document)
    providers[name] = merged


def _check_match(
    match: dict[str, str],
    providers: MutableMapping[str, Any],
    place: tuple[str | int, ...],
    document: Document,
) -> None:
    provider = match.get("provider")
    if provider is not None and provider not in providers:
        raise document.error(place, f"no provider '{provider}'{did_you_mean(provider, providers)}")


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
