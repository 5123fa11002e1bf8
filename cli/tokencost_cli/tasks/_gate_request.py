"""The options that `diff` and `check` share, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tokencost_cli.options.prompts import PromptOptions
from tokencost_cli.runtime.invocation import Invocation
from tokencost_profiles.costs.dimensions import split_names


class Request(NamedTuple):
    """The options that `diff` and `check` share."""

    estimate: PromptOptions
    logs: bool = False
    input_format: str | None = None
    assume_model: str | None = None
    mapping: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    timezone: str | None = None
    by: tuple[str, ...] = ()
    case: str | None = None
    git: str | None = None
    baseline: str | None = None
    keep_prices: bool = False
    count_copies: bool = False
    cost: str = "computed"


def request_of(invocation: Invocation, values: Mapping[str, Any]) -> Request:
    """Return the options of a command line. What a command has no flag for is as usual."""

    def many(name: str) -> tuple[Any, ...]:
        return tuple(values.get(name) or ())

    estimate = PromptOptions(
        paths=invocation.paths(many("paths")),
        model=many("model"),
        output_tokens=values.get("output_tokens"),
        workload=values.get("workload") or invocation.settings.workload,
        mode=many("mode"),
        region=values.get("region"),
        cached_tokens=values.get("cached_tokens"),
        cached_prefix=values.get("cached_prefix"),
        per_day=values.get("per_day"),
        raw=bool(values.get("raw")),
        var=many("var"),
        as_of=values.get("as_of"),
        prices=many("prices"),
    )
    return Request(
        estimate,
        bool(values.get("logs")),
        values.get("input_format"),
        values.get("assume_model"),
        many("mapping"),
        many("where"),
        values.get("since"),
        values.get("until"),
        values.get("timezone"),
        split_names(many("by")),
        values.get("case"),
        values.get("git"),
        values.get("baseline"),
        bool(values.get("keep_prices")),
        bool(values.get("count_copies")),
        values.get("cost") or "computed",
    )
