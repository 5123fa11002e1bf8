"""Claude's token counts, offline: the fewest tokens of a measured vocabulary that tile a text.

After ctok by Sander Land (MIT), rewritten for speed: a text is cut at single spaces into parts,
each distinct part is tiled once, and the counts are added. See `claude_stream` for the markers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders.claude_stream import (
    BOW,
    CAPS,
    EOW,
    SHIFT,
    Rules,
    mark_case,
    normalise,
    part_stream,
)
from tokencost_profiles.tokens.encoders.claude_vocabulary import (
    CACHE_SIZE,
    CONTRACTED,
    Vocabulary,
    vocabulary,
)
from tokencost_profiles.tokens.encoders.cut import blocks

CREDIT: Final = "inside the install, measured through the provider's counter (ctok)"
LICENCE: Final = "MIT (ctok, Sander Land)"

# Stands for "not followed by a single space" and "opens the message" in the keys of parts; the
# provider strips both characters from every text.
_NO_SPACE_AFTER: Final = "\x05"
_FIRST: Final = "\x06"

_WIDE: Final = re.compile(r"( {2,})")
_ASCII_RUN: Final = re.compile(r"[A-Za-z]+|[0-9]+|[\t\n]+|[^A-Za-z0-9\t\n]+")
_UNIFORM: Final = re.compile(r"\t+|\n+")
_SEGMENT: Final = re.compile("[\x03\x04]*\x01?[^\x01-\x04]*\x02?")


class _Parts(dict[str, int]):
    """Part -> its cost and borders, as `cost << 2 | begins with a marker << 1 | ends with one`."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._rules = rules
        self._words: dict[str, int] = {}

    def __missing__(self, key: str) -> int:
        part = key.strip(_FIRST + _NO_SPACE_AFTER)
        first, right_space = key[:1] == _FIRST, key[-1:] != _NO_SPACE_AFTER
        if not part:
            code = 0
        elif part.isascii():
            code = self._ascii(part, first=first, right_space=right_space)
        else:
            code = self._any(part, first=first, right_space=right_space)
        self[key] = code
        return code

    def _any(self, part: str, *, first: bool, right_space: bool) -> int:
        left_space = self._rules.frame_bow if first else True
        stream = part_stream(
            part, self._rules, left_space=left_space, right_space=right_space, first=first
        )
        cost = sum(map(self._vocabulary.tiles, filter(None, _SEGMENT.findall(stream))))
        begins = stream.lstrip(SHIFT + CAPS)[:1] == BOW
        return cost << 2 | begins << 1 | (stream[-1:] == EOW)

    def _ascii(self, part: str, *, first: bool, right_space: bool) -> int:
        """The same for ASCII, where no token mixes classes and so runs can be added up."""
        runs = _ASCII_RUN.findall(part)
        last = len(runs) - 1
        words, tiles = self._words, self._vocabulary.tiles
        frame_bow = self._rules.frame_bow
        left_space = frame_bow or not first
        cost = 0
        begins = ends = False
        for i, run in enumerate(runs):
            head = run[0]
            if head.isalpha():
                if i and runs[i - 1] == "'" and run in CONTRACTED:
                    cost += tiles(f"'{run}{EOW}") - tiles("'")
                else:
                    known = words.get(run)
                    cost += self._word(run) if known is None else known
                    begins = begins or i == 0
                ends = True
            elif head.isdigit():
                cost += (len(run) + 2) // 3
                ends = False
            elif head in "\t\n":
                cost += sum(map(tiles, _UNIFORM.findall(run)))
                ends = False
            else:
                opens = run == "'" and i < last and runs[i + 1][0].isalpha()
                left = i == 0 and left_space and not opens
                ends = i == last and right_space
                begins = begins or left
                cost += tiles(f"{BOW if left else ''}{run}{EOW if ends else ''}")
        if first and frame_bow and not begins:
            cost += 1  # nothing took the frame's marker, so it stands for itself
        return cost << 2 | begins << 1 | ends

    def _word(self, word: str) -> int:
        marked = mark_case(word, self._rules.caps_from)
        head = marked[0] if marked[0] <= CAPS else ""
        cost = self._vocabulary.tiles(f"{head}{BOW}{marked[len(head) :]}{EOW}")
        self._words[word] = cost
        return cost


class Claude:
    """Counts the content tokens of a text, as one user message holds it."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        self._vocabulary = vocabulary
        self._rules = rules
        self._parts = _Parts(vocabulary, rules)

    def count(self, text: str) -> int:
        """Return the content tokens of `text`; the frame of the message is not counted."""
        return self.count_blocks(blocks(text))

    def count_blocks(self, text: Iterable[str]) -> int:
        """Return the content tokens of one text that comes in blocks, cut at seams."""
        total, first, held = 0, True, ""
        for block in text:
            if held:
                total += self._block(normalise(held, self._rules), first=first)
                first = False
            held = block
        return total + self._last_block(held, first=first)

    def _last_block(self, raw: str, *, first: bool) -> int:
        """Count the end of the content, where line ends merge into the frame of the message."""
        if self._rules.free_tail:
            raw = raw.rstrip(" \t\n\r\f\v")
        text = normalise(raw, self._rules)
        body = text.rstrip("\n")
        total = self._tail(len(text) - len(body))
        if first and self._rules.frame_bow:
            if raw[:1] == " " == body[:1] and body[1:2] != " ":
                body = body[1:]  # the frame's marker is this space
            if not body:
                return total + 1
        return total + self._block(body, first=first)

    def _block(self, text: str, *, first: bool) -> int:
        total = 0
        if len(self._parts) > CACHE_SIZE:
            self._parts.clear()
        for at, stretch in enumerate(_WIDE.split(text)):
            if at % 2:
                total += self._vocabulary.tiles(stretch)
            elif stretch:
                total += self._stretch(stretch, first=first and at == 0)
        return total

    def _stretch(self, text: str, *, first: bool) -> int:
        """Count what stands between wide spaces: parts, and the single spaces between them."""
        parts = text.split(" ")
        if first:
            parts[0] = _FIRST + parts[0]
        parts[-1] += _NO_SPACE_AFTER
        codes = list(map(self._parts.__getitem__, parts))
        seams = sum(1 for left, right in pairwise(codes) if left & 1 and right & 2)
        return sum(code >> 2 for code in codes) + len(codes) - 1 - seams

    def _tail(self, line_ends: int) -> int:
        """Return the cost of the content's last line ends.

        The frame adds two more, and one token can span all of them; it belongs to the frame.
        """
        return self._vocabulary.tiles("\n" * (line_ends + 2)) - 1 if line_ends else 0


def claude_engine(name: str, rules: Rules) -> Callable[[Path | None], Claude]:
    """Return the maker of an engine over a packed vocabulary."""
    return lambda _cache: Claude(vocabulary(name), rules)
