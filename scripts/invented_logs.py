"""Logs of invented coding sessions, always the same: what the pages in the docs are made from.

    python scripts/invented_logs.py FOLDER

Four sessions of a coding agent over four days: files are read, some again and again, the context
grows, a cache goes cold, a subagent is sent out, the longest session is compacted.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

START: Final = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
OVERHEAD: Final = 17_400  # tokens of what the agent sends and its log lacks
FULL: Final = 118_000  # tokens of a context that is compacted
FILES: Final = {
    "src/cart/totals.py": 5200,
    "src/cart/coupons.py": 2600,
    "src/checkout/session.py": 7400,
    "src/checkout/taxes.py": 3100,
    "tests/test_totals.py": 4400,
    "docs/payments.md": 6100,
    "web/basket.tsx": 3800,
    "pnpm-lock.yaml": 14_800,
}
WORDS: Final = ("total", "price", "order", "line", "item", "tax", "rate", "test", "query", "join")
SESSIONS: Final = (
    ("cart totals", "claude-opus-5-5", 9, 11),
    ("coupons twice", "claude-sonnet-5-5", 6, 8),
    ("tax rounding", "claude-sonnet-5-5", 4, 6),
    ("flaky checkout", "claude-opus-5-5", 3, 7),
)


class Session:
    """Writes the rows of one conversation, with the usage that a cache of five minutes gives."""

    def __init__(self, number: int, model: str, start: datetime) -> None:
        self.rows: list[dict[str, Any]] = []
        self.id = f"5b1f3c0e-6a1d-4a52-9d0e-2f7c5e0a9b{number:02}"
        self.model, self.now = model, start
        self.random = random.Random(number)
        self.size = OVERHEAD  # tokens of the context
        self.cached, self.cached_at = 0, start
        self.parent: str | None = None
        self.count = 0

    def ask(self, tokens: int) -> None:
        """Add a message of the user."""
        self._row("user", {"role": "user", "content": self._text(tokens)})
        self.size += tokens

    def read(self, path: str) -> None:
        """Add a call that reads a file, which holds the same each time."""
        text = " ".join(random.Random(path).choices(WORDS, k=FILES[path]))
        self.step("Read", {"file_path": f"/home/dev/shop/{path}"}, FILES[path], text=text)

    def step(
        self,
        tool: str,
        arguments: dict[str, str],
        result: int,
        wait: float = 9,
        text: str | None = None,
    ) -> None:
        """Add a call that asks for a tool, and the text that the tool returns."""
        identity = f"toolu_{self.id[-2:]}{self.count:04}"
        use = {"type": "tool_use", "id": identity, "name": tool, "input": arguments}
        length = self.random.randint(12, 60)
        self._answer([{"type": "text", "text": self._text(length)}, use], length + 70, wait)
        content = [
            {"type": "tool_result", "tool_use_id": identity, "content": text or self._text(result)}
        ]
        self._row("user", {"role": "user", "content": content})
        self.size += result

    def end_turn(self, tokens: int) -> None:
        """Add the answer that a turn ends with."""
        self._answer([{"type": "text", "text": self._text(tokens)}], tokens, 14)

    def send_out(self, steps: int) -> None:
        """Add the calls of a subagent, which has a context of its own."""
        size, self.size = self.size, 9_800
        cached, self.cached = self.cached, 0
        model, self.model = self.model, "claude-haiku-5-5"
        aside = {"isSidechain": True, "agentId": f"a{self.id[-2:]}7c{self.count:03}"}
        task = {"role": "user", "content": self._text(90)}
        self._row("user", task, aside)
        for _ in range(steps):
            identity = f"toolu_{self.id[-2:]}{self.count:04}"
            use = {
                "type": "tool_use",
                "id": identity,
                "name": "Grep",
                "input": {"pattern": identity},
            }
            self._answer([{"type": "text", "text": self._text(50)}, use], 140, 6, aside)
            length = self.random.randint(900, 2600)
            content = [
                {"type": "tool_result", "tool_use_id": identity, "content": self._text(length)}
            ]
            self._row("user", {"role": "user", "content": content}, aside)
            self.size += length
        self.size, self.cached, self.model = size, cached, model

    def compact(self) -> None:
        """Leave a summary in place of everything."""
        self.parent = None
        self._row(
            "system", None, {"subtype": "compact_boundary", "content": "Conversation compacted"}
        )
        self._row("user", {"role": "user", "content": self._text(1900)}, {"isCompactSummary": True})
        self.size, self.cached = OVERHEAD + 1900, OVERHEAD

    def _answer(
        self,
        content: list[dict[str, Any]],
        output: int,
        wait: float,
        more: dict[str, Any] | None = None,
    ) -> None:
        self.now += timedelta(seconds=wait)
        cold = self.now - self.cached_at > timedelta(minutes=5)
        read = 0 if cold else min(self.cached, self.size)
        usage = {
            "input_tokens": 3,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": self.size - read - 3,
            "output_tokens": output,
        }
        self.cached, self.cached_at = self.size - 3, self.now
        message = {
            "id": f"msg_{self.id[-2:]}{self.count:04}",
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": content,
            "usage": usage,
        }
        self._row(
            "assistant",
            message,
            {"requestId": f"req_{self.id[-2:]}{self.count:04}", **(more or {})},
        )
        self.size += output

    def _row(
        self, kind: str, message: dict[str, Any] | None, more: dict[str, Any] | None = None
    ) -> None:
        identity = f"00000000-0000-4000-80{self.id[-2:]}-{self.count:012}"
        row: dict[str, Any] = {
            "type": kind,
            "uuid": identity,
            "parentUuid": self.parent,
            "sessionId": self.id,
            "timestamp": self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "cwd": "/home/dev/shop",
            **(more or {}),
        }
        if message is not None:
            row["message"] = message
        self.rows.append(row)
        self.count += 1
        if not row.get("isSidechain"):
            self.parent = identity

    def _text(self, tokens: int) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(tokens))


def write(folder: Path) -> list[Path]:
    """Write the logs; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, (name, model, turns, steps) in enumerate(SESSIONS, 1):
        session = Session(number, model, START + timedelta(days=number - 1, hours=number))
        for turn in range(turns):
            _turn(session, turn, steps)
        path = folder / f"{name.replace(' ', '-')}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in session.rows), "utf-8")
        paths.append(path)
    return paths


def _turn(session: Session, number: int, steps: int) -> None:
    session.ask(session.random.randint(20, 160))
    if number % 4 == 3:
        session.now += timedelta(minutes=12)  # the user was away: the cache goes cold
    for step in range(steps):
        if session.size > FULL:
            session.compact()
        kind = session.random.random()
        if kind < 0.45:
            session.read(session.random.choice(list(FILES)))
        elif kind < 0.7:
            session.step(
                "Bash",
                {"command": f"pytest -q -k {number}{step}"},
                session.random.randint(200, 2400),
                21,
            )
        elif kind < 0.9:
            path = session.random.choice(list(FILES)[:5])
            session.step("Edit", {"file_path": f"/home/dev/shop/{path}"}, 120)
        else:
            session.step(
                "Grep", {"pattern": f"round{number}{step}"}, session.random.randint(300, 900)
            )
        if number % 3 == 1 and step == 2:
            session.step("Task", {"description": "look through the payments docs"}, 420, 11)
            session.send_out(6)
    session.end_turn(session.random.randint(150, 600))


if __name__ == "__main__":
    for path in write(Path(sys.argv[1])):
        print(path)
