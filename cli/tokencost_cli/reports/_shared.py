"""Pieces of reports that several commands share."""

from __future__ import annotations

from typing import Any

from tokencost_cli.output.formatting import as_of_text
from tokencost_pricing._version import __version__
from tokencost_pricing.cost import Terms
from tokencost_pricing.table import PriceTable


def head(table: PriceTable, terms: Terms | None) -> dict[str, Any]:
    """Return what every document says of the tool and the prices."""
    return {
        "tool": __version__,
        "prices": {
            "table": table.version,
            "sha256": table.sha256,
            "as_of": as_of_text(terms.at, timed=terms.timed) if terms else None,
            "overlays": list(table.overlays),
        },
    }
