"""Codex sessions on disk ("rollouts"), of today and of 2025, and what `codex exec --json` prints.

A session reports a running total after every response, and reports it again whenever the limits of
the account change: only the growth of the total is spending. Its calls are named by the session and
the total they led to. A fork begins with a copy of its parent's history: see `forks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import DERIVED, TURN, Alias, Call, Record
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.logs.formats.codex.counters import (
    KEYS,
    Counters,
    counters_of,
    difference,
    sum_of,
    usage_of,
)
from tokencost_profiles.logs.formats.codex.forks import ANCESTOR, Lineage, agent_of, starter_of
from tokencost_profiles.logs.formats.codex.text import Context
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_mapping,
    text,
    unknown_counts,
)

_ROWS: Final = frozenset(
    {
        "session_meta",
        "turn_context",
        "response_item",
        "event_msg",
        "compacted",
        "token_usage_record",
    }
)
_EXEC: Final = frozenset({"thread.started", "turn.completed", "turn.started", "item.completed"})
_STARTS: Final = ("task_started", "turn_started")


def _recognises(log_file: Input) -> bool:
    for row in log_file.objects:
        kind = text(row.get("type"))
        if kind in _ROWS and isinstance(row.get("payload"), dict):
            return True
        if kind in _EXEC and ("thread_id" in row or "usage" in row or "item" in row):
            return True
        if _is_legacy(row):
            return True
    return False


def _is_legacy(row: Mapping[str, Any]) -> bool:
    return row.get("record_type") == "state" or (
        "type" not in row and {"id", "timestamp", "instructions"} <= row.keys()
    )


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    session = _Session(log)
    for line, row in rows(log_file, log):
        if isinstance(row, dict):
            session.take(line, row)
    yield from session.records()


class _Session:
    """One rollout, while it is read."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.about = Call(provider=None, agent="main", final=True)
        self.lineage = Lineage()
        self.known: Counters = ()
        self.by_total: list[Call] = []  # by the growth of the total
        self.owners: list[str] = []  # of each of them
        self.by_response: dict[str, Call] = {}  # by response id: newer builds
        self.tools: list[str] = []
        self.context = Context(log)
        self.legacy = False
        self.number = 0  # of the row at hand

    def take(self, line: int, row: Mapping[str, Any]) -> None:
        """Take a row of any build."""
        self.number = line
        kind, payload = row.get("type"), row.get("payload")
        if not isinstance(payload, dict):
            payload = {}
        if _is_legacy(row):
            self._begin(row, row)
            self.legacy = self.context.is_counted = True
        elif kind == "session_meta":
            self._begin(row, payload)
        elif kind == "turn_context":
            self.about.model = text(payload.get("model")) or self.about.model
            self._turn_begun(payload)
        elif kind == "event_msg":
            self._event(line, row, payload)
        elif kind == "token_usage_record":
            self._usage_record(line, row, payload)
        elif kind == "compacted":
            self.context.compact(payload)
        elif kind == "response_item":
            self._item(line, row, payload)
        elif kind == "thread.started":
            self.about.session = text(row.get("thread_id"))
        elif kind == "turn.completed":
            self._turn(line, row)
        elif self.legacy and isinstance(kind, str):
            self._item(line, row, row)

    def _event(self, line: int, row: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
        kind = payload.get("type")
        if kind == "token_count":
            self._token_count(line, row, first_mapping(payload, "info"))
        elif kind in _STARTS:
            self._turn_begun(payload, payload.get("started_at"))
        elif kind == "thread_rolled_back":
            self.context.roll_back(payload.get("num_turns"))

    def _turn_begun(self, payload: Mapping[str, Any], started: Any = None) -> None:
        turn = text(payload.get("turn_id"))
        self.about.turn = turn or self.about.turn
        self.lineage.turn(turn, started)

    def _begin(self, row: Mapping[str, Any], meta: Mapping[str, Any]) -> None:
        if not self.lineage.begin(meta, moment(row.get("timestamp"))):
            return  # an ancestor's, at the head of a copied history
        about, git = self.about, first_mapping(meta, "git")
        about.session = self.lineage.session
        about.at = moment(meta.get("timestamp"))
        about.project = text(meta.get("cwd"))
        about.branch = text(git.get("branch"))
        about.provider = text(meta.get("model_provider"))
        about.agent, about.started_by = agent_of(meta), starter_of(meta)
        self.context.begin(meta)

    def _token_count(self, line: int, row: Mapping[str, Any], info: Mapping[str, Any]) -> None:
        total = first_mapping(info, "total_token_usage")
        last = first_mapping(info, "last_token_usage")
        if not total and not last:
            return
        self.log.audit.calls += 1
        self.about.model = text(info.get("model")) or self.about.model
        added = counters_of(last)
        now = counters_of(total) if total else sum_of(self.known, added)
        if now == self.known:
            return  # repeated, or only an estimate of the context
        delta = self._growth(now, added)
        self.known = now
        self.log.audit.calls -= 1  # counted when it is taken
        call = self._call(line, row, delta)
        call.usage_source = call.usage_source if delta == added else DERIVED
        call.unknown_keys = unknown_counts(last, KEYS, "usage")
        call.key = f"history:{self.about.session or self.log.label}:{':'.join(map(str, now))}"
        self.by_total.append(call)
        self.owners.append(self.lineage.owner(call.at))

    def _growth(self, now: Counters, last: Counters) -> Counters:
        """Return what one response added to the running total."""
        known = self.known
        if now == last or any(a < b for a, b in zip(now, known, strict=False)):
            return now  # the counters began anew
        if not known and any(last) and self.lineage.origin is not None:
            return last  # a fork that inherits its parent's total, but not the rows before it
        return difference(now, known)

    def _usage_record(self, line: int, row: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
        response, usage = text(payload.get("response_id")), first_mapping(payload, "usage")
        if not usage:
            return
        owner = self.lineage.owner(moment(row.get("timestamp")))
        if owner == ANCESTOR or self.lineage.is_ancestor(text(payload.get("thread_id"))):
            self.note_replayed(1)
            return
        call = self._call(line, row, counters_of(usage))
        turn = text(payload.get("root_turn_id")) if call.started_by else None
        call.turn = turn or text(payload.get("turn_id")) or call.turn
        call.unknown_keys = unknown_counts(usage, KEYS, "usage")
        call.response_id = response
        name = response or f"{line}"
        call.key = f"id:{name}" if is_strong(name) else f"codex:{self.about.session}:{name}"
        self.by_response[call.key] = call

    def _turn(self, line: int, row: Mapping[str, Any]) -> None:
        """Take the end of a turn: what it reports is the total of the thread so far."""
        now = counters_of(first_mapping(row, "usage"))
        grown = all(a >= b for a, b in zip(now, self.known, strict=False))
        delta = difference(now, self.known) if grown else now
        self.known = now
        call = self._call(line, row, delta)
        call.scope = TURN
        call.key = f"codex-exec:{self.about.session}:{':'.join(map(str, now))}"
        self.by_total.append(call)

    def _call(self, line: int, row: Mapping[str, Any], vector: Counters) -> Call:
        about = self.about
        call = Call(
            session=about.session,
            project=about.project,
            branch=about.branch,
            agent=about.agent,
            started_by=about.started_by,
            turn=about.turn,
            provider=about.provider,
            model=about.model,
            api="responses",
            at=moment(row.get("timestamp")) or about.at,
            usage=usage_of(vector),
            tools=tuple(self.tools),
        )
        self.tools = []
        self.context.close(call)
        return set_location(call, self.log, line)

    def _item(self, line: int, row: Mapping[str, Any], item: Mapping[str, Any]) -> None:
        if self.legacy and self.context.ends_answer(item):
            self._response_without_usage(line, row)
        name = self.context.add(item)
        if name:
            self.tools.append(name)

    def _response_without_usage(self, line: int, row: Mapping[str, Any]) -> None:
        """Take a response of a build that reports nothing."""
        call = self._call(line, row, ())
        call.usage = None
        call.key = f"codex:{call.session or self.log.label}:{len(self.by_total)}"
        self.context.count(call)
        self.by_total.append(call)

    def records(self) -> Iterator[Record]:
        """Yield the calls of the file, and where its history began."""
        if self.legacy and self.context.has_answer:
            self._response_without_usage(self.number, {})
        for session, origin in self.lineage.origins.items():
            yield Alias(session, origin)
        if self.by_response:
            yield from self._reported_calls()
        elif self.lineage.origin is None:
            yield from self.by_total
        else:
            yield from self._fork_calls()

    def _fork_calls(self) -> Iterator[Call]:
        """Yield the calls that are not certainly an ancestor's."""
        split = self.lineage.split(self.by_total, self.owners)
        self.note_replayed(split.replayed)
        for call in split.doubtful:
            call.copy_of = self.lineage.origin
            yield call
        yield from split.remaining

    def _reported_calls(self) -> Iterator[Call]:
        """Yield the calls reported per response, and those an older build counted before them."""
        responses = list(self.by_response.values())
        first = responses[0]
        older = [call for call in self.by_total if (call.line or 0) < (first.line or 0)]
        if older and older[-1].usage == first.usage:
            older.pop()  # the running total counts the first response too
        self.log.audit.rolled_up += len(self.by_total) - len(older)
        if self.lineage.origin is None:
            yield from older
        else:
            self.note_replayed(len(older))  # a copy keeps the running totals and drops these rows
        yield from responses

    def note_replayed(self, count: int) -> None:
        """Note rows that repeat an ancestor's history."""
        self.log.audit.calls += count
        self.log.audit.replayed += count


READER: Final = Reader(
    "codex",
    "Codex sessions (rollouts), and codex exec --json",
    ("usage", "time", "session", "tools", "agent", "project", "text"),
    _recognises,
    _read,
    order=25,
    where="~/.codex/sessions",
    homes=("CODEX_HOME=~/.codex:sessions", "CODEX_HOME=~/.codex:archived_sessions"),
)
