"""Which prices the commands of the price table look at."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tokencost_cli.options import relative_paths
from tokencost_cli.options.declare import Before, argument, option
from tokencost_cli.options.pricing import BillerOptions, PriceOptions, PricingOptions


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ModelOptions(PricingOptions, BillerOptions):
    """One model, by any of its names."""

    model: Annotated[
        str, argument(metavar="MODEL", text="As logs or people call it."), Before("as_of")
    ]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SearchOptions(PricingOptions):
    """Models, by a part of their names."""

    text: Annotated[
        str, argument(metavar="TEXT", text="Part of a name or an alias."), Before("as_of")
    ]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DiffOptions(PriceOptions):
    """Two tables, or two days of one."""

    base: Annotated[
        str,
        argument(metavar="BASE", text="A day, a folder of price files, or `shipped`."),
        Before("prices"),
    ]
    head: Annotated[
        str, argument(metavar="HEAD", text="Likewise; today's prices without it."), Before("prices")
    ] = "today"
    provider: Annotated[
        str | None,
        option("--provider", metavar="NAME", text="Only models of this provider."),
        Before("prices"),
    ] = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LockOptions(PricingOptions, BillerOptions):
    """The models whose rates a lock file holds."""

    models: Annotated[
        tuple[str, ...],
        argument(metavar="[MODEL]...", text="Those of the settings without it."),
        Before("as_of"),
    ] = ()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class UpdateOptions:
    """Where a release of the table is, and who signed it."""

    source: Annotated[
        str | None,
        option("--from", metavar="URL|FILE", text="The release: http, https, or a file."),
    ] = None
    key: Annotated[
        Path | None,
        option(
            "--key",
            metavar="FILE",
            text="The public key (PEM, Ed25519) of who signed it.",
            paths=relative_paths.plain,
        ),
    ] = None
    yes: Annotated[bool, option("--yes", text="Install without asking.")] = False
    previous: Annotated[
        bool, option("--previous", text="Go back to the table before, or to the shipped one.")
    ] = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class DoctorOptions(PricingOptions):
    """Whether findings end the command."""

    strict: Annotated[
        bool,
        option("--strict", text="End with 1 when there is something to mend."),
        Before("as_of"),
    ] = False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ImportOptions:
    """Public lists, and where their prices go."""

    paths: Annotated[
        tuple[Path, ...],
        argument(
            metavar="PATHS...",
            text="Packages, JSON files, or tables of facts (.tsv, .gz, .xz).",
            paths=relative_paths.plain,
        ),
    ] = ()
    tables: Annotated[
        Path | None,
        option(
            "--tables",
            metavar="FOLDER",
            text="The price files to compare with; the installed ones without it.",
            paths=relative_paths.plain,
        ),
    ] = None
    write: Annotated[
        bool, option("--write", text="Write new rows into the generated files; past rows stay.")
    ] = False
    save_facts: Annotated[
        Path | None,
        option(
            "--save-facts",
            metavar="FILE",
            text="Write the facts with what newer packages hold (.tsv, .gz, .xz).",
            paths=relative_paths.plain,
        ),
    ] = None
