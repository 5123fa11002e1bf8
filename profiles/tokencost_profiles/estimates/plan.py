"""How prompts will be called: the terms, the answer, the cache, and the models that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from tokencost_pricing.errors import UnpricedError, UsageError, did_you_mean
from tokencost_pricing.modes import MODES, STANDARD
from tokencost_pricing.offer import Offer
from tokencost_pricing.regions import AREAS, REGIONS, is_region
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_profiles.calls.typed_times import day_or_moment
from tokencost_profiles.estimates.cached_input import Cached
from tokencost_profiles.estimates.estimate import Load, Plan, Total
from tokencost_profiles.estimates.output_length import (
    ASSUMED,
    ASSUMED_OUTPUT,
    WORKLOAD,
    Answer,
    answer_of,
)
from tokencost_profiles.estimates.workloads import Workload
from tokencost_profiles.tokens.prompt import Prompt


def call_terms(
    now: datetime,
    *,
    as_of: str | None = None,
    modes: Iterable[str] = (),
    region: str | None = None,
) -> Terms:
    """Return the terms of a call of now, at an hour nobody knows; or of another day.

    `as_of`: `2026-05-01`, or `2026-05-01T02:00` in UTC. `modes`: batch, flex and the like.
    `region`: where the call is served, such as us. Raise `UsageError` for what there is not.
    """
    names = list(modes)
    for mode in names:
        if mode not in (*MODES, STANDARD):
            raise UsageError(
                f"no mode '{mode}'{did_you_mean(mode, MODES)}", hint=f"modes: {', '.join(MODES)}"
            )
    if region is not None:
        region = region.casefold()
        if not is_region(region):
            raise UsageError(f"no region '{region}'{did_you_mean(region, AREAS)}", hint=REGIONS)
    at, has_hour = day_or_moment(as_of) if as_of else (now, False)
    conditions = (("region", region), ("inference_geo", region)) if region else ()
    return Terms(at, has_hour, tuple(mode for mode in names if mode != STANDARD), conditions)


def plan_of(
    terms: Terms,
    *,
    output_tokens: str | None = None,
    answer: str | None = None,
    workload: Workload | None = None,
    cached_tokens: int | None = None,
    cached_prefix: str | None = None,
    raw: bool = False,
) -> Plan:
    """Return how prompts will be called.

    `output_tokens`: `500`, `2x` or `max`; `answer`: a text that is as long as the answer; else the
    length is that of the workload, or assumed. `cached_tokens` of the input, or the text
    `cached_prefix`, are read from a cache; else the share of the workload. `raw`: leaves out the
    tokens that a chat request adds. Raise `UsageError` for a length that is none, and where the
    cached input is stated twice.
    """
    if cached_tokens is not None and cached_prefix is not None:
        raise UsageError("--cached-tokens and --cached-prefix say the same thing: give one")
    if answer is not None:
        length = Answer(text=answer)
    elif output_tokens is not None:
        length = answer_of(output_tokens)
    elif workload is not None:
        length = answer_of(workload.output, WORKLOAD)
    else:
        length = Answer(tokens=ASSUMED_OUTPUT, source=ASSUMED)
    if cached_prefix is not None:
        cached = Cached(text=cached_prefix)
    elif cached_tokens is not None:
        cached = Cached(tokens=cached_tokens)
    else:
        share = workload.cached_share if workload is not None else None
        cached = Cached(share=share) if share else Cached()
    return Plan(terms, length, cached, raw)


def priced_models(
    table: PriceTable, at: datetime, provider: str | None = None
) -> list[tuple[str, Offer]]:
    """Return every chat model that is served and has a price on a day, with its name.

    `provider`: only its models. Raise `UsageError` for one that no table has.
    """
    billed_by = None
    if provider:
        billed_by = table.provider_id(provider)
        if billed_by is None:
            near = did_you_mean(provider, table.providers())
            raise UsageError(f"no provider '{provider}'{near}")
    return [
        (model.key, table.find(model.id, model.provider, at))
        for model in table.models(billed_by)
        if model.kind == "chat" and model.is_served and model.price_on(at) is not None
    ]


def loads_of_offers(prompts: Sequence[Prompt], offers: Iterable[tuple[str, Offer]]) -> list[Load]:
    """Return every prompt on every model."""
    return [Load(name, offer, tuple(prompts)) for name, offer in offers]


def loads_of_bodies(
    prompts: Sequence[Prompt], names: Sequence[str], table: PriceTable, at: datetime
) -> list[Load]:
    """Return each prompt on the model that its body names. `names`: those models, a prompt each.

    `at`: the moment of the calls, for names that mean another model from day to day.
    """
    by_name: dict[str, list[Prompt]] = {}
    for name, prompt in zip(names, prompts, strict=True):
        by_name.setdefault(name, []).append(prompt)
    return [Load(name, table.find(name, at=at), tuple(group)) for name, group in by_name.items()]


def affordable(totals: Iterable[Total], most: Decimal | None) -> list[Total]:
    """Return the totals that have a cost, of at most so many USD.

    Raise `UsageError` where none has.
    """
    affordable = [
        total for total in totals if total.cost is not None and (most is None or total.cost <= most)
    ]
    if not affordable:
        raise UsageError("no model has a price within these limits")
    return affordable


def unpriced(totals: Iterable[Total]) -> UnpricedError | None:
    """Return the error of the unpriced models, or None where all have one."""
    reasons = [f"{total.asked}: {total.unpriced}" for total in totals if total.unpriced]
    return UnpricedError("; ".join(reasons)) if reasons else None
