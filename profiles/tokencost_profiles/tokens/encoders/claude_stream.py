"""Claude's pre-tokenizer, as measured: text to a stream with word and case markers.

The model is ctok's, by Sander Land (MIT, see THIRD_PARTY_LICENSES): text is normalised, cut into
runs of one class (words, digits, punctuation, isolated characters, white space), and words and
their borders are written with markers. The character tables are measurements; where they are lists,
no Unicode category reproduces them.

Here the work is done on one *part* at a time: what stands between two single spaces. A single space
between a part that ends in an end-of-word marker and one that begins with a begin-of-word marker
costs nothing (the markers are the space); any other space is a token. No piece of the vocabulary
spans that seam, so parts are independent and can be remembered.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

# Control characters that the provider strips from every text, so they are free to mark with.
BOW: Final = "\x01"
EOW: Final = "\x02"
SHIFT: Final = "\x03"
CAPS: Final = "\x04"

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

_STRIPPED: Final = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_FUNNY_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")
_QUOTES: Final = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
_THAI_AM: Final = ("\u0e4d\u0e32", "\u0e33")

_CONTRACTIONS: Final = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})
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
_NEW_CASED: Final = frozenset(_NEW_LOWER) | frozenset(_NEW_LOWER.values())
_CASELESS: Final = "\u03f4"


class Rules(NamedTuple):
    """What differs between the generations."""

    fold_quotes: bool  # curly quotes are read as straight ones
    caps_from: int | None  # letters from which an all-capital word takes the caps marker
    frame_bow: bool  # the message frame ends in a begin-of-word marker
    free_tail: bool  # trailing ASCII white space is not billed


class Run(NamedTuple):
    """Characters of one class."""

    kind: str
    body: str


def normalise(text: str, rules: Rules) -> str:
    """Apply what the provider does to text before tokenizing it."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace(*_THAI_AM)
        text = _PRIVATE.sub("", text)
        text = _FUNNY_SPACE.sub(" ", text)
        if rules.fold_quotes:
            text = text.translate(_QUOTES)
    return _STRIPPED.sub("", text).replace("\x00", " ")


def part_stream(
    part: str, rules: Rules, *, left_space: bool, right_space: bool, first: bool
) -> str:
    """Write one part as a marked stream.

    `left_space`: a space, or the frame's begin-of-word marker, stands before it. `right_space`:
    exactly one space follows. `first`: it opens the message.
    """
    runs = _runs(part)
    last = len(runs) - 1
    out: list[str] = []
    for i, (kind, body) in enumerate(runs):
        if kind == WORD:
            out.append(_word(runs, i, rules))
            continue
        if kind == STRAY:
            follows = i < last and runs[i + 1].kind == WORD
            out.append(BOW + body + ("" if follows else EOW))
            continue
        left = i == 0 and left_space and _takes_bow(runs[i]) and not _opens_word(runs, i)
        right = i == last and right_space and _takes_eow(runs[i])
        out.append(f"{BOW if left else ''}{body}{EOW if right else ''}")
    stream = "".join(out)
    if first and rules.frame_bow and stream.lstrip(SHIFT + CAPS)[:1] != BOW:
        # Nothing took the frame's marker, so it stands for itself.
        stream = (" " if _opens_word(runs, 0) else BOW) + stream
    return stream


def mark_case(word: str, caps_from: int | None) -> str:
    """Write a word in lower case with a marker, where its capitals allow it."""
    if word.isascii():
        if caps_from is not None and len(word) >= caps_from and word.isupper():
            return CAPS + word.lower()
        if word[0].isupper() and word[1:].islower() | (len(word) == 1):
            return SHIFT + word.lower()
        return word
    return _mark_unicode_case(word, caps_from)


def _mark_unicode_case(word: str, caps_from: int | None) -> str:
    if "ẞ" in word:
        return word
    head, tail = word[0], word[1:]
    if "İ" in word:
        if head == "İ" or not _is_upper(head) or any(_is_upper(c) for c in tail if c != "İ"):
            return word
        return SHIFT + _lower(head) + "".join(c if c == "İ" else _lower(c) for c in tail)
    if caps_from is not None and len(word) >= caps_from and _all_caps(word):
        # Final sigma is written as any other sigma in a word marked as capitals.
        return CAPS + _lower(word).replace("ς", "σ")
    if _lower(head) != head and _is_upper(head) and not any(map(_is_upper, tail)):
        return SHIFT + _lower(word)
    return word


def _all_caps(word: str) -> bool:
    """Whether every letter is a capital that has a lower-case form."""
    cased = [c for c in word if _is_upper(c) or _is_lower(c)]
    if not cased or not all(map(_is_upper, cased)):
        return False
    return all(_is_upper(c) for c in word if c in _NEW_CASED or unicodedata.category(c)[0] in "LM")


def _word(runs: list[Run], i: int, rules: Rules) -> str:
    body = runs[i].body
    if i and runs[i - 1].kind == STRAY:
        return body + EOW  # the marks opened the word
    marked = mark_case(body, rules.caps_from)
    if _contraction(runs, i):
        return marked + EOW  # the apostrophe is the word's beginning
    head = marked[:1] if marked[0] in SHIFT + CAPS else ""
    return head + BOW + marked[len(head) :] + EOW


def _contraction(runs: list[Run], i: int) -> bool:
    """Whether the apostrophe before a word is its boundary, as in `it's`."""
    if runs[i].body not in _CONTRACTIONS or i == 0 or runs[i - 1] != (PUNCT, "'"):
        return False
    return i < 2 or not _owns_right_border(runs[i - 2])


def _owns_right_border(run: Run) -> bool:
    return run.kind not in (WORD, STRAY, SPACE) and _takes_eow(run)


def _opens_word(runs: list[Run], i: int) -> bool:
    """Whether a lone apostrophe opens the word after it; it then takes no marker."""
    return runs[i].body == "'" and i + 1 < len(runs) and runs[i + 1].kind in (WORD, STRAY)


def _takes_bow(run: Run) -> bool:
    return _takes_marker(run, run.body[0])


def _takes_eow(run: Run) -> bool:
    return _takes_marker(run, run.body[-1])


def _takes_marker(run: Run, border: str) -> bool:
    if run.kind == PUNCT or _is_selector(border) or _like_punct(border):
        return run.kind != SPACE
    if run.kind in (DIGIT, NUMBER, LETTER, SYMBOL):
        return _is_number_run(run.body) and _border_digit(border)
    return False


def _runs(part: str) -> list[Run]:
    """Cut a part into runs of one class."""
    runs: list[Run] = []
    kind, start = "", 0
    for at, character in enumerate(part):
        now = _classify(character)
        if now == WORD and kind != WORD and _is_stray(character):
            now = STRAY
        if _is_selector(character) and kind in (LETTER, NUMBER, SYMBOL):
            continue  # a variation selector rides the character before it
        if now == kind or (kind == "" and not at):
            kind = now
            continue
        runs.append(Run(kind, part[start:at]))
        kind, start = now, at
    runs.append(Run(kind, part[start:]))
    return runs


@cache
def _classify(c: str) -> str:
    """Return the class of one character."""
    if c in _NEW_CASED:
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
    if _is_mark(c) and not _is_selector(c):
        if code < 0x10000 and _is_alphabetic(c):
            return WORD
    elif category[0] == "L" and not any(low <= code <= high for low, high in _ISOLATED):
        return WORD
    if _like_punct(c):
        return SYMBOL
    return NUMBER if _border_digit(c) else LETTER


@cache
def _like_punct(c: str) -> bool:
    """Whether an isolated character takes border markers as punctuation does."""
    code = ord(c)
    if code >= 0x10000:
        return False
    if _is_mark(c) and not _is_selector(c) and not _is_alphabetic(c):
        return True
    category = unicodedata.category(c)
    if 0x3001 <= code <= 0x303F and (category[0] == "P" or c in _IDEOGRAPHIC_SYMBOLS):
        return False
    return category[0] in "PS" or category in ("Cf", "Cn")


def _is_stray(c: str) -> bool:
    """Whether a mark that stands where no letter can hold it opens a run of its own."""
    code = ord(c)
    if code == 0x711 or 0x730 <= code <= 0x73F:
        return False  # Syriac vowels form words by themselves
    return unicodedata.combining(c) != 0 and not (
        code < 0x10000 and _is_mark(c) and not _is_selector(c) and not _is_alphabetic(c)
    )


def _is_number_run(body: str) -> bool:
    category = unicodedata.category(body[0])
    return category in ("Nd", "No") and all(unicodedata.category(c) == category for c in body[1:])


def _border_digit(c: str) -> bool:
    """Whether a digit takes border markers: every one of the BMP that is not ASCII."""
    category = unicodedata.category(c)
    return (category == "No" or (category == "Nd" and not c.isascii())) and ord(c) < 0x10000


def _is_selector(c: str) -> bool:
    return "\ufe00" <= c <= "\ufe0f"


def _is_mark(c: str) -> bool:
    category = unicodedata.category(c)
    return category[0] == "M" or (category == "Cn" and _has(c, r"\p{M}"))


def _is_alphabetic(c: str) -> bool:
    return _has(c, r"\p{Alphabetic}")


@cache
def _has(c: str, unicode_property: str) -> bool:
    """Ask `regex`, which knows derived properties and newer characters than this Python may."""
    import regex

    return regex.fullmatch(unicode_property, c) is not None


def _lower(text: str) -> str:
    return "".join(c if c == _CASELESS else _NEW_LOWER.get(c, c.lower()) for c in text)


def _is_upper(c: str) -> bool:
    if c == _CASELESS:
        return False
    return c in _NEW_LOWER or (c.isupper() and _lower(c) != c)


def _is_lower(c: str) -> bool:
    return c in _NEW_LOWER.values() or c.islower()
