"""The report of `tokenizers`."""

from __future__ import annotations

from tokencost_cli.output.report import Cell, Column, Report, Table
from tokencost_pricing._version import __version__
from tokencost_profiles.tokens.tokenizers import families


def report() -> Report:
    """Return what every family says of itself."""
    columns = (
        Column("name", "family"),
        Column("models", "models"),
        Column("method", "method"),
        Column("error", "error", "error"),
        Column("vocabulary", "vocabulary", spare=1),
        Column("licence", "licence", spare=2),
        Column("sha256", "sha256", spare=3),
    )
    found = sorted(families(), key=lambda family: (family.error, family.name))
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
        for family in found
    ]
    data = {
        "tool": __version__,
        "families": [
            {
                "name": family.name,
                "models": family.models,
                "method": family.method,
                "error": family.error,
                "vocabulary": family.vocabulary,
                "licence": family.licence,
                "sha256": family.checksum,
            }
            for family in found
        ],
    }
    return Report("tokencost.tokenizers/1", data, (Table(columns, rows, main=True),))
