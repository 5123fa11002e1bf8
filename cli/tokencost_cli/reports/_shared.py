"""Pieces of reports that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tokencost_pricing._version import __version__
from tokencost_pricing.cost import Cost, Evidence, Terms
from tokencost_pricing.moments import written
from tokencost_pricing.money import plain
from tokencost_pricing.table import PriceTable


def head(table: PriceTable, terms: Terms | None) -> dict[str, Any]:
    """Return what every document says of the tool and the prices."""
    return {
        "tool": __version__,
        "prices": {
            "table": table.version,
            "sha256": table.sha256,
            "as_of": written(terms.at.replace(microsecond=0))
            if terms and terms.timed
            else (f"{terms.at:%Y-%m-%d}" if terms else None),
            "overlays": list(table.overlays),
        },
    }


def amount(value: Decimal | None) -> str | None:
    """Write money for a document: exact, or null when it is not known."""
    return None if value is None else plain(value)


def lines_of(cost: Cost) -> list[dict[str, Any]]:
    """Return the lines of a cost for a document."""
    return [
        {
            "unit": line.unit,
            "tokens": line.quantity,
            "rate": plain(line.rate),
            "per": line.per,
            "cost": plain(line.amount),
        }
        for line in cost.lines
    ]


def evidence_of(evidence: Evidence) -> dict[str, Any]:
    """Return which entry of the table gave a price, and what was applied to it."""
    return {
        "model": f"{evidence.provider}/{evidence.model}",
        "rule": evidence.rule,
        "price_from": evidence.price_from,
        "basis": evidence.basis,
        "tier_from": evidence.tier_from,
        "modes": list(evidence.modes),
        "modifiers": list(evidence.modifiers),
        "schedule": evidence.schedule,
        "overlay": evidence.overlay,
        "unverified": evidence.unverified,
    }


def table_line(table: PriceTable, terms: Terms | None) -> str:
    """Return the line that says which prices were used."""
    day = f" as of {terms.at:%Y-%m-%d}" if terms else ""
    overlays = f", with {', '.join(table.overlays)}" if table.overlays else ""
    return f"prices: table {table.version}{day}{overlays}"


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
