"""The responses that the rows of a session of Claude Code hold, each of one row or several."""

from __future__ import annotations

from collections.abc import Iterator
from operator import methodcaller
from typing import Final

import msgspec

from tokencost_profiles.calls.call import COUNTED, LOG_ENDS, PARTIAL, Call
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import set_location
from tokencost_profiles.logs.formats.claude_code.agents import SUBAGENT, AgentNames
from tokencost_profiles.logs.formats.claude_code.session_rows import Message, Row
from tokencost_profiles.logs.formats.claude_code.text_rows import answer_parts
from tokencost_profiles.logs.formats.claude_code.usage import Usage, apply_usage, largest_counts
from tokencost_profiles.providers.answers.passes import REFUSAL, is_plain, passes, unbilled_call
from tokencost_profiles.providers.responses.anthropic import served_by
from tokencost_profiles.providers.usage_fields.usage_format import amount

_SIDECHAIN: Final = "sidechain"  # the thread of subagents that older builds do not name
# More characters than this for a token are rare: the number was written too early.
_CHARACTERS_PER_TOKEN: Final = 8
_copy: Final = methodcaller("__copy__")  # quicker than to make a call of many arguments


class _Response(msgspec.Struct, gc=False):
    """A response while its rows are read."""

    call: Call
    usage: Usage
    output: int  # of that usage
    lines: list[bytes]  # its rows, as long as none closes it
    is_refused: bool = False


class Responses:
    """The responses of one file, by their keys."""

    def __init__(self, log: Log, agents: AgentNames) -> None:
        self._log = log
        self._agents = agents
        self._by_key: dict[str, _Response] = {}
        self._inputs: dict[str, tuple[str | None, int]] = {}  # request, tokens of the prompt
        self._silent: list[tuple[int, Row, Message]] = []  # rows of answers that report no usage
        self.asked: set[str] = set()  # ids of tool calls
        # The response of the last row that names one, and what that row names.
        self._last: _Response | None = None
        self._id: str | None = None
        self._request: str | None = None
        # A call with what those of one thread share, and what that comes from.
        self._blank = Call()
        self._labels: tuple[object, ...] = ()
        self._models: dict[str | None, str | None] = {}  # each once: calls name few

    def add(
        self,
        number: int,
        row: Row,
        message: Message,
        usage: Usage,
        unknown: dict[str, int] | None,
        line: bytes,
    ) -> None:
        """Add a row of a response. `unknown`: counts of its usage under unknown keys."""
        # Rows of one response stand together: most of the time this one's is at hand.
        response = self._last
        if response is None or message.id != self._id or row.request != self._request:
            response = self._response(number, row, message, usage)
        else:
            self._repeat(response, usage)
        call = response.call
        if unknown:
            call.unknown_keys = largest_counts(call.unknown_keys, unknown)
        content = message.content
        if isinstance(content, list):
            for block in content:
                if block.type == "tool_use" and block.name:
                    self._take_tool(call, block.name, block.id)
        if message.stop_reason is not None:
            call.final = True
            response.lines.clear()
            if message.stop_reason == REFUSAL:
                response.is_refused = True
                # The output before the refusal is not billed.
                response.usage, response.output = usage, usage.output_tokens or 0
        elif not call.final:
            response.lines.append(line)

    def add_silent(self, number: int, row: Row, message: Message) -> None:
        """Add a row that reports no usage."""
        if row.type and message.id and message.model:
            self._silent.append((number, row, message))

    def calls(self) -> Iterator[Call]:
        """Yield the calls of the file."""
        for response in self._by_key.values():
            call, usage = response.call, response.usage
            apply_usage(usage, call)
            if response.lines:
                self._complete(call, response.lines)
            plain = usage.iterations is None or is_plain(usage.iterations)
            if plain and response.is_refused and not usage.output_tokens:
                yield unbilled_call(call)
            elif not plain:
                reason = REFUSAL if response.is_refused else None
                for one in passes(call, msgspec.to_builtins(usage), reason):
                    yield set_location(one, self._log, call.line)
            else:
                yield call
        yield from self._silent_calls()

    def _response(self, number: int, row: Row, message: Message, usage: Usage) -> _Response:
        """Return the response of a row that stands not in that of the row before."""
        key = self._key(row, message, usage)
        response = self._by_key.get(key)
        if response is None:
            call = self._call(key, number, row, message)
            response = _Response(call, usage, usage.output_tokens or 0, [])
            self._by_key[key] = response
            self._last = None
        else:
            self._repeat(response, usage)
        if message.id:
            self._last, self._id, self._request = response, message.id, row.request
        return response

    def _repeat(self, response: _Response, usage: Usage) -> None:
        """Take what another row of a response reports."""
        self._log.audit.calls += 1
        output = usage.output_tokens or 0
        if output > response.output:  # the counts of the prompt stand still, the output grows
            response.usage, response.output = usage, output

    def _take_tool(self, call: Call, name: str, number: str | None) -> None:
        """Take a tool that a block calls, by the id of this call: a row may stand there twice."""
        if name not in call.tools or (number and number not in self.asked):
            call.tools = (*call.tools, name)
        if number:
            self.asked.add(number)

    def _key(self, row: Row, message: Message, usage: Usage) -> str:
        """Return the key of a response. A proxy may reuse an id: then the prompts differ."""
        if not message.id or not is_strong(message.id):
            return f"claude:{row.session}:{message.id}:{row.request or row.timestamp}"
        key = f"id:{message.id}"
        prompt = (usage.input_tokens or 0) + (usage.cache_read_input_tokens or 0)
        known = self._inputs.setdefault(key, (row.request, prompt))
        if known[1] != prompt and known[0] != row.request and row.request and not row.aside:
            return f"{key}:{row.request}"
        return key

    def _call(self, key: str, number: int, row: Row, message: Message) -> Call:
        labels = (row.session, row.cwd, row.branch, row.agent, row.aside)
        if labels != self._labels:
            self._labels, self._blank = labels, self._blank_call(row)
        call: Call = _copy(self._blank)
        call.line, call.key = number, key
        call.model = self._models.setdefault(message.model, message.model)
        call.response_id, call.provider = message.id, served_by(message.id)
        call.at = moment(row.timestamp)
        if row.cost is not None:
            call.cost, call.cost_basis = amount(row.cost), "client"
        return call

    def _blank_call(self, row: Row) -> Call:
        """Return a call with what all of a thread have."""
        agent = SUBAGENT if row.aside else "main"
        return Call(
            reader=self._log.reader,
            file=self._log.label,
            api="messages",
            session=row.session,
            project=row.cwd,
            branch=row.branch or None,
            final=False,
            agent=self._agents.name(row.agent) if row.agent else agent,
            thread=row.agent or (_SIDECHAIN if row.aside else None),
        )

    def _silent_calls(self) -> Iterator[Call]:
        """Yield the calls of which no row reports usage."""
        if not self._silent:
            return
        keys = set(self._by_key)
        for number, row, message in self._silent:
            key = self._key(row, message, Usage())
            if key not in keys:
                keys.add(key)
                call = self._call(key, number, row, message)
                call.final = True
                yield call

    def _complete(self, call: Call, lines: list[bytes]) -> None:
        """Count the answer's text where the log ends before the provider's last count."""
        call.final, call.usage_source = True, PARTIAL
        answer = [part for line in lines for part in answer_parts(line)]
        written = (call.usage or {}).get("output", 0)
        characters = sum(len(part.text) for part in answer)
        if self._log.counter is None or characters < _CHARACTERS_PER_TOKEN * written:
            return
        counted = self._log.counter.answer(call.model, answer)
        if call.usage is not None and counted.tokens > written:
            call.usage = {**call.usage, "output": counted.tokens}
            call.usage_source, call.error = COUNTED, counted.error
            call.warnings = (LOG_ENDS,)
