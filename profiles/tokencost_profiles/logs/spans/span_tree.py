"""`SpanTree`: the spans of a file, held until its end, when each call's ancestors are known.

Only then are a call's labels known (the session often stands on the root only), whether another
span reports a request that has no usage, and which outer span repeats an inner one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_profiles.calls.call import ERROR, Call, Link, Record
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import set_location
from tokencost_profiles.logs.common.sub_agents import Level, agent_above, name_turn, place_in_agent
from tokencost_profiles.logs.spans.calls import add_counts, add_text, call_of
from tokencost_profiles.logs.spans.kinds import MODEL, OTHER, OUTER, agent_or_tool, kind_of
from tokencost_profiles.logs.spans.labels import Labels, labels_of, resource_labels
from tokencost_profiles.logs.spans.outer_spans import repeated_calls
from tokencost_profiles.logs.spans.span import Span

_Place = tuple[str, str]  # trace, span
# What the names of all attributes that count tokens have in them.
_COUNTING: Final = ("token", "usage", "metrics", "response_data", "llm_response", ".cost")


class _PendingCall(msgspec.Struct):
    """A call, and the fields of its span that are needed until the end of the file."""

    call: Call
    kind: str
    operation: str = ""
    end: float | None = None


class _Reporting(NamedTuple):
    """The spans that report usage, and those that are requests."""

    reporting: set[_Place]
    requests: set[_Place]


class SpanTree:
    """The spans of one file."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.held: list[_PendingCall] = []
        self.silent: list[_PendingCall] = []  # requests that report no usage
        self.parents: dict[_Place, str] = {}
        self.labels: dict[_Place, Labels] = {}
        self.traces: dict[str, Labels] = {}
        self.levels: dict[_Place, Level] = {}  # spans of agents and tools
        self.callers: set[str] | None = None
        self.resource: Mapping[str, Any] = {}
        self.shared = Labels()

    def add(self, span: Span, line: int, at: int = 0) -> Iterator[Record]:
        """Take a span, the `at`-th of its line. Yield records that need no other span."""
        kind = kind_of(span)
        labels = self._place(span)
        if kind != MODEL and not _counts(span):
            yield from _link(span.trace, span.span, span.parent)
            return
        key = f"span:{span.trace}/{span.span}" if span.trace and span.span else None
        call = call_of(span, labels, key or f"span:{self.log.label}:{line}#{at}")
        if call.usage is None and kind != MODEL:
            yield from _link(span.trace, span.span, span.parent)
            return
        if self.log.text or call.usage is None:
            add_text(call, span)
        set_location(call, self.log, line)
        held = _PendingCall(call, kind, str(span.attributes.get("ai.operationId") or ""), span.end)
        (self.held if call.usage is not None else self.silent).append(held)

    def _place(self, span: Span) -> Labels:
        """Note the parent and the labels of a span. Return its labels."""
        if span.resource is not self.resource:
            self.resource, self.shared = span.resource, resource_labels(span.resource)
        labels = labels_of(span, self.shared)
        if not span.trace or not span.span:
            return labels
        place = (span.trace, span.span)
        if span.parent:
            self.parents[place] = span.parent
        if level := agent_or_tool(span):
            self.levels[place] = Level(level, span.span, labels.agent or span.name)
        if labels != self.shared:
            self.labels[place] = labels
            known = self.traces.get(span.trace, Labels())
            self.traces[span.trace] = Labels(
                session=_common_value(known.session, labels.session),
                user=_common_value(known.user, labels.user),
            )
        return labels

    def close(self) -> Iterator[Record]:
        """Yield the calls of the file."""
        above = {place for held in self.held for place in self._ancestors(held.call)}
        reporting = _Reporting(
            {_place_of(held.call) for held in self.held},
            {_place_of(held.call) for held in (*self.held, *self.silent) if held.kind != OTHER},
        )
        for held in self.silent:
            if _place_of(held.call) in above or self._is_covered(held.call, reporting):
                yield from _link(held.call.trace, held.call.span, held.call.parent)
            else:
                yield self._complete(held)
        repeated = repeated_calls(
            [
                (held.call, held.operation, held.end, held.kind == OUTER)
                for held in self.held
                if held.operation
            ],
            above,
        )
        self.log.audit.rolled_up += len(repeated)
        for held in self.held:
            if id(held.call) not in repeated:
                yield self._complete(held)

    def _is_covered(self, call: Call, reporting: _Reporting) -> bool:
        """Whether a span above reports the usage of a request that reports none.

        The sum of an agent does not include its requests that failed.
        """
        around = reporting.requests if call.status == ERROR else reporting.reporting
        return any(place in around for place in self._ancestors(call))

    def _ancestors(self, call: Call) -> Iterator[_Place]:
        """Yield the ancestors of a call, nearest first."""
        seen: set[str] = set()
        parent = call.parent
        while parent and call.trace and parent not in seen:
            seen.add(parent)
            yield call.trace, parent
            parent = self.parents.get((call.trace, parent))

    def _complete(self, held: _PendingCall) -> Call:
        call = held.call
        if call.usage is None and self.log.counter is not None:
            add_counts(call, self.log.counter)
        if not self.log.text:
            call.parts = call.answer = None
            call.has_request = False
        if self.levels:
            place_in_agent(call, self._levels_above(call), self._callers())
        for place in self._ancestors(call):
            labels = self.labels.get(place)
            if labels is not None:
                _inherit(call, labels)
        if call.trace in self.traces:
            _inherit(call, self.traces[call.trace])
        call.session, call.user = call.session or None, call.user or None
        name_turn(call)
        return call

    def _levels_above(self, call: Call) -> Iterator[Level]:
        return filter(None, (self.levels.get(place) for place in self._ancestors(call)))

    def _callers(self) -> set[str]:
        """Return the spans of the agents that made a call."""
        if self.callers is None:
            calls = (held.call for held in self.held if held.kind == MODEL)
            makers = (agent_above(self._levels_above(call)) for call in calls)
            self.callers = {agent.span for agent in makers if agent is not None}
        return self.callers


def _counts(span: Span) -> bool:
    """Whether a span may report numbers, by the names of its attributes."""
    names = "\n".join(span.attributes)
    return any(word in names for word in _COUNTING)


def _inherit(call: Call, labels: Labels) -> None:
    """Set labels of a call that it lacks to those of a span above it."""
    call.session = call.session or labels.session
    call.user = call.user or labels.user
    call.agent = call.agent or labels.agent
    call.team = call.team or labels.team
    call.environment = call.environment or labels.environment
    call.project = call.project or labels.project


def _common_value(known: str | None, value: str | None) -> str | None:
    """Return the value that all spans of a trace have in common, "" where they differ."""
    if known is None or value is None or known == value:
        return value if known is None else known
    return ""


def _place_of(call: Call) -> _Place:
    return call.trace or "", call.span or ""


def _link(trace: str | None, span: str | None, parent: str | None) -> Iterator[Link]:
    if trace and span and parent:
        yield Link(trace, span, parent)
