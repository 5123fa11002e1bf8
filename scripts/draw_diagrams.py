"""Draw the pictures of docs/architecture.md: how a log and a prompt pass through the rooms.

    python scripts/draw_diagrams.py

Each picture is a row of boxes: what is held at that point, the room that makes it, and the file to
read. A test asks that the files are there and that the pictures are those of this script.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "diagrams"
PROFILES: Final = "profiles/tokencost_profiles"
CLI: Final = "cli/tokencost_cli"
PRICING: Final = "pricing/tokencost_pricing"

WIDTH, HEIGHT, GAP, COLUMNS = 190, 84, 34, 4


class Box(NamedTuple):
    """One stage: what it holds, the room that makes it, and the file to read."""

    holds: str
    room: str
    file: str  # from the root of the repository


LOGS: Final = (
    Box("lines of a file", "files", f"{PROFILES}/files/line_scan.py"),
    Box("rows of a format", "logs", f"{PROFILES}/logs/formats/claude_code/__init__.py"),
    Box("usage: disjoint units", "providers", f"{PROFILES}/providers/usage/anthropic.py"),
    Box("calls, each once", "calls", f"{PROFILES}/calls/merging.py"),
    Box("rate cards of the day", "pricing", f"{PRICING}/card_rates.py"),
    Box("cells by key, totals", "costs", f"{PROFILES}/costs/profile.py"),
    Box("a report", "reports", f"{CLI}/reports/profile.py"),
    Box("text, JSON, CSV, ...", "output", f"{CLI}/output/renderers/table.py"),
)

PROMPTS: Final = (
    Box("files and folders", "files", f"{PROFILES}/files/paths.py"),
    Box("a neutral request", "providers", f"{PROFILES}/providers/requests/openai_chat.py"),
    Box(
        "segments as the model reads",
        "tokens",
        f"{PROFILES}/tokens/prompt_formats/openai/__init__.py",
    ),
    Box("tokens, low and high", "tokens", f"{PROFILES}/tokens/counter.py"),
    Box("cost with its evidence", "pricing", f"{PRICING}/cost.py"),
    Box("estimates", "estimates", f"{PROFILES}/estimates/estimate.py"),
    Box("two sides, a verdict", "gate", f"{PROFILES}/gate/verdict.py"),
    Box("text, JSON, JUnit, ...", "output", f"{CLI}/output/renderers/junit.py"),
)

DIAGRAMS: Final = {
    "logs.svg": ("From a log to a report", LOGS),
    "prompts.svg": ("From a prompt to a verdict", PROMPTS),
}

STYLE: Final = (
    "text{font-family:system-ui,sans-serif;font-size:13px;fill:#1f2328}"
    ".room{font-weight:600}.file{font-size:10.5px;fill:#59636e}"
    "rect{fill:#f6f8fa;stroke:#8c959f}path{fill:none;stroke:#59636e;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.file{fill:#9198a1}"
    "rect{fill:#161b22;stroke:#6e7681}path{stroke:#9198a1}}"
)


def svg(title: str, boxes: tuple[Box, ...]) -> str:
    """Return a picture of boxes in rows of four, with an arrow from each to the next."""
    rows = -(-len(boxes) // COLUMNS)
    width = COLUMNS * (WIDTH + GAP) + GAP
    height = rows * (HEIGHT + GAP) + GAP
    places = [_place(at) for at in range(len(boxes))]
    arrows = [_arrow(a, b) for a, b in itertools.pairwise(places)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(title)}</title><style>{STYLE}</style>",
            '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8"/></marker></defs>',
            *arrows,
            *(_box(box, *place) for box, place in zip(boxes, places, strict=True)),
            "</svg>\n",
        ]
    )


def _place(at: int) -> tuple[int, int]:
    row, column = divmod(at, COLUMNS)
    return GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + GAP)


def _arrow(a: tuple[int, int], b: tuple[int, int]) -> str:
    if a[1] == b[1]:
        y = a[1] + HEIGHT // 2
        line = f"M{a[0] + WIDTH} {y}H{b[0]}"
    else:
        middle = a[1] + HEIGHT + GAP // 2
        line = f"M{a[0] + WIDTH // 2} {a[1] + HEIGHT}V{middle}H{b[0] + WIDTH // 2}V{b[1]}"
    return f'<path d="{line}" marker-end="url(#end)"/>'


def _box(box: Box, x: int, y: int) -> str:
    lines = ((24, "room", box.room), (46, "", box.holds), (68, "file", _short(box.file)))
    texts = "".join(
        f'<text x="{x + 12}" y="{y + down}" class="{kind}">{escape(text)}</text>'
        for down, kind, text in lines
    )
    return f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>{texts}'


def _short(file: str) -> str:
    """Return a file as it is named inside its room."""
    return (
        file.split("/", 3)[3].removesuffix("/__init__.py")
        if file.count("/") > 2
        else file.rsplit("/", 1)[1]
    )


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name, (title, boxes) in DIAGRAMS.items():
        (FOLDER / name).write_text(svg(title, boxes), "utf-8")


if __name__ == "__main__":
    main()
