"""Text to be counted: mixed and without repeats, and the log of an agent that sends it all again.

The text is that of Python's standard library (code, and the prose of its documentation strings),
of records with random fields, and of shuffled words in twenty scripts: no block of it stands there
twice, and it is the same at every run on one version of Python.
"""

from __future__ import annotations

import ast
import json
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora.truth import Truth
from corpus import PROSE

MIXED_BYTES: Final = 20_000_000
HISTORY_BYTES: Final = 1_000_000_000
# Each request repeats all before it: of n requests (n + 1) / 2 times the text, 2 / (n + 1) is new.
REQUESTS: Final = 39  # of a session: 95 % are repeats
_FILE: Final = 200_000  # bytes of a file of mixed text
_BLOCK: Final = 3_000  # characters
# A name in braces would be a placeholder of a template.
_PLAIN: Final = str.maketrans("{}\ufffd", "() ")


def write_mixed(folder: Path, scale: float = 1.0, seed: int = 19) -> dict[str, Any]:
    """Write FOLDER/texts/*.txt, mixed text of which no block repeats, and its truth."""
    truth = Truth((), corpus="mixed", scale=scale, seed=seed)
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    blocks = _blocks(random.Random(seed))
    for number in range(max(round(MIXED_BYTES * scale) // _FILE, 1)):
        data, size = [], 0
        while size < _FILE:
            data.append(next(blocks).encode())
            size += len(data[-1])
        (folder / "texts" / f"text{number:04}.txt").write_bytes(b"\n".join(data))
        truth.counts.update(files=1, bytes=size + len(data) - 1)
    return truth.save(folder)


def write_history(folder: Path, scale: float = 1.0, seed: int = 23) -> dict[str, Any]:
    """Write FOLDER/history.jsonl, requests of sessions that each send their history again."""
    truth = Truth((), corpus="history", scale=scale, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    drawn = random.Random(seed)
    blocks = _blocks(drawn)
    left = round(HISTORY_BYTES * scale)
    with (folder / "history.jsonl").open("wb", 1 << 20) as file:
        while left > 0:
            messages: list[bytes] = []
            size = 0  # of the text of all messages so far
            for number in range(REQUESTS):
                roles = ("user", "assistant") if number else ("system", "user")
                for role in roles:
                    text = next(blocks)
                    size += len(text.encode())
                    truth.counts.update(messages=1, distinct_bytes=len(text.encode()))
                    messages.append(_message(role, text))
                request = b'{"model":"gpt-4o","messages":[%b]}\n' % b",".join(messages)
                file.write(request)
                truth.counts.update(rows=1, text_bytes=size, messages_sent=len(messages))
                left -= size
                if left <= 0:
                    break
        truth.counts.update(files=1, bytes=file.tell())
    return truth.save(folder)


def _message(role: str, text: str) -> bytes:
    return json.dumps({"role": role, "content": text}, ensure_ascii=False).encode()


def _blocks(drawn: random.Random) -> Iterator[str]:
    """Yield blocks of text: of code and prose each once, of the rest as many as are asked for."""
    library = _library(drawn)
    while True:
        kind = drawn.random()
        if kind < 0.55:
            block = next(library, None)
            if block is not None:
                yield block
                continue
        if kind < 0.8:
            yield _records(drawn)
        else:
            yield _shuffled(drawn)


def _library(drawn: random.Random) -> Iterator[str]:
    """Yield blocks of the standard library's code, and of its documentation strings."""
    paths = sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py"))
    paths = [path for path in paths if "site-packages" not in path.parts]
    drawn.shuffle(paths)
    for path in paths:
        text = path.read_text("utf-8", "replace").translate(_PLAIN)
        for at in range(0, len(text), _BLOCK):
            yield text[at : at + _BLOCK]
        yield from _prose(text)


def _prose(code: str) -> Iterator[str]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    text = "\n\n".join(
        documentation
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and (documentation := ast.get_docstring(node))
    )
    for at in range(0, len(text), _BLOCK):
        yield text[at : at + _BLOCK]


def _records(drawn: random.Random) -> str:
    """Return lines of a log of a service."""
    lines = []
    for _ in range(14):
        draw = drawn.getrandbits(128)
        lines.append(
            json.dumps(
                {
                    "time": f"2026-0{1 + draw % 9}-{10 + draw % 19}T{draw % 24:02}:14:07Z",
                    "level": drawn.choice(("info", "warning", "error")),
                    "request": f"{draw:032x}",
                    "path": f"/v1/orders/{draw >> 100}",
                    "milliseconds": draw % 9973 / 10,
                    "message": " ".join(drawn.choices(PROSE["en"].split(), k=9)),
                }
            )
        )
    return "\n".join(lines)


def _shuffled(drawn: random.Random) -> str:
    """Return words of one script (characters, where it has no spaces) in another order."""
    text = PROSE[drawn.choice(list(PROSE))]
    words = text.split() if text.count(" ") > 3 else list(text)
    joint = " " if text.count(" ") > 3 else ""
    return joint.join(drawn.choices(words, k=_BLOCK // 2 // (len(text) // len(words) + 1)))
