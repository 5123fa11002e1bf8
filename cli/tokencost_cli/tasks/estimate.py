"""What `estimate` does between its options and its report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_cli.output.report import Report
from tokencost_cli.reports import estimate as view
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import counting_prompts
from tokencost_cli.runtime.settings import DEFAULT_MODELS
from tokencost_cli.tasks import _prompts as prompt_reading
from tokencost_pricing.cost import Terms
from tokencost_pricing.errors import UnpricedError, UsageError, did_you_mean
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.content import Request as Prompted
from tokencost_profiles.estimates.cached_input import Cached
from tokencost_profiles.estimates.estimate import Item, Load, Plan, Total, estimate, typed
from tokencost_profiles.estimates.output_length import (
    ASSUMED,
    ASSUMED_OUTPUT,
    WORKLOAD,
    Answer,
    answer_of,
)
from tokencost_profiles.estimates.workloads import Workload, workload
from tokencost_profiles.files.paths import expand, from_file, read_text
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.prompts import Prompt


class Request(NamedTuple):
    """The options of `estimate`."""

    paths: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    all_models: bool = False
    compare: bool = False
    provider: str | None = None
    max_price: Decimal | None = None
    output_tokens: str | None = None
    workload: str | None = None
    modes: tuple[str, ...] = ()
    region: str | None = None
    cached_tokens: int | None = None
    cached_prefix: Path | None = None
    input_tokens: int | None = None
    calls: int | None = None
    per_day: int | None = None
    raw: bool = False
    variables: tuple[str, ...] = ()  # NAME=VALUE|@FILE, of placeholders
    as_of: str | None = None
    prices: tuple[Path, ...] = ()


def run(invocation: Invocation, request: Request) -> tuple[Report, UnpricedError | None]:
    """Estimate what the options ask for.

    Beside the report stands the error of a named model without a price, where others have one: it
    does not end the comparison of the others. Raise it where none has one.
    """
    if bool(request.paths) == (request.input_tokens is not None):
        raise UsageError("name a file (or - for standard input), or give --input-tokens N")
    table = invocation.table(request.prices)
    plan, load = plan_of(invocation, request)
    counter = invocation.counter()
    totals = _totals(invocation, request, table, plan, counter)
    problem = None
    if request.all_models:
        totals = _kept(totals, request.max_price)
    elif all(total.unpriced for total in totals):
        _refuse_unpriced(totals, named=bool(request.models))
    elif request.models:
        problem = _unpriced(totals)
    volume = view.Volume(request.calls, request.per_day or (load.calls_per_day if load else None))
    told = said_options(request)
    usual = tuple(total.asked for total in totals) == DEFAULT_MODELS
    asked = bool(request.models) or not (usual or request.all_models)
    report = view.report(totals, plan, table, volume, told, compare=request.compare, asked=asked)
    return report, problem


def plan_of(invocation: Invocation, request: Request) -> tuple[Plan, Workload | None]:
    """Return how the prompts will be called, and the workload that says it, if one does."""
    terms = invocation.terms(request.as_of, request.modes, request.region)
    load = workload(request.workload, invocation.context.cache) if request.workload else None
    answer, cached = _answer(invocation, request, load), _cached(invocation, request, load)
    return Plan(terms, answer, cached, request.raw), load


# The options that change what a prompt costs. A saved estimate tells them to what compares with it.
_TOLD: Final = (
    "models",
    "output_tokens",
    "workload",
    "modes",
    "region",
    "cached_tokens",
    "cached_prefix",
    "raw",
    "per_day",
    "variables",
)


def said_options(request: Request) -> dict[str, Any]:
    """Return the options that were given, for a document."""
    usual = Request()
    found: dict[str, Any] = {}
    for name in _TOLD:
        value = getattr(request, name)
        if value != getattr(usual, name):
            found[name] = list(value) if isinstance(value, tuple) else value
            if isinstance(value, Path):
                found[name] = str(value)
    return found


class Estimated(NamedTuple):
    """Priced prompts, each with its request where there is one."""

    items: list[tuple[Item, Prompted | None]]
    plan: Plan


def estimated(invocation: Invocation, request: Request, counter: Counter) -> Estimated:
    """Price every prompt on one model: the one asked for, its own, or the first that is usual."""
    table = invocation.table(request.prices)
    plan = Plan(
        invocation.terms(request.as_of, request.modes, request.region),
        _answer(invocation, request, None),
        Cached(),
    )
    if request.input_tokens is not None:
        models = request.models or invocation.settings.models[:1]
        totals = typed(request.input_tokens, invocation.offers(table, models), plan, counter)
        return Estimated([(item, None) for total in totals for item in total.items], plan)
    try:
        prompts = _prompts(invocation, request)
        own = all(prompt_reading.own_model(invocation, table, prompt) for prompt in prompts)
        if not request.models and not own:
            request = request._replace(models=invocation.settings.models[:1])
        loads = _loads(invocation, request, table, plan.terms, prompts)
        with counting_prompts(invocation.context, (load.prompts for load in loads)) as watch:
            totals = estimate(loads, plan, counter, watch)
    finally:
        invocation.close()
    _refuse_unpriced(totals, named=True)
    pairs = [
        (item, prompt.request if prompt.source is None else None)
        for load, total in zip(loads, totals, strict=True)
        for prompt, item in zip(load.prompts, total.items, strict=True)
    ]
    return Estimated(pairs, plan)


def _totals(
    invocation: Invocation, request: Request, table: PriceTable, plan: Plan, counter: Counter
) -> list[Total]:
    if request.input_tokens is not None:
        offers = _offers(invocation, request, table, plan.terms)
        return typed(request.input_tokens, offers, plan, counter)
    try:
        prompts = _prompts(invocation, request)
        loads = _loads(invocation, request, table, plan.terms, prompts)
        with counting_prompts(invocation.context, (load.prompts for load in loads)) as watch:
            return estimate(loads, plan, counter, watch)
    finally:
        invocation.close()


def _prompts(invocation: Invocation, request: Request) -> list[Prompt]:
    """Read the prompts that the paths name."""
    how = prompt_reading.how_of(invocation, request.variables)
    sources = invocation.take_inputs(
        expand(request.paths, invocation.context.folder, invocation.stdin)
    )
    gathered = prompt_reading.read(invocation, sources, how)
    prompts = gathered.all_prompts
    if not prompts:
        raise prompt_reading.nothing(gathered, "estimate")
    return prompts


def _loads(
    invocation: Invocation, request: Request, table: PriceTable, terms: Terms, prompts: list[Prompt]
) -> list[Load]:
    """Say which model answers which prompts: those asked for, or each body's own."""
    own = [prompt_reading.own_model(invocation, table, prompt) for prompt in prompts]
    if request.models or request.all_models or not all(own):
        offers = _offers(invocation, request, table, terms)
        return [Load(asked, offer, tuple(prompts)) for asked, offer in offers]
    by_name: dict[str, list[Prompt]] = {}
    for name, prompt in zip(own, prompts, strict=True):
        by_name.setdefault(str(name), []).append(prompt)
    return [Load(name, table.find(name), tuple(found)) for name, found in by_name.items()]


def _offers(
    invocation: Invocation, request: Request, table: PriceTable, terms: Terms
) -> list[tuple[str, Offer]]:
    if not request.all_models:
        if request.provider or request.max_price is not None:
            raise UsageError("--provider and --max-price go with --all-models")
        return invocation.offers(table, request.models)
    provider = None
    if request.provider:
        provider = table.provider_id(request.provider)
        if provider is None:
            raise UsageError(
                f"no provider '{request.provider}'"
                f"{did_you_mean(request.provider, table.providers())}"
            )
    return [
        (f"{model.provider}/{model.id}", table.find(f"{model.provider}/{model.id}"))
        for model in table.models(provider)
        if model.kind == "chat" and model.is_served and model.price_on(terms.at) is not None
    ]


def _answer(invocation: Invocation, request: Request, load: Workload | None) -> Answer:
    given = request.output_tokens
    if given is None:
        if load:
            return answer_of(load.output, WORKLOAD)
        return Answer(tokens=ASSUMED_OUTPUT, source=ASSUMED)
    if given.startswith("@"):
        return Answer(text=_file_text(invocation, given[1:]))
    return answer_of(given)


def _cached(invocation: Invocation, request: Request, load: Workload | None) -> Cached:
    if request.cached_tokens is not None and request.cached_prefix is not None:
        raise UsageError("--cached-tokens and --cached-prefix say the same thing: give one")
    if request.cached_prefix is not None:
        return Cached(text=_file_text(invocation, str(request.cached_prefix)))
    if request.cached_tokens is not None:
        return Cached(tokens=request.cached_tokens)
    return Cached(share=load.cached_share) if load and load.cached_share else Cached()


def _file_text(invocation: Invocation, path: str) -> str:
    return read_text(from_file(invocation.context.folder / path, path))


def _kept(totals: list[Total], most: Decimal | None) -> list[Total]:
    """Leave out what has no price, or one above the limit."""
    kept = [
        total for total in totals if total.cost is not None and (most is None or total.cost <= most)
    ]
    if not kept:
        raise UsageError("no model has a price within these limits")
    return kept


def _refuse_unpriced(totals: Sequence[Total], *, named: bool) -> None:
    problem = _unpriced(totals)
    if problem is not None and (named or len(totals) == 1):
        raise problem


def _unpriced(totals: Iterable[Total]) -> UnpricedError | None:
    """Return the error of the models without a price, or None where all have one."""
    reasons = [f"{total.asked}: {total.unpriced}" for total in totals if total.unpriced]
    return UnpricedError("; ".join(reasons)) if reasons else None
