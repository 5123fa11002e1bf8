"""The rows of a content view while it is made: one a part, and their sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from tokencost_pricing.money import add
from tokencost_profiles.attribution.content import ContentRow, Usages
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part

Sums = dict[tuple[str, str], NDArray[np.int64]]


class Rows:
    """Rows by identity: the hash of a part, or kind and name of what is no part."""

    def __init__(self) -> None:
        self.rows: list[ContentRow] = []
        self.carried: Sums = {}  # tokens a row, by name of the rate card and unit
        self.produced: Sums = {}
        self.fees: dict[int, dict[tuple[str, str], int]] = {}  # by row: counts
        self.charged: dict[int, Decimal] = {}
        self._numbers: dict[bytes | tuple[str, str], int] = {}

    def of_part(self, part: Part, call: Call, tokens: int) -> int:
        """Return the number of the row of a part, first met at a call."""
        number = self._numbers.get(part.hash)
        if number is None:
            row = ContentRow(
                number=len(self.rows),
                kind=part.role,
                name=part.name,
                target=part.target,
                hash=part.hash,
                tokens=tokens,
                file=call.file,
                line=call.line,
                session=call.session,
                first_line=part.text,
            )
            number = self._add(part.hash, row)
        return number

    def of_kind(self, kind: str, name: str = "") -> int:
        """Return the number of the row of what is no part of a log."""
        number = self._numbers.get((kind, name))
        if number is None:
            row = ContentRow(number=len(self.rows), kind=kind, name=name)
            number = self._add((kind, name), row)
        return number

    def _add(self, key: bytes | tuple[str, str], row: ContentRow) -> int:
        number = self._numbers[key] = len(self.rows)
        self.rows.append(row)
        return number

    def carry(
        self, key: tuple[str, str], rows: NDArray[np.int64], tokens: NDArray[np.int64]
    ) -> None:
        """Add tokens of input to rows."""
        np.add.at(self._array(self.carried, key), rows, tokens)

    def carry_one(self, key: tuple[str, str], row: int, tokens: int) -> None:
        """Add tokens of input to one row."""
        self._array(self.carried, key)[row] += tokens

    def make(self, key: tuple[str, str], row: int, tokens: int) -> None:
        """Add tokens of output to a row."""
        self._array(self.produced, key)[row] += tokens

    def pay(self, key: tuple[str, str], row: int, count: int) -> None:
        """Add what is billed beside tokens to a row."""
        fees = self.fees.setdefault(row, {})
        fees[key] = fees.get(key, 0) + count

    def charge(self, row: int, amount: Decimal) -> None:
        """Add what a log states of a call without a price."""
        known = self.charged.get(row)
        self.charged[row] = amount if known is None else add(known, amount)

    def usage_of(self, numbers: Sequence[int]) -> Usages:
        """Return what rows were billed for together, by the name of the rate card and by unit."""
        usages: Usages = {}
        wanted = np.array(numbers, dtype=np.int64)
        for sums in (self.carried, self.produced):
            for (card, unit), tokens in sums.items():
                count = int(tokens[wanted[wanted < len(tokens)]].sum())
                if count:
                    usage = usages.setdefault(card, {})
                    usage[unit] = usage.get(unit, 0) + count
        for number in numbers:
            for (card, unit), count in self.fees.get(number, {}).items():
                usage = usages.setdefault(card, {})
                usage[unit] = usage.get(unit, 0) + count
        return usages

    def _array(self, sums: Sums, key: tuple[str, str]) -> NDArray[np.int64]:
        array = sums.get(key)
        if array is None:
            array = sums[key] = np.zeros(max(64, 2 * len(self.rows)), dtype=np.int64)
        elif len(array) < len(self.rows):
            array = sums[key] = np.concatenate(
                [array, np.zeros(len(self.rows) * 2 - len(array), dtype=np.int64)]
            )
        return array
