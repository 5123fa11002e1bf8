"""Text of others, such as names of files and models: on one line, and with no effect on anything.

A log or a repository may hold any name. What a terminal, a runner or a spreadsheet would act upon
is written as an escape, so that it is seen and does nothing.
"""

from __future__ import annotations

import re
from typing import Final

# Controls; line and paragraph separators; marks that turn the direction of a line around, and
# others that cannot be seen; lone surrogates, which no encoding takes; characters that are none.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_SHORT: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
# What spreadsheets take for the beginning of a formula, in the widths of East Asian text too.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def visible(text: str) -> str:
    r"""Return text on one line, with an escape such as `\x1b` for what cannot be seen.

    Doing it twice changes nothing more: backslashes stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_escape, text)


def inert(text: str) -> str:
    """Return `visible` text that no spreadsheet takes for a formula: an apostrophe leads it.

    A number stays one, below zero too.
    """
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{visible(text)}"
    return visible(text)


def escaped_json(document: str) -> str:
    r"""Return JSON with `\u` escapes for what `json` leaves as it is and terminals act upon."""
    if document.isascii() and "\x7f" not in document:
        return document
    return _HIDDEN.sub(lambda match: match[0] if match[0] in "\n\t" else _unit(match[0]), document)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if code < 0x100:
        return _SHORT.get(character, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unit(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
