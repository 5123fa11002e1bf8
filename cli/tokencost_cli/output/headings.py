"""The headings of tables: what is abbreviated stands in one list, other keys are as they are.

A key is the same word in a table, in the header of a CSV file and in a JSON document.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from tokencost_cli.output.tables import Column, Kind

ABBREVIATIONS: Final = MappingProxyType(
    {
        "billed_tokens": "billed",
        "bytes_per_token": "bytes a token",
        "cache_read": "cached",
        "cache_read_tokens": "cached",
        "cache_write_tokens": "written",
        "checked_at": "checked",
        "context_limit": "window",
        "cost_reported": "reported",
        "cost_share": "share",
        "counted_tokens": "counted",
        "day_cost": "a day",
        "difference_cost": "difference",
        "error_share": "error",
        "exact_share": "exact",
        "from_prompt_tokens": "prompt from",
        "input_cost": "in $",
        "input_tokens": "input",
        "largest_tokens": "longest prompt",
        "median_error": "median",
        "missing_cost": "not in the log",
        "month_cost": "a month",
        "n": "calls",
        "output_cost": "out $",
        "output_tokens": "output",
        "p90_error": "p90",
        "path": "file",
        "per_1000_cost": "× 1,000",
        "relative_error": "off",
        "served": "served today",
        "signed_error": "bias",
        "starts_at": "from",
        "stated_error": "count",
        "uncached_input_tokens": "uncached",
        "window_share": "window",
        "within_share": "within",
    }
)


def column(key: str, kind: Kind = "text", *, spare: int = 0, title: str | None = None) -> Column:
    """Return the column of a key. `title`: a heading that says more than the key, of this table."""
    if title is None:
        title = ABBREVIATIONS.get(key, key.replace("_", " "))
    return Column(key, title, kind, spare)
