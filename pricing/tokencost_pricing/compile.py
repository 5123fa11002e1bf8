"""From the YAML that people edit to the content of a table.

The canonical form (UTF-8 JSON, sorted keys, no spaces, money as normalised strings) is what the
sha256 of a table is taken over: two tables with equal hashes give equal prices. The hash is that of
the hashes of the providers, so that a change of one leaves the others' as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.canonical import canonical, sha256
from tokencost_pricing.errors import did_you_mean
from tokencost_pricing.families import Families
from tokencost_pricing.list_files import behind, load_list
from tokencost_pricing.money import decimal, multiply, plain
from tokencost_pricing.references import check_references
from tokencost_pricing.schema import (
    CALENDAR_FILE,
    FAMILIES_FILE,
    PROVIDER_FILE,
    TABLE_FILE,
    check_version,
)
from tokencost_pricing.table_files import CALENDARS, FAMILIES, HEAD, LISTS, Parts, provider_files
from tokencost_pricing.yaml_loader import Document, load

_VERSION_DIGITS: Final = 8  # of the hash
# Every day on which something was checked, in the canonical form of a provider.
_CHECKED: Final = re.compile(rb'"checked":"([0-9-]{10})"')


class Surroundings(NamedTuple):
    """What the file of a provider is checked against: what the other files of its folder have."""

    providers: Collection[str]
    calendars: Collection[str]
    families: Families


def compile_folder(folder: Path, parts: Parts | None = None) -> dict[str, Any]:
    """Read and check every file of a table folder; return the content of the table.

    `parts` keeps what was made of each provider's files before.
    """
    head = load(folder / HEAD, HEAD)
    TABLE_FILE.check(head.data, (), head)
    check_version(head, "schema")
    calendars = _calendars(folder)
    rules = _family_rules(folder)
    paths = {path.stem: path for path in provider_files(folder)}
    _check_lists(folder, paths)
    around = Surroundings(paths, calendars, Families(rules))
    providers = {}
    for name, path in paths.items():
        part = parts.get(name) if parts else None
        if part is None:
            part = _read_provider(path, around)
            if parts:
                parts.put(name, part)
        providers[name] = part
    for name, provider in providers.items():
        _expand_models(provider, providers, paths[name], around.families)
    return seal({"providers": providers, "calendars": calendars, "families": rules})


def _calendars(folder: Path) -> dict[str, Any]:
    calendars = {}
    for path in sorted((folder / CALENDARS).glob("*.yaml")):
        document = load(path, f"{CALENDARS}/{path.name}")
        CALENDAR_FILE.check(document.data, (), document)
        calendars[document.data["calendar"]] = document.data
    return calendars


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


def _check_lists(folder: Path, providers: Collection[str]) -> None:
    """Raise `TableError` where a generated file is of no provider."""
    for path in sorted((folder / LISTS).glob("*.yaml")):
        if path.stem not in providers:
            document = load_list(path, f"{LISTS}/{path.name}")
            reason = f"no provider '{path.stem}'{did_you_mean(path.stem, providers)}"
            raise document.error(("provider",), reason)


def _read_provider(path: Path, around: Surroundings) -> dict[str, Any]:
    """Return what the files of one provider state; models that inherit rows have none yet."""
    document = load(path, path.name)
    PROVIDER_FILE.check(document.data, (), document)
    check_version(document, "schema")
    _check_name(document, path)
    provider: dict[str, Any] = document.data
    listed = path.parent / LISTS / path.name
    mirrored = load_list(listed, f"{LISTS}/{path.name}") if listed.is_file() else None
    added = behind(provider, mirrored.data["models"]) if mirrored else {}
    models: dict[str, Any] = {**added, **provider["models"]}
    check_references(provider, around.providers, around.calendars, document, models)
    if mirrored is not None:
        _check_name(mirrored, path)
        stated = {**provider, "floating": {}, "models": mirrored.data["models"]}
        check_references(stated, around.providers, around.calendars, mirrored)
        provider["lists_checked"] = mirrored.data["checked"]
    provider["models"] = {
        key: model if "inherits" in model else by_name(model, key, around.families)
        for key, model in {**provider["models"], **models}.items()
    }
    return provider


def _check_name(document: Document, path: Path) -> None:
    name = document.data["provider"]
    if path.stem != name:
        raise document.error(("provider",), f"the file of '{name}' must be {name}.yaml")


def by_name(model: dict[str, Any], model_id: str, families: Families) -> dict[str, Any]:
    """Return the entry of a model with the facts that its name says, where the entry has none."""
    facts = dict(model)
    if "thinks" not in facts and not families.thinks(model_id):
        facts["thinks"] = False
    if "tokenizer" not in facts and (family := families.tokenizer(model_id)):
        facts |= {"tokenizer": family, "tokenizer_unverified": True}
    return facts


def _expand_models(
    provider: dict[str, Any], providers: Mapping[str, Any], path: Path, families: Families
) -> None:
    """Give the models of a provider that inherit rows those of their parents."""
    children = [key for key, model in provider["models"].items() if "inherits" in model]
    if not children:
        return
    document = load(path, path.name)  # for the lines of what is wrong
    for key in children:
        model = expand(provider["models"][key], providers, document, key)
        provider["models"][key] = by_name(model, key, families)


def seal(content: dict[str, Any]) -> dict[str, Any]:
    """Add schema, version, day and sha256 to the content of a table.

    The version of a table is its newest check date and the beginning of its hash. A table under
    overlays keeps its version: the hash is that of all, and the overlays have labels.
    """
    texts = {name: canonical(provider) for name, provider in content["providers"].items()}
    hashes = {name: sha256(text) for name, text in texts.items()}
    digest = sha256(canonical({"schema": 1, **content, "providers": hashes}))
    days = (day for text in texts.values() for day in _CHECKED.findall(text))
    day = max(days, default=b"2000-01-01").decode()
    version = f"{day.replace('-', '.')}+{digest[:_VERSION_DIGITS]}"
    return {"schema": 1, **content, "day": day, "table": version, "sha256": digest}


def expand(
    model: dict[str, Any], providers: Mapping[str, Any], document: Document, model_id: str
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
