"""Least absolute deviations: a linear fit that a few outliers hardly change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_ROUNDS: Final = 25
_TINY: Final = 1e-9
_NEAR: Final = 0.25  # tokens: deviations below this weigh alike


def least_absolute_deviations(
    rows: Sequence[Sequence[float]], wanted: Sequence[float], weights: Sequence[float]
) -> list[float] | None:
    """Return factors whose products with the rows come near to what is wanted.

    Minimises the weighted sum of absolute deviations by least squares, weighted anew each round
    (iteratively reweighted least squares). None where the rows do not determine the factors.
    """
    current = list(weights)
    factors: list[float] | None = None
    for _ in range(_ROUNDS):
        solved = _least_squares(rows, wanted, current)
        if solved is None:
            break
        factors = solved
        current = [
            weight / max(abs(_dot(row, solved) - want), _NEAR)
            for row, want, weight in zip(rows, wanted, weights, strict=True)
        ]
    return factors


def _dot(row: Sequence[float], factors: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(row, factors, strict=True))


def _least_squares(
    rows: Sequence[Sequence[float]], wanted: Sequence[float], weights: Sequence[float]
) -> list[float] | None:
    """Solve the normal equations; None where the rows do not determine the factors."""
    size = len(rows[0])
    matrix = [[0.0] * (size + 1) for _ in range(size)]
    for row, want, weight in zip(rows, wanted, weights, strict=True):
        for i in range(size):
            part = weight * row[i]
            for j in range(size):
                matrix[i][j] += part * row[j]
            matrix[i][size] += part * want
    for i in range(size):
        pivot = max(range(i, size), key=lambda at: abs(matrix[at][i]))
        if abs(matrix[pivot][i]) < _TINY:
            return None
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        for at in range(size):
            if at != i:
                factor = matrix[at][i] / matrix[i][i]
                for j in range(i, size + 1):
                    matrix[at][j] -= factor * matrix[i][j]
    return [matrix[i][size] / matrix[i][i] for i in range(size)]
