"""Claude Code's `cost-state` rows, each with the cost of the session so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.money import is_plausible
from tokencost_profiles.calls.call import ModelCost, SessionReport
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    remainder,
    text,
    units,
)

COST_STATE: Final = "cost-state"


class SessionCosts:
    """The last cost of each session in one file."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._reports: dict[str, SessionReport] = {}

    def take(self, number: int, row: Mapping[str, Any]) -> None:
        """Take a row; one that states no cost is ignored."""
        session, cost = text(row.get("sessionId")), amount(row.get("totalCostUSD"))
        models = models_of(row.get("modelUsage"))
        if session is None or cost is None or not (cost or models):
            return
        if cost < 0 or not is_plausible(cost):
            self._log.skip(number, f"'{cost}' is no cost of a session")
            return
        self._reports[session] = SessionReport(
            session,
            cost,
            models,
            row.get("hasUnknownModelCost") is True,
            self._log.reader,
            self._log.label,
            number,
        )

    def reports(self) -> Iterator[SessionReport]:
        """Yield the last reported cost of each session."""
        yield from self._reports.values()


def models_of(usage: Any) -> tuple[ModelCost, ...] | None:
    """Return what each model of a `modelUsage` cost; None where there is none."""
    return tuple(_models(usage)) if isinstance(usage, Mapping) else None


def _models(usage: Mapping[str, Any]) -> Iterator[ModelCost]:
    """Yield each model. Thinking lies inside the output; `[1m]` in a name is a window."""
    for name, entry in usage.items():
        if not isinstance(entry, Mapping):
            continue
        cost = amount(entry.get("costUSD"))
        thought = first_count(entry, "thinkingTokens")
        counts = units(
            input=first_count(entry, "inputTokens"),
            cache_read=first_count(entry, "cacheReadInputTokens"),
            cache_write_other=first_count(entry, "cacheCreationInputTokens"),
            output=remainder(first_count(entry, "outputTokens"), thought),
            reasoning=thought,
            web_search=first_count(entry, "webSearchRequests"),
        )
        known = cost is not None and cost >= 0 and is_plausible(cost)
        yield ModelCost(name.partition("[")[0], cost if known else None, counts)
