"""Text with placeholders and no language around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.tokens.template_engines import placeholders
from tokencost_profiles.tokens.template_engines.template import Engine, Rendered


def render(source: str, values: Mapping[str, Any], longest: bool) -> Rendered:
    """Fill what has a value; see `Engine`."""
    text = placeholders.fill(source, values)
    return Rendered(placeholders.without_places(text), placeholders.open_places(text))


ENGINE: Final = Engine("plain", render)
