"""Longer answers are cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tokencost_profiles.whatif.change import Change, Flag, Idea, Step
from tokencost_profiles.whatif.parse_numbers import count

if TYPE_CHECKING:
    from tokencost_profiles.calls.call import Call
    from tokencost_profiles.whatif.call_set import CallSet, Entry
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_LONG_ANSWER: Final = 95  # percentile at which answers are cut


def _apply(limit: int, portions: list[Portion], state: ReplayState) -> list[Portion]:
    capped = []
    for portion in portions:
        entry = portion.entry
        excess = _answer_tokens(entry) - limit * entry.calls
        if excess > 0:
            state.note_portion("answers cut", portion)
            entry = entry._replace(call=_cut(entry.call, excess), card=None)
        capped.append(portion._replace(entry=entry))
    return capped


def _cut(call: Call, tokens: int) -> Call:
    """Take tokens from the end of an answer: what is written first, what is thought then."""
    import msgspec

    from tokencost_profiles.whatif.call_set import ANSWER_UNITS

    usage = dict(call.usage or {})
    for unit in ANSWER_UNITS:
        taken = min(tokens, usage.get(unit, 0))
        if taken:
            usage[unit] -= taken
            tokens -= taken
    return msgspec.structs.replace(call, usage=usage)


def _answer_tokens(entry: Entry) -> int:
    from tokencost_profiles.whatif.call_set import ANSWER_UNITS

    return sum((entry.call.usage or {}).get(unit, 0) for unit in ANSWER_UNITS)


def _ideas(calls: CallSet, models: Models) -> Iterator[Idea]:
    lengths = sorted(_answer_tokens(entry) for entry in calls.entries)
    if not calls.by_call or not lengths:
        return
    limit = lengths[min(len(lengths) - 1, len(lengths) * _LONG_ANSWER // 100)]
    if limit:
        yield Idea(
            f"max-output {limit}",
            limit,
            f"a limit of {limit:,} tokens: the length of 95 % of the answers",
            "the longest answers are cut",
        )


CHANGE = Change(
    key="max_output",
    order=70,
    step=Step.OUTPUT,
    title="shorter answers",
    explanation="what is longer is cut",
    example="500",
    flag=Flag(help="Cut longer answers.", metavar="N", least=0),
    parse=count,
    apply=_apply,
    ideas=_ideas,
    needs_calls=lambda _: True,
)
