"""`Usage`: how many of each billable unit, as integers that add."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping

from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS, PROMPT_UNITS, UNITS

_PROMPT = frozenset(PROMPT_UNITS)


class Usage(Mapping[str, int]):
    """Counts per unit. A unit that is absent was not reported, which is not the same as 0.

    `a + b` adds unit by unit, and `sum(usages, Usage())` works; the result does not depend on the
    order.
    """

    __slots__ = ("_counts",)

    def __init__(self, counts: Mapping[str, int] | None = None, /, **units: int) -> None:
        merged = {**(counts or {}), **units}
        for unit, count in merged.items():
            if unit not in UNITS:
                raise ValueError(f"unknown unit '{unit}'")
            if type(count) is not int or count < 0:
                raise ValueError(f"{unit}: {count!r} is not a count")
        self._counts = merged

    def __getitem__(self, unit: str) -> int:
        return self._counts[unit]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def items(self) -> ItemsView[str, int]:
        """Return the counts per unit, in the order of the arguments."""
        return self._counts.items()

    def __add__(self, other: Usage) -> Usage:
        counts = dict(self._counts)
        for unit, count in other._counts.items():
            counts[unit] = counts.get(unit, 0) + count
        return Usage(counts)

    def __hash__(self) -> int:
        return hash(frozenset(self._counts.items()))

    def __repr__(self) -> str:
        return f"Usage({', '.join(f'{unit}={count}' for unit, count in self._counts.items())})"

    @property
    def prompt_tokens(self) -> int:
        """Tokens of the complete prompt, cached and written ones included (the tier basis)."""
        return sum([count for unit, count in self._counts.items() if unit in _PROMPT])

    @property
    def input_tokens(self) -> int:
        """Every token on the input side, fresh or cached."""
        return sum(self._counts.get(unit, 0) for unit in INPUT_UNITS)

    @property
    def output_tokens(self) -> int:
        """Every token on the output side, reasoning included."""
        return sum(self._counts.get(unit, 0) for unit in OUTPUT_UNITS)

    def ordered(self) -> dict[str, int]:
        """Return a plain dict in the order of the unit table."""
        return {unit: self._counts[unit] for unit in UNITS if unit in self._counts}
