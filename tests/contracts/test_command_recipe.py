"""A command is one file in `commands/` and its golden cases: followed in a copy."""

from __future__ import annotations

from pathlib import Path

from scratch_copy import ScratchCopy

MODULE = "cli/tokencost_cli/commands/cheapest.py"
CASE = "tests/golden/cases/cheapest/cmd"
CODE = '''"""`tokencost cheapest`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

import typer

from tokencost_cli.options.declare import Before, command, option
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.options.pricing import PricingOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@dataclass(frozen=True, kw_only=True)
class CheapestOptions(PricingOptions):
    """How many models are listed."""

    top: Annotated[
        int, option("--top", metavar="N", least=1, text="Show N models."), Before("as_of")
    ] = 3


@command(app)
def cheapest(ctx: typer.Context, options: CheapestOptions, output: OutputOptions) -> None:
    """The first models of the table, to show how a command is added."""
    invocation = Invocation(ctx, quiet=output.quiet)
    table = invocation.table(options.prices)
    for model in list(table.models())[: options.top]:
        invocation.context.stdout.write(f"{model.id}\\n")
'''
SUITE = (
    "tests/golden",
    "tests/cli/test_habits.py",
    "-k",
    "cheapest or has_a_case or every_page or test_help[tokencost] or test_golden[help]",
)


def test_a_command_is_one_file_and_its_golden_case(tmp_path: Path, cache: Path) -> None:
    copy = ScratchCopy(tmp_path / "copy", cache)
    copy.write(MODULE, CODE)
    outcome = copy.pytest(*SUITE)
    assert not outcome.passed
    assert "test_help[cheapest]" in outcome.output
    assert "test_every_command_has_a_case" in outcome.output

    copy.write(CASE, "cheapest --top 2\n")
    outcome = copy.pytest(*SUITE, "--update-golden")
    assert outcome.passed, outcome.output
    assert "cheapest" in (copy.root / "tests/golden/help/tokencost.80.txt").read_text("utf-8")
    assert copy.changed() == sorted(
        [
            MODULE,
            CASE,
            "tests/golden/cases/cheapest/exit",
            "tests/golden/cases/cheapest/stdout",
            "tests/golden/cases/help/stdout",
            "tests/golden/help/cheapest.120.txt",
            "tests/golden/help/cheapest.80.txt",
            "tests/golden/help/cheapest.flags.txt",
            "tests/golden/help/tokencost.120.txt",
            "tests/golden/help/tokencost.80.txt",
        ]
    )
