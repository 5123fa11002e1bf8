"""The head of every document: what wrote it, with which prices, from what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.fields import At, about, at
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing._version import __version__
from tokencost_pricing.coded_text import CodedText, code_of


class Prices(Struct, kw_only=True):
    """The price table that was used."""

    table: Annotated[str, about("Version of the table.")]
    sha256: Annotated[str, about("Hash of its content.")]
    as_of: Annotated[At | None, about("Day or moment of the prices; null: each call at its time.")]
    overlays: Annotated[list[str], about("Price files laid over it.")]
    lock: Annotated[str | None, about("The lock file that fixed it.")]


class Run(Struct, kw_only=True):
    """The invocation: the command, its options and its inputs."""

    command: Annotated[str, about("Name of the command.")]
    options: Annotated[dict[str, Any], about("Flag to value: typed, or from settings.")]
    inputs: Annotated[int, about("How many files were read.")]
    inputs_sha256: Annotated[
        str | None, about("Hash over each file's size and the hash of its head and tail.")
    ]
    since: Annotated[At | None, about("Only calls from then on.")] | UnsetType = UNSET
    until: Annotated[At | None, about("Only calls before then.")] | UnsetType = UNSET
    timezone: Annotated[str, about("Zone of days.")] | UnsetType = UNSET
    filters: Annotated[list[str], about("Conditions that calls met.")] | UnsetType = UNSET


class WarningEntry(Struct, kw_only=True):
    """What must be known of the numbers."""

    code: Annotated[str, about("A stable word, such as `unknown-usage-key`.")]
    text: Annotated[str, about("The warning for people.")]
    file: Annotated[str, about("The file that it is about.")] | UnsetType = UNSET
    line: Annotated[int, about("The line of the file.")] | UnsetType = UNSET
    model: Annotated[str, about("The model that it is about.")] | UnsetType = UNSET


class Head(Struct, kw_only=True):
    """The first fields of every document."""

    format: Annotated[str, about("Name and version of the document.")]
    tool_version: Annotated[str, about("Version of tokencost.")]
    prices: Annotated[Prices | None, about("The price table; null where none was used.")]
    run: Run
    warnings: list[WarningEntry]


def head_fields(format_name: str, facts: RunFacts, warnings: Iterable[str]) -> dict[str, Any]:
    """Return the fields of a head, for the struct of a document."""
    return {
        "format": format_name,
        "tool_version": __version__,
        "prices": _prices(facts),
        "run": _run(facts),
        "warnings": warning_entries(warnings),
    }


def warning_entries(warnings: Iterable[str]) -> list[WarningEntry]:
    """Return warnings with their codes and places; `note` for a text that has none."""
    return [_warning(text) for text in warnings]


def _warning(text: str) -> WarningEntry:
    entry = WarningEntry(code=code_of(text), text=str(text))
    if isinstance(text, CodedText):
        entry.file = text.file if text.file is not None else UNSET
        entry.line = text.line if text.line is not None else UNSET
        entry.model = text.model if text.model is not None else UNSET
    return entry


def _prices(facts: RunFacts) -> Prices | None:
    table = facts.table
    if table is None:
        return None
    return Prices(
        table=table.version,
        sha256=table.sha256,
        as_of=facts.as_of,
        overlays=list(table.overlays),
        lock=facts.lock,
    )


def _run(facts: RunFacts) -> Run:
    run = Run(
        command=facts.command,
        options=dict(facts.options),
        inputs=facts.inputs,
        inputs_sha256=facts.inputs_sha256,
    )
    if facts.timezone is not None:
        run.since, run.until = at(facts.since), at(facts.until)
        run.timezone, run.filters = facts.timezone, list(facts.filters)
    return run
