"""The measured vocabulary of Claude, and the fewest of its tokens that tile a text."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import msgspec

from tokencost_profiles.tokens.encoders.claude_stream import BOW, CAPS, EOW, SHIFT
from tokencost_profiles.tokens.encoders.vocabulary import PACKED

_LONG_RUN: Final = 1 << 15  # characters; above it a run of one character is not tiled one by one
_WIDEST_MARKED: Final = 256  # more characters than any two tokens with a marker take
_MARKERS: Final = BOW + EOW + SHIFT + CAPS
CACHE_SIZE: Final = 1 << 19  # distinct parts remembered before starting over
CONTRACTED: Final = frozenset({"s", "t", "d", "m", "ll", "re", "ve"})
_LAST: Final = chr(0x10FFFF)


class _Lengths(dict[str, tuple[int, ...]]):
    """The lengths of the tokens that begin with two characters, computed on request."""

    def __init__(self, tokens: list[str], more: list[str]) -> None:
        self._tokens, self._more = tokens, more  # the first sorted

    def __missing__(self, head: str) -> tuple[int, ...]:
        first = bisect_left(self._tokens, head)
        last = bisect_left(self._tokens, head + _LAST, first)
        matches = [token for token in self._tokens[first:last] if token[:2] == head]
        matches += [token for token in self._more if token[:2] == head]
        if len(self) > CACHE_SIZE:
            self.clear()
        lengths = self[head] = tuple({len(token) for token in matches})
        return lengths


class Vocabulary:
    """A measured vocabulary: what counts as one token."""

    def __init__(self, path: Path) -> None:
        data = msgspec.json.decode(zlib.decompress(path.read_bytes()))
        tokens: list[str] = data["pieces"]  # sorted
        quoted = tokens[bisect_left(tokens, "'") : bisect_left(tokens, "(")]
        contracted = [token + EOW for token in quoted if token[1:] in CONTRACTED]
        self.known = frozenset(tokens).union(contracted)
        # Every ASCII character and marker alone is one token, listed or not.
        self._ascii = self.known.union(map(chr, range(128)))
        self._lengths = _Lengths(tokens, contracted)
        self._tokens, self._prefixes = tokens, data["byte_prefixes"]
        self._characters: dict[str, int] = {}
        self._tiles: dict[str, int] = {}

    @cached_property
    def _bytes(self) -> set[str]:
        """The beginnings of characters that are tokens, as UTF-8 in hexadecimal digits."""
        single = {token.encode().hex() for token in self._tokens if len(token) == 1}
        return single | set(self._prefixes)

    def tiles(self, segment: str) -> int:
        """Return the fewest tokens that cover a segment of a marked stream."""
        if segment in self.known:
            return 1
        cost = self._tiles.get(segment)
        if cost is None:
            if len(self._tiles) > CACHE_SIZE:
                self._tiles.clear()
            tile = self.fewest if segment.isascii() else self._tile
            cost = self._tiles[segment] = tile(segment)
        return cost

    def fewest(self, segment: str) -> int:
        """Return the same for a segment of ASCII and markers, and do not remember it."""
        known, lengths, size = self._ascii, self._lengths, len(segment)
        if segment in known:
            return 1
        if size > _LONG_RUN:
            return self._tile(segment)
        for length in lengths[segment[:2]]:
            if segment[:length] in known and segment[length:] in known:
                return 2
        best = [0] * (size + 1)  # from a position to the end
        best[size - 1] = 1
        for start in range(size - 2, -1, -1):
            least = best[start + 1]
            for length in lengths[segment[start : start + 2]]:
                end = start + length
                if end <= size and best[end] < least and segment[start:end] in known:
                    least = best[end]
            best[start] = least + 1
        return best[0]

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

        Of fewest tokens, fewer than `widest` are narrower than the widest: any `widest` of them
        hold some that add up to a multiple of it. So all but widest^2 characters, and those that a
        token with a marker may take, go to widest ones.
        """
        lengths = self._lengths[run[:2]]
        widest = max((length for length in lengths if run[:length] in self.known), default=1)
        spared = (len(run) - widest * widest - _WIDEST_MARKED) // widest
        if spared <= 0 or (widest == 1 and self._character(run[0]) != 1):
            return self._tile_short(segment)
        at = segment.index(run[0])
        return spared + self._tile_short(segment[:at] + segment[at + spared * widest :])

    def _character(self, character: str) -> int:
        """Return the cost of a character alone: one, or a tiling of its UTF-8 bytes."""
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


@lru_cache
def vocabulary(name: str) -> Vocabulary:
    """Return a packed vocabulary by name, loaded once."""
    return Vocabulary(PACKED / f"{name}.pieces")
