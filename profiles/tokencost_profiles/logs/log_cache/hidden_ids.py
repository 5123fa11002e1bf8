"""Ids of logs as hashes: equal ids have equal hashes, and nothing else is known of them.

Rules on calls look at little of an id: whether two are equal, whether one is long enough to be
random, and how the key of a response begins and ends. That remains. What order two ids have is
lost: who asks for it gets `UnknownOrderError`, and reads the logs instead.
"""

from __future__ import annotations

import re
from typing import Final

from stringzilla import hash as hash_of

from tokencost_profiles.calls.identity import is_strong

HISTORY: Final = "history:"  # the key of a running total: its session, then the counters
BY_ID: Final = "id:"
_COUNTERS: Final = 5
_LONG: Final = "-----"  # behind the hash of an id that is long enough to be random
_PASS: Final = re.compile(r"#\d+\Z")
_HIDDEN: Final = re.compile(rf"~[0-9a-f]{{16}}(?:{_LONG})?")


class UnknownOrderError(Exception):
    """Which of two ids comes first is asked for, and only their hashes are known."""


class HiddenId(str):
    """The hash of an id, or a key of a response that holds one."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        """Return whether it comes first. Raise `UnknownOrderError` where that is not known."""
        return _is_before(self, other)

    def __gt__(self, other: str) -> bool:
        """Return whether it comes last. Raise `UnknownOrderError` where that is not known."""
        return _is_before(other, self)

    def __le__(self, other: str) -> bool:
        """Return whether it does not come last. Raise as `<` does."""
        return not _is_before(other, self)

    def __ge__(self, other: str) -> bool:
        """Return whether it does not come first. Raise as `<` does."""
        return not _is_before(self, other)

    def __str__(self) -> str:
        """Return itself, so that its order stays unknown."""
        return self


def _is_before(one: str, other: str) -> bool:
    """Return the order of two ids that differ at most in what follows their hash."""
    if not one or not other or str.__eq__(one, other):
        return len(one) < len(other)
    a, b = _HIDDEN.search(one), _HIDDEN.search(other)
    if a is None or b is None or str.__ne__(one[: a.end()], other[: b.end()]):
        raise UnknownOrderError
    return one[a.end() :] < other[b.end() :]


def number_of(text: str) -> int:
    """Return the hash of an id as a number; an odd one is of an id that is long."""
    if isinstance(text, HiddenId):
        return int(text[1:17], 16)
    number: int = hash_of(text)
    return number & ~1 | is_strong(text)


def hidden(number: int) -> HiddenId:
    """Return the id of which `number_of` gave this number."""
    return HiddenId(f"~{number:016x}{_LONG if number & 1 else ''}")


def hide(text: str) -> HiddenId:
    """Return an id as its hash. One that is hidden already stays as it is."""
    return text if isinstance(text, HiddenId) else hidden(number_of(text))


def hide_key(key: str) -> HiddenId:
    """Return the key of a response with its id hashed. What rules look at stays readable."""
    if isinstance(key, HiddenId):
        return key
    if key.startswith(BY_ID):
        body, more = _split_pass(key.removeprefix(BY_ID))
        return HiddenId(f"{BY_ID}{_part(body)}{more}")
    if key.startswith(HISTORY):
        name, *counters = key.removeprefix(HISTORY).rsplit(":", _COUNTERS)
        return HiddenId(":".join((f"{HISTORY}{_part(name)}", *counters)))
    body, more = _split_pass(key)
    return HiddenId(f"{_part(body)}{more}")


def hide_container(name: str) -> HiddenId:
    """Return a container, `unit:id`, with its id hashed."""
    unit, _, name = name.partition(":")
    return HiddenId(f"{unit}:{_part(name)}")


def hide_span(name: str) -> str:
    """Return `trace/span` with both hashed. Raise `ValueError` where it has more slashes."""
    trace, span = name.split("/")
    return f"{_part(trace)}/{_part(span)}"


def _part(text: str) -> str:
    """Return a part of a key hashed, unless it is the hash of an id already."""
    return text if _HIDDEN.fullmatch(text) else hidden(number_of(text))


def _split_pass(text: str) -> tuple[str, str]:
    """Return a key and the number of the pass that it ends with."""
    match = _PASS.search(text)
    return (text, "") if match is None else (text[: match.start()], match[0])
