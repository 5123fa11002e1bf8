"""The tokens of a call on another model: counted again where the text is known, else scaled.

A log seldom holds everything that was sent, and what it holds may be counted with an error. So the
tokens that were billed are scaled by the ratio of our two counts of the text that is there: where
it is all there and both counts are exact, that is the other model's count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Final, NamedTuple

from tokencost_pricing.offer import Offer
from tokencost_profiles.calls.call import Call
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.logged_requests import request_of
from tokencost_profiles.tokens.tokenizers import FALLBACK
from tokencost_profiles.whatif.call_set import CallSet, Entry

COUNTED: Final = "counted"
MEASURED: Final = "scaled by calls that have text"
USUAL: Final = "scaled by a usual text"
SAME: Final = "same tokenizer"

# What a ratio between two tokenizers is measured on where a log holds no text at all.
_SAMPLE: Final = (
    "You are a careful assistant for a small company. Answer in at most six sentences, name the "
    "source of every figure, and never guess a price or a date. If the question is not clear, ask "
    "one short question before you answer.\n\n"
    "def total(rows: list[dict[str, int]]) -> int:\n"
    '    """Return the sum of the counts."""\n'
    "    return sum(row.get('count', 0) for row in rows if row['kind'] != 'draft')\n\n"
    '{"id": "ord_20481", "status": "shipped", "items": [{"sku": "KX-77", "quantity": 3, "price": '
    '19.9}], "address": {"city": "Lyon", "postcode": "69003"}, "notes": null}\n\n'
    "2026-10-06T09:14:22Z INFO worker-3 finished job 8841 in 412 ms, 3 retries, queue length 17\n"
)
_USUAL_ERROR: Final = 0.12
_MEASURED_ERROR: Final = 0.06


class Ratio(NamedTuple):
    """How many tokens of another model one token is, going in and coming out."""

    input: float
    output: float
    how: str
    error: float  # relative


class TokenRatios:
    """Ratios between the token counts of models, each text counted once for a tokenizer."""

    def __init__(self, calls: CallSet, counter: Counter) -> None:
        self._calls, self._counter = calls, counter
        self._measured: dict[tuple[str, str], tuple[float, float] | None] = {}
        self._counts: dict[tuple[int, str], tuple[Call, int | None]] = {}
        self._usual: dict[tuple[str | None, str | None], float] = {}

    def ratio(self, entry: Entry, source: Offer, target: Offer) -> Ratio:
        """Return the ratio for an entry."""
        families = {self._counter.family(model) for model in (source.model, target.model)}
        if alike(source, target) and len(families) == 1:
            return Ratio(1.0, 1.0, SAME, 0.0)
        counted = self._of_text(entry, source, target)
        if counted is not None:
            return counted
        measured = self._of_others(source, target)
        if measured is not None:
            return Ratio(*measured, MEASURED, _MEASURED_ERROR)
        usual = self._of_sample(source, target)
        return Ratio(usual, usual, USUAL, _USUAL_ERROR)

    def counted(self, entry: Entry, offer: Offer) -> int | None:
        """Count the prompt of an entry for a model; None where its text is not known."""
        key = (id(entry.call), offer.key)
        cached = self._counts.get(key)
        if cached is None:
            request = entry.body()
            counted = self._counter.request(request, _target(offer, entry)) if request else None
            # The call stands in the value, so that no other one gets its id.
            cached = self._counts[key] = entry.call, counted.tokens if counted else None
        return cached[1]

    def _of_text(self, entry: Entry, source: Offer, target: Offer) -> Ratio | None:
        before = self.counted(entry, source)
        after = self.counted(entry, target)
        if not before or not after:
            return None
        output = self._answer(entry, source, target)
        error = self._counter.tokenizer(self._counter.family(target.model)).family.error
        return Ratio(after / before, output, COUNTED, error)

    def _answer(self, entry: Entry, source: Offer, target: Offer) -> float:
        if entry.call.answer:
            answer = request_of(entry.call.answer, entry.call.api)
            before = self._counter.answer(answer, _target(source, entry)).tokens
            after = self._counter.answer(answer, _target(target, entry)).tokens
            if before and after:
                return after / before
        return self._of_sample(source, target)

    def _of_others(self, source: Offer, target: Offer) -> tuple[float, float] | None:
        """Return the ratios over all calls of the source model whose text is known."""
        key = (source.key, target.key)
        if key not in self._measured:
            self._measured[key] = self._measure(source, target)
        return self._measured[key]

    def _measure(self, source: Offer, target: Offer) -> tuple[float, float] | None:
        before = after = 0
        for entry in self._calls.entries:
            if entry.has_text and entry.call.model in (source.model.id, *_names(source)):
                before += self.counted(entry, source) or 0
                after += self.counted(entry, target) or 0
        if not before or not after:
            return None
        return after / before, self._of_sample(source, target)

    def _of_sample(self, source: Offer, target: Offer) -> float:
        key = (self._counter.family(source.model), self._counter.family(target.model))
        if key not in self._usual:
            before, after = (self._counter.text(_SAMPLE, name or FALLBACK) for name in key)
            self._usual[key] = after / before
        return self._usual[key]


def scaled(usage: Mapping[str, int], ratio: float, units: Sequence[str]) -> dict[str, int]:
    """Return a usage whose units of one side are scaled; their sum is the nearest integer.

    What rounding leaves over goes to the units that it took most from (largest remainders).
    """
    counts = {unit: usage[unit] for unit in units if usage.get(unit)}
    if ratio == 1 or not counts:
        return dict(usage)
    factor = Fraction(ratio)
    exact = {unit: number * factor for unit, number in counts.items()}
    rounded = {unit: int(number) for unit, number in exact.items()}
    over = round(sum(exact.values())) - sum(rounded.values())
    by_remainder = sorted(exact, key=lambda unit: rounded[unit] - exact[unit])
    for unit in by_remainder[:over]:
        rounded[unit] += 1
    return {**usage, **rounded}


def alike(source: Offer, target: Offer) -> bool:
    """Whether two models count alike: one tokenizer, and one maker's way of sending requests."""
    same = source.model.tokenizer == target.model.tokenizer
    return same and source.model.provider == target.model.provider


def _names(offer: Offer) -> tuple[str, ...]:
    return (offer.key, *offer.model.known_as)


def _target(offer: Offer, entry: Entry) -> Target:
    at = entry.call.at
    day = datetime.fromtimestamp(at, UTC).date() if at is not None else date(2026, 3, 15)
    return Target(offer.model.id, offer.provider, offer.model.tokenizer, day)
