"""azure-genai-prices: retail meters of Azure, with their regions and start days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import Reader, Sheet

NAME: Final = "azure-retail-meters (stated days)"
_MEMBER: Final = "azure_genai_prices/data/snapshot.json"
_UNIT: Final = re.compile(r"([\d.]+)\s*(K|M)?(?:[\s/]+(.+))?")
_TOKENS: Final = {"K": Decimal(1000), "M": Decimal(1)}


def recognises(package: Package) -> bool:
    """Whether this is the wheel of azure-genai-prices."""
    return _MEMBER in package.members


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a meter: its id is the meter's name, its first day the stated one."""
    data = package.json(_MEMBER)
    sheet = Sheet(NAME, "meters", str(data.get("fetched_at", package.day))[:10])
    for item in data["items"]:
        _add(sheet, item)
    yield from sheet.facts


def _add(sheet: Sheet, item: Mapping[str, Any]) -> None:
    field, times = _field(str(item["unitOfMeasure"]))
    sheet.add(
        "azure-meters",
        f"{item['productName']} | {item['meterName']}",
        f"{field}{_regions(item.get('regions') or [])}",
        item["retailPrice"],
        times=times,
        first=str(item["effectiveStartDate"])[:10],
    )


def _field(unit: str) -> tuple[str, Decimal]:
    """Return the field of a unit, and what turns its price into that of the field."""
    match = _UNIT.fullmatch(unit)
    if match is None:
        return f"per_{unit.lower().replace(' ', '_')}", Decimal(1)
    count, scale, name = match.groups()
    if scale:
        return "per_1m", _TOKENS[scale] / Decimal(count)
    return f"per_{count}" + (f"_{name.lower()}" if name else ""), Decimal(1)


def _regions(regions: list[str]) -> str:
    names = sorted(regions)
    if not names:
        return ""
    rest = len(names) - 3
    return "@" + "+".join(names[:3]) + (f"+{rest}" if rest > 0 else "")


READER: Final = Reader(recognises, facts)
