"""What is inside what: from a usage object's numbers to disjoint counts.

The same words mean different numbers: `input_tokens` leaves cached tokens out at Anthropic and
holds them at OpenAI; reasoning is inside the output everywhere but at Gemini and on xAI's chat API.
Each API has its convention, and where a total was reported, arithmetic has the last word: the
reading that adds up to it is the right one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple


class Convention(NamedTuple):
    """How an API writes its numbers when nothing else is known."""

    cached_in_input: bool
    reasoning_in_output: bool
    total: bool = True  # it reports a total that can be checked


INCLUSIVE: Final = Convention(cached_in_input=True, reasoning_in_output=True)
EXCLUSIVE: Final = Convention(cached_in_input=False, reasoning_in_output=True)
GEMINI: Final = Convention(cached_in_input=True, reasoning_in_output=False)
DISJOINT: Final = Convention(cached_in_input=False, reasoning_in_output=False)

PROFILE: Final = "profile"
ARITHMETIC: Final = "arithmetic"
GUESS: Final = "guess"


class Numbers(NamedTuple):
    """The counts of a usage object, as reported. None is not reported."""

    input: int | None = None
    output: int | None = None
    total: int | None = None
    read: int | None = None  # from a cache
    written: int | None = None  # to a cache, all lifetimes together
    reasoning: int | None = None
    extra_input: int | None = None  # a part of the prompt that is never inside `input`


class Reading(NamedTuple):
    """Disjoint counts, and the rule that gave them."""

    fresh: int | None
    output: int | None  # excluding reasoning, where reasoning is reported
    reasoning: int | None
    rule: str  # profile, arithmetic, guess
    warning: str | None = None


def read(numbers: Numbers, convention: Convention) -> Reading:
    """Return the disjoint counts of a usage object.

    A reading that is impossible (more cached than input, more reasoning than output) is never
    taken. Of those that add up to the total the convention's reading goes first; where none does,
    the excess of the total over that reading is output that was billed and not listed. More
    reasoning than output where the total holds the output alone was counted otherwise, as
    OpenRouter does for some hosts: all of the output is reasoning then.
    """
    if _holds_all_reasoning(numbers, convention):
        numbers = numbers._replace(reasoning=numbers.output)
    possible = [reading for reading in _readings(convention) if _is_possible(numbers, reading)]
    if not possible:
        # Both ways are impossible, so the numbers contradict each other: take them as they are.
        return _result(numbers, DISJOINT, GUESS, "the counts contradict each other")
    nearest = possible[0]
    rule = PROFILE if nearest == convention else GUESS
    if numbers.total is None or numbers.input is None:
        return _result(numbers, nearest, rule)
    fitting = [reading for reading in possible if _total(numbers, reading) == numbers.total]
    if fitting:
        return _result(numbers, fitting[0], PROFILE if fitting[0] == convention else ARITHMETIC)
    hidden = numbers.total - max(_total(numbers, reading) for reading in possible)
    if hidden > 0 and convention.total:
        return _with_hidden(numbers, nearest, numbers.total - _total(numbers, nearest))
    return _result(numbers, nearest, rule, "the reported total does not add up")


def _readings(convention: Convention) -> Iterator[Convention]:
    """Yield the convention, then the others, those nearest to it first."""
    yield convention
    cached, reasoning = convention.cached_in_input, convention.reasoning_in_output
    for reading in ((cached, not reasoning), (not cached, reasoning), (not cached, not reasoning)):
        yield Convention(*reading, convention.total)


def _is_possible(numbers: Numbers, reading: Convention) -> bool:
    cached = (numbers.read or 0) + (numbers.written or 0)
    if reading.cached_in_input and cached > (numbers.input or 0):
        return False
    return not reading.reasoning_in_output or (numbers.reasoning or 0) <= (numbers.output or 0)


def _holds_all_reasoning(numbers: Numbers, convention: Convention) -> bool:
    if not convention.reasoning_in_output or None in (numbers.total, numbers.input, numbers.output):
        return False
    too_many = (numbers.reasoning or 0) > (numbers.output or 0)
    return too_many and _total(numbers, convention) == numbers.total


def _total(numbers: Numbers, reading: Convention) -> int:
    total = (numbers.input or 0) + (numbers.output or 0) + (numbers.extra_input or 0)
    if not reading.cached_in_input:
        total += (numbers.read or 0) + (numbers.written or 0)
    return total if reading.reasoning_in_output else total + (numbers.reasoning or 0)


def _result(
    numbers: Numbers, reading: Convention, rule: str, warning: str | None = None
) -> Reading:
    fresh = numbers.input
    if fresh is not None and reading.cached_in_input:
        fresh -= (numbers.read or 0) + (numbers.written or 0)
    if numbers.extra_input:
        fresh = (fresh or 0) + numbers.extra_input
    output = numbers.output
    if output is not None and reading.reasoning_in_output:
        output -= numbers.reasoning or 0
    return Reading(fresh, output, numbers.reasoning, rule, warning)


def _with_hidden(numbers: Numbers, reading: Convention, hidden: int) -> Reading:
    """Count the excess of the total over the listed counts as output: reasoning not listed."""
    listed = _result(numbers, reading, ARITHMETIC, f"{hidden:,} output tokens only in the total")
    return listed._replace(output=(listed.output or 0) + hidden)
