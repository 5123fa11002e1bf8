"""Columns as a table of pandas: nullable counts, exact money, times in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from tokencost_pricing.errors import UsageError
from tokencost_profiles.costs.columns import TypedColumn

if TYPE_CHECKING:
    from pandas import DataFrame

MoneyAs = Literal["decimal", "float"]
_TYPES: Final = {
    "text": "string",
    "count": "Int64",
    "share": "float64",
    "seconds": "float64",
    "time": "datetime64[ms, UTC]",
}


def data_frame(columns: Sequence[TypedColumn], money: MoneyAs = "decimal") -> DataFrame:
    """Return a table of typed columns. What is not known is missing, and never 0.

    `money`: `"decimal"` keeps amounts exact, as objects; `"float"` makes numbers that can be drawn.
    Raise `UsageError` where pandas is not installed.
    """
    if money not in ("decimal", "float"):
        raise UsageError(f"money is 'decimal' or 'float', not {money!r}")
    try:
        import pandas
    except ImportError:
        raise UsageError(
            "a table of pandas needs pandas", hint="pip install 'tokencost-profiler[data]'"
        ) from None
    return pandas.DataFrame({column.name: _series(column, money, pandas) for column in columns})


def _series(column: TypedColumn, money: MoneyAs, pandas: Any) -> Any:
    values = column.values
    if column.kind == "money":
        is_exact = money == "decimal"
        return pandas.Series(values if is_exact else _floats(values), dtype=_money_type(is_exact))
    if column.kind == "time":
        values = [None if value is None else round(value * 1000) for value in values]
        return pandas.to_datetime(pandas.Series(values, dtype="Int64"), unit="ms", utc=True)
    if column.kind in ("share", "seconds"):
        values = _floats(values)
    return pandas.Series(values, dtype=_TYPES[column.kind])


def _money_type(is_exact: bool) -> str:
    return "object" if is_exact else "float64"


def _floats(values: Sequence[Any]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]
