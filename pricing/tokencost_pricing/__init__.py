"""Dated prices and exact money. The ground layer: it imports nothing of tokencost.

`PriceTable.load()` gives the table, `PriceTable.find(name)` a model as a provider sells it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing `typing` for it costs what `tokencost --version` is spared
if TYPE_CHECKING:
    from tokencost_pricing.table import PriceTable

__all__ = ["PriceTable"]


def __getattr__(name: str) -> object:
    """Import the table when it is asked for: everything that needs only a version is spared it."""
    if name not in __all__:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    from tokencost_pricing import table

    loaded: object = getattr(table, name)
    return loaded
