"""`--format json`: the machine's form, stable within a version."""

from __future__ import annotations

import json
from typing import Final

from tokencost_cli.renderers.base import Style
from tokencost_cli.report import Report


class Json:
    """Writes `Report.data` as indented JSON."""

    extension: Final = "json"

    def render(self, report: Report, style: Style) -> str:
        """Return the JSON document."""
        document = {"format": report.format, **report.data, "warnings": list(report.warnings)}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


RENDERER: Final = Json()
