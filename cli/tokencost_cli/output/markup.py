"""Text of others inside Markdown: it shows as it is, and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tokencost_cli.output.safe_text import visible

_MARKS: Final = re.compile(r"([\\`*_\[\]|~#])")
# What hosts turn into a link or a message to somebody: @name, #12, !12, addresses. An invisible
# space breaks them; a backslash does not, because hosts look for them after the Markdown is read.
_LIVE: Final = re.compile(r"@(?=[\w-])|[#!](?=[0-9])|:(?=//)|www(?=\.)", re.IGNORECASE)
_ENTITIES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
ZERO_WIDTH: Final = "\u200b"


def text(value: str) -> str:
    """Return text in which nothing is markup, a mention or a link."""
    value = _LIVE.sub(lambda match: match[0] + ZERO_WIDTH, visible(value))
    value = _MARKS.sub(r"\\\1", value)
    for character, entity in _ENTITIES:
        value = value.replace(character, entity)
    return value


def code(value: str, *, in_table: bool = False) -> str:
    """Return text as a code span: hosts look for no mentions there."""
    value = visible(value)
    longest = max((len(run) for run in re.findall("`+", value)), default=0)
    fence = "`" * (longest + 1)
    padded = value[:1] in ("`", " ", "") or value[-1:] in ("`", " ")
    content = f" {value} " if padded else value
    return fence + (content.replace("|", "\\|") if in_table else content) + fence


def sentence(value: str, names: Iterable[str | None]) -> str:
    """Return a text with the names that stand in it as code spans."""
    seen = visible(value)
    known = sorted({n for n in names if n and n in seen and n == visible(n)}, key=len)
    if not known:
        return text(value)
    either = "|".join(re.escape(name) for name in reversed(known))
    blocks = re.split(rf"(?<![\w/.`-])({either})(?![\w/`-])", seen)
    return "".join(code(block) if at % 2 else text(block) for at, block in enumerate(blocks))
