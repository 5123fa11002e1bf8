"""What the shape of a price file cannot say: names that lead somewhere, dates that rise."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from tokencost_pricing.errors import did_you_mean
from tokencost_pricing.yaml_loader import Document


def check_references(
    provider: Mapping[str, Any],
    providers: Collection[str],
    calendars: Collection[str],
    document: Document,
    targets: Collection[str] | None = None,
) -> None:
    """Raise `TableError` where a name points to nothing, or dates run backwards.

    `targets`: the models that a pointer may lead to, where these are more than the document's.
    """
    schedules = provider.get("schedules", {})
    for name, schedule in schedules.items():
        _known(
            schedule.get("except_calendar"), calendars, ("schedules", name), "calendar", document
        )
    for name, pointers in provider.get("floating", {}).items():
        for pointer in pointers:
            if not _inherits(provider, pointer["to"]):
                _known(
                    pointer["to"],
                    targets or provider["models"],
                    ("floating", name),
                    "model",
                    document,
                )
        _check_dates(pointers, ("floating", name), document)
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
            if "default" in entry and choices.get(entry["default"]) != entry["price"]:
                raise document.error(
                    (*place, unit), "'price' must be that of 'default', a key of 'by_size_quality'"
                )


def _check_cache(
    cache: Mapping[str, Any],
    provider: Mapping[str, Any],
    place: tuple[str, ...],
    document: Document,
) -> None:
    """Raise `TableError` where a model names an unknown cache, or its dates run backwards."""
    for profile in (cache.get("profile"), *cache.get("also", ())):
        _known(profile, provider.get("cache", {}), place, "cache profile", document)
    minimum = cache.get("min_tokens")
    _check_dates(minimum if isinstance(minimum, list) else [], (*place, "min_tokens"), document)


def _inherits(provider: Mapping[str, Any], name: str) -> bool:
    """Whether a provider passes a model of this name on at its maker's price."""
    rules = provider.get("inherits", [])
    return any(re.fullmatch(rule["match"], name.casefold()) for rule in rules)


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
