"""Outer spans of the AI SDK that repeat inner ones and are not their parents.

`ai.generateText` holds `ai.generateText.doGenerate` and repeats its numbers. Where the two are in
one trace, the tree relates them. A few exporters write every span into a separate trace: then the
outer one is recognised by its name, its model and its time, which spans the inner one's.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tokencost_profiles.calls.call import Call

_SLACK: Final = 0.001  # seconds: clocks of a millisecond


class _Inner(NamedTuple):
    start: float
    end: float
    agent: str | None
    model: str | None


def repeated_calls(
    spans: list[tuple[Call, str, float | None, bool]], above: set[tuple[str, str]]
) -> set[int]:
    """Return the ids of the outer calls that repeat inner ones of another trace.

    `spans`: call, operation, end, whether it is an outer one. `above`: spans with spans below them,
    which the tree relates.
    """
    inside: dict[str, list[_Inner]] = {}
    for call, operation, end, is_outer in spans:
        if not is_outer and call.at is not None and end is not None and not call.parent:
            name = operation.partition(".do")[0]
            inside.setdefault(name, []).append(_Inner(call.at, end, call.agent, call.model))
    repeated: set[int] = set()
    for call, operation, end, is_outer in spans:
        if not is_outer or call.at is None or end is None:
            continue
        if (call.trace, call.span) in above:
            continue
        if any(_holds(call, end, inner) for inner in inside.get(operation, ())):
            repeated.add(id(call))
    return repeated


def _holds(call: Call, end: float, inner: _Inner) -> bool:
    """Whether an outer call's time is around an inner one's of the same name and model."""
    model, asked = inner.model or "", call.model or ""
    return (
        call.at is not None
        and call.at - _SLACK <= inner.start
        and inner.end <= end + _SLACK
        and call.agent == inner.agent
        and (model.startswith(asked) or asked.startswith(model))
    )
