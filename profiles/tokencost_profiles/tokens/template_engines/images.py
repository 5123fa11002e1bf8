"""Images that a template refers to: an address, or a file beside it."""

from __future__ import annotations

import base64
from typing import Final

from tokencost_profiles.tokens.template_engines.template import File

_LARGEST: Final = 64 << 20  # bytes
# What stands for an image that is not there: only an address is known.
UNKNOWN: Final = "unknown://image"


def image_url(place: str, file: File) -> str:
    """Return an address that a request can hold: of a file beside the template, its bytes."""
    if place.startswith("data:") or "://" in place:
        return place
    if not place or file.folder is None:
        return UNKNOWN
    path = file.folder / place
    try:
        inside = path.resolve().is_relative_to(file.folder.resolve())
        if not inside or not path.is_file() or path.stat().st_size > _LARGEST:
            return UNKNOWN
        return f"data:;base64,{base64.b64encode(path.read_bytes()).decode()}"
    except (OSError, ValueError):
        return UNKNOWN
