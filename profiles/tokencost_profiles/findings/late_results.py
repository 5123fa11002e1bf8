"""Tool results that are carried long after their last use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tokencost_profiles.attribution.content import ThreadContent
from tokencost_profiles.attribution.finding import ESTIMATED, Detector, Hit
from tokencost_profiles.attribution.hits import part_hit
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.attribution.words import (
    Words,
    answer_words,
    is_used,
    names_of,
    rare_words,
)
from tokencost_profiles.calls.content import TOOL_RESULT

_LEAST_TOKENS: Final = 1_000  # of a result
_LEAST_CALLS: Final = 20  # that carry it after its last use
_NOTHING: Final[Words] = frozenset()


def _find(inspected: Inspected) -> Iterator[Hit]:
    view = inspected.content
    if view is None or not inspected.words:
        return
    for content in view.threads:
        results = {
            number: one
            for number, one in enumerate(content.instances)
            if one.part.role == TOOL_RESULT
            and view.rows[one.row].tokens >= _LEAST_TOKENS
            and one.last - one.first >= _LEAST_CALLS
        }
        if results:
            yield from _of_thread(content, inspected.words, set(results))


def _of_thread(
    content: ThreadContent, words: Mapping[bytes, Words], results: set[int]
) -> Iterator[Hit]:
    answers = [
        answer_words([part.hash for part in priced.call.answer or ()], words)
        for priced in content.thread.calls
    ]
    rare = rare_words(
        words.get(one.part.hash, _NOTHING)
        for one in content.instances
        if one.part.role == TOOL_RESULT
    )
    since = [len(answers)] * len(content.instances)
    for number in results:
        one = content.instances[number]
        distinctive = words.get(one.part.hash, _NOTHING) & rare
        names = names_of(one.part.target) if one.part.target else _NOTHING
        used = [
            at for at in range(one.first, one.last + 1) if is_used(answers[at], distinctive, names)
        ]
        since[number] = max(used, default=one.first) + 1
    costs = content.cost_since(since)
    for number in sorted(results):
        one = content.instances[number]
        if one.last - since[number] + 1 >= _LEAST_CALLS and costs[number]:
            hit = part_hit(content, one, costs[number])
            place = content.thread.calls[since[number]].call
            calls = one.last - since[number] + 1
            yield hit._replace(file=place.file, line=place.line, calls=calls)


FINDING: Final = Detector(
    "late-results",
    "tool results carried long after their last use",
    "Clear old tool results, or compact the conversation, when a step of the work is done.",
    "A result of at least 1,000 tokens stands in the prompts of 20 calls or more after the last "
    "answer that uses it: that names its file, or has at least two words in common with it that "
    "few other results of the conversation have. Cost and saved: what carrying it cost after that "
    "answer. The model may have used it without quoting it, so it is an estimate.",
    ESTIMATED,
    _find,
    needs_text=True,
)
