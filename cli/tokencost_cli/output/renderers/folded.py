"""`--format folded`: a line a stack with its weight, as flame graph scripts read them."""

from __future__ import annotations

from typing import Final

from tokencost_cli.output.profile_data import profile_of
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.stacks import frame_name, weighted
from tokencost_profiles.attribution.frame import Frame


class Folded:
    """Writes the tree that was asked for: `root;session;turn;step;model WEIGHT`."""

    endings: Final = ("folded",)
    commands: Final = ("profile",)

    def render(self, report: Report, style: Style) -> str:
        """Return the lines. Stacks of equal names are one line."""
        data = profile_of(report, "folded")
        lines: dict[str, int] = {}
        for view in data.views[:1]:
            for stack, weight in weighted(view.root, data.weight).stacks:
                path = ";".join(map(_name, stack.frames))
                lines[path] = lines.get(path, 0) + weight
        return "".join(f"{path} {weight}\n" for path, weight in lines.items())


def _name(frame: Frame) -> str:
    return " ".join(frame_name(frame).replace(";", ":").split()) or frame.kind


RENDERER: Final = Folded()
