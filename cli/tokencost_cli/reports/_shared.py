"""Pieces of reports that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tokencost_cli.output.formatting import as_of_text
from tokencost_pricing._version import __version__
from tokencost_pricing.cost import Terms
from tokencost_pricing.money import plain
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


def amount(value: Decimal | None) -> str | None:
    """Write money for a document: exact, or null when it is not known."""
    return None if value is None else plain(value)


def method_of(method: str) -> str:
    """Return the contract's word for how a count was come by."""
    if method in ("exact", "recorded"):
        return "exact"
    return "assumed" if method == "typed" else "estimated"


def stamp(at: float | None) -> str | None:
    """Write UTC seconds as ISO text, to the millisecond where it has one."""
    if at is None:
        return None
    moment = datetime.fromtimestamp(round(at, 3), UTC)
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")
