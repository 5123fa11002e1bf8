"""What `estimate` does between its options and its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from tokencost_cli.options.estimate import EstimateOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import estimate as view
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import counting_prompts
from tokencost_cli.runtime.settings import DEFAULT_MODELS
from tokencost_cli.runtime.typed_values import usd
from tokencost_cli.tasks import _prompts as prompt_reading
from tokencost_pricing.errors import UnpricedError, UsageError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_profiles.calls.content import Request as Prompted
from tokencost_profiles.estimates.estimate import Item, Load, Plan, Total, estimate, typed
from tokencost_profiles.estimates.plan import (
    affordable,
    loads_of_bodies,
    loads_of_offers,
    priced_models,
    unpriced,
)
from tokencost_profiles.files.paths import expand
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.prompt import Prompt


def run(invocation: Invocation, options: EstimateOptions) -> tuple[Report, UnpricedError | None]:
    """Estimate what the options ask for.

    Beside the report stands the error of an unpriced model that was named, where others have a
    price: it does not end their comparison. Raise it where none has one.
    """
    options = replace(
        options,
        paths=invocation.paths(options.paths, needed=options.input_tokens is None),
        workload=options.workload or invocation.settings.workload,
    )
    if bool(options.paths) == (options.input_tokens is not None):
        raise UsageError("name a file (or - for standard input), or give --input-tokens N")
    table = invocation.table(options.prices)
    plan, load = prompt_reading.plan_of(invocation, options)
    counter = invocation.counter()
    if options.tokenizer or options.chat_template:
        from tokencost_cli.tasks._served_models import counter_of

        counter = counter_of(invocation, options, table)
    totals = _totals(invocation, options, table, plan, counter)
    problem = None
    if options.all_models:
        totals = affordable(totals, usd(options.max_price) if options.max_price else None)
    elif all(total.unpriced for total in totals):
        _refuse_unpriced(totals, named=bool(options.model))
    elif options.model:
        problem = unpriced(totals)
    volume = view.Volume(options.calls, options.per_day or (load.calls_per_day if load else None))
    usual = tuple(total.asked for total in totals) == DEFAULT_MODELS
    asked = bool(options.model) or not (usual or options.all_models)
    report = view.report(
        totals, plan, table, volume, invocation.facts, compare=options.compare, asked=asked
    )
    return report, problem


class Estimated(NamedTuple):
    """Priced prompts, each with its request where there is one."""

    items: list[tuple[Item, Prompted | None]]
    plan: Plan


def estimated(invocation: Invocation, options: EstimateOptions, counter: Counter) -> Estimated:
    """Price every prompt on one model: that asked for, that of its body, or the usual one."""
    table = invocation.table(options.prices)
    plan = prompt_reading.plan_with(invocation, options, None)
    if options.input_tokens is not None:
        models = options.model or invocation.settings.models[:1]
        totals = typed(options.input_tokens, invocation.offers(table, models), plan, counter)
        return Estimated([(item, None) for total in totals for item in total.items], plan)
    try:
        prompts = _prompts(invocation, options)
        are_named = all(prompt_reading.named_model(invocation, table, prompt) for prompt in prompts)
        if not options.model and not are_named:
            options = replace(options, model=invocation.settings.models[:1])
        loads = _loads(invocation, options, table, plan.terms, prompts)
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
    invocation: Invocation,
    options: EstimateOptions,
    table: PriceTable,
    plan: Plan,
    counter: Counter,
) -> list[Total]:
    if options.input_tokens is not None:
        offers = _offers(invocation, options, table, plan.terms)
        return typed(options.input_tokens, offers, plan, counter)
    try:
        prompts = _prompts(invocation, options)
        loads = _loads(invocation, options, table, plan.terms, prompts)
        with counting_prompts(invocation.context, (load.prompts for load in loads)) as watch:
            return estimate(loads, plan, counter, watch)
    finally:
        invocation.close()


def _prompts(invocation: Invocation, options: EstimateOptions) -> list[Prompt]:
    """Read the prompts that the paths name."""
    how = prompt_reading.how_of(invocation, options.var)
    sources = invocation.take_inputs(
        expand(options.paths, invocation.context.folder, invocation.stdin)
    )
    gathered = prompt_reading.read(invocation, sources, how)
    prompts = gathered.all_prompts
    if not prompts:
        raise prompt_reading.nothing(gathered, "estimate")
    return prompts


def _loads(
    invocation: Invocation,
    options: EstimateOptions,
    table: PriceTable,
    terms: Terms,
    prompts: list[Prompt],
) -> list[Load]:
    """Return which model answers which prompts: those asked for, or that of each body."""
    names = [prompt_reading.named_model(invocation, table, prompt) for prompt in prompts]
    if options.model or options.all_models or not all(names):
        return loads_of_offers(prompts, _offers(invocation, options, table, terms))
    return loads_of_bodies(prompts, [str(name) for name in names], table, terms.at)


def _offers(
    invocation: Invocation, options: EstimateOptions, table: PriceTable, terms: Terms
) -> list[tuple[str, Offer]]:
    if options.all_models:
        return priced_models(table, terms.at, options.provider)
    if options.max_price is not None:
        raise UsageError("--max-price goes with --all-models")
    return invocation.offers(table, options.model)


def _refuse_unpriced(totals: Sequence[Total], *, named: bool) -> None:
    problem = unpriced(totals)
    if problem is not None and (named or len(totals) == 1):
        raise problem
