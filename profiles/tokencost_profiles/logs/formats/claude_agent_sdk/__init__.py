"""Claude Agent SDK messages: `claude -p --output-format stream-json`, arrays, control protocol.

The messages report the calls while they run, with incomplete output counts; the result reports the
totals by model. Output that the messages lack is shared out among them, and usage of no message (a
title, a summary on a small model) is a separate call: the sums are those of the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.money import is_plausible
from tokencost_pricing.units import CACHE_WRITE_UNITS, OUTPUT_UNITS
from tokencost_profiles.calls.call import DISTRIBUTED, PARTIAL, Call, Record, SessionReport
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.claude_costs import models_of
from tokencost_profiles.logs.common.claude_text import parts_of
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.logs.formats.claude_agent_sdk.text import Threads, is_from_user
from tokencost_profiles.providers.responses.anthropic import served_by, tools_of
from tokencost_profiles.providers.usage.anthropic import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    objects,
    text,
    units,
)

_WRITTEN: Final = "cache_write"  # whatever its lifetime
_SYNTHETIC: Final = "<synthetic>"


def _recognises(log_file: Input) -> bool:
    if log_file.is_document:
        if not (log_file.has("parent_tool_use_id") or log_file.has("session_id", "message")):
            return False
        return any(_is_message(row) for _, row in _document_rows(log_file.document))
    return any(_is_message(row) for row in log_file.objects)


def _is_message(value: Mapping[str, Any]) -> bool:
    row = _message_of(value)
    if row.get("type") == "system" and row.get("subtype") == "init":
        return "session_id" in row
    if row.get("type") == "assistant" and "parent_tool_use_id" in row:
        return isinstance(row.get("message"), dict)
    return row.get("type") == "result" and "total_cost_usd" in row


def _message_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the message of a row of the control protocol, or the row itself."""
    return first_mapping(row, "message") if "direction" in row else row


def _document_rows(document: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    listed = document.get("messages") if isinstance(document, dict) else document
    for number, row in enumerate(objects(listed), 1):
        yield number, _message_of(row)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    runs = _Sessions(log)
    if log_file.is_document:
        for number, row in _document_rows(log_file.document):
            log.row()
            runs.take(number, row)
    else:
        for number, row in rows(log_file, log):
            if isinstance(row, dict):
                runs.take(number, _message_of(row))
    yield from runs.calls()


class _Sessions:
    """The sessions of one file."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.session: str | None = None
        self.project: str | None = None
        self.model: str | None = None
        self.by_key: dict[str, Call] = {}
        self.answer_lengths: dict[str, int] = {}  # characters of the answer, by key
        self.results: dict[str | None, list[Mapping[str, Any]]] = {}
        self.last: tuple[Any, ...] = ()
        self.threads = Threads()
        self.turn: str | None = None
        self.agents: dict[str, str] = {}  # types of subagents, by the call that starts them

    def take(self, number: int, row: Mapping[str, Any]) -> None:
        """Take a message."""
        self.session = text(row.get("session_id")) or self.session
        kind = row.get("type")
        if kind == "system" and row.get("subtype") == "init":
            self.model, self.project = text(row.get("model")), text(row.get("cwd"))
        elif kind == "assistant":
            self._assistant(number, row, first_mapping(row, "message"))
        elif kind == "result":
            self.results.setdefault(self.session, []).append(row)
        elif kind == "system" and row.get("subtype") == "compact_boundary":
            self.threads.compact(row)
        elif kind == "user":
            self.turn = (text(row.get("uuid")) if is_from_user(row) else None) or self.turn
            if self.log.text:
                self.threads.user(row)

    def _assistant(self, number: int, row: Mapping[str, Any], message: Mapping[str, Any]) -> None:
        usage, model = first_mapping(message, "usage"), text(message.get("model"))
        if not usage or model == _SYNTHETIC:
            return
        reading = USAGE_FORMAT.read(usage, "anthropic")
        key = self._key(row, message, reading.usage)
        known_answer = self.by_key[key].answer if key in self.by_key else None
        first = len(known_answer or ())
        answer = parts_of(message.get("content"), "assistant", first)
        length = sum(len(part.text) for part in answer)
        self.answer_lengths[key] = self.answer_lengths.get(key, 0) + length
        call = self.by_key.get(key)
        if call is None:
            call = self.by_key[key] = self._call(number, row, message, key)
            reading.apply_to(call)
            if self.log.text:
                call.parts = self.threads.before(row)
        else:
            self.log.audit.calls += 1
            known = call.usage or {}
            call.usage = {
                unit: max(known.get(unit, 0), reading.usage.get(unit, 0))
                for unit in {**known, **reading.usage}
            }
        if self.log.text:
            call.answer = (*(call.answer or ()), *answer)
            self.threads.answer(row, answer)
        blocks = objects(message.get("content"))
        for block in blocks:
            kind = text(first_mapping(block, "input").get("subagent_type"))
            if kind:
                self.agents[str(block.get("id"))] = kind
        call.tools = tuple(dict.fromkeys((*call.tools, *tools_of(blocks))))

    def _key(
        self, row: Mapping[str, Any], message: Mapping[str, Any], usage: Mapping[str, int]
    ) -> str:
        name = text(message.get("id"))
        if name:
            return f"id:{name}" if is_strong(name) else f"agent-sdk:{self.session}:{name}"
        # No id: rows of one response follow each other and have the same prompt counts.
        prompt = {unit: n for unit, n in usage.items() if unit not in OUTPUT_UNITS}
        place = (row.get("parent_tool_use_id"), str(prompt))
        if not self.last or self.last[0] != place:
            self.last = (place, f"agent-sdk:{self.session or self.log.label}:{len(self.by_key)}")
        return str(self.last[1])

    def _call(
        self, number: int, row: Mapping[str, Any], message: Mapping[str, Any], key: str
    ) -> Call:
        parent = text(row.get("parent_tool_use_id"))
        call = Call(
            key=key,
            api="messages",
            provider=served_by(message.get("id")),
            model=text(message.get("model")) or self.model,
            response_id=text(message.get("id")),
            session=self.session,
            project=self.project,
            at=moment(row.get("timestamp")),
            agent=self.agents.get(parent, "subagent") if parent else "main",
            thread=parent,
            turn=self.turn,
            final=False,
            usage_source=PARTIAL,
        )
        return set_location(call, self.log, number)

    def calls(self) -> Iterator[Record]:
        """Yield the calls of the file, with the sums of the results, and the sessions' costs."""
        for session, results in self.results.items():
            session_calls = [call for call in self.by_key.values() if call.session == session]
            for model, total in _totals(results, self.model):
                yield from self._share_out(session, model, total, session_calls)
            cost = amount(results[-1].get("total_cost_usd"))
            if cost is None or cost < 0 or not is_plausible(cost):
                continue
            name = session or self.log.label  # a run that has no name is named by its file
            for call in session_calls:
                call.session = name
            models = models_of(results[-1].get("modelUsage"))
            yield SessionReport(name, cost, models, reader=self.log.reader, file=self.log.label)
        for call in self.by_key.values():
            call.final = True
            yield call

    def _share_out(
        self,
        session: str | None,
        model: str | None,
        total: dict[str, int],
        session_calls: list[Call],
    ) -> Iterator[Call]:
        """Share out among a model's messages what the result counts in excess of them."""
        calls = [call for call in session_calls if _is_same_model(call.model, model)]
        rest = {unit: count - _reported_count(unit, calls) for unit, count in total.items()}
        output = max(0, rest.pop("output", 0))
        for call, share in zip(calls, _shares(output, calls, self.answer_lengths), strict=True):
            usage = call.usage or {}
            call.usage = {**usage, "output": usage.get("output", 0) + share}
            call.usage_source = DISTRIBUTED
        beside = {unit: count for unit, count in rest.items() if count > 0}
        if _WRITTEN in beside:
            beside[_lifetime(self.results[session])] = beside.pop(_WRITTEN)
        if beside or not calls:
            call = Call(
                key=f"agent-sdk:{session}:{model}",
                api="messages",
                model=model,
                session=session,
                project=self.project,
                agent="background",
                usage_source=DISTRIBUTED,
                usage={**beside, **({} if calls else {"output": output})},
                warnings=("reported by the result only: several requests, perhaps",),
            )
            yield set_location(call, self.log, None)


def _totals(
    results: list[Mapping[str, Any]], usual: str | None
) -> Iterator[tuple[str | None, dict[str, int]]]:
    """Yield (model, units). The usage by model is a running total, `usage` that of a turn."""
    by_model = first_mapping(results[-1], "modelUsage")
    for model, entry in by_model.items():
        usage = units(
            input=first_count(entry, "inputTokens"),
            cache_read=first_count(entry, "cacheReadInputTokens"),
            cache_write=first_count(entry, "cacheCreationInputTokens"),
            output=first_count(entry, "outputTokens"),
            web_search=first_count(entry, "webSearchRequests"),
        )
        yield model.partition("[")[0], usage
    if by_model:
        return
    summed: dict[str, int] = {}
    for result in results:
        usage_object = first_mapping(result, "usage")
        for unit, count in (
            USAGE_FORMAT.read(usage_object, "anthropic").usage if usage_object else {}
        ).items():
            name = _WRITTEN if unit in CACHE_WRITE_UNITS else unit
            summed[name] = summed.get(name, 0) + count
    if summed:
        yield usual, summed


def _reported_count(unit: str, calls: list[Call]) -> int:
    """Return the count of a unit in the messages; of cache writes, of every lifetime."""
    names = CACHE_WRITE_UNITS if unit == _WRITTEN else (unit,)
    return sum((call.usage or {}).get(name, 0) for call in calls for name in names)


def _lifetime(results: list[Mapping[str, Any]]) -> str:
    """Return the unit of the cache writes, by the lifetimes in the last result's usage object."""
    split = first_mapping(first_mapping(results[-1], "usage"), "cache_creation")
    long = first_count(split, "ephemeral_1h_input_tokens") or 0
    short = first_count(split, "ephemeral_5m_input_tokens") or 0
    if bool(long) == bool(short):
        return "cache_write_other"
    return "cache_write_1h" if long else "cache_write_5m"


def _is_same_model(a: str | None, b: str | None) -> bool:
    return a is None or b is None or a == b or a.startswith(b) or b.startswith(a)


def _shares(total: int, calls: list[Call], lengths: Mapping[str, int]) -> list[int]:
    """Share out a number in proportion to the length of each call's answer, to the last token."""
    if not calls:
        return []
    weights = [lengths.get(call.key or "", 0) or 1 for call in calls]
    shares = [total * weight // sum(weights) for weight in weights]
    shares[-1] += total - sum(shares)
    return shares


READER: Final = Reader(
    "claude-agent-sdk",
    "Claude Agent SDK messages, and claude -p --output-format stream-json",
    ("usage", "cost", "session", "tools", "agent", "project", "text"),
    _recognises,
    _read,
    order=35,
    where="the output of an agent run, such as a step of a workflow",
)
