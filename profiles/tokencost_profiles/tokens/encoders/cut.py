"""Cutting long text where no token, of any family here, can span the cut.

The seam is a letter or digit, one line end, and a letter or digit again. Memory stays flat however
long the text is, and the blocks fit the caches of the engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

BLOCK: Final = 1 << 20  # characters

_SEAM: Final = re.compile(r"[A-Za-z0-9]\n(?=[A-Za-z0-9])")


def blocks(text: str) -> Iterator[str]:
    """Yield `text` in blocks of about `BLOCK` characters."""
    start, size = 0, len(text)
    while size - start > BLOCK:
        seam = _SEAM.search(text, start + BLOCK)
        if seam is None:
            break
        yield text[start : seam.end()]
        start = seam.end()
    yield text[start:]


def rejoin_blocks(chunks: Iterable[str]) -> Iterator[str]:
    """Join chunks that were cut anywhere (a file being read) into blocks cut at seams."""
    held: list[str] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size < 2 * BLOCK:
            continue
        *complete, rest = blocks("".join(held))
        yield from complete
        held, size = [rest], len(rest)
    yield "".join(held)
