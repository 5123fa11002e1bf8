"""From a report to one HTML file that opens without a network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tokencost_cli.output.formatting import share_percent
from tokencost_cli.output.html import assets
from tokencost_cli.output.html.names import shorten
from tokencost_cli.output.html.passport import passport_of
from tokencost_cli.output.html.payload import embedded_json
from tokencost_cli.output.html.table_data import FIRST_ROWS, table_data
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import visible
from tokencost_cli.output.tables import Lines
from tokencost_pricing.money import divide, money

if TYPE_CHECKING:
    from jinja2 import Environment

_VERDICTS: Final = ("pass", "warn", "inconclusive", "fail", "error")
_FIRST_FINDINGS: Final = 3


def document(report: Report) -> str:
    """Return the file. Raise `UsageError` where it has charts and nothing draws them."""
    page = report.page() if report.page is not None else None
    has_charts = page is not None and bool(page.moments or page.spends)
    library = assets.chart_library() if has_charts else None
    theme, script = assets.theme_script(), assets.page_script()
    sections = _sections(report)
    tables = [section["table"] for section in sections if "table" in section]
    digests = [one.digest for one in (theme, script, library) if one is not None]
    facts = page.passport if page is not None else passport_of(report)
    below = report.footnotes()
    return (
        _environment()
        .get_template("page.html")
        .render(
            command=report.format.split(".")[-1].split("/")[0],
            policy=assets.policy(digests),
            styles=assets.styles(),
            theme=theme.text,
            script=script.text,
            library=library.text if library is not None else "",
            page=page,
            findings=list(page.findings or ())[:_FIRST_FINDINGS] if page is not None else [],
            sections=sections,
            passport=facts,
            warnings=[visible(text) for text in report.warnings if text not in below],
            data=embedded_json(page, tables),
            first_rows=FIRST_ROWS,
            verdicts=_VERDICTS,
        )
    )


def _sections(report: Report) -> list[dict[str, Any]]:
    """Return the blocks of a report in their order; the headline stands at the top already."""
    blocks: list[dict[str, Any]] = []
    for section in report.sections:
        if isinstance(section, Lines):
            lines = [visible(line) for line in section.lines]
            blocks.append({"style": section.style, "lines": lines})
        elif not (section.spreadsheet or section.long):
            blocks.append({"style": "table", "table": table_data(section, _tables(blocks))})
    return blocks


def _tables(blocks: Sequence[dict[str, Any]]) -> int:
    return sum("table" in block for block in blocks)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tokencost_cli.output.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"money": money, "short": shorten, "share": share_percent}
    environment.globals["divide"] = divide
    return environment
