"""The misses of calls at first sight: of hosts and models that no rule had been made from.

Rules are made from recorded calls, so the misses of those calls say little about calls of a host
or a model to come. `first_sight.yaml` holds what was counted and billed before there was any rule
for their host and generation of models: a text a host, generation and kind of request.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tokencost_profiles.accuracy.misses import Miss, Misses
from tokencost_profiles.tokens.calibration import GUESS

FILE: Final = Path(__file__).with_name("first_sight.yaml")
_FEWEST: Final = 20  # calls of a kind, below which all kinds stand for it


@lru_cache(maxsize=1)
def first_sight() -> Mapping[str, Misses]:
    """Return the misses by kind of request; those of all kinds as `guess`."""
    from tokencost_pricing.yaml_loader import load

    document: Mapping[str, Any] = load(FILE, FILE.name).data
    every = Misses()
    kinds = {GUESS: every}
    for kind, units in document["kinds"].items():
        misses = Misses()
        number = 0
        for unit in units:
            calls = [_miss(*map(int, call.split(">"))) for call in unit.split()]
            number += len(calls)
            for miss in calls:
                misses.add(miss, len(calls) ** -0.5)
        every.join(misses, misses.weight)
        if number >= _FEWEST:
            kinds[kind] = misses
    return kinds


def _miss(counted: int, billed: int) -> Miss:
    return Miss(counted, max(0.0, billed - counted), max(0.0, counted - billed))
