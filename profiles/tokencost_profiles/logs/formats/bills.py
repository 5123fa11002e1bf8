"""Invoices and usage exports: sums by day of providers and clouds. They are no calls.

They are recognised so that a report names them as left out: an invoice read beside the calls that
it charges would count everything twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.providers.usage_fields.usage_format import objects

# Kind of table -> columns that identify it, in lower case. The first kind that fits is taken.
_TABLES: Final = {
    "a usage export of Anthropic's console": ("usage_date_utc", "usage_output_tokens"),
    "a cost export of Anthropic's console": ("usage_date_utc", "cost_usd"),
    "a cost export of OpenAI's console": ("start_time", "amount_value"),
    "a usage export of OpenAI's console": ("start_time", "end_time", "num_model_requests"),
    "an activity export of OpenAI's console": ("aggregation_timestamp", "n_requests"),
    "a usage export of Cursor": ("date", "model", "input (w/ cache write)"),
    "a usage report of GitHub Copilot": ("sku", "unit_type", "gross_amount"),
    "a usage report of GitHub Copilot (premium requests)": ("requests used", "model", "user"),
    "an activity export of OpenRouter by day": ("date", "slug", "byok usage"),
    "a day table of LiteLLM": ("date", "api_requests", "spend"),
    "FOCUS cost and usage data": ("billedcost", "chargeperiodstart"),
    "an AWS cost and usage report": ("line_item_usage_type", "line_item_usage_amount"),
    "an AWS cost and usage report (legacy)": ("lineitem/usagetype", "lineitem/usageamount"),
    "a Google Cloud billing export": ("sku.description", "cost"),
    "a Google Cloud billing export (flat)": ("sku_description", "cost"),
    "a cost table of Google Cloud": ("sku description", "sku id"),
    "an Azure cost export": ("metercategory", "quantity"),
}
_PREAMBLE: Final = 12  # lines, the header among them: consoles write about the account first


def _recognises(log_file: Input) -> bool:
    return _kind(log_file) is not None


def _kind(log_file: Input) -> str | None:
    """Return the kind of export that a file is, or None for other files."""
    if log_file.is_parquet:
        return _table_kind({name.lower() for name in log_file.parquet_columns})
    head = log_file.text.lstrip("\ufeff \t\r\n")
    if head.startswith(("{", "[")):
        return _json_kind(log_file)
    for line in head.split("\n", _PREAMBLE)[:_PREAMBLE]:
        kind = _table_kind(_columns(line))
        if kind is not None:
            return kind
    return None


def _table_kind(columns: Set[str]) -> str | None:
    return next((kind for kind, wanted in _TABLES.items() if columns >= set(wanted)), None)


def _columns(line: str) -> set[str]:
    """Return the names of the columns in a header, in lower case."""
    mark = max(",;\t", key=line.count)
    return {name.strip(' "\r\t').lower() for name in line.split(mark)}


def _json_kind(log_file: Input) -> str | None:
    values: Any = list(log_file.objects)
    if log_file.has("totalRecordCount", "inputTokenCount"):
        return "the manifest of a batch on Bedrock"
    if log_file.is_document:
        known = (
            ("data",),
            ("results", "market_cost"),
            ("service", "sku", "cost"),
            ("n_context_tokens_total",),
        )
        if not any(log_file.has(*keys) for keys in known):
            return None
        values = log_file.document
        values = values[:20] if isinstance(values, list) else [values]
    for value in values:
        if not isinstance(value, Mapping):
            continue
        kind = "a Google Cloud billing export" if _is_cloud(value) else _page_kind(value)
        if kind is None and "n_context_tokens_total" in value:
            kind = "an activity export of OpenAI's console"
        if kind is not None:
            return kind
    return None


def _is_cloud(row: Mapping[str, Any]) -> bool:
    return all(isinstance(row.get(key), Mapping) for key in ("service", "sku")) and "cost" in row


def _page_kind(page: Mapping[str, Any]) -> str | None:
    for row in objects(page.get("results"))[:20]:
        if "market_cost" in row and "request_count" in row:
            return "a report of Vercel's AI Gateway"
    data = page.get("data")
    for bucket in data[:20] if isinstance(data, list) else ():
        if not isinstance(bucket, Mapping):
            continue
        if "n_context_tokens_total" in bucket:
            return "an activity export of OpenAI's console"
        if "byok_usage_inference" in bucket and "requests" in bucket:
            return "an activity page of OpenRouter, by day"
        if bucket.get("object") == "bucket":
            return "a page of OpenAI's usage and costs API"
        results = bucket.get("results")
        if "starting_at" in bucket and isinstance(results, list):
            return "a page of Anthropic's usage and cost API"
        if "actor" in bucket and "model_breakdown" in bucket:
            return "a page of Anthropic's Claude Code report"
    return None


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    log.row()
    yield from ()
    kind = _kind(log_file) or "an invoice"
    raise InputError(
        f"{kind}: what was billed, not the calls",
        hint="read the logs of the calls that it charges",
        file=log_file.label,
    )


READER: Final = Reader(
    "bills",
    "invoices and usage exports (refused: they are sums, not calls)",
    (),
    _recognises,
    _read,
    order=45,
    where="FOCUS, AWS, Google, Azure; OpenAI, Anthropic, Cursor, GitHub Copilot",
)
