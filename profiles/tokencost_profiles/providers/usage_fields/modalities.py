"""Audio, images and video: parts of the prompt, of what was read from a cache, and of the answer.

Providers report how many tokens of the prompt are audio, and how many of it were cached; an
audio token that was cached is in both counts. Here each token is counted once, and none is lost:
the parts of each side add up to the count that they are parts of, whatever the details say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

KINDS: Final = ("audio", "image", "video")
_UNKNOWN_SPLIT: Final = (
    "how many of the cached tokens are {kinds} is not in the log: text is taken as cached first"
)


class InputParts(NamedTuple):
    """The input side of a usage object, disjoint, as keyword arguments of `units`."""

    units: dict[str, int | None]
    warnings: tuple[str, ...] = ()


def input_parts(
    fresh: int | None, read: int | None, prompt: Mapping[str, int], cached: Mapping[str, int] | None
) -> InputParts:
    """Divide the prompt by kind of token.

    `fresh`: tokens that were neither read from a cache nor written to one, `read` those that were
    read, `prompt` how many of both are of each kind, `cached` how many of `read` are; None where
    that is not reported. What must be cached because it is not fresh is moved to the cached side.
    """
    rest_fresh, rest_read = fresh or 0, read or 0
    in_cache: dict[str, int] = {}
    for kind in KINDS:
        in_cache[kind] = min((cached or {}).get(kind, 0), rest_read)
        rest_read -= in_cache[kind]
    apart: dict[str, int] = {}
    for kind in KINDS:
        wanted = max(0, prompt.get(kind, 0) - in_cache[kind])
        apart[kind] = min(wanted, rest_fresh)
        rest_fresh -= apart[kind]
        moved = min(wanted - apart[kind], rest_read)
        in_cache[kind] += moved
        rest_read -= moved
    units: dict[str, int | None] = {
        "input": None if fresh is None else rest_fresh,
        **{f"input_{kind}": count for kind, count in apart.items()},
        "cache_read": None if read is None else rest_read,
        **{f"cache_read_{kind}": count for kind, count in in_cache.items()},
    }
    kinds = [kind for kind in KINDS if prompt.get(kind)]
    if kinds and read and cached is None:
        return InputParts(units, (_UNKNOWN_SPLIT.format(kinds=" or ".join(kinds)),))
    return InputParts(units)


def output_parts(output: int | None, answer: Mapping[str, int]) -> dict[str, int | None]:
    """Divide the answer, excluding its reasoning, by kind of token."""
    rest = output or 0
    apart: dict[str, int] = {}
    for kind in KINDS:
        apart[kind] = min(answer.get(kind, 0), rest)
        rest -= apart[kind]
    return {
        "output": None if output is None else rest,
        **{f"output_{kind}": count for kind, count in apart.items()},
    }
