"""The calls of a session of Claude Code, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from tokencost_profiles.calls.call import COUNTED, LOG_ENDS, PARTIAL, Call
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import DECODE_ERRORS, lenient_json
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.claude_costs import COST_STATE, SessionCosts
from tokencost_profiles.logs.common.log_format import decode_leniently, set_location
from tokencost_profiles.logs.formats.claude_code.agents import SUBAGENT, AgentNames
from tokencost_profiles.logs.formats.claude_code.session_rows import ROW, Block, Message, Row
from tokencost_profiles.logs.formats.claude_code.text_rows import answer_parts
from tokencost_profiles.logs.formats.claude_code.usage import (
    Usage,
    apply_usage,
    largest_counts,
    unknown_keys,
    usage_of,
)
from tokencost_profiles.providers.answers.passes import REFUSAL, is_plain, passes, unbilled_call
from tokencost_profiles.providers.responses.anthropic import served_by
from tokencost_profiles.providers.usage_fields.usage_format import amount

_ANSWERS: Final = (None, "assistant")
_SIDECHAIN: Final = "sidechain"  # the thread of subagents that older builds do not name
_NO_USAGE: Final = (b"", b"null")
_NO_MODEL: Final = "<synthetic>"  # written by the client itself
# More characters than this for a token are rare: the number was written too early.
_CHARACTERS_PER_TOKEN: Final = 8


class SessionCalls:
    """The calls of one file, while it is read."""

    def __init__(self, log: Log, agents: AgentNames) -> None:
        self.log = log
        self.agents = agents
        self.costs = SessionCosts(log)
        self.by_key: dict[str, Call] = {}
        self.inputs: dict[str, tuple[str | None, int]] = {}  # request, tokens of the prompt
        self.usages: dict[str, Usage] = {}
        self.silent: list[tuple[int, Row, Message]] = []  # rows of answers that report no usage
        self.cut: dict[str, list[bytes]] = {}  # the rows of responses that are not closed
        self.refused: set[str] = set()
        self.data = b""  # the last usage object, as it stands
        self.usage: Usage | None = None
        self.unknown: dict[str, int] | None = None  # its counts under unknown keys
        self.last: Call | None = None  # the response of the last row
        self.asked: set[str] = set()  # ids of tool calls
        self.request: str | None = None

    def take(self, number: int, line: bytes) -> None:
        """Take a line that may hold a call."""
        row: Row | None
        try:
            row = ROW.decode(line)
        except (*DECODE_ERRORS, RecursionError):
            row = self._repaired_row(line, number)
        if row is not None:
            self.take_row(number, row, line)

    def take_row(self, number: int, row: Row, line: bytes) -> None:
        """Take the row of a line that may hold a call."""
        if row.message is None:
            if row.type == COST_STATE:
                self._cost_state(number, line)
            elif row.data is not None and row.data.message:
                self.take(number, bytes(row.data.message))  # the progress of a subagent
            return
        if row.type in _ANSWERS and row.message.model != _NO_MODEL:
            usage = self._usage(bytes(row.message.usage), number)
            if usage is not None:
                self._response(number, row, row.message, usage, line)
            elif row.type and row.message.id and row.message.model and self.data in _NO_USAGE:
                self.silent.append((number, row, row.message))

    def _usage(self, data: bytes, number: int) -> Usage | None:
        """Return the usage of a row. The rows of one response most often report the same."""
        if data != self.data:
            self.data, self.usage, self.unknown = data, None, None
            try:
                self.usage = usage_of(data)
                self.unknown = unknown_keys(data)
            except DECODE_ERRORS as error:
                self.log.skip(number, f"not a row of Claude Code: {error}")
        return self.usage

    def _cost_state(self, number: int, line: bytes) -> None:
        try:
            self.costs.take(number, msgspec.json.decode(line))
        except DECODE_ERRORS:
            self.costs.take(number, lenient_json(line))

    def _repaired_row(self, line: bytes, number: int) -> Row | None:
        value = decode_leniently(line, number, self.log)
        if not isinstance(value, dict):
            return None
        message = value.get("message")
        if isinstance(message, dict):
            message.pop("content", None)
            message["usage"] = msgspec.Raw(msgspec.json.encode(message.get("usage")))
        try:
            return msgspec.convert(value, Row, strict=False)
        except msgspec.ValidationError as error:
            self.log.skip(number, f"not a row of Claude Code: {error}")
            return None

    def _response(self, number: int, row: Row, message: Message, usage: Usage, line: bytes) -> None:
        # Rows of one response stand together: most of the time this one's is at hand.
        last = self.last
        call: Call | None
        if last is not None and message.id == last.response_id and row.request == self.request:
            key, call = last.key or "", last
        else:
            key = self._key(row, message, usage)
            call = self.by_key.get(key)
            if message.id:
                self.last, self.request = call, row.request
        if call is None:
            call = self.by_key[key] = self._call(key, number, row, message)
            self.last = call if message.id else None
            self.usages[key] = usage
        else:
            self.log.audit.calls += 1
            if (usage.output_tokens or 0) > (self.usages[key].output_tokens or 0):
                self.usages[key] = usage  # the counts of the prompt stand still, the output grows
        if self.unknown:
            call.unknown_keys = largest_counts(call.unknown_keys, self.unknown)
        if isinstance(message.content, list):
            self._take_tools(call, message.content)
        if message.stop_reason is not None:
            call.final = True
            self.cut.pop(key, None)
            if message.stop_reason == REFUSAL:
                self.refused.add(key)
                self.usages[key] = usage  # the output before the refusal is not billed
        elif not call.final:
            self.cut.setdefault(key, []).append(line)

    def _take_tools(self, call: Call, blocks: Sequence[Block]) -> None:
        """Take the tools that blocks call: a row may stand in the file twice."""
        for block in blocks:
            if block.type != "tool_use" or not block.name:
                continue
            if block.name not in call.tools or (block.id and block.id not in self.asked):
                call.tools = (*call.tools, block.name)
            if block.id:
                self.asked.add(block.id)

    def _key(self, row: Row, message: Message, usage: Usage) -> str:
        """Return the key of a response. A proxy may reuse an id: then the prompts differ."""
        if not message.id or not is_strong(message.id):
            return f"claude:{row.session}:{message.id}:{row.request or row.timestamp}"
        key = f"id:{message.id}"
        prompt = (usage.input_tokens or 0) + (usage.cache_read_input_tokens or 0)
        known = self.inputs.setdefault(key, (row.request, prompt))
        if known[1] != prompt and known[0] != row.request and row.request and not row.aside:
            return f"{key}:{row.request}"
        return key

    def _call(self, key: str, number: int, row: Row, message: Message) -> Call:
        call = Call(
            reader=self.log.reader,
            file=self.log.label,
            line=number,
            key=key,
            api="messages",
            model=message.model,
            response_id=message.id,
            provider=served_by(message.id),
            session=row.session,
            at=moment(row.timestamp),
            project=row.cwd,
            branch=row.branch or None,
            final=False,
            agent=SUBAGENT if row.aside else "main",
            thread=row.agent or (_SIDECHAIN if row.aside else None),
        )
        if row.agent:
            call.agent = self.agents.name(row.agent)
        if row.cost is not None:
            call.cost, call.cost_basis = amount(row.cost), "client"
        return call

    def calls(self) -> Iterator[Call]:
        """Yield the calls of the file."""
        for key, call in self.by_key.items():
            usage = self.usages[key]
            apply_usage(usage, call)
            if key in self.cut:
                self._complete(call, self.cut[key])
            plain = is_plain(usage.iterations or ())
            if plain and key in self.refused and not usage.output_tokens:
                yield unbilled_call(call)
            elif usage.iterations and not plain:
                reason = REFUSAL if key in self.refused else None
                for one in passes(call, msgspec.to_builtins(usage), reason):
                    yield set_location(one, self.log, call.line)
            else:
                yield call
        yield from self._silent_calls()

    def _silent_calls(self) -> Iterator[Call]:
        """Yield the calls of which no row reports usage."""
        for number, row, message in self.silent:
            key = self._key(row, message, Usage())
            if key not in self.by_key:
                call = self.by_key[key] = self._call(key, number, row, message)
                call.final = True
                yield call

    def _complete(self, call: Call, lines: list[bytes]) -> None:
        """Count the answer's text where the log ends before the provider's last count."""
        call.final, call.usage_source = True, PARTIAL
        answer = [part for line in lines for part in answer_parts(line)]
        written = (call.usage or {}).get("output", 0)
        characters = sum(len(part.text) for part in answer)
        if self.log.counter is None or characters < _CHARACTERS_PER_TOKEN * written:
            return
        counted = self.log.counter.answer(call.model, answer)
        if call.usage is not None and counted.tokens > written:
            call.usage = {**call.usage, "output": counted.tokens}
            call.usage_source, call.error = COUNTED, counted.error
            call.warnings = (LOG_ENDS,)
