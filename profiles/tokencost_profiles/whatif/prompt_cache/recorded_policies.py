"""How the clients of a log cached: the policy that repeats it when their calls are replayed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tokencost_pricing.caching import BREAKPOINTS, CacheRule
from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS
from tokencost_profiles.whatif.prompt_cache.rules import AUTO, OFF

# The policy under which each session is replayed as its log shows it.
AS_RECORDED: Final = "as recorded"
_READS: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))
_NO_LIFETIME: Final = "cache_write_other"
_USUAL_LIFETIME: Final = "5m"


def reads_cache(usage: Mapping[str, int] | None) -> bool:
    """Whether a usage shows that something was read from a provider's cache."""
    return any((usage or {}).get(unit) for unit in _READS)


class RecordedPolicies:
    """The policy of each session, from the usage of its calls."""

    def __init__(self) -> None:
        self._cached: dict[str, dict[str, int]] = {}  # session -> cached tokens by unit
        self._marked: set[str] = set()  # sessions whose provider caches at marks

    def add(self, session: str, usage: Mapping[str, int], rules: Iterable[CacheRule]) -> None:
        """Take in one call of a session."""
        sums = self._cached.setdefault(session, {})
        for unit in (*_READS, *CACHE_WRITE_UNITS):
            if usage.get(unit):
                sums[unit] = sums.get(unit, 0) + usage[unit]
        first = next(iter(rules), None)
        if first is not None and first.kind == BREAKPOINTS:
            self._marked.add(session)

    def of(self, session: str) -> str:
        """Return the policy of a session: none where it cached nothing, else by its lifetime."""
        sums = self._cached.get(session, {})
        writes = {unit: sums[unit] for unit in CACHE_WRITE_UNITS if unit in sums}
        if not sums:
            return OFF
        largest = max(writes, key=lambda unit: writes[unit], default=_NO_LIFETIME)
        if largest != _NO_LIFETIME:
            return largest.removeprefix("cache_write_")
        return _USUAL_LIFETIME if session in self._marked else AUTO
