"""`--format html`: one file with charts and tables that opens in any browser, offline."""

from __future__ import annotations

from typing import Final

from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report


class Html:
    """Writes a page. Its text is bytes, as it is not for a terminal."""

    endings: Final = ("html", "htm")
    commands: Final = ()

    def render(self, report: Report, style: Style) -> bytes:
        """Return the file."""
        from tokencost_cli.output.html.document import document

        return document(report).encode("utf-8", "backslashreplace")


RENDERER: Final = Html()
