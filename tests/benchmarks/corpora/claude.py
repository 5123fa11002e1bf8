"""The Claude Code logs of a machine: projects, sessions, their subagents, sessions that continue.

FOLDER/projects/<project>/<session>.jsonl and <session>/subagents/agent-<id>.jsonl. The traps are
those of real logs: a row per content block with the output growing, rows written twice, resumed
sessions that copy the rows of another file under their own session id, answers of no model, usage
quoted inside a tool's output (escaped) and standing as a real key inside a tool's input and result.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora.claude_rows import UNITS, Session, Source
from benchmarks.corpora.claude_sizes import file_sizes
from benchmarks.corpora.times import DAY, START
from benchmarks.corpora.truth import NAME, Truth, read_truth

MODELS: Final = (
    b"claude-opus-4-5-20251101",
    b"claude-opus-4-5-20251101",
    b"claude-sonnet-4-5-20250929",
    b"claude-haiku-4-5-20251001",
)
_DAYS: Final = 100
_FILES_A_PROJECT: Final = 136
_LARGEST_AGENT: Final = 1_500_000  # bytes
_EVERY: Final = 12  # sessions: one that continues another
_COPIED: Final = 2_000_000  # bytes of a session that another one may copy


@dataclass
class _File:
    session: Session
    size: int
    path: Path
    is_resumed: bool = False


@dataclass
class _Writer:
    folder: Path
    source: Source
    truth: Truth
    # By project, the rows of its last session and their session id.
    before: dict[str, tuple[bytes, list[bytes]]] = field(default_factory=dict)

    def write(self, file: _File) -> None:
        session, size = file.session, file.size
        rows: list[bytes] = []
        if file.is_resumed:
            rows = self._copied(session, size)
        rows += session.rows(max(size - sum(map(len, rows)), 0))
        if not session.agent:
            self.before[session.project] = session.session, rows
        file.path.parent.mkdir(parents=True, exist_ok=True)
        data = b"".join(rows)
        file.path.write_bytes(data)
        self.truth.counts.update(files=1, rows=len(rows), bytes=len(data))
        if session.agent and session.agent[-1] in b"01234567":  # older builds wrote none
            about = file.path.with_name(f"agent-{session.agent.decode()}.meta.json")
            about.write_text(json.dumps({"agentType": "Explore"}))

    def _copied(self, session: Session, size: int) -> list[bytes]:
        """Return the head of another session of the project, under this session's id."""
        other, rows = self.before.get(session.project, (b"", []))
        limit = min(size // 2, _COPIED)
        head: list[bytes] = []
        for row in rows:
            limit -= len(row)
            if limit < 0:
                break
            head.append(row.replace(other, session.session))
        # It ends with what a user wrote, so that no answer is cut off.
        while head and b'"role":"user"' not in head[-1]:
            head.pop()
        if head:
            session.tip = b'"%b"' % json.loads(head[-1])["uuid"].encode()
            self.truth.counts.update(resumed=1, rows_copied=len(head))
        return head


def _files(folder: Path, sizes: list[int], source: Source) -> Iterator[_File]:
    """Yield a session and the subagents of it for each group of sizes."""
    drawn = source.drawn
    projects = max(len(sizes) // _FILES_A_PROJECT, 2)
    at, number = 0, 0
    while at < len(sizes):
        agents: list[tuple[bytes, int]] = []
        main = sizes[at]
        at += 1
        for size in sizes[at : at + drawn.choice((0, 0, 0, 1, 1, 2, 4))]:
            if size > _LARGEST_AGENT:
                break
            agents.append((source.digits(8), size))
            at += 1
        project = f"-home-dev-project{number % projects}"
        begun = START + at * _DAYS * DAY // len(sizes)
        session, model = source.uuid(), drawn.choice(MODELS)
        place = folder / "projects" / project
        ids = [agent for agent, _ in agents]
        yield _File(
            Session(source, project, session, model, begun, agents=ids),
            main,
            place / f"{session.decode()}.jsonl",
            is_resumed=number % _EVERY == 5,
        )
        for agent, size in agents:
            yield _File(
                Session(source, project, session, drawn.choice(MODELS), begun + 60_000, agent),
                size,
                place / session.decode() / "subagents" / f"agent-{agent.decode()}.jsonl",
            )
        number += 1


def write_claude(folder: Path, scale: float = 1.0, seed: int = 7) -> dict[str, Any]:
    """Write the corpus, and return its truth."""
    drawn = random.Random(seed)
    truth = Truth(UNITS, corpus="claude", scale=scale, seed=seed)
    source = Source(drawn, truth)
    writer = _Writer(folder, source, truth)
    for file in _files(folder, file_sizes(scale, drawn), source):
        writer.write(file)
    return truth.save(folder)


def append_claude(folder: Path, size: int = 1_000_000, seed: int = 8) -> tuple[Path, int]:
    """Continue one session by so many bytes, and its truth. Return its file and size before.

    `restore_claude` takes both back.
    """
    path = sorted(folder.glob("projects/*/*.jsonl"), key=lambda path: path.stat().st_size)[-3]
    before = path.stat().st_size
    known = read_truth(folder)
    truth = Truth(UNITS)
    for key, usage in known["days"].items():
        day, model = key.split(" ", 1)
        truth.days[day, model] = [usage[unit] for unit in UNITS]
    facts = {name: value for name, value in known.items() if name not in ("days", "usage")}
    truth.facts = facts
    (folder / f"{NAME}.before").write_text((folder / NAME).read_text())
    project = path.parent.name
    last = START + (_DAYS + 2) * DAY
    session = Session(
        Source(random.Random(seed), truth), project, path.stem.encode(), MODELS[0], last
    )
    rows = session.rows(size)
    with path.open("ab") as file:
        file.write(b"".join(rows))
    for name in ("calls", "rows_with_usage", "tools"):
        truth.counts[name] += facts.pop(name)
    truth.counts["rows"] = facts.pop("rows") + len(rows)
    truth.counts["bytes"] = path.stat().st_size - before + facts.pop("bytes")
    truth.save(folder)
    return path, before


def restore_claude(folder: Path, path: Path, size: int) -> None:
    """Take back what was appended."""
    with path.open("r+b") as file:
        file.truncate(size)
    (folder / f"{NAME}.before").replace(folder / NAME)
