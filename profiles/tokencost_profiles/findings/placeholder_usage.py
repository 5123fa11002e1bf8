"""Usage in a log that cannot be what was billed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_pricing.units import OUTPUT_UNITS
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.calls.call import LOG_ENDS, OK, PARTIAL, REPORTED
from tokencost_profiles.calls.content import ASSISTANT, TOOL_CALL

_LEAST_BYTES: Final = 200  # of an answer
_BYTES_PER_TOKEN: Final = 12  # more than any tokenizer makes of text
_WRITTEN: Final = (ASSISTANT, TOOL_CALL)  # by the model: results of hosted tools are input


def _find(inspected: Inspected) -> Iterator[Hit]:
    by_file: dict[str, list[PricedCall]] = {}
    for priced in inspected.calls:
        if priced.call.status == OK and _is_placeholder(priced):
            by_file.setdefault(priced.call.file, []).append(priced)
    for file, calls in by_file.items():
        first = calls[0].call
        subject = first.model or ""
        yield Hit(None, None, file, first.line, first.session, len(calls), subject)


def _is_placeholder(priced: PricedCall) -> bool:
    call = priced.call
    if call.usage_source == PARTIAL or LOG_ENDS in call.warnings:
        return True  # the reader saw that the log ends before the last number
    if call.usage is None or not call.answer or call.usage_source != REPORTED:
        return False
    output = sum(call.usage.get(unit, 0) for unit in OUTPUT_UNITS)
    written = sum(part.size for part in call.answer if part.role in _WRITTEN)
    return written >= _LEAST_BYTES and output * _BYTES_PER_TOKEN < written


FINDING: Final = Detector(
    "placeholder-usage",
    "usage that was written before the answer was",
    "Log the last usage of the stream, and trust the provider's bill for these calls.",
    "The log ends before the provider's last count of a response, or counts so little output "
    "that the text of the answer cannot be made of them. The cost of these calls is too low; how "
    "much too low is not in the log, so there are no dollars.",
    MEASURED,
    _find,
)
