"""The classes of characters in Claude's pre-tokenizer, as measured, and case in Unicode 16.

The character tables are measurements; where they are lists, no Unicode category reproduces them.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

# Classes of a run.
WORD: Final = "word"
STRAY: Final = "stray"  # combining marks with no letter before them
DIGIT: Final = "digit"
PUNCT: Final = "punct"
SPACE: Final = "space"
# Isolated characters, by the alternative of the pre-tokenizer that takes them.
LETTER: Final = "letter"
NUMBER: Final = "number"
SYMBOL: Final = "symbol"

_PUNCT_SYMBOLS: Final = frozenset("—»«•°„–−£§€…√→（№†└│།·─═█")
_IDEOGRAPHIC_SYMBOLS: Final = frozenset("〄〒〓〠〶〷〾〿")
_WORD_SYMBOLS: Final = ((0x16EE, 0x16F0), (0x2160, 0x2188), (0x24B6, 0x24E9), (0xA6E6, 0xA6EF))
_ISOLATED: Final = (
    (0x10000, 0x10FFFF),
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0xF900, 0xFAFF),
    (0xAC00, 0xD7A3),
    (0x3005, 0x3006),
    (0x3031, 0x3035),
    (0x303B, 0x303C),
)
# Case pairs of Unicode 16 that older Pythons do not know, and one capital measured as caseless.
_NEW_LOWER: Final = {"\u1c89": "\u1c8a", "\ua7cb": "\u0264"}
NEW_CASED: Final = frozenset(_NEW_LOWER) | frozenset(_NEW_LOWER.values())
_CASELESS: Final = "\u03f4"


@cache
def classify(c: str) -> str:
    """Return the class of one character."""
    if c in NEW_CASED:
        return WORD
    code, category = ord(c), unicodedata.category(c)
    if category[0] == "Z" or c in "\t\n\r\f\v":
        return SPACE
    if any(low <= code <= high for low, high in _WORD_SYMBOLS):
        return WORD
    if category == "Nd" and (code < 0x80 or 0x660 <= code <= 0x669 or 0x6F0 <= code <= 0x6F9):
        return DIGIT
    if (code < 0x80 and category[0] in "PS") or c in _PUNCT_SYMBOLS:
        return PUNCT
    if _is_mark(c) and not is_selector(c):
        if code < 0x10000 and _is_alphabetic(c):
            return WORD
    elif category[0] == "L" and not any(low <= code <= high for low, high in _ISOLATED):
        return WORD
    if is_like_punctuation(c):
        return SYMBOL
    return NUMBER if is_border_digit(c) else LETTER


@cache
def is_like_punctuation(c: str) -> bool:
    """Whether an isolated character takes border markers as punctuation does."""
    code = ord(c)
    if code >= 0x10000:
        return False
    if _is_mark(c) and not is_selector(c) and not _is_alphabetic(c):
        return True
    category = unicodedata.category(c)
    if 0x3001 <= code <= 0x303F and (category[0] == "P" or c in _IDEOGRAPHIC_SYMBOLS):
        return False
    return category[0] in "PS" or category in ("Cf", "Cn")


def is_stray(c: str) -> bool:
    """Whether a mark that stands where no letter can hold it opens a run."""
    code = ord(c)
    if code == 0x711 or 0x730 <= code <= 0x73F:
        return False  # Syriac vowels form words by themselves
    return unicodedata.combining(c) != 0 and not (
        code < 0x10000 and _is_mark(c) and not is_selector(c) and not _is_alphabetic(c)
    )


def is_number_run(body: str) -> bool:
    """Whether all characters are digits of one category: decimal, or other numbers."""
    category = unicodedata.category(body[0])
    return category in ("Nd", "No") and all(unicodedata.category(c) == category for c in body[1:])


def is_border_digit(c: str) -> bool:
    """Whether a digit takes border markers: every one of the BMP that is not ASCII."""
    category = unicodedata.category(c)
    return (category == "No" or (category == "Nd" and not c.isascii())) and ord(c) < 0x10000


def is_selector(c: str) -> bool:
    """Whether a character is a variation selector."""
    return "\ufe00" <= c <= "\ufe0f"


def _is_mark(c: str) -> bool:
    """Whether a character is a combining mark, in this Python's Unicode or a newer one."""
    category = unicodedata.category(c)
    return category[0] == "M" or (category == "Cn" and _has(c, r"\p{M}"))


def _is_alphabetic(c: str) -> bool:
    return _has(c, r"\p{Alphabetic}")


@cache
def _has(c: str, unicode_property: str) -> bool:
    """Ask `regex`, which knows derived properties and newer characters than this Python may."""
    import regex

    return regex.fullmatch(unicode_property, c) is not None


def lower(text: str) -> str:
    """Return a text in lower case, as the pre-tokenizer folds it."""
    return "".join(c if c == _CASELESS else _NEW_LOWER.get(c, c.lower()) for c in text)


def is_upper(c: str) -> bool:
    """Whether a character is a capital with a small form."""
    if c == _CASELESS:
        return False
    return c in _NEW_LOWER or (c.isupper() and lower(c) != c)


def is_lower(c: str) -> bool:
    """Whether a character is a small letter."""
    return c in _NEW_LOWER.values() or c.islower()
