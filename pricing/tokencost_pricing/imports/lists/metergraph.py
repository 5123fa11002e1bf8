"""metergraph-core: a YAML file of rows by channel and region, each with its days and its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.packages import Package
from tokencost_pricing.imports.reading import BILLERS, Reader, Sheet, above, number, provider_name

NAME: Final = "metergraph (stated days)"
_MEMBER: Final = "metergraph_core/data/prices.yaml"
_CHANNELS: Final = {
    "aws-bedrock-geo": "bedrock",
    "aws-bedrock": "bedrock",
    "google-vertex-ai": "vertex",
    "moonshot-api": "moonshotai",
    "vercel-ai-gateway": "vercel",
}
_FIELDS: Final = {
    "input_per_mtok": "input",
    "output_per_mtok": "output",
    "cache_read_per_mtok": "cache_read",
    "cache_write_1h_per_mtok": "cache_write_1h",
    "batch_input_per_mtok": "batch_input",
    "batch_output_per_mtok": "batch_output",
    "batch_cache_read_per_mtok": "batch_cache_read",
    "request_fee_per_1k_usd": "per_1k_requests",
}


def recognises(package: Package) -> bool:
    """Whether this is the wheel of metergraph-core."""
    return _MEMBER in package.members


def facts(package: Package) -> Iterator[Fact]:
    """Yield one fact a name, channel and region, with the days that the list states."""
    data = package.yaml(_MEMBER)
    sheet = Sheet(NAME, "T", str(data["version"]))
    for model in data["models"]:
        for row in model.get("prices", ()):
            for name in _names(model, row):
                _add(sheet, name, row)
    yield from sheet.facts


def _names(model: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """Return the names under which a channel sells a model: its aliases there."""
    names = [
        str(alias["alias"])
        for alias in model.get("aliases", ())
        if alias.get("channel") == row["channel"]
        and alias.get("price_region", row["region"]) == row["region"]
        and alias.get("provider") not in ("litellm", "unknown")
        and not str(alias["alias"]).endswith("-latest")
    ]
    return list(dict.fromkeys(names)) or [str(model["canonical_id"]).partition("/")[2]]


def _add(sheet: Sheet, name: str, row: Mapping[str, Any]) -> None:
    channel = str(row["channel"])
    provider = _CHANNELS.get(channel) or provider_name(channel.removesuffix("-api"))
    region = "" if row["region"] == "global" else f"@{row['region']}"
    if provider in ("bedrock", "vertex") and not region:
        region = "@geo" if channel.endswith("-geo") else "@global"
    until = row.get("effective_to")
    last = str(date.fromisoformat(str(until)[:10]) - timedelta(days=1)) if until else None
    write = "cache_write_5m" if "claude" in name else "cache_write"
    for key, field in (*_FIELDS.items(), ("cache_write_5m_per_mtok", write)):
        for band, value in _bands(key, row):
            sheet.add(
                provider,
                name,
                f"{field}{band}{region}",
                value,
                first=str(row["effective_from"])[:10],
                last=last,
                family=BILLERS.get(provider),
            )


def _bands(key: str, row: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    value = number(row.get(key))
    yield "", value
    rule = (row.get("rules") or {}).get("long_context")
    if rule and value and not key.startswith(("batch", "request")):
        side = "output" if key.startswith("output") else "input"
        multiplier = number(rule.get(f"{side}_multiplier"))
        yield above("", rule["threshold"]), multiplier and value * multiplier


READER: Final = Reader(recognises, facts)
