"""The options of `profile`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated, Final

from tokencost_cli.options import completion, relative_paths
from tokencost_cli.options.declare import Before, option
from tokencost_cli.options.logs import INPUT, CallOptions
from tokencost_cli.options.output import OUTPUT
from tokencost_cli.options.pricing import PRICING, Unpriced

_GROUPS: Final = "Groups"
CONTENT: Final = "Content of prompts"
CAUSES: Final = "Causes"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ProfileOptions(CallOptions):
    """The logs, how their calls are grouped, and which costs count."""

    by: Annotated[
        tuple[str, ...],
        option(
            "--by",
            metavar="NAME",
            show_default=False,
            text="Group by model, provider, day, week, month, hour, session, turn, step, project,"
            " agent, tool, user, team, branch, file, format or tag:KEY; by call alone;"
            " 'branch~[A-Z]+-[0-9]+' by what a pattern finds. Repeatable or comma-separated:"
            " nested. segment or target: by the parts of prompts.",
            panel=_GROUPS,
            complete=completion.dimensions,
        ),
        Before("where"),
    ] = ()
    sort: Annotated[
        str | None,
        option(
            "--sort",
            metavar="NAME",
            show_default=False,
            text="cost, reported, tokens, input, output, calls, sessions or key.",
            panel=_GROUPS,
            complete=completion.sorts,
        ),
        Before("input_format"),
    ] = None
    top: Annotated[
        int | None,
        option(
            "--top",
            metavar="N",
            least=1,
            text="Show N groups and the rest as one.",
            panel=_GROUPS,
        ),
    ] = None
    segments: Annotated[
        int | None,
        option(
            "--segments",
            metavar="N",
            least=1,
            text="The N parts of prompts that cost most to carry.",
            panel=CONTENT,
        ),
    ] = None
    findings: Annotated[
        bool, option("--findings", text="What is waste, and what it costs.", panel=CONTENT)
    ] = False
    exact: Annotated[
        bool,
        option(
            "--exact",
            text="Count every part of a prompt, however large the logs are.",
            panel=CONTENT,
        ),
    ] = False
    show_text: Annotated[
        bool,
        option("--show-text", text="The first line of each part: else no text.", panel=CONTENT),
    ] = False
    tree: Annotated[
        bool,
        option(
            "--tree",
            text="What caused the cost: sessions, turns, steps, sub-agents, calls.",
            panel=CAUSES,
        ),
    ] = False
    timeline: Annotated[
        bool,
        option(
            "--timeline",
            text="How the context of sessions grew and what each turn cost, with compactions and"
            " cache misses: the dearest sessions, as many as --top says (else 3).",
            panel=CAUSES,
        ),
    ] = False
    weight: Annotated[
        str,
        option(
            "--weight",
            metavar="cost|input_tokens|output_tokens",
            text="What the bars of a tree, and the frames of an export, are as wide as.",
            panel=CAUSES,
        ),
    ] = "cost"
    against: Annotated[
        str | None,
        option(
            "--against",
            metavar="OLD",
            text="With -f html: colours are the change from this log or saved profile.",
            panel=OUTPUT,
            paths=relative_paths.plain,
        ),
    ] = None
    focus_version: Annotated[
        str,
        option(
            "--focus-version",
            metavar="VERSION",
            text="Of the columns of -f focus: 1.0, 1.1, 1.2 or 1.3.",
            panel=OUTPUT,
        ),
    ] = "1.2"
    percentiles: Annotated[
        bool, option("--percentiles", text="How calls and sessions spread.", panel=_GROUPS)
    ] = False
    cost: Annotated[
        str,
        option(
            "--cost",
            metavar="WHICH",
            text="auto (our price; for a call without one, what the log says it cost), computed,"
            " reported (by the log itself), or both.",
            panel=PRICING,
        ),
    ] = "auto"
    unpriced: Unpriced = "warn"
    strict: Annotated[
        bool,
        option("--strict", text="End with 3 when any row or file could not be read.", panel=INPUT),
        Before("count_copies"),
    ] = False
    as_of: Annotated[
        str | None,
        option(
            "--as-of",
            metavar="DATE",
            text="Price every call as of this day, instead of the day it was made.",
            panel=PRICING,
        ),
    ] = None

    @property
    def views(self) -> list[str]:
        """The options that ask for a view beside the table of groups."""
        asked = {
            "--tree": self.tree,
            "--timeline": self.timeline,
            "--segments": self.segments is not None,
            "--findings": self.findings,
        }
        return [flag for flag, is_asked in asked.items() if is_asked]
