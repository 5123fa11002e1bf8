"""What a prompt costs on several models: `estimate` of the Python API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.estimates.estimate import Load, Total
from tokencost_profiles.estimates.estimate import estimate as estimate_loads
from tokencost_profiles.estimates.output_length import ASSUMED
from tokencost_profiles.estimates.plan import call_terms, loads_of_bodies, loads_of_offers, plan_of
from tokencost_profiles.estimates.workloads import workload as workload_named
from tokencost_profiles.files.paths import Source, expand, from_file
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompt_folders import gather
from tokencost_profiles.tokens.prompts import read_prompts, text_prompt
from tokencost_profiles.tokens.template_engines.template import values_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from tokencost_profiles.costs.columns import TypedColumn
    from tokencost_profiles.costs.data_frame import MoneyAs

# A text, the path of a file or a folder, the messages of a conversation, or a request body.
PromptLike = str | Path | Sequence[Mapping[str, Any]] | Mapping[str, Any]


class Estimate(NamedTuple):
    """What prompts come to on one model, called once each.

    `cost` is in USD, exact; None where there is no price: `unpriced` says why. Nine of
    ten bills have `low` to `high` input tokens; `high` is None where nothing bounds them.
    """

    model: str  # provider/id, as the price table has it
    input_tokens: int
    output_tokens: int
    cost: Decimal | None
    low: int
    high: int | None
    unpriced: str | None
    usage: Mapping[str, int] = {}  # tokens by billable unit
    output_is_assumed: bool = False  # nobody stated how long the answer is
    warnings: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """Input and output."""
        return self.input_tokens + self.output_tokens


class Estimates(list[Estimate]):
    """Estimates, one a model."""

    def to_pandas(self, *, money: MoneyAs = "decimal") -> DataFrame:
        """Return a table of pandas, a row a model.

        `money`: exact amounts as `Decimal`, or `"float"`, which can be drawn. Raise `UsageError`
        where pandas is not installed.
        """
        from tokencost_profiles.costs.data_frame import data_frame

        return data_frame(self._columns(), money)

    def _repr_html_(self) -> str:
        from tokencost_profiles.costs.html_table import html_table

        assumed = any(one.output_is_assumed for one in self)
        note = "nobody stated how long the answers are: their tokens are assumed"
        return html_table(self._columns(), "What the prompt costs", note if assumed else "")

    def _columns(self) -> list[TypedColumn]:
        from tokencost_profiles.costs.columns import TypedColumn

        return [
            TypedColumn("model", "text", [one.model for one in self]),
            TypedColumn("input_tokens", "count", [one.input_tokens for one in self]),
            TypedColumn("low", "count", [one.low for one in self]),
            TypedColumn("high", "count", [one.high for one in self]),
            TypedColumn("output_tokens", "count", [one.output_tokens for one in self]),
            TypedColumn("cost", "money", [one.cost for one in self]),
            TypedColumn("unpriced", "text", [one.unpriced for one in self]),
        ]


def estimate(
    prompt: PromptLike,
    *models: str,
    output_tokens: int | str | None = None,
    workload: str | None = None,
    modes: Sequence[str] = (),
    region: str | None = None,
    cached_tokens: int | None = None,
    variables: Mapping[str, str] | None = None,
    as_of: str | None = None,
    table: PriceTable | None = None,
    counter: Counter | None = None,
    now: datetime | None = None,
) -> Estimates:
    """Return what a prompt costs on each model, in their order.

    `prompt`: a `str` is the text itself, a `Path` a file or a folder of prompts; messages or a
    request body are taken as an API takes them. If there are no `models`, each prompt is for the
    model that its body names. `output_tokens`: a number of tokens, `"2x"` the input or `"max"`; by
    default that of the `workload`, else 500. `modes`: batch, flex and the like. `region`: where
    calls are served. `cached_tokens`: of the input, read from a cache. `variables`: values of
    placeholders. `as_of`: the day of the prices, `"2026-05-01"`; by default that of `now`.

    Raise `InputError` for a prompt that cannot be read, `UnknownModelError` for a model that no
    table has, `UsageError` for an option that means nothing.
    """
    table = table or PriceTable.load()
    terms = call_terms(now or datetime.now(UTC), as_of=as_of, modes=modes, region=region)
    plan = plan_of(
        terms,
        output_tokens=None if output_tokens is None else str(output_tokens),
        workload=workload_named(workload) if workload else None,
        cached_tokens=cached_tokens,
    )
    loads = _loads(prompts_of(prompt, variables), models, table, terms.at)
    totals = estimate_loads(loads, plan, counter or Counter())
    return Estimates(map(estimate_of, totals))


def prompts_of(prompt: PromptLike, variables: Mapping[str, str] | None = None) -> list[Prompt]:
    """Return the prompts that an argument of `estimate` holds. Raise `InputError` for none."""
    how = ReadOptions(values_of(variables or {}))
    if isinstance(prompt, str):
        if variables:
            return [text_prompt(prompt, "text", how)]
        return [Prompt("text", requests.text_request(prompt))]
    if isinstance(prompt, Path):
        return _in_path(prompt, how)
    body = dict(prompt) if isinstance(prompt, Mapping) else {"messages": list(prompt)}
    request = requests.read(body)
    if request is None:
        raise InputError("not a request that tokencost knows")
    return [Prompt("request", request)]


def estimate_of(total: Total) -> Estimate:
    """Return a total as the Python API has it."""
    return Estimate(
        total.offer.key,
        total.usage.input_tokens,
        total.usage.output_tokens,
        total.cost,
        total.low_tokens,
        total.high_tokens,
        total.unpriced,
        total.usage.ordered(),
        any(item.output.source == ASSUMED for item in total.items),
        tuple(str(text) for item in total.items for text in item.warnings),
    )


def _loads(
    prompts: Sequence[Prompt], models: Sequence[str], table: PriceTable, at: datetime
) -> list[Load]:
    if models:
        return loads_of_offers(prompts, [(name, table.find(name, at=at)) for name in models])
    names = [prompt.request.model for prompt in prompts]
    if not all(names):
        raise UsageError("no model to estimate for", hint="name one: estimate(prompt, model)")
    return loads_of_bodies(prompts, [str(name) for name in names], table, at)


def _in_path(path: Path, how: ReadOptions) -> list[Prompt]:
    if not path.is_dir():
        return list(read_prompts(from_file(path, str(path)), how))
    prompts = gather(expand([str(path)], Path(), _no_stdin), how).all_prompts
    if not prompts:
        raise InputError("holds no prompt", file=path)
    return prompts


def _no_stdin() -> Source:
    raise UsageError("standard input is for the command line")
