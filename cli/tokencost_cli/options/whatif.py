"""The options of `whatif`: those of every change, and what is compared."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass, make_dataclass
from typing import Annotated, Any, Final, TypeVar

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, option
from tokencost_cli.options.logs import CallOptions
from tokencost_cli.options.pricing import Unpriced
from tokencost_cli.options.prompts import ServedOptions
from tokencost_profiles.whatif.change import Flag, changes

_CHANGES: Final = "Changes"
_ADVICE: Final = "Advice"
_PROMPTS: Final = "Prompts"
_SCENARIO_ORDER: Final = 65  # the place of --scenario among the changes

Options = TypeVar("Options", bound=CallOptions)


def _with_changes(options: type[Options]) -> type[Options]:
    """Return a set of options with those of every change, in the order of the help."""
    order = sorted(changes(), key=lambda change: change.order > _SCENARIO_ORDER)
    fields: list[tuple[str, Any, Any]] = []
    before = {False: Before("scenario"), True: Before("suggest")}
    for change in order:
        first = before.pop(change.order > _SCENARIO_ORDER, None)
        for key, flag in change.flags.items():
            fields.append(_field(key, flag, first))
            first = None
    return make_dataclass(options.__name__, fields, bases=(options,), frozen=True, kw_only=True)


def _field(key: str, flag: Flag, before: Before | None) -> tuple[str, Any, Any]:
    """Return the name, the annotation and the default of a flag of a change."""
    kind: Any = bool
    default: Any = None if flag.metavar else False
    if flag.repeatable:
        kind, default = tuple[str, ...], ()
    elif flag.metavar:
        kind = (str if flag.least is None else int) | None
    declaration = option(
        f"--{key.replace('_', '-')}",
        *([flag.short] if flag.short else []),
        text=flag.help,
        metavar=flag.metavar or None,
        panel=flag.group,
        least=flag.least,
        show_default=not flag.repeatable,
        complete=getattr(completion, flag.completes) if flag.completes else None,
    )
    marks = (declaration,) if before is None else (declaration, before)
    return key, Annotated[kind, *marks], default


@_with_changes
@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WhatifOptions(ServedOptions, CallOptions):
    """The calls, the changes that they are compared under, and what is advised."""

    scenario: Annotated[
        tuple[str, ...],
        option(
            "--scenario",
            "-s",
            metavar="TERMS|FILE",
            show_default=False,
            text="Changes together: 'gpt-6-luna+batch+cache=5m', or a YAML file. Repeatable.",
            panel=_CHANGES,
            paths=relative_paths.yaml,
        ),
        Before("where"),
    ] = ()
    suggest: Annotated[
        bool,
        option("--suggest", text="Try what applies, and rank it by what it saves.", panel=_ADVICE),
    ] = False
    pareto: Annotated[
        bool,
        option(
            "--pareto",
            text="Mark what nothing beats on both price and context window.",
            panel=_ADVICE,
        ),
    ] = False
    base: Annotated[
        str | None,
        option(
            "--base",
            "-b",
            metavar="MODEL",
            text="The model that prompts are for today.",
            panel=_PROMPTS,
            complete=completion.models,
        ),
    ] = None
    output_tokens: Annotated[
        str | None,
        option(
            "--output-tokens",
            metavar="N|Nx|@FILE",
            text="Length of the answer to a prompt.",
            panel=_PROMPTS,
            paths=relative_paths.after_at,
        ),
    ] = None
    input_tokens: Annotated[
        int | None,
        option(
            "--input-tokens",
            metavar="N",
            least=0,
            text="So many tokens, instead of paths.",
            panel=_PROMPTS,
        ),
    ] = None
    per_day: Annotated[
        int | None,
        option(
            "--per-day", metavar="N", least=1, text="Calls of each prompt a day.", panel=_PROMPTS
        ),
    ] = None
    per_month: Annotated[
        bool,
        option(
            "--per-month",
            text="Show a month, too, where the log covers less than seven days.",
            panel=_ADVICE,
        ),
    ] = False
    unpriced: Annotated[Unpriced, Before("as_of")] = "warn"

    @property
    def changes(self) -> dict[str, Any]:
        """The flags of changes as they were typed, by key."""
        return {key: getattr(self, key) for change in changes() for key in change.flags}
