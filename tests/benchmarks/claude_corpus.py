"""A seeded corpus of Claude Code sessions with its truth: `python claude_corpus.py FOLDER [MB]`.

Writes FOLDER/projects/<project>/<session>.jsonl (and subagents beside them) and FOLDER/truth.json.
Its traps are those of real logs: a row per content block with the output growing, resumed sessions
that copy the rows of another file under a new session id, answers of no model, usage quoted inside
tool output (escaped) and standing as a real key inside a tool's input and result.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FILES = 100
MODELS = ("claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001")
UNITS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
TOOLS = ("Bash", "Read", "Edit", "Grep", "Task")
WORDS = [
    "the",
    "function",
    "returns",
    "value",
    "when",
    "request",
    "fails",
    "retry",
    "after",
    "error",
    "in",
    "module",
    "test",
    "pass",
    "config",
    "update",
    "handler",
    "parse",
    "token",
    "stream",
    "buffer",
    "cache",
    "index",
    "query",
    "result",
    "user",
    "session",
    "file",
    "path",
]
QUOTED = '{"type":"assistant","message":{"id":"msg_quoted","usage":{"input_tokens":999999}}}'


class Corpus:
    """The corpus while it is written."""

    def __init__(self, folder: Path, megabytes: int, seed: int = 7) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.size = megabytes * 1_000_000 // FILES
        self.truth: dict[tuple[str, str], dict[str, int]] = defaultdict(
            lambda: dict.fromkeys(UNITS, 0)
        )
        self.messages = 0
        self.rows = 0
        self.tools: dict[str, int] = defaultdict(int)
        self.tip: str | None = None  # the row that the next one answers
        self.asked: list[str] = []  # ids of tool calls that have no result yet
        self.answered = 0  # tokens of the answer before: the next prompt holds them
        self.sentences = [self._sentence(4000) for _ in range(40)]

    def write(self) -> dict[str, Any]:
        """Write all files and return the truth."""
        before: list[dict[str, Any]] = []
        for number in range(FILES):
            project = f"-home-dev-project{number % 7}"
            session = self._uuid()
            rows = self._session(number, project, session, before)
            path = self.folder / "projects" / project / f"{session}.jsonl"
            if number % 10 == 9:
                path = path.parent / session / "subagents" / f"agent-{self._hex(8)}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8") as file:
                for row in rows:
                    self.rows += 1
                    file.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n")
            before = rows
        truth = {
            "files": FILES,
            "rows": self.rows,
            "messages": self.messages,
            "tools": dict(sorted(self.tools.items())),
            "days": {f"{day} {model}": units for (day, model), units in sorted(self.truth.items())},
        }
        (self.folder / "truth.json").write_text(json.dumps(truth, indent=1))
        return truth

    def _session(
        self, number: int, project: str, session: str, before: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        at = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(hours=17 * number)
        base = {
            "userType": "external",
            "cwd": project.replace("-", "/"),
            "sessionId": session,
            "version": "2.1.7",
            "gitBranch": "main",
            "isSidechain": number % 10 == 9,
        }
        if base["isSidechain"]:
            base["agentId"] = self._hex(8)
        rows: list[dict[str, Any]] = []
        if number % 4 == 3:  # resumed: the beginning of the file before, under this session
            rows = [{**row, "sessionId": session} for row in before[: len(before) // 3]]
        written = sum(len(json.dumps(row)) for row in rows[-20:]) // 20 * len(rows) if rows else 0
        cached = 18_000
        self.tip = rows[-1]["uuid"] if rows else None
        while written < self.size:
            at += timedelta(seconds=self.random.randrange(3, 600))
            stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{self.random.randrange(1000):03d}Z"
            turn, cached = self._turn(base, stamp, cached)
            for row in turn:  # each answers the row before it
                row["parentUuid"], self.tip = self.tip, row["uuid"]
            if cached == 18_000:  # compacted: the next prompt begins anew
                self.tip = None
            rows += turn
            written += sum(len(json.dumps(row, separators=(",", ":"))) for row in turn)
        return rows

    def _turn(self, base: dict[str, Any], at: str, cached: int) -> tuple[list[dict[str, Any]], int]:
        user = {
            "type": "user",
            "uuid": self._uuid(),
            "parentUuid": self._uuid(),
            "timestamp": at,
            **base,
            "message": {"role": "user", "content": self._user_content()},
        }
        if self.random.random() < 0.2:
            user["toolUseResult"] = {
                "stdout": QUOTED,
                "totalTokens": 4242,
                "usage": {"input_tokens": 31337},
            }
        rows = [user]
        if self.random.random() < 0.5:  # two tools ran at once
            rows.append({**user, "uuid": self._uuid(), "message": self._result()})
        if self.random.random() < 0.01:
            rows.append(self._assistant(base, at, f"{self._uuid()}", "<synthetic>", [], {}, None))
        self.asked.clear()  # results answer the call before them
        model = self.random.choice(MODELS)
        message = f"msg_01{self._hex(22)}"
        fresh = self.random.randrange(3, 90)
        # What came since the prompt before it, at about four characters a token.
        written = sum(len(json.dumps(row["message"])) for row in rows) // 4 + self.answered
        output = self.random.randrange(40, 3000)
        long = self.random.random() < 0.3
        split = {
            "ephemeral_5m_input_tokens": 0 if long else written,
            "ephemeral_1h_input_tokens": written if long else 0,
        }
        blocks = self._blocks()
        self.answered = output
        for at_block, block in enumerate(blocks):
            last = at_block == len(blocks) - 1
            usage = {
                "input_tokens": fresh,
                "cache_creation_input_tokens": written,
                "cache_read_input_tokens": cached,
                "cache_creation": split,
                "output_tokens": output if last else min(output, 1 + 7 * at_block),
                "service_tier": "standard",
                "inference_geo": "",
            }
            reason = ("tool_use" if block["type"] == "tool_use" else "end_turn") if last else None
            rows.append(self._assistant(base, at, message, model, [block], usage, reason))
        self._count(at[:10], model, fresh, cached, written, long, output, blocks)
        return rows, (cached + written) if cached < 150_000 else 18_000

    def _count(
        self,
        day: str,
        model: str,
        fresh: int,
        cached: int,
        written: int,
        long: bool,
        output: int,
        blocks: list[dict[str, Any]],
    ) -> None:
        self.messages += 1
        units = self.truth[day, model]
        units["input"] += fresh
        units["cache_read"] += cached
        units["cache_write_1h" if long else "cache_write_5m"] += written
        units["output"] += output
        for block in blocks:
            if block["type"] == "tool_use":
                self.tools[block["name"]] += 1

    def _assistant(
        self,
        base: dict[str, Any],
        at: str,
        message: str,
        model: str,
        content: list[dict[str, Any]],
        usage: dict[str, Any],
        reason: str | None,
    ) -> dict[str, Any]:
        return {
            "parentUuid": self._uuid(),
            **base,
            "message": {
                "model": model,
                "id": message,
                "type": "message",
                "role": "assistant",
                "content": content,
                "stop_reason": reason,
                "stop_sequence": None,
                "usage": usage or {"input_tokens": 0, "output_tokens": 0},
            },
            "requestId": f"req_01{message[-22:]}",
            "type": "assistant",
            "uuid": self._uuid(),
            "timestamp": at,
        }

    def _blocks(self) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = []
        if self.random.random() < 0.4:
            blocks.append({"type": "thinking", "thinking": self._prose(400), "signature": "c2ln"})
        blocks.append({"type": "text", "text": self._prose(600)})
        if self.random.random() < 0.6:
            arguments: dict[str, Any] = {"command": self._prose(120)}
            if self.random.random() < 0.1:
                arguments["usage"] = {"input_tokens": 77, "output_tokens": 88}
            name = self.random.choice(TOOLS)
            block = {"type": "tool_use", "id": f"toolu_{self._hex(20)}", "name": name}
            self.asked.append(str(block["id"]))
            blocks.append({**block, "input": arguments})
        return blocks

    def _user_content(self) -> Any:
        if self.random.random() < 0.3:
            return self._prose(300)
        return self._result()["content"]

    def _result(self) -> dict[str, Any]:
        output = self._prose(self.random.choice((500, 4000, 12_000, 40_000)))
        if self.random.random() < 0.1:
            output = f"{output}\n{QUOTED}\n"
        name = self.asked.pop() if self.asked else f"toolu_{self._hex(20)}"
        block = {"type": "tool_result", "tool_use_id": name, "content": output}
        return {"role": "user", "content": [block]}

    def _prose(self, size: int) -> str:
        start = self.random.randrange(4000)  # so that hardly any two texts are the same
        text = self.random.choice(self.sentences)[start:]
        while len(text) < size:
            text += self.random.choice(self.sentences)
        return text[:size]

    def _sentence(self, size: int) -> str:
        words: list[str] = []
        while sum(map(len, words)) + len(words) < size:
            words.append(self.random.choice(WORDS))
            if self.random.random() < 0.1:
                words.append("\n    ")
        return " ".join(words)

    def _hex(self, size: int) -> str:
        return f"{self.random.getrandbits(size * 4):0{size}x}"

    def _uuid(self) -> str:
        hex_ = self._hex(32)
        return f"{hex_[:8]}-{hex_[8:12]}-{hex_[12:16]}-{hex_[16:20]}-{hex_[20:]}"


if __name__ == "__main__":
    truth_ = Corpus(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 250).write()
    print({key: value for key, value in truth_.items() if key != "days"})
