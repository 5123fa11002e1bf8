"""The rows of one session of Claude Code, as bytes, turn by turn."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from benchmarks.corpora.text_pool import TextPool, code, prose
from benchmarks.corpora.times import DAY, day_of, stamp
from benchmarks.corpora.truth import Truth

UNITS: Final = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
TOOLS: Final = (b"Bash", b"Read", b"Edit", b"Grep")
_TASK: Final = b"Task"
_QUOTED: Final = (
    rb"{\"type\":\"assistant\",\"message\":{\"id\":\"msg_quoted\",\"usage\":"
    rb"{\"input_tokens\":999999,\"output_tokens\":999999}}}\n"
)
_USAGE: Final = (
    b'{"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,'
    b'"cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":%d},'
    b'"output_tokens":%d,"server_tool_use":{"web_search_requests":0,"web_fetch_requests":0},'
    b'"service_tier":"standard","inference_geo":""}'
)
_ASSISTANT: Final = (
    b'{"parentUuid":%b,%b"message":{"model":"%b","id":"%b","type":"message","role":"assistant",'
    b'"content":[%b],"stop_reason":%b,"stop_sequence":null,"usage":%b},"requestId":"%b",'
    b'"type":"assistant","uuid":"%b","timestamp":"%b"}\n'
)
_USER: Final = (
    b'{"parentUuid":%b,%b"type":"user","message":{"role":"user","content":%b},"uuid":"%b",'
    b'"timestamp":"%b"%b}\n'
)
_NO_USAGE: Final = b'{"input_tokens":0,"output_tokens":0}'
_FIRST_PROMPT: Final = 18_000  # tokens of the system prompt and the tools
_COMPACTED: Final = 155_000  # tokens of a prompt after which a session is compacted
_RESULTS: Final = (200, 900, 3_000, 9_000, 24_000)  # bytes
_LAST: Final = 1_500  # bytes: less than a turn


@dataclass
class Source:
    """Where all sessions draw from, and the truth that they add to."""

    drawn: random.Random
    truth: Truth
    prose: TextPool = field(init=False)
    code: TextPool = field(init=False)

    def __post_init__(self) -> None:
        self.prose, self.code = prose(self.drawn), code(self.drawn)

    def uuid(self) -> bytes:
        digits = b"%032x" % self.drawn.getrandbits(128)
        return b"-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def digits(self, size: int) -> bytes:
        return b"%0*x" % (size, self.drawn.getrandbits(size * 4))

    def text(self, pool: TextPool, size: int) -> bytes:
        return pool.take(self.drawn.getrandbits(30), size)


@dataclass
class Session:
    """A session or one of its subagents, while its rows are written."""

    source: Source
    project: str
    session: bytes
    model: bytes
    at: int  # milliseconds
    agent: bytes = b""
    agents: list[bytes] = field(default_factory=list)  # subagents that are to be started
    tip: bytes = b"null"  # the row that the next one follows
    calls: list[tuple[bytes, bytes]] = field(default_factory=list)  # tool calls without a result
    cached: int = _FIRST_PROMPT
    answered: int = 0  # tokens of the answer before: the next prompt holds them

    def __post_init__(self) -> None:
        aside = b"true" if self.agent else b"false"
        self.middle = (
            b'"isSidechain":%b,"userType":"external","cwd":"%b","sessionId":"%b",'
            b'"version":"2.1.7","gitBranch":"main",'
            % (aside, self.project.replace("-", "/").encode(), self.session)
        )
        if self.agent:
            self.middle += b'"agentId":"%b",' % self.agent

    def rows(self, size: int) -> list[bytes]:
        """Return rows of about so many bytes: turns to their end."""
        rows: list[bytes] = []
        left = size
        while True:
            turn = self._turn(left)
            rows += turn
            left -= sum(map(len, turn))
            if left < _LAST:
                return rows

    def _turn(self, left: int) -> list[bytes]:
        drawn = self.source.drawn
        self.at += drawn.randrange(3_000, 400_000)
        if self.at % DAY > DAY - 300_000:  # no answer stands on both sides of midnight
            self.at += 400_000
        if self.cached > _COMPACTED:
            self._begin_anew()
        rows = self._asked(left)
        if drawn.random() < 0.008:
            rows.append(self._refused())
        rows += self._answer(sum(map(len, rows)))
        return rows

    def _begin_anew(self) -> None:
        """Compact: the next prompt has no row before it."""
        self.cached, self.answered, self.tip = _FIRST_PROMPT, 0, b"null"
        self.calls.clear()

    def _asked(self, left: int) -> list[bytes]:
        """Return the rows that a prompt adds: results of tools, or what a user wrote."""
        if not self.calls:
            text = self.source.text(self.source.prose, min(300, left))
            return [self._user(b'"%b"' % text, b"")]
        rows = [self._result(name, call, left) for name, call in self.calls]
        self.calls.clear()
        return rows

    def _result(self, name: bytes, call: bytes, left: int) -> bytes:
        drawn = self.source.drawn
        size = min(drawn.choice(_RESULTS), max(left // 2 - 1_000, 200))
        output = self.source.text(self.source.code, size)
        if drawn.random() < 0.05:
            output += _QUOTED
        content = b'[{"tool_use_id":"%b","type":"tool_result","content":"%b"}]' % (call, output)
        if name == _TASK:
            agent = self.agents.pop() if self.agents else self.source.digits(8)
            beside = (
                b'{"status":"completed","agentId":"%b","totalTokens":4242,"totalToolUseCount":3,'
                b'"usage":{"input_tokens":31337,"output_tokens":31337}}' % agent
            )
        elif name == b"Bash":
            beside = b'{"stdout":"%b","stderr":"","interrupted":false,"isImage":false}' % output
        else:
            beside = b'{"filePath":"/home/dev/a.py","content":"%b"}' % output
        return self._user(content, b',"toolUseResult":%b' % beside)

    def _user(self, content: bytes, beside: bytes) -> bytes:
        self.at += 200
        uuid = self.source.uuid()
        row = _USER % (self.tip, self.middle, content, uuid, stamp(self.at), beside)
        self.tip = b'"%b"' % uuid
        return row

    def _refused(self) -> bytes:
        """Return a row that the client wrote in place of an answer."""
        block = b'{"type":"text","text":"API Error: Request was aborted."}'
        return self._row(b"<synthetic>", self.source.uuid(), block, b'"stop_sequence"', _NO_USAGE)

    def _answer(self, asked: int) -> list[bytes]:
        source, drawn = self.source, self.source.drawn
        message = b"msg_01%b" % source.digits(22)
        blocks, tools = self._blocks()
        fresh = drawn.randrange(3, 90)
        written = asked // 4 + self.answered
        output = sum(map(len, blocks)) // 3 + drawn.randrange(400)
        long = drawn.random() < 0.3
        short_written, long_written = (0, written) if long else (written, 0)
        growing = drawn.random() < 0.8  # else every row has the last count
        rows = []
        for at, block in enumerate(blocks, 1):
            last = at == len(blocks)
            so_far = output if last or not growing else min(output, 7 * at)
            usage = _USAGE % (fresh, written, self.cached, short_written, long_written, so_far)
            reason = (b'"tool_use"' if tools else b'"end_turn"') if last else b"null"
            rows.append(self._row(self.model, message, block, reason, usage))
        if drawn.random() < 0.02:
            rows.append(rows[-1])  # written twice
        counts = source.truth.days[day_of(self.at), self.model.decode()]
        for at, count in enumerate((fresh, self.cached, short_written, long_written, output)):
            counts[at] += count
        source.truth.counts["calls"] += 1
        source.truth.counts["rows_with_usage"] += len(rows)
        source.truth.counts["tools"] += tools
        self.cached, self.answered = self.cached + written, output
        return rows

    def _row(
        self, model: bytes, message: bytes, block: bytes, reason: bytes, usage: bytes
    ) -> bytes:
        self.at += self.source.drawn.randrange(200, 9_000)
        uuid = self.source.uuid()
        request = b"req_01%b" % message[-22:]
        row = _ASSISTANT % (
            *(self.tip, self.middle, model, message, block, reason, usage),
            *(request, uuid, stamp(self.at)),
        )
        self.tip = b'"%b"' % uuid
        return row

    def _blocks(self) -> tuple[list[bytes], int]:
        """Return the blocks of an answer, and how many of them call a tool."""
        source, drawn = self.source, self.source.drawn
        blocks = []
        if drawn.random() < 0.3:
            text = source.text(source.prose, 400)
            blocks.append(b'{"type":"thinking","thinking":"%b","signature":"c2ln"}' % text)
        if drawn.random() < 0.6:
            text = source.text(source.prose, 500)
            blocks.append(b'{"type":"text","text":"%b"}' % text)
        tools = drawn.choice((0, 1, 1, 1, 2)) if blocks else 1
        for _ in range(tools):
            name = _TASK if self.agents and drawn.random() < 0.2 else drawn.choice(TOOLS)
            call = b"toolu_01%b" % source.digits(22)
            # A key of a tool's arguments, not what a call used.
            trap = (
                b',"usage":{"input_tokens":77,"output_tokens":88}' if drawn.random() < 0.05 else b""
            )
            arguments = b'{"command":"%b"%b}' % (source.text(source.code, 150), trap)
            block = b'{"type":"tool_use","id":"%b","name":"%b","input":%b}' % (
                *(call, name),
                arguments,
            )
            blocks.append(block)
            self.calls.append((name, call))
        return blocks, tools
