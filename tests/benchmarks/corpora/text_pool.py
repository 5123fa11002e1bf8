"""Text for rows of logs, as it stands inside a JSON string: slices of a pool, cut at line ends."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

_TEXT: Final = (
    "the function returns value when request fails retry after error in module test pass config "
    "update handler parse token stream buffer cache index query result user session file path "
    "is not a and of to for with from that this should have been read before every other line"
)
_WORDS: Final = _TEXT.split()
_INDENTS: Final = ("", "", "    ", "        ", "\t")
_ENDS: Final = (".", ",", ":", ");", ' = "x"', " -> None", "…", "é", " 🙂", "\\d+", "")


class TextPool:
    """Lines of text, escaped; `take` gives some of them that follow each other."""

    def __init__(self, lines: Sequence[str]) -> None:
        escaped = [json.dumps(f"{line}\n", ensure_ascii=False)[1:-1].encode() for line in lines]
        self.text = b"".join(escaped)
        self.ends: list[int] = []
        end = 0
        for line in escaped:
            end += len(line)
            self.ends.append(end)

    def take(self, at: int, size: int) -> bytes:
        """Return about so many bytes, from line `at` of the pool on."""
        starts, total = self.ends, len(self.text)
        begin = starts[at % len(starts)] % total
        size = max(size, 1)
        if begin + size > total:
            rounds, rest = divmod(size - (total - begin), total)
            end = starts[bisect_left(starts, max(rest, 1))]
            return b"".join((self.text[begin:], self.text * rounds, self.text[:end]))
        return self.text[begin : starts[bisect_left(starts, begin + size)]]


def prose(drawn: random.Random, lines: int = 4000) -> TextPool:
    """Return a pool of sentences in long lines."""
    return TextPool([" ".join(_words(drawn, 8, 40)) + drawn.choice(_ENDS) for _ in range(lines)])


def code(drawn: random.Random, lines: int = 8000) -> TextPool:
    """Return a pool of short lines with what JSON escapes."""
    return TextPool(
        [
            f"{number}→{drawn.choice(_INDENTS)}{'_'.join(_words(drawn, 1, 4))}"
            f'("{drawn.choice(_WORDS)}", {drawn.randrange(1000)}){drawn.choice(_ENDS)}'
            for number in range(lines)
        ]
    )


def _words(drawn: random.Random, least: int, most: int) -> list[str]:
    return drawn.choices(_WORDS, k=drawn.randint(least, most))
