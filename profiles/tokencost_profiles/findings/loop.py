"""The same tool call again and again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.calls.content import TOOL_CALL

_LEAST: Final = 5  # times on end


def _find(inspected: Inspected) -> Iterator[Hit]:
    for thread in inspected.threads:
        for asked, run in groupby(thread.calls, _asked):
            calls = list(run)
            if not asked or len(calls) < _LEAST:
                continue
            repeats = [call for call in calls[1:] if call.is_selected]
            if repeats:
                hit = calls_hit(
                    repeats, None, subject=", ".join(dict.fromkeys(calls[0].call.tools))
                )
                yield hit._replace(saved=hit.cost)


def _asked(priced: PricedCall) -> tuple[bytes, ...]:
    """Return the tool calls of an answer, with their arguments."""
    return tuple(sorted(part.hash for part in priced.call.answer or () if part.role == TOOL_CALL))


FINDING: Final = Detector(
    "loop",
    "the same tool call at least five times on end",
    "Stop the agent after a few equal calls, or tell it why the call cannot succeed.",
    "Five or more answers of a conversation on end ask for the very same tool calls, arguments and "
    "all. Cost and saved: the calls after the first.",
    MEASURED,
    _find,
    needs_text=True,
)
