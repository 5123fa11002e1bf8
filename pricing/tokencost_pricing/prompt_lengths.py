"""The prompt lengths at which prices change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def prompt_lengths(providers: Mapping[str, Any]) -> list[int]:
    """Return every prompt length at which the price of a model changes, ascending, from 0 on."""
    lengths = {0}
    for provider in providers.values():
        for model in provider["models"].values():
            lengths.update(_tiers(model["prices"]))
            lengths.update(_of_modes(model.get("modes", {})))
        for rule in provider.get("inherits", ()):
            lengths.update(_of_modes(rule.get("modes", {})))
    return sorted(lengths)


def _of_modes(modes: Mapping[str, Any]) -> Iterator[int]:
    for entries in modes.values():
        yield from _tiers(entries)
        for entry in entries:
            if "max_prompt_tokens" in entry:
                yield entry["max_prompt_tokens"] + 1


def _tiers(rows: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    for row in rows:
        for tier in row.get("tiers", ()):
            yield tier["from_prompt_tokens"]
