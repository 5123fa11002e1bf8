"""Claude's token counts, offline: the fewest pieces of a measured vocabulary that tile a text.

After ctok by Sander Land (MIT), re-made for speed: a text is cut at single spaces into parts, each
distinct part is tiled once, and the whole is a sum. See `_claude_stream` for the markers.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from tokencost_profiles.tokens.encoders.claude_stream import (
    BOW,
    CAPS,
    EOW,
    SHIFT,
    Rules,
    mark_case,
    normalised,
    part_stream,
)
from tokencost_profiles.tokens.encoders.cut import blocks
from tokencost_profiles.tokens.encoders.vocabulary import PACKED

CREDIT: Final = "inside the install, measured through the provider's counter (ctok)"
LICENCE: Final = "MIT (ctok, Sander Land)"

# Stands for "not followed by a single space" and "opens the message" in the keys of parts; the
# provider strips both characters from every text.
_NO_SPACE_AFTER: Final = "\x05"
_FIRST: Final = "\x06"

_LONG_RUN: Final = 1 << 15  # characters; above it a run of one character is not tiled one by one
_WIDEST_MARKED: Final = 256  # more characters than any two pieces with a marker take
_MARKERS: Final = BOW + EOW + SHIFT + CAPS
_KEPT: Final = 1 << 19  # distinct parts remembered before starting over
_WIDE: Final = re.compile(r"( {2,})")
_ASCII_RUN: Final = re.compile(r"[A-Za-z]+|[0-9]+|[\t\n]+|[^A-Za-z0-9\t\n]+")
_UNIFORM: Final = re.compile(r"\t+|\n+")
_SEGMENT: Final = re.compile("[\x03\x04]*\x01?[^\x01-\x04]*\x02?")
_CONTRACTED: Final = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})


class _Lengths(dict[str, tuple[int, ...]]):
    """The lengths of the pieces that begin with two characters, found when they are asked for."""

    def __init__(self, pieces: list[str], more: list[str]) -> None:
        self._pieces, self._more = pieces, more  # the first sorted

    def __missing__(self, head: str) -> tuple[int, ...]:
        first = bisect_left(self._pieces, head)
        last = bisect_left(self._pieces, head + LAST, first)
        found = [piece for piece in self._pieces[first:last] if piece[:2] == head]
        found += [piece for piece in self._more if piece[:2] == head]
        if len(self) > _KEPT:
            self.clear()
        lengths = self[head] = tuple({len(piece) for piece in found})
        return lengths


LAST: Final = chr(0x10FFFF)


class Pieces:
    """A measured vocabulary: what counts as one token."""

    def __init__(self, path: Path) -> None:
        data = msgspec.json.decode(zlib.decompress(path.read_bytes()))
        pieces: list[str] = data["pieces"]  # sorted
        quoted = pieces[bisect_left(pieces, "'") : bisect_left(pieces, "(")]
        contracted = [piece + EOW for piece in quoted if piece[1:] in _CONTRACTED]
        self.known = frozenset(pieces).union(contracted)
        self._lengths = _Lengths(pieces, contracted)
        self._pieces, self._prefixes = pieces, data["byte_prefixes"]
        self._characters: dict[str, int] = {}
        self._tiles: dict[str, int] = {}

    @cached_property
    def _bytes(self) -> set[str]:
        """The beginnings of characters that are pieces, as UTF-8 in hexadecimal digits."""
        single = {piece.encode().hex() for piece in self._pieces if len(piece) == 1}
        return single | set(self._prefixes)

    def tiles(self, segment: str) -> int:
        """Return the fewest pieces that cover a segment of a marked stream."""
        if segment in self.known:
            return 1
        cost = self._tiles.get(segment)
        if cost is None:
            if len(self._tiles) > _KEPT:
                self._tiles.clear()
            cost = self._tiles[segment] = self._tile(segment)
        return cost

    def _tile(self, segment: str) -> int:
        if len(segment) > _LONG_RUN:
            core = segment.strip(_MARKERS)
            if core == core[:1] * len(core):
                return self._tile_run(segment, core)
        return self._tile_short(segment)

    def _tile_short(self, segment: str) -> int:
        known, lengths, size = self.known, self._lengths, len(segment)
        best = [1 << 60] * (size + 1)
        best[0] = 0
        for start in range(size):
            so_far = best[start]
            single = so_far + self._character(segment[start])
            best[start + 1] = min(best[start + 1], single)
            so_far += 1
            for length in lengths[segment[start : start + 2]]:
                end = start + length
                if end <= size and best[end] > so_far and segment[start:end] in known:
                    best[end] = so_far
        return best[size]

    def _tile_run(self, segment: str, run: str) -> int:
        """Tile one character repeated many times, markers around it or not.

        Of fewest pieces, fewer than `widest` are narrower than the widest: any `widest` of them
        hold some that add up to a multiple of it. So all but widest^2 characters, and those that a
        piece with a marker may take, go to widest ones.
        """
        lengths = self._lengths[run[:2]]
        widest = max((length for length in lengths if run[:length] in self.known), default=1)
        spared = (len(run) - widest * widest - _WIDEST_MARKED) // widest
        if spared <= 0 or (widest == 1 and self._character(run[0]) != 1):
            return self._tile_short(segment)
        at = segment.index(run[0])
        return spared + self._tile_short(segment[:at] + segment[at + spared * widest :])

    def _character(self, character: str) -> int:
        """Return the cost of a character on its own: one, or a tiling of its UTF-8 bytes."""
        cost = self._characters.get(character)
        if cost is None:
            if character in self.known or character <= CAPS:
                cost = 1
            else:
                cost = self._tile_bytes(character.encode())
            self._characters[character] = cost
        return cost

    def _tile_bytes(self, encoded: bytes) -> int:
        best = [0] + [len(encoded)] * len(encoded)
        for end in range(1, len(encoded) + 1):
            best[end] = min(
                best[start] + 1
                for start in range(end)
                if end - start == 1 or encoded[start:end].hex() in self._bytes
            )
        return best[-1]


class _Parts(dict[str, int]):
    """Part -> its cost and borders, as `cost << 2 | begins with a marker << 1 | ends with one`."""

    def __init__(self, pieces: Pieces, rules: Rules) -> None:
        super().__init__()
        self._pieces = pieces
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
        cost = sum(map(self._pieces.tiles, filter(None, _SEGMENT.findall(stream))))
        begins = stream.lstrip(SHIFT + CAPS)[:1] == BOW
        return cost << 2 | begins << 1 | (stream[-1:] == EOW)

    def _ascii(self, part: str, *, first: bool, right_space: bool) -> int:
        """The same for ASCII, where no piece mixes classes and so runs can be added up."""
        runs = _ASCII_RUN.findall(part)
        last = len(runs) - 1
        words, tiles = self._words, self._pieces.tiles
        frame_bow = self._rules.frame_bow
        left_space = frame_bow or not first
        cost = 0
        begins = ends = False
        for i, run in enumerate(runs):
            head = run[0]
            if head.isalpha():
                if i and runs[i - 1] == "'" and run in _CONTRACTED:
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
        cost = self._pieces.tiles(f"{head}{BOW}{marked[len(head) :]}{EOW}")
        self._words[word] = cost
        return cost


class Claude:
    """Counts the content tokens of a text, as one user message holds it."""

    def __init__(self, pieces: Pieces, rules: Rules) -> None:
        self._pieces = pieces
        self._rules = rules
        self._parts = _Parts(pieces, rules)

    def count(self, text: str) -> int:
        """Return the content tokens of `text`, without the frame of the message."""
        return self.count_blocks(blocks(text))

    def count_blocks(self, text: Iterable[str]) -> int:
        """Return the content tokens of one text that comes in blocks, cut at seams."""
        total, first, held = 0, True, ""
        for block in text:
            if held:
                total += self._block(normalised(held, self._rules), first=first)
                first = False
            held = block
        return total + self._last_block(held, first=first)

    def _last_block(self, raw: str, *, first: bool) -> int:
        """Count the end of the content, where line ends merge into the frame of the message."""
        if self._rules.free_tail:
            raw = raw.rstrip(" \t\n\r\f\v")
        text = normalised(raw, self._rules)
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
        if len(self._parts) > _KEPT:
            self._parts.clear()
        for at, stretch in enumerate(_WIDE.split(text)):
            if at % 2:
                total += self._pieces.tiles(stretch)
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

        The frame adds two more, and one token can span all of them; that token is the frame's own.
        """
        return self._pieces.tiles("\n" * (line_ends + 2)) - 1 if line_ends else 0


def claude(pieces: str, rules: Rules) -> Callable[[Path | None], Claude]:
    """Return the maker of an engine over a packed vocabulary."""
    return lambda _cache: Claude(_pieces(pieces), rules)


@lru_cache
def _pieces(name: str) -> Pieces:
    return Pieces(PACKED / f"{name}.pieces")
