"""Our counts compared with the counts that providers reported for the same requests."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError, UnknownModelError
from tokencost_pricing.model import Model
from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.fit import CountedCall, held_out_entries
from tokencost_profiles.calls.content import Media, Request, ToolCall, ToolResult
from tokencost_profiles.tokens.calibration import Entry
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_count import PromptCount
from tokencost_profiles.tokens.tokenizers import family

TEXT: Final = "text"
SCHEMA: Final = "schema"
TOOLS: Final = "tools"
IMAGES: Final = "images"
OTHER: Final = "other"
_ROUTERS: Final = ("openrouter", "vercel", "zenmux")
KINDS: Final = (TEXT, SCHEMA, TOOLS, IMAGES, OTHER)


class Sample(NamedTuple):
    """A request and the input tokens that its provider billed."""

    name: str
    provider: str  # as the log calls it
    api: str
    model: str
    day: date
    request: Request
    billed: int
    group: str = ""  # where it comes from: folds of a cross-validation keep these together
    answer: Request | None = None
    answered: int | None = None  # output tokens less reasoning
    complete: bool = True  # False: from a log, which may lack parts of the request
    in_session: bool = False  # whether `group` is a session, whose calls lack the same
    file: str | None = None  # where a log holds it; None: `name` is an id
    line: int | None = None
    answered_by: str | None = None  # the model that the answer names


class Result(NamedTuple):
    """A sample, counted."""

    sample: Sample
    kind: str
    counted: PromptCount
    billed: int

    @property
    def error(self) -> float:
        """The signed relative error: 0.01 is one per cent too many."""
        return (self.counted.tokens - self.billed) / self.billed

    @property
    def partial(self) -> bool:
        """Whether the log seems to lack much of the request: the system prompt, the tools."""
        return not self.sample.complete and 2 * self.counted.tokens < self.billed

    @property
    def within_error(self) -> bool:
        """Whether the truth lies within the stated range."""
        counted = self.counted
        high = math.inf if counted.high is None else counted.high
        return counted.low <= self.billed <= high

    @property
    def half_width(self) -> float:
        """Half of the stated range, as a share of the count and at most 1."""
        low, high = self.counted.low, self.counted.high
        return 1.0 if high is None else min(1.0, (high - low) / 2 / max(1, self.counted.tokens))


class Score(NamedTuple):
    """How well a group is counted."""

    number: int
    exact: float  # share
    median: float  # of the absolute relative errors
    p90: float
    signed: float  # median of the signed errors
    within_error: float  # share whose truth lies within the stated error


def kind_of(request: Request) -> str:
    """Return which kind a request is: the part of it that is hardest to count."""
    blocks = [block for _, block in request.blocks()]
    inner = [one for block in blocks if isinstance(block, ToolResult) for one in block.content]
    media = [block for block in (*blocks, *inner) if isinstance(block, Media)]
    if any(block.kind != "image" for block in media):
        return OTHER
    if media:
        return IMAGES
    if request.tools or any(isinstance(block, (ToolCall, ToolResult)) for block in blocks):
        return TOOLS
    return SCHEMA if request.schema is not None and request.schema.schema is not None else TEXT


def target_of(
    table: PriceTable,
    model: str,
    provider: str | None,
    day: date,
    answered_by: str | None = None,
) -> Target:
    """Return the target of a count: model, provider, tokenizer and day. Unknown models by name.

    The model is the one that answers: the one to which the maker redirects the name on the day, or
    at any day where the answer names it; where a name leaves the choice to a router, the one that
    the answer names.
    """
    billed = (table.provider_id(provider) or provider) if provider else None
    if answered_by and _is_chosen(table, model, billed, answered_by):
        model = answered_by
    for asked in (billed, None):
        try:
            offer = table.find(model, asked)
        except UnknownModelError:
            continue
        priced = offer.model
        family = priced.tokenizer or table.tokenizer(priced.id)
        answering = _answering(priced, answered_by, day)
        return Target(answering, billed or offer.provider, family, day, model)
    maker, _, rest = model.partition("/")  # a router's name for a model that no table has
    name = rest if rest and table.provider_id(maker) else model
    return Target(name, billed or "", table.tokenizer(name), day)


def _is_chosen(table: PriceTable, model: str, provider: str | None, answered_by: str) -> bool:
    """Whether a router chose the model that answers: it reads other tokens than the one asked."""
    asked, answering = table.tokenizer(model), table.tokenizer(answered_by)
    return provider in _ROUTERS and answering is not None and answering != asked


def _answering(model: Model, answered_by: str | None, day: date) -> str:
    """Return the id of the model that answers: a redirect is sure where the answer names it."""
    redirect = model.redirect
    if redirect is not None and not redirect.as_mode and answered_by == redirect.to:
        return redirect.to
    return model.answering(day)


def count_samples(
    samples: Iterable[Sample], table: PriceTable, counter: Counter
) -> Iterator[Result]:
    """Count every sample."""
    for sample in samples:
        target = target_of(table, sample.model, sample.provider, sample.day, sample.answered_by)
        counted = counter.request(sample.request, target)
        yield Result(sample, kind_of(sample.request), counted, sample.billed)


def count_answers(
    samples: Iterable[Sample], table: PriceTable, counter: Counter
) -> Iterator[Result]:
    """Count the known answer of every sample that has one."""
    for sample in samples:
        if sample.answer is None or not sample.answered:
            continue
        target = target_of(table, sample.model, sample.provider, sample.day, sample.answered_by)
        counted = counter.answer(sample.answer, target)
        kind = TOOLS if kind_of(sample.answer) == TOOLS else TEXT
        yield Result(sample, kind, counted, sample.answered)


def fitted_call(result: Result) -> CountedCall:
    """Return what a calibration is fitted to, from a result counted with no calibration."""
    place = result.counted.place
    assert place is not None  # whatever a Counter returns has one
    unknown = result.counted.unknown
    return CountedCall(
        place,
        result.counted.kinds,
        result.billed,
        result.sample.group,
        unknown.below,
        unknown.above,
    )


def cross_validate(results: Sequence[Result], names: Sequence[str] | None = None) -> list[Result]:
    """Return results corrected by a calibration fitted to the other groups, with its ranges.

    `names`: what is left out together, instead of groups: a name a result. Raise `InputError`
    where there are no others.
    """
    calls = [fitted_call(result) for result in results]
    if names is None:
        names = [call.group for call in calls]
    if len(set(names)) < 2:
        raise InputError(
            "all calls are of one log: there are no others to learn from",
            hint="cross-validation needs two logs at least",
        )
    entries = held_out_entries(calls, names)
    return [_correct(result, entry) for result, entry in zip(results, entries, strict=True)]


def _correct(result: Result, entry: Entry | None) -> Result:
    """Return a result that was counted with no calibration as an entry corrects it."""
    if entry is None:
        return result
    counted = result.counted
    tokens = max(0, round(entry.corrected_tokens(counted.kinds)))
    text_error = family(counted.tokenizer).error * counted.content
    margin = entry.margin(tokens, text_error)
    return result._replace(counted=counted._replace(tokens=tokens, margin=margin))


def score(results: Sequence[Result]) -> Score:
    """Return how well results agree with the billed counts."""
    errors = sorted(abs(result.error) for result in results)
    signed = sorted(result.error for result in results)
    number = len(errors)
    return Score(
        number,
        sum(error == 0 for error in errors) / number,
        _percentile(errors, 50),
        _percentile(errors, 90),
        _percentile(signed, 50),
        sum(result.within_error for result in results) / number,
    )


def scores(results: Iterable[Result], by: Sequence[str]) -> dict[tuple[str, ...], Score]:
    """Return the scores by any of: provider, api, kind, model, rendering, group."""
    groups: dict[tuple[str, ...], list[Result]] = {}
    for result in results:
        groups.setdefault(tuple(_value(result, name) for name in by), []).append(result)
    return {key: score(group) for key, group in sorted(groups.items())}


def worst_results(results: Iterable[Result], number: int = 10) -> list[Result]:
    """Return the results that are furthest off."""
    return sorted(results, key=lambda one: (-abs(one.error), one.sample.name))[:number]


def _value(result: Result, name: str) -> str:
    if name == "rendering":
        return str(result.counted.place.rendering if result.counted.place else None)
    return result.kind if name == "kind" else str(getattr(result.sample, name))


def _percentile(values: Sequence[float], rank: int) -> float:
    return values[max(1, math.ceil(rank * len(values) / 100)) - 1]
