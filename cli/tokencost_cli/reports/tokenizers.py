"""The report of `tokenizers`."""

from __future__ import annotations

from collections.abc import Callable

from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Cell, Table
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.reports.documents.tokenizers import (
    FORMAT,
    TokenizerEntry,
    TokenizersDocument,
)
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_profiles.tokens.tokenizers import Family, families


def report(facts: Callable[[], RunFacts]) -> Report:
    """Return what every family says of itself."""
    columns = (
        column("name", title="family"),
        column("models"),
        column("method"),
        column("error_share", "error"),
        column("vocabulary", spare=1),
        column("licence", spare=2),
        column("sha256", spare=3),
    )
    listed = sorted(families(), key=lambda family: (family.error, family.name))
    rows: list[tuple[Cell, ...]] = [
        (
            family.name,
            family.models,
            family.method,
            family.error,
            family.vocabulary,
            family.licence,
            family.checksum,
        )
        for family in listed
    ]
    return Report(
        FORMAT,
        lambda: TokenizersDocument(
            **head_fields(FORMAT, facts(), ()), items=[_entry(family) for family in listed]
        ),
        (Table(columns, rows, main=True),),
    )


def _entry(family: Family) -> TokenizerEntry:
    return TokenizerEntry(
        name=family.name,
        models=family.models,
        method=family.method,
        error_share=family.error,
        vocabulary=family.vocabulary,
        licence=family.licence,
        sha256=family.checksum,
    )
