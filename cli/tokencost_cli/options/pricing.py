"""Which prices count."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, option

PRICING: Final = "Pricing"

Unpriced = Annotated[
    str,
    option(
        "--unpriced",
        metavar="fail|warn",
        text="Calls without a price warn, or end the command with 4 once its report is written.",
        panel=PRICING,
    ),
]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PriceOptions:
    """Prices beside those that are shipped."""

    prices: Annotated[
        tuple[Path, ...],
        option(
            "--prices",
            metavar="FILE",
            show_default=False,
            text="A YAML file with prices of your own, laid over the shipped ones. Repeatable.",
            panel=PRICING,
            paths=relative_paths.plain,
        ),
    ] = ()
    locked: Annotated[
        bool,
        option(
            "--locked",
            text="Refuse prices that differ from those of the nearest tokencost.lock.",
            panel=PRICING,
        ),
    ] = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BillerOptions(PriceOptions):
    """Who bills a model whose name does not say it."""

    provider: Annotated[
        str | None,
        option(
            "--provider",
            metavar="NAME",
            text="Who bills, where neither a name nor a log says it: groq, openrouter.",
            panel=PRICING,
            complete=completion.providers,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PricingOptions(PriceOptions):
    """Prices, and the day that they are of."""

    as_of: Annotated[
        str | None,
        option(
            "--as-of",
            metavar="DATE",
            text="Price as of this day (2026-05-01) or UTC moment (2026-05-01T02:00).",
            panel=PRICING,
        ),
        Before("prices"),
    ] = None
