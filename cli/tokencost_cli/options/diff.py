"""The options of `diff`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

from tokencost_cli.options.declare import Before
from tokencost_cli.options.gate import By, Case, Git, KeepPrices, PerDay
from tokencost_cli.options.pricing import Unpriced
from tokencost_cli.options.prompts import PromptOptions


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DiffOptions(PromptOptions):
    """The documents or the revision that are compared, and how."""

    git: Git = None
    per_day: PerDay = None
    by: Annotated[By, Before("as_of")] = ()
    case: Case = None
    keep_prices: KeepPrices = False
    unpriced: Unpriced = "warn"
