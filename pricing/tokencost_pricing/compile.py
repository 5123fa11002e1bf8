"""From the YAML that people edit to the JSON that programs load.

The canonical form (UTF-8 JSON, sorted keys, no spaces, money as normalised strings) is what the
sha256 of a table is taken over: two tables with equal hashes give equal prices.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import did_you_mean
from tokencost_pricing.families import Families
from tokencost_pricing.list_files import FOLDER, load_list
from tokencost_pricing.matching import build_index
from tokencost_pricing.money import decimal, multiply, plain
from tokencost_pricing.schema import (
    CALENDAR_FILE,
    FAMILIES_FILE,
    PROVIDER_FILE,
    TABLE_FILE,
    check_version,
)
from tokencost_pricing.yaml_loader import Document, load

HEAD: Final = "TABLE.yaml"
FAMILIES: Final = "families.yaml"
_VERSION_DIGITS: Final = 8  # of the hash


def provider_files(folder: Path) -> list[Path]:
    """Return the files of a table folder that hold the prices of a provider."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name not in (HEAD, FAMILIES)]


def compile_folder(folder: Path) -> dict[str, Any]:
    """Read and check every file of a table folder; return the compiled table."""
    head = load(folder / HEAD, HEAD)
    TABLE_FILE.check(head.data, (), head)
    check_version(head, "schema")
    calendars = {}
    for path in sorted((folder / "calendars").glob("*.yaml")):
        document = load(path, f"calendars/{path.name}")
        CALENDAR_FILE.check(document.data, (), document)
        calendars[document.data["calendar"]] = document.data
    providers: dict[str, Any] = {}
    documents: dict[str, Document] = {}
    for path in provider_files(folder):
        document = load(path, path.name)
        PROVIDER_FILE.check(document.data, (), document)
        check_version(document, "schema")
        name = document.data["provider"]
        if path.stem != name:
            raise document.error(("provider",), f"the file of '{name}' must be {name}.yaml")
        providers[name] = document.data
        documents[name] = document
    for name, provider in providers.items():
        check_references(provider, providers, calendars, documents[name])
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        _add_list(path, providers, calendars)
    rules = _family_rules(folder)
    families = Families(rules)
    for name, provider in providers.items():
        provider["models"] = {
            model_id: by_name(
                expand(model, providers, documents[name], model_id), model_id, families
            )
            for model_id, model in provider["models"].items()
        }
    return seal({"providers": providers, "calendars": calendars, "families": rules})


def _add_list(path: Path, providers: dict[str, Any], calendars: dict[str, Any]) -> None:
    """Add the models of a generated file to those of its provider, which go before."""
    document = load_list(path, f"{FOLDER}/{path.name}")
    name = document.data["provider"]
    if path.stem != name:
        raise document.error(("provider",), f"the file of '{name}' must be {name}.yaml")
    _known(name, providers, ("provider",), "provider", document)
    provider = providers[name]
    models = document.data["models"]
    check_references({**provider, "floating": {}, "models": models}, providers, calendars, document)
    provider["lists_checked"] = document.data["checked"]
    provider["models"] = {
        **provider["models"],
        **{key: model for key, model in models.items() if key not in provider["models"]},
    }


def _family_rules(folder: Path) -> dict[str, Any]:
    """Return the rules by name of a folder, where it has any."""
    path = folder / FAMILIES
    if not path.is_file():
        return {}
    document = load(path, FAMILIES)
    FAMILIES_FILE.check(document.data, (), document)
    check_version(document, "schema")
    rules: dict[str, Any] = document.data
    return rules


def by_name(model: dict[str, Any], model_id: str, families: Families) -> dict[str, Any]:
    """Return the entry of a model with the facts that its name says, where the entry has none."""
    facts = dict(model)
    if "thinks" not in facts and not families.thinks(model_id):
        facts["thinks"] = False
    if "tokenizer" not in facts and (family := families.tokenizer(model_id)):
        facts |= {"tokenizer": family, "tokenizer_unverified": True}
    return facts


def seal(content: dict[str, Any]) -> dict[str, Any]:
    """Add schema, version, sha256 and the name index to the content of a table.

    The version of a table is its newest check date and the beginning of its hash. A table under
    overlays keeps its version: the hash is that of all, and the overlays have labels.
    """
    body = {"schema": 1, **{key: value for key, value in content.items() if key != "table"}}
    index = build_index(body["providers"])
    digest = hashlib.sha256(canonical(body)).hexdigest()
    day = max(_check_dates_of(body["providers"]), default="").replace("-", ".")
    version = content.get("table") or f"{day}+{digest[:_VERSION_DIGITS]}"
    return {**body, "table": version, "sha256": digest, "index": index}


def _check_dates_of(value: Any) -> Iterator[str]:
    """Yield every `checked` day below a value."""
    if isinstance(value, dict):
        if "checked" in value:
            yield value["checked"]
        for inner in value.values():
            yield from _check_dates_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _check_dates_of(inner)


def canonical(content: Any) -> bytes:
    """Return the canonical form of compiled content."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def check_references(
    provider: dict[str, Any],
    providers: dict[str, Any],
    calendars: dict[str, Any],
    document: Document,
) -> None:
    """Raise `TableError` where a name points to nothing, or dates run backwards."""
    schedules = provider.get("schedules", {})
    for name, schedule in schedules.items():
        _known(
            schedule.get("except_calendar"), calendars, ("schedules", name), "calendar", document
        )
    for name, pointers in provider.get("floating", {}).items():
        for pointer in pointers:
            _known(pointer["to"], provider["models"], ("floating", name), "model", document)
    for name, profile in provider.get("cache", {}).items():
        _check_dates(profile if isinstance(profile, list) else [], ("cache", name), document)
    _check_fees(provider.get("fees", {}), ("fees",), document)
    for position, rule in enumerate(provider.get("inherits", [])):
        _check_fees(rule.get("fees", {}), ("inherits", position, "fees"), document)
        _known(rule["provider"], providers, ("inherits", position), "provider", document)
        for modifier in rule.get("modifiers", []):
            _known(
                modifier,
                provider.get("modifiers", {}),
                ("inherits", position),
                "modifier",
                document,
            )
    for model_id, model in provider["models"].items():
        place = ("models", model_id)
        for modifier in model.get("modifiers", []):
            _known(
                modifier, provider.get("modifiers", {}), (*place, "modifiers"), "modifier", document
            )
        _check_cache(model.get("cache", {}), provider, (*place, "cache"), document)
        if "prices" not in model and "inherits" not in model:
            raise document.error(place, "needs 'prices' or 'inherits'")
        for at, row in enumerate(model.get("prices", [])):
            where = (*place, "prices", at, "schedule")
            _known(row.get("schedule"), schedules, where, "schedule", document)
        _check_dates(model.get("prices", []), (*place, "prices"), document)
        for mode, entries in model.get("modes", {}).items():
            _check_dates(entries, (*place, "modes", mode), document)
        _check_fees(model.get("fees", {}), (*place, "fees"), document)


def _check_fees(fees: dict[str, Any], place: tuple[str | int, ...], document: Document) -> None:
    """Raise `TableError` where a dated fee has no price, or the default of no context."""
    for unit, entries in fees.items():
        _check_dates(entries if isinstance(entries, list) else [], (*place, unit), document)
        for entry in entries if isinstance(entries, list) else [entries]:
            free = entry.get("ended") or "unpriced" in entry
            if not free and not ("price" in entry and "per" in entry):
                raise document.error(
                    (*place, unit), "needs 'price' and 'per', 'ended: true' or 'unpriced'"
                )
            contexts = entry.get("by_search_context", {})
            if contexts and entry["price"] not in contexts.values():
                raise document.error(
                    (*place, unit), "'price' must be that of one search context, the default"
                )
            choices = entry.get("by_size_quality", {})
            if choices and choices.get(entry.get("default")) != entry["price"]:
                raise document.error(
                    (*place, unit), "'price' must be that of 'default', a key of 'by_size_quality'"
                )


def _check_cache(
    cache: dict[str, Any], provider: dict[str, Any], place: tuple[str, ...], document: Document
) -> None:
    """Raise `TableError` where a model names an unknown cache, or its dates run backwards."""
    for profile in (cache.get("profile"), *cache.get("also", ())):
        _known(profile, provider.get("cache", {}), place, "cache profile", document)
    minimum = cache.get("min_tokens")
    _check_dates(minimum if isinstance(minimum, list) else [], (*place, "min_tokens"), document)


def expand(
    model: dict[str, Any], providers: dict[str, Any], document: Document, model_id: str
) -> dict[str, Any]:
    """Resolve `inherits` of one model: copy the rows, multiplied; those of the model follow."""
    if "inherits" not in model:
        return model
    place = ("models", model_id, "inherits")
    wanted = model["inherits"]["model"]
    provider, _, name = wanted.partition("/")
    parent = providers.get(provider, {}).get("models", {}).get(name)
    if parent is None:
        known = [f"{p}/{m}" for p, entry in providers.items() for m in entry["models"]]
        raise document.error(place, f"no model '{wanted}'{did_you_mean(wanted, known)}")
    if "inherits" in parent:
        raise document.error(place, f"'{wanted}' inherits itself; name its parent")
    factor = decimal(model["inherits"].get("multiply", "1"))
    stated = model.get("prices", [])
    first = min((row.get("from", "") for row in stated), default="9999")
    rows = [_scaled(row, factor) for row in parent["prices"] if row.get("from", "") < first]
    inherited = {key: parent[key] for key in ("tokenizer", "limits", "kind") if key in parent}
    return {**inherited, **model, "prices": [*rows, *stated]}


def _scaled(row: dict[str, Any], factor: Any) -> dict[str, Any]:
    """Copy a price row with every rate multiplied."""

    def scale(rates: dict[str, str]) -> dict[str, str]:
        return {name: plain(multiply(decimal(rate), factor)) for name, rate in rates.items()}

    copy = {key: value for key, value in row.items() if key != "schedule"}
    copy["rates"] = scale(row["rates"])
    if "regions" in row:
        copy["regions"] = {name: scale(rates) for name, rates in row["regions"].items()}
    if "tiers" in row:
        copy["tiers"] = [{**tier, "rates": scale(tier["rates"])} for tier in row["tiers"]]
    return copy


def _check_dates(
    rows: list[dict[str, Any]], place: tuple[str | int, ...], document: Document
) -> None:
    last = ""
    for position, row in enumerate(rows):
        start = row.get("from", "")
        if position and start <= last:
            raise document.error(
                (*place, position),
                f"'{start or 'no date'}' does not come after '{last}'",
                hint="rows stand oldest first, each with a 'from'",
            )
        last = start
        bands = [tier["from_prompt_tokens"] for tier in row.get("tiers", [])]
        if bands != sorted(set(bands)):
            raise document.error((*place, position), "tiers must rise by from_prompt_tokens")


def _known(
    name: str | None,
    known: Any,
    place: tuple[str | int, ...],
    noun: str,
    document: Document,
) -> None:
    if name is not None and name not in known:
        raise document.error(place, f"no {noun} '{name}'{did_you_mean(name, known)}")
