"""Claude's pre-tokenizer, as measured: text to a stream with word and case markers.

The model is ctok's, by Sander Land (MIT, see THIRD_PARTY_LICENSES): text is normalised, cut into
runs of one class (words, digits, punctuation, isolated characters, white space), and words and
their borders are written with markers.

Here the work is done on one *part* at a time: what stands between two single spaces. A single space
between a part that ends in an end-of-word marker and one that begins with a begin-of-word marker
costs nothing (the markers are the space); any other space is a token. No token of the vocabulary
spans that seam, so parts are independent and can be remembered.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from tokencost_profiles.tokens.encoders.claude_characters import (
    DIGIT,
    LETTER,
    NEW_CASED,
    NUMBER,
    PUNCT,
    SPACE,
    STRAY,
    SYMBOL,
    WORD,
    classify,
    is_border_digit,
    is_like_punctuation,
    is_lower,
    is_number_run,
    is_selector,
    is_stray,
    is_upper,
    lower,
)

# Control characters that the provider strips from every text, so they are free to mark with.
BOW: Final = "\x01"
EOW: Final = "\x02"
SHIFT: Final = "\x03"
CAPS: Final = "\x04"

_STRIPPED: Final = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_FUNNY_SPACE: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")
_REPLACED: Final = re.compile(_PRIVATE.pattern[:-1] + _FUNNY_SPACE.pattern[1:])
_QUOTES: Final = (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'))
_THAI_AM: Final = ("\u0e4d\u0e32", "\u0e33")

_CONTRACTIONS: Final = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})


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
        if _REPLACED.search(text):
            text = _FUNNY_SPACE.sub(" ", _PRIVATE.sub("", text))
        if rules.fold_quotes:
            for curly, straight in _QUOTES:
                text = text.replace(curly, straight)
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
        if head == "İ" or not is_upper(head) or any(is_upper(c) for c in tail if c != "İ"):
            return word
        return SHIFT + lower(head) + "".join(c if c == "İ" else lower(c) for c in tail)
    if caps_from is not None and len(word) >= caps_from and _all_caps(word):
        # Final sigma is written as any other sigma in a word marked as capitals.
        return CAPS + lower(word).replace("ς", "σ")
    if lower(head) != head and is_upper(head) and not any(map(is_upper, tail)):
        return SHIFT + lower(word)
    return word


def _all_caps(word: str) -> bool:
    """Whether every letter is a capital that has a lower-case form."""
    cased = [c for c in word if is_upper(c) or is_lower(c)]
    if not cased or not all(map(is_upper, cased)):
        return False
    return all(is_upper(c) for c in word if c in NEW_CASED or unicodedata.category(c)[0] in "LM")


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
    if run.kind == PUNCT or is_selector(border) or is_like_punctuation(border):
        return run.kind != SPACE
    if run.kind in (DIGIT, NUMBER, LETTER, SYMBOL):
        return is_number_run(run.body) and is_border_digit(border)
    return False


def _runs(part: str) -> list[Run]:
    """Cut a part into runs of one class."""
    runs: list[Run] = []
    kind, start = "", 0
    for at, character in enumerate(part):
        now = classify(character)
        if now == WORD and kind != WORD and is_stray(character):
            now = STRAY
        if is_selector(character) and kind in (LETTER, NUMBER, SYMBOL):
            continue  # a variation selector rides the character before it
        if now == kind or (kind == "" and not at):
            kind = now
            continue
        runs.append(Run(kind, part[start:at]))
        kind, start = now, at
    runs.append(Run(kind, part[start:]))
    return runs
