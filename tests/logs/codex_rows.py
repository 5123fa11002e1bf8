"""Rows of Codex sessions, some forked from others, read in every order."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from logs.reading import store_of
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import Store, settle

START = datetime(2026, 9, 1, 10, tzinfo=UTC)
ROOT, CHILD, GRANDCHILD = "root-session", "child-session", "grandchild-session"


def stamp(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def row(seconds: float, kind: str, **payload: Any) -> dict[str, Any]:
    return {"timestamp": stamp(seconds), "type": kind, "payload": payload}


def head(session: str, seconds: float, origin: str | None = None, **more: Any) -> dict[str, Any]:
    forked = {"forked_from_id": origin} if origin else {}
    return row(
        seconds,
        "session_meta",
        id=session,
        timestamp=stamp(seconds),
        cwd="/p",
        **forked,
        model_provider="openai",
        **more,
    )


def spawned(session: str, seconds: float, parent: str, depth: int = 1) -> dict[str, Any]:
    thread = {"parent_thread_id": parent, "depth": depth}
    return head(session, seconds, source={"subagent": {"thread_spawn": thread}})


def turn(seconds: float, name: str | None, started: float | None = None) -> list[dict[str, Any]]:
    named = {"turn_id": name} if name else {}
    begins = (
        []
        if started is None
        else [
            row(
                seconds,
                "event_msg",
                type="task_started",
                **named,
                started_at=int((START + timedelta(seconds=started)).timestamp()),
            )
        ]
    )
    return [*begins, row(seconds, "turn_context", model="gpt-5.4", **named)]


def count(seconds: float, total: int, last: int, output: int = 10) -> dict[str, Any]:
    """Return a row that counts `total` tokens of input so far, `last` of them just now."""

    def usage(tokens: int, written: int) -> dict[str, int]:
        return {
            "input_tokens": tokens,
            "cached_input_tokens": 0,
            "output_tokens": written,
            "reasoning_output_tokens": 0,
        }

    info = {
        "total_token_usage": usage(total, output * total // 1000),
        "last_token_usage": usage(last, output * last // 1000),
    }
    return row(seconds, "event_msg", type="token_count", info=info)


def turn_id(seconds: float) -> str:
    """Return an id of version 7 that holds this time."""
    milliseconds = int((START + timedelta(seconds=seconds)).timestamp() * 1000)
    digits = f"{milliseconds:012x}"
    return f"{digits[:8]}-{digits[8:]}-7abc-8abc-0123456789ab"


Rows = list[dict[str, Any]]


def read(folder: Path, **files: Rows) -> tuple[list[Call], Any]:
    """Read sessions in two orders, and as stores that are combined: all must be the same."""
    paths = []
    for name, rows in files.items():
        path = folder / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in rows))
        paths.append(path)
    first = settle(store_of(*paths))
    random.Random(3).shuffle(paths)
    combined = Store()
    for path in paths:
        combined = combined.combine(store_of(path))
    calls, audit = settle(combined)
    assert (calls, audit) == first
    return calls, audit


def response(seconds: float, name: str, tokens: int, **more: Any) -> dict[str, Any]:
    usage = {"input_tokens": tokens, "cached_input_tokens": 0, "output_tokens": tokens // 100}
    return row(seconds, "token_usage_record", response_id=f"resp_{name:0>30}", usage=usage, **more)
