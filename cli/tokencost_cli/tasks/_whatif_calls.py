"""From paths to the call set that scenarios are applied to: prompts, logs or saved profiles."""

from __future__ import annotations

from typing import NamedTuple

from tokencost_cli.options.estimate import EstimateOptions
from tokencost_cli.options.whatif import WhatifOptions
from tokencost_cli.reports._audit import audit_warnings, taken_warnings
from tokencost_cli.reports._price_notes import offers_of
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._logs import load
from tokencost_cli.tasks.estimate import estimated
from tokencost_pricing.errors import UsageError
from tokencost_pricing.offer import Offer
from tokencost_profiles.costs.grouping import groups
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.files.paths import expand
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.call_set import CallSet, of_items, of_logs
from tokencost_profiles.whatif.call_sources import are_prompts

_NAMED = 3  # models that the headline names


class LoadedCalls(NamedTuple):
    """The calls, and what was assumed of them."""

    calls: CallSet
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    sums: Summary | None = None  # of logs
    offers: tuple[Offer, ...] = ()  # that they were bought as


def load_calls(invocation: Invocation, options: WhatifOptions, counter: Counter) -> LoadedCalls:
    """Return the calls that paths hold: of prompts where all files are prompts, else of logs."""
    if options.input_tokens is not None or _are_prompts(invocation, options):
        return _prompts(invocation, options, counter)
    if options.per_day is not None or options.output_tokens or options.base:
        raise UsageError("--base, --output-tokens and --per-day are for prompts, not for logs")
    loaded = load(invocation, options, text=True)
    if loaded.problem is not None:
        raise loaded.problem
    refuse_empty_selection(invocation, loaded)
    audit = audit_warnings(loaded.profile.audit)
    warnings = (*loaded.warnings, *taken_warnings(loaded.profile), *audit)
    sums = groups(loaded.profile, ()).get((), Summary(loaded.profile.cards))
    offers = offers_of(loaded.profile, loaded.pricer)
    calls = of_logs(loaded.calls, loaded.profile)
    return LoadedCalls(calls, warnings=warnings, sums=sums, offers=tuple(offers))


def _are_prompts(invocation: Invocation, options: WhatifOptions) -> bool:
    if not options.paths or options.mapping or options.input_format:
        return False
    return are_prompts(expand(options.paths, invocation.context.folder, invocation.stdin))


def _prompts(invocation: Invocation, options: WhatifOptions, counter: Counter) -> LoadedCalls:
    request = EstimateOptions(
        paths=options.paths,
        model=(options.base,) if options.base else (),
        output_tokens=options.output_tokens,
        input_tokens=options.input_tokens,
        as_of=options.as_of,
        prices=options.prices,
    )
    if options.where or options.since or options.until:
        raise UsageError("--where, --since and --until are for logs, not for prompts")
    if options.input_tokens is not None and options.paths:
        raise UsageError("--input-tokens stands in for a prompt: give it, or paths")
    priced = estimated(invocation, request, counter)
    calls = of_items(priced.items, priced.plan.terms.at, options.per_day)
    models = dict.fromkeys(item.offer.model.id for item, _ in priced.items)
    answer = priced.plan.answer
    assumptions = [
        *([f"on {', '.join(models)}"] if options.base is None and len(models) <= _NAMED else []),
        f"{answer.label}{' (assumed)' if answer.assumed else ''}",
        f"{options.per_day:,} calls of each prompt a day" if options.per_day else "one call each",
    ]
    return LoadedCalls(calls, tuple(assumptions))
