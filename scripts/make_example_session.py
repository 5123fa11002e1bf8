"""Write examples/agent-session: a session of a coding agent with sub-agents, as Claude Code has it.

    python scripts/make_example_session.py

All of it is made up: files, words and numbers. The usage follows from the text: prompts grow by
what answers and tools add, a cache of five minutes is read and written, a pause breaks it, and a
compaction replaces the context.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[1] / "examples" / "agent-session"
SESSION: Final = "4d1c7a52-0b7e-4a35-9a51-6f0e2f0c9b11"
MODEL: Final = "claude-opus-4-6"
AGENT_MODEL: Final = "claude-haiku-4-5-20251001"
HEAD: Final = 15_400  # tokens of system prompt and tools, which no log has
AGENT_HEAD: Final = 6_200
BYTES_PER_TOKEN: Final = 3.6
TTL: Final = 300  # seconds
NOUNS: Final = (
    *("order", "invoice", "customer", "ledger", "refund"),
    *("payment", "cart", "price", "stock", "rate"),
)
VERBS: Final = ["load", "check", "apply", "round", "merge", "split", "export", "index"]

Block = dict[str, Any]


class Thread:
    """One conversation: its rows, the size of its context, and what the cache holds."""

    def __init__(self, writer: Writer, model: str, head: int, agent: str | None = None) -> None:
        self.writer, self.model, self.head, self.agent = writer, model, head, agent
        self.rows: list[dict[str, Any]] = []
        self.above: str | None = None
        self.context = head
        self.cached, self.cached_at = 0, datetime(2000, 1, 1, tzinfo=UTC)

    def user(self, content: str | list[Block], **fields: Any) -> None:
        """Add a message of the user, or results of tools."""
        self._row("user", {"role": "user", "content": content}, **fields)
        self.context += _tokens(content)

    def answer(self, *blocks: Block, stop: str | None = None) -> None:
        """Add an answer: one row a block, with the usage of the request."""
        writer = self.writer
        alive = (writer.at - self.cached_at).total_seconds() <= TTL
        read = self.cached if alive else 0
        size = max(12, _tokens(list(blocks)))
        usage = {
            "input_tokens": 4,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": self.context - read - 4,
            "output_tokens": size,
            "service_tier": "standard",
        }
        message = f"msg_01{writer.name(22)}"
        reason = stop or ("tool_use" if blocks[-1]["type"] == "tool_use" else "end_turn")
        for at, block in enumerate(blocks):
            last = at == len(blocks) - 1
            self._row(
                "assistant",
                {
                    "model": self.model,
                    "id": message,
                    "type": "message",
                    "role": "assistant",
                    "content": [block],
                    "stop_reason": reason if last else None,
                    "usage": usage if last else {**usage, "output_tokens": 1},
                },
                requestId=f"req_01{message[-20:]}",
            )
        self.cached, self.cached_at = self.context, writer.at
        self.context += size
        writer.wait(size / 60)

    def tool(self, name: str, arguments: dict[str, Any], result: str, words: str = "") -> None:
        """Ask for a tool, with a few words before, and add its result."""
        call = self.writer.call(name, arguments)
        self.answer(*([_text(words)] if words else []), call)
        self.result(call, result)

    def result(self, call: Block, result: str, **fields: Any) -> None:
        """Add the result of a tool call."""
        self.user([{"type": "tool_result", "tool_use_id": call["id"], "content": result}], **fields)
        self.writer.wait(2)

    def compact(self, summary: str) -> None:
        """Replace the context by a summary."""
        before, self.above = self.above, None
        self._row(
            "system",
            None,
            subtype="compact_boundary",
            logicalParentUuid=before,
            compactMetadata={"trigger": "auto", "preTokens": self.context},
        )
        self.context, self.cached = self.head, 0
        self.user(summary, isCompactSummary=True)

    def _row(self, kind: str, message: dict[str, Any] | None, **fields: Any) -> None:
        row = {
            "parentUuid": self.above,
            "isSidechain": self.agent is not None,
            "userType": "external",
            "cwd": "/home/dev/shop",
            "sessionId": SESSION,
            "version": "2.1.40",
            "gitBranch": "fix/rounding",
            **({"agentId": self.agent} if self.agent else {}),
            "type": kind,
            **({"message": message} if message else {}),
            **fields,
            "uuid": self.writer.uuid(),
            "timestamp": f"{self.writer.at:%Y-%m-%dT%H:%M:%S}.000Z",
        }
        self.rows.append(row)
        self.above = str(row["uuid"])


class Writer:
    """The clock, the names and the made-up texts of the session."""

    def __init__(self) -> None:
        self.random = random.Random(15)
        self.at = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=max(1, round(seconds)))

    def name(self, size: int) -> str:
        """Return letters and digits."""
        return "".join(self.random.choices("abcdefghjkmnpqrstuvwxyz23456789", k=size))

    def uuid(self) -> str:
        """Return a name in the form of a UUID."""
        digits = f"{self.random.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def call(self, name: str, arguments: dict[str, Any]) -> Block:
        """Return a tool call."""
        return {
            "type": "tool_use",
            "id": f"toolu_01{self.name(20)}",
            "name": name,
            "input": arguments,
        }

    def code(self, functions: int) -> str:
        """Return a module of so many functions, with line numbers as a tool returns it."""
        return "\n".join(f"{at:5}\t{line}" for at, line in enumerate(self._lines(functions), 1))

    def _lines(self, functions: int) -> Iterator[str]:
        for at in range(functions):
            verb, noun = self.random.choice(VERBS), self.random.choice(NOUNS)
            other = self.random.choice(NOUNS)
            yield f"def {verb}_{noun}_{at}(self, {noun}: {noun.title()}, {other}: int) -> Decimal:"
            yield f'    """Return what a {noun} comes to after its {other} was looked at."""'
            yield f"    rate = self.rates.get({noun}.{other}_code, Decimal({at}))"
            yield f"    if {other} > {self.random.randrange(2, 90)}:"
            yield f"        return {noun}.amount * rate - self.discount({other})"
            yield f"    return round({noun}.amount * rate, {self.random.randrange(0, 4)})"
            yield ""

    def report(self, tests: int, failing: int) -> str:
        """Return what a run of the tests prints."""
        lines = [
            f"tests/test_{self.random.choice(NOUNS)}.py::test_{self.random.choice(VERBS)}_{at} "
            f"{'FAILED' if at < failing else 'PASSED'}"
            for at in range(tests)
        ]
        return "\n".join([*lines, f"{failing} failed, {tests - failing} passed in 4.2s"])


def _text(words: str) -> Block:
    return {"type": "text", "text": words}


def _tokens(content: Any) -> int:
    size = len(content) if isinstance(content, str) else len(json.dumps(content))
    return round(size / BYTES_PER_TOKEN)


def explore(writer: Writer, agent: str, task: str, files: list[tuple[str, int]]) -> Thread:
    """Return the conversation of a sub-agent that reads files and answers."""
    thread = Thread(writer, AGENT_MODEL, AGENT_HEAD, agent)
    thread.user(task)
    thread.tool("Grep", {"pattern": "round(", "path": "src"}, writer.code(12))
    for path, functions in files:
        thread.tool("Read", {"file_path": path}, writer.code(functions))
    thread.answer(_text("Rounding happens in three places; only the ledger rounds twice."))
    return thread


def main_thread(writer: Writer) -> tuple[Thread, list[Thread]]:
    """Return the conversation of the user, and those of its sub-agents."""
    main = Thread(writer, MODEL, HEAD)
    agents: list[Thread] = []
    prices, ledger = "/home/dev/shop/src/prices.py", "/home/dev/shop/src/ledger.py"
    source = writer.code(110)
    main.user("The invoice total is a cent off for some orders. Find out why and fix it.")
    main.tool(
        "Bash", {"command": "pytest -q"}, writer.report(140, 3), "I will look at the tests first."
    )
    main.tool("Read", {"file_path": prices}, source)
    tasks = [
        writer.call("Task", {"subagent_type": "Explore", "prompt": f"Where do we round in {part}?"})
        for part in ("src/", "the tests")
    ]
    main.answer(_text("Two agents can look in parallel."), *tasks)
    started = writer.at
    for at, (task, name) in enumerate(zip(tasks, ("a7f3c2e", "b81d09a"), strict=True)):
        writer.at = started + timedelta(seconds=2 + at)
        paths = [(f"/home/dev/shop/src/{noun}.py", 40) for noun in NOUNS[at * 3 : at * 3 + 3]]
        agent = explore(writer, name, task["input"]["prompt"], paths)
        agents.append(agent)
        report = "Rounding happens in three places; only the ledger rounds twice."
        main.result(task, report, toolUseResult={"agentId": name, "status": "completed"})
    main.tool("Read", {"file_path": ledger}, writer.code(90), "The ledger rounds twice.")
    main.tool(
        "Edit",
        {"file_path": ledger, "old_string": "round(total, 2)", "new_string": "total"},
        "The file was updated.",
    )
    main.tool("Bash", {"command": "pytest -q"}, writer.report(140, 1))
    main.answer(_text("One test still fails: it expects the old rounding of refunds."))
    writer.wait(900)  # the user is away: the cache is gone
    main.user("Refunds must round half up. Change the test as well.")
    main.tool("Read", {"file_path": prices}, source, "Let me look at the prices again.")
    for at in range(6):
        main.tool("Bash", {"command": "pytest -q tests/test_refund.py"}, writer.report(30, 1))
        if at == 2:
            main.tool("Read", {"file_path": "/home/dev/shop/tests/test_refund.py"}, writer.code(60))
    main.tool(
        "Write",
        {"file_path": "/home/dev/shop/tests/test_refund.py", "content": writer.code(20)},
        "The file was written.",
    )
    main.tool("Bash", {"command": "pytest -q"}, writer.report(140, 0))
    main.answer(_text("All tests pass: refunds round half up, and the ledger rounds once."))
    writer.wait(60)
    main.compact(
        "Summary: the ledger rounded twice; fixed in src/ledger.py. Refunds round half up, with a "
        "new test. All 140 tests pass. Left to do: the change log."
    )
    main.user("Write a line for the change log, then commit.")
    main.tool("Read", {"file_path": "/home/dev/shop/CHANGELOG.md"}, writer.code(8))
    main.tool(
        "Edit",
        {"file_path": "/home/dev/shop/CHANGELOG.md", "old_string": "", "new_string": "- Rounding"},
        "The file was updated.",
    )
    main.tool("Bash", {"command": "git commit -am 'fix: round once'"}, "[fix/rounding 41c0de7]")
    main.answer(_text("Committed as 41c0de7."))
    return main, agents


def write() -> None:
    """Write the session, its sub-agents, and what type these are."""
    main, agents = main_thread(Writer())
    inside = FOLDER / SESSION / "subagents"
    inside.mkdir(parents=True, exist_ok=True)
    _write(FOLDER / f"{SESSION}.jsonl", main.rows)
    for thread in agents:
        _write(inside / f"agent-{thread.agent}.jsonl", thread.rows)
        about = json.dumps({"agentType": "Explore"}) + "\n"
        (inside / f"agent-{thread.agent}.meta.json").write_text(about, "utf-8")


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = (json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    write()
