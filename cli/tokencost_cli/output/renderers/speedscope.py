"""`--format speedscope`: flame graphs for speedscope, one a view: by cause, and by content."""

from __future__ import annotations

import json
from typing import Any, Final

from tokencost_cli.output.profile_data import View, profile_of
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import escaped_json
from tokencost_cli.output.stacks import frame_name, weighted

_SCHEMA: Final = "https://www.speedscope.app/file-format-schema.json"


class Speedscope:
    """Writes a sampled profile a view. The weights are integers without a unit of time."""

    endings: Final = ("speedscope.json", "speedscope")
    commands: Final = ("profile",)

    def render(self, report: Report, style: Style) -> str:
        """Return the file."""
        data = profile_of(report, "speedscope")
        numbers: dict[str, int] = {}  # of frames, by their names
        profiles = [_profile(view, data.weight, numbers) for view in data.views]
        document = {
            "$schema": _SCHEMA,
            "shared": {"frames": [{"name": name} for name in numbers]},
            "profiles": profiles,
            "name": "tokencost profile",
            "activeProfileIndex": 0,
            "exporter": "tokencost",
        }
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        return escaped_json(text) + "\n"


def _profile(view: View, by: str, numbers: dict[str, int]) -> dict[str, Any]:
    chosen = weighted(view.root, by)
    samples = [
        [numbers.setdefault(frame_name(frame), len(numbers)) for frame in stack.frames]
        for stack, _ in chosen.stacks
    ]
    return {
        "type": "sampled",
        "name": f"{view.name}, {chosen.unit}",
        "unit": "none",
        "startValue": 0,
        "endValue": chosen.total,
        "samples": samples,
        "weights": [weight for _, weight in chosen.stacks],
    }


RENDERER: Final = Speedscope()
