"""`--format json`: the machine's form, stable within a version."""

from __future__ import annotations

import json
from typing import Final

from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import escaped_json


class Json:
    """Writes the machine's form as indented JSON."""

    endings: Final = ("json",)
    commands: Final = ()

    def render(self, report: Report, style: Style) -> str:
        """Return the JSON document."""
        return escaped_json(json.dumps(report.document(), indent=2, ensure_ascii=False)) + "\n"


RENDERER: Final = Json()
