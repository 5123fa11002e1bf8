"""The options of `estimate`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

from tokencost_cli.options import completion
from tokencost_cli.options.declare import Before, option
from tokencost_cli.options.prompts import CALLS, MODELS, PromptOptions


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EstimateOptions(PromptOptions):
    """The prompts, the models they are compared on, and how far costs are projected."""

    all_models: Annotated[
        bool,
        option(
            "--all-models",
            text="Every model that has a price today.",
            panel=MODELS,
        ),
        Before("output_tokens"),
    ] = False
    compare: Annotated[
        bool,
        option("--compare", text="Set every model against the first one named.", panel=MODELS),
    ] = False
    provider: Annotated[
        str | None,
        option(
            "--provider",
            metavar="NAME",
            text="Who bills the models named; with --all-models: only its.",
            panel=MODELS,
            complete=completion.providers,
        ),
    ] = None
    max_price: Annotated[
        str | None,
        option(
            "--max-price",
            metavar="USD",
            text="With --all-models: at most this much a call.",
            panel=MODELS,
        ),
    ] = None
    input_tokens: Annotated[
        int | None,
        option(
            "--input-tokens",
            metavar="N",
            least=0,
            text="Price a count instead of a file.",
            panel=CALLS,
        ),
        Before("var"),
    ] = None
    calls: Annotated[
        int | None,
        option("--calls", metavar="N", least=1, text="Project to N calls.", panel=CALLS),
    ] = None
    per_day: Annotated[
        int | None,
        option(
            "--per-day",
            metavar="N",
            least=1,
            text="Project to N calls a day, and 30 days.",
            panel=CALLS,
        ),
    ] = None
