"""Names of others on a page: one line, of a width that no name can change."""

from __future__ import annotations

from typing import Final

from tokencost_cli.output.safe_text import visible

WIDTH: Final = 60


def shorten(name: str, width: int = WIDTH) -> str:
    """Return a name of at most `width` characters, its middle left out: both ends tell it apart."""
    if len(name) > width:
        head = (width - 1) // 2
        name = f"{name[:head]}…{name[len(name) - (width - 1 - head) :]}"
    text = visible(name)
    return text if len(text) <= 2 * width else f"{text[: 2 * width - 1]}…"
