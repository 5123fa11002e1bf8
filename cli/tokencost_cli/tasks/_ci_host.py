"""What goes to a CI host beside the report: annotations, and a summary of the job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokencost_cli.output.report import Report
    from tokencost_cli.runtime.context import Context


def announce(context: Context, report: Report, format_name: str = "") -> None:
    """Report to GitHub, where it is the host. Never fails the run.

    The Markdown is added to the file that GITHUB_STEP_SUMMARY names. With GITHUB_ACTIONS=true the
    reasons go to stderr as workflow commands: the runner reads both streams, and stdout may be a
    document. `format_name` is the format of the report itself, so that none is written twice.
    """
    summary = context.environment.get("GITHUB_STEP_SUMMARY")
    if summary:
        _summarise(context, report, Path(summary))
    if context.environment.get("GITHUB_ACTIONS") == "true" and format_name != "github":
        _annotate(context, report)


def _summarise(context: Context, report: Report, path: Path) -> None:
    from tokencost_cli.output.gate_markdown import markdown

    if report.gate is None:
        return
    text = markdown(report.gate, report.warnings)
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{text}\n")
    except (OSError, ValueError) as error:  # ValueError: a path that no system can open
        reason = error.strerror if isinstance(error, OSError) else error
        context.warn(f"{path}: the summary cannot be written: {reason}")


def _annotate(context: Context, report: Report) -> None:
    from tokencost_cli.output.renderers.github import commands

    if report.gate is not None:
        for line in commands(report.gate, _folder(context)):
            context.stderr.write(f"{line}\n")


def _folder(context: Context) -> str:
    """Return where the paths of the report begin, below the checkout."""
    root = context.environment.get("GITHUB_WORKSPACE")
    if not root or not context.folder.is_relative_to(root):
        return ""
    below = context.folder.relative_to(root).as_posix()
    return "" if below == "." else below
