"""The same file or result read again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tokencost_profiles.attribution.content import Instance, ThreadContent
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import part_hit
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.calls.content import TOOL_CALL, TOOL_RESULT, Part

# Words in the names of tools that look at something, and of those that change it.
_LOOK: Final = re.compile(
    r"read|view|cat|open|get|fetch|load|grep|glob|search|find|list|ls|show|browse"
)
_CHANGE: Final = re.compile(
    r"edit|write|patch|replace|insert|create|update|delete|remove|move|rename|apply|save|append|"
    r"set|put|add|undo|bash|shell|exec|run|command"
)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LEAST: Final = 50  # tokens


def _find(inspected: Inspected) -> Iterator[Hit]:
    view = inspected.content
    if view is None:
        return
    for content in view.threads:
        for number, target in _read_again(content):
            instance = content.instances[number]
            if instance.cost and view.rows[instance.row].tokens >= _LEAST:
                yield part_hit(content, instance, instance.cost, subject=target)


def _read_again(content: ThreadContent) -> Iterator[tuple[int, str]]:
    """Yield the results that stand in the prompt already, and what they are of."""
    calls = {
        one.part.id: one.part
        for one in content.instances
        if one.part.role == TOOL_CALL and one.part.id
    }
    latest: dict[tuple[int, str], int] = {}  # (row, target) -> number of its instance
    for number, instance in enumerate(content.instances):
        part = instance.part
        if part.role != TOOL_RESULT or not part.target or not _looks(part.name):
            continue
        key = (instance.row, part.target)
        before = latest.get(key)
        latest[key] = number
        if before is not None:
            between = content.instances[before + 1 : number]
            if not _is_edited(between, part, calls):
                yield number, part.target


def _looks(name: str) -> bool:
    """Whether a tool looks at something, by its name; one without a name may."""
    words = [word.casefold() for word in _WORDS.findall(name)]
    looks = any(map(_LOOK.fullmatch, words))
    return not words or (looks and not any(map(_CHANGE.fullmatch, words)))


def _is_edited(between: Sequence[Instance], result: Part, calls: Mapping[str, Part]) -> bool:
    """Whether a tool may have changed a file between two readings of it."""
    asked = calls.get(result.id)
    return any(
        one.part.role == TOOL_CALL
        and _is_same_file(one.part.target, result.target)
        and not _looks(one.part.name)
        and (asked is None or one.part.hash != asked.hash)
        for one in between
    )


def _is_same_file(one: str, other: str) -> bool:
    """Whether two paths may name one file: they are equal, or one ends in the other."""
    return one == other or bool(one and (one.endswith(f"/{other}") or other.endswith(f"/{one}")))


FINDING: Final = Detector(
    "reread",
    "a file or page that is read again, unchanged",
    "Let the agent look at what it has read: the text still stands in the prompt.",
    "A tool that looks at things, by its name, returns the very same text of the same file or URL "
    "(50 tokens or more) while the copy before is still in the prompt. Cost and saved: what "
    "carrying the second and later copies cost. It is no waste where a tool may have changed the "
    "file in between, nor by another agent, which has not read it.",
    MEASURED,
    _find,
    needs_text=True,
)
