"""What the pytest plug-in does once a test asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from tokencost_cli.output.formatting import count
from tokencost_cli.reports import estimate as view
from tokencost_cli.runtime.context import Context
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.settings import Settings, load_settings
from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import ZERO, complete_total, plain
from tokencost_profiles.discovery import names
from tokencost_profiles.estimates.estimate import Load, Plan, Total, estimate
from tokencost_profiles.estimates.output_length import Answer
from tokencost_profiles.estimates.prompt_costs import (
    Estimate,
    PromptLike,
    estimate_of,
    prompts_of,
)

# The fields of the head of a document that a baseline has once, whatever it holds.
HEAD: Final = ("tool_version", "prices", "run")
_LIMITS: Final = ("max_tokens", "max_usd", "model")


class _Outside(NamedTuple):
    """What an invocation takes from the command line, where there is none."""

    obj: Context
    meta: dict[str, Settings]
    params: Mapping[str, Any] = MappingProxyType({})
    info_name: str = "pytest"

    def find_root(self) -> _Outside:
        """Return itself, as the context of a command would return the outermost one."""
        return self


class Estimates:
    """Counts and prices, with the settings of the project whose tests run."""

    def __init__(self, folder: Path) -> None:
        context = Context.of_process()
        context.folder = folder
        settings = load_settings(context, names("tokencost_cli.commands"))
        invocation = self.invocation = Invocation(
            _Outside(context, {"tokencost.settings": settings})
        )
        self.table = invocation.table()
        self.counter = invocation.counter()
        self.terms = invocation.terms(None, None)

    def total(self, asked: PromptLike, model: str | None, output: int) -> tuple[Total, Plan]:
        """Return a prompt on one model, and how it was taken to be called."""
        prompts = prompts_of(asked)
        named = model or prompts[0].request.model
        if not named:
            raise UsageError(
                "no model to estimate for",
                hint="give model=..., or set tokencost_model in the configuration of pytest",
            )
        load = Load(named, self.table.find(named, at=self.terms.at), tuple(prompts))
        plan = Plan(self.terms, Answer(tokens=output))
        (total,) = estimate([load], plan, self.counter)
        return total, plan


class Recorder:
    """The fixture: estimates, and remembers what a test has estimated."""

    def __init__(self, estimates: Estimates, test: str, model: str | None) -> None:
        self.test = test
        self._estimates = estimates
        self._model = model
        self._estimated: list[tuple[Total, Plan]] = []

    def estimate(
        self, prompt: PromptLike, model: str | None = None, output_tokens: int = 0
    ) -> Estimate:
        """Return what a prompt comes to, and count it towards the budget of the test.

        A `str` is the text itself; give a `Path` for a file. An answer costs nothing unless its
        length is stated.
        """
        total, plan = self._estimates.total(prompt, model or self._model, output_tokens)
        self._estimated.append((total, plan))
        return estimate_of(total)

    def count(self, prompt: PromptLike, model: str | None = None) -> int:
        """Return the tokens of a prompt as a model reads it. Not part of any budget."""
        total, _ = self._estimates.total(prompt, model or self._model, 0)
        return total.usage.input_tokens

    @property
    def empty(self) -> bool:
        """Whether nothing was estimated."""
        return not self._estimated

    @property
    def tokens(self) -> int:
        """Return the tokens of all estimates."""
        return sum(
            total.usage.input_tokens + total.usage.output_tokens for total, _ in self._estimated
        )

    @property
    def output_tokens(self) -> int:
        """Return the tokens of all answers whose length is stated."""
        return sum(total.usage.output_tokens for total, _ in self._estimated)

    @property
    def cost(self) -> Decimal | None:
        """Return the cost of all estimates, or None where one has no price."""
        return complete_total([total.cost for total, _ in self._estimated])

    @property
    def unpriced(self) -> str | None:
        """Why there is no cost, or None."""
        return next((total.unpriced for total, _ in self._estimated if total.unpriced), None)

    def documents(self) -> dict[str, Any]:
        """Return the estimates as a document of `estimate` has them, by the name of the test."""
        items: list[dict[str, Any]] = []
        head: dict[str, Any] = {}
        for total, plan in self._estimated:
            table = self._estimates.table
            facts = self._estimates.invocation.facts
            document = view.report([total], plan, table, view.Volume(), facts).document()
            head = {key: document[key] for key in HEAD}
            for item in document["items"]:
                name = self.test if not items else f"{self.test} ({len(items) + 1})"
                items.append({**item, "path": name})
        return {"head": head, "items": items}


def over_budget(
    recorder: Recorder | None, positional: Sequence[object], limits: Mapping[str, Any]
) -> list[str]:
    """Return in which ways a test is over its budget. One that estimates nothing is checked not."""
    wrong = [*map(repr, positional), *(name for name in limits if name not in _LIMITS)]
    if wrong or not {"max_tokens", "max_usd"} & limits.keys():
        return [
            f"token_budget takes max_tokens=, max_usd= and model=, not {', '.join(wrong)}"
            if wrong
            else "token_budget needs max_tokens= or max_usd="
        ]
    most, usd = (_number(limits.get(name)) for name in ("max_tokens", "max_usd"))
    unread = [
        name
        for name, value in (("max_tokens", most), ("max_usd", usd))
        if value is None and limits.get(name) is not None
    ]
    if unread:
        return [
            f"token_budget: {name}={limits[name]!r} is not a number from 0 up" for name in unread
        ]
    if recorder is None or recorder.empty:
        return ["token_budget: nothing was estimated; call tokencost.estimate() in the test"]
    problems = []
    answers = "" if recorder.output_tokens else " (the input alone: no answer is stated)"
    if most is not None and recorder.tokens > most:
        problems.append(
            f"{count(recorder.tokens)} tokens are over the budget of {most:,f}{answers}"
        )
    if usd is not None and recorder.cost is None:
        problems.append(f"the budget in USD cannot be checked: {recorder.unpriced}")
    elif usd is not None and (recorder.cost or ZERO) > usd:
        cost = plain(recorder.cost or ZERO)
        problems.append(f"${cost} is over the budget of ${usd:f}{answers}")
    return problems


def _number(value: object) -> Decimal | None:
    """Return a limit: a number, or a text such as "0.01" or "$0.01". None: it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value).strip().removeprefix("$"))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
