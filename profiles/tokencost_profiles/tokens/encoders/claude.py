"""Claude's token counts, offline: the fewest tokens of a measured vocabulary that tile a text.

After ctok by Sander Land (MIT), rewritten for speed: each distinct word of ASCII text, each
distinct gap between two words (`claude_ascii`), and each distinct part that holds anything else
(what stands between two spaces; see `claude_stream`) is tiled once, and the counts are added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from tokencost_profiles.tokens.encoders.claude_ascii import ATOMS, AsciiCosts
from tokencost_profiles.tokens.encoders.claude_stream import (
    BOW,
    CAPS,
    EOW,
    SHIFT,
    Rules,
    normalise,
    part_stream,
)
from tokencost_profiles.tokens.encoders.claude_vocabulary import (
    CACHE_SIZE,
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

_ATOMS: Final = f"{ATOMS[3]} {ATOMS[3]}"
_SEGMENT: Final = re.compile("[\x03\x04]*\x01?[^\x01-\x04]*\x02?")


class _Parts(dict[str, int]):
    """Part -> its cost and borders, as `cost << 2 | begins with a marker << 1 | ends with one`."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._rules = rules

    def __missing__(self, key: str) -> int:
        part = key.strip(_FIRST + _NO_SPACE_AFTER)
        first, right_space = key[:1] == _FIRST, key[-1:] != _NO_SPACE_AFTER
        left_space = self._rules.frame_bow if first else True
        stream = part_stream(
            part, self._rules, left_space=left_space, right_space=right_space, first=first
        )
        cost = sum(map(self._vocabulary.tiles, filter(None, _SEGMENT.findall(stream))))
        begins = stream.lstrip(SHIFT + CAPS)[:1] == BOW
        code = self[key] = cost << 2 | begins << 1 | (stream[-1:] == EOW)
        return code


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the lines stand that are not ASCII, each from a space to the next."""
    begin = end = -1
    at = 0
    for line in text.split("\n"):
        stop = at + len(line)
        if not line.isascii():
            if at > end:
                if end >= 0:
                    yield begin, end
                begin = text.rfind(" ", max(end, 0), at) + 1
            if stop > end:
                space = text.find(" ", stop)
                end = space if space >= 0 else len(text)
        at = stop + 1
    if end >= 0:
        yield begin, end


class Claude:
    """Counts the content tokens of a text, as one user message holds it."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        self._vocabulary = vocabulary
        self._rules = rules
        self._parts = _Parts(vocabulary, rules)
        self._ascii = AsciiCosts(vocabulary, rules)

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
        if text.isascii():
            return self._ascii.block(text, first=first)
        cost, rest = self._other_parts(text, first=first)
        return cost + self._ascii.block(rest, first=first)

    def _other_parts(self, text: str, *, first: bool) -> tuple[int, str]:
        """Count the parts that are not ASCII; return the text with atoms in their places."""
        known = self._parts
        if len(known) > CACHE_SIZE:
            known.clear()
        cost = end = 0
        rest: list[str] = []
        for start, stop in _stretches(text):
            parts = text[start:stop].split(" ")
            last = len(parts) - 1
            for at in [at for at, part in enumerate(parts) if not part.isascii()]:
                key = _FIRST + parts[at] if first and not at + start else parts[at]
                if at < last:
                    is_one_space = parts[at + 1] != "" or (at + 1 == last and stop == len(text))
                else:
                    is_one_space = text[stop : stop + 1] != "" and text[stop + 1 : stop + 2] != " "
                code = known[key if is_one_space else key + _NO_SPACE_AFTER]
                cost += code >> 2
                parts[at] = ATOMS[code & 3]
            rest += text[end:start], " ".join(parts)
            end = stop
        joint = "".join((*rest, text[end:]))
        while _ATOMS in joint:  # a space between two that take it costs nothing
            joint = joint.replace(_ATOMS, ATOMS[3])
        return cost, joint

    def _tail(self, line_ends: int) -> int:
        """Return the cost of the content's last line ends.

        The frame adds two more, and one token can span all of them; it belongs to the frame.
        """
        return self._vocabulary.tiles("\n" * (line_ends + 2)) - 1 if line_ends else 0


def claude_engine(name: str, rules: Rules) -> Callable[[Path | None], Claude]:
    """Return the maker of an engine over a packed vocabulary."""
    return lambda _cache: Claude(vocabulary(name), rules)
