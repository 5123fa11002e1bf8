"""The prompts of many files, each on the models that are asked: what a gate measures.

What has no price, or cannot be read, ends nothing here: it is listed beside the estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from tokencost_pricing.errors import InputError, UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.estimates.estimate import Load, Plan, Total, estimate
from tokencost_profiles.files.paths import Source
from tokencost_profiles.files.progress import Watch
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompt_count import PromptCount
from tokencost_profiles.tokens.prompt_folders import FolderPrompts

# Called with the prompts of every model before they are counted; what it yields hears of each.
Watching = Callable[[Iterable[Iterable[Prompt]]], AbstractContextManager[Watch | None]]


class PromptSetup(NamedTuple):
    """What prompts are read, counted and priced with."""

    table: PriceTable
    plan: Plan
    counter: Counter
    models: tuple[str, ...] = ()  # those of every prompt; empty: each body's
    default_models: tuple[str, ...] = ()  # for a prompt that names none
    how: ReadOptions = ReadOptions()  # prompts are read

    def find_key(self, name: str) -> str:
        """Return the model of a name as the table has it; the name where it has none."""
        try:
            return self.table.find(name).key
        except UnknownModelError:
            return name


class UnknownPrice(NamedTuple):
    """A prompt for a model that no table knows: counted, with a wide error."""

    prompt: Prompt
    model: str
    counted: PromptCount
    reason: str


class Unreadable(NamedTuple):
    """A file that was to be a prompt and cannot be read."""

    source: Source
    reason: str


class PromptSet(NamedTuple):
    """The prompts of files, estimated."""

    totals: list[Total]
    unpriced: list[UnknownPrice]
    unreadable: list[Unreadable]
    prompts: dict[str, Prompt]  # by label
    sources: dict[str, Source]  # by label


def unreadable(gathered: FolderPrompts) -> list[Unreadable]:
    """Return what was to be a prompt and cannot be read."""
    return [
        Unreadable(one.source, _reason(one.error))
        for one in gathered.passed
        if one.is_malformed or one.source.named
    ]


def _reason(error: InputError) -> str:
    return f"line {error.line}: {error.advice}" if error.line else error.advice


def _body_model(prompt: Prompt) -> str | None:
    return prompt.request.model


def _unwatched(prompts: Iterable[Iterable[Prompt]]) -> AbstractContextManager[Watch | None]:
    return nullcontext()


def estimate_set(
    gathered: FolderPrompts,
    setup: PromptSetup,
    model_of: Callable[[Prompt], str | None] = _body_model,
    watching: Watching = _unwatched,
) -> PromptSet:
    """Count and price prompts. `model_of` returns the model that a prompt names.

    Raise `UnknownModelError` for one of the setup's models that no table knows.
    """
    failed = unreadable(gathered)
    result = PromptSet([], [], failed, {}, {one.source.label: one.source for one in failed})
    by_model: dict[str, list[Prompt]] = {}
    for source, prompts in gathered.prompts:
        result.sources[source.label] = source
        for prompt in prompts:
            result.prompts[prompt.label] = prompt
            named = None if setup.models else model_of(prompt)
            for name in setup.models or ((named,) if named else setup.default_models):
                by_model.setdefault(name, []).append(prompt)
    with watching(by_model.values()) as watch:
        for name, asked in by_model.items():
            try:
                offer = setup.table.find(name, at=setup.plan.terms.at)
            except UnknownModelError as error:
                if name in setup.models:
                    raise
                result.unpriced.extend(_unknown(one, name, error.message, setup) for one in asked)
                continue
            load = Load(name, offer, tuple(asked))
            result.totals.extend(estimate([load], setup.plan, setup.counter, watch))
    return result


def _unknown(prompt: Prompt, name: str, reason: str, setup: PromptSetup) -> UnknownPrice:
    target = Target(name, "", None, setup.plan.terms.at.date())
    counted = setup.counter.prompt_for(prompt, target, raw=setup.plan.raw)
    return UnknownPrice(prompt, name, counted, reason)
