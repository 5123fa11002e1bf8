"""Five million short answers: what was used, and hardly anything else. About 305 B a row.

1 % of the rows stand there twice.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora.times import SECOND, START, day_of
from benchmarks.corpora.truth import Truth

ROWS: Final = 5_000_000
UNITS: Final = ("input", "cache_read", "output", "reasoning")
MODELS: Final = (b"gpt-5-mini-2025-08-07", b"gpt-4.1-2025-04-14", b"gpt-4o-mini-2024-07-18")
_ROW: Final = (
    b'{"id":"chatcmpl-%029x","object":"chat.completion","created":%d,"model":"%b",'
    b'"usage":{"prompt_tokens":%d,"completion_tokens":%d,'
    b'"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d},'
    b'"completion_tokens_details":{"reasoning_tokens":%d}}}\n'
)
_AT_ONCE: Final = 10_000  # rows of one write; a row comes twice within them
_A_DAY: Final = 50_000  # rows


def write_usage_rows(folder: Path, scale: float = 1.0, seed: int = 13) -> dict[str, Any]:
    """Write FOLDER/usage.jsonl, and return its truth."""
    drawn = random.Random(seed)
    truth = Truth(UNITS, corpus="usage", scale=scale, seed=seed)
    rows = max(round(ROWS * scale), 100)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "usage.jsonl").open("wb") as file:
        for begun in range(0, rows, _AT_ONCE):
            file.write(b"".join(_some_rows(drawn, truth, begun, min(_AT_ONCE, rows - begun))))
        truth.counts.update(files=1, bytes=file.tell(), rows=rows)
    return truth.save(folder)


def _some_rows(drawn: random.Random, truth: Truth, begun: int, size: int) -> list[bytes]:
    created = START // SECOND + begun * 86_400 // _A_DAY
    totals = [truth.days[day_of(created * SECOND), model.decode()] for model in MODELS]
    twice = size // 100
    rows = []
    for _ in range(size - twice):
        draw = drawn.getrandbits(180)
        model = draw % 3
        prompt = 200 + (draw >> 116 & 0x1FFF)
        cached = prompt // 256 * 128 if draw >> 129 & 1 else 0
        reasoning = draw >> 130 & 0xFF
        output = reasoning + 1 + (draw >> 138 & 0x3FF)
        total = totals[model]
        total[0] += prompt - cached
        total[1] += cached
        total[2] += output - reasoning
        total[3] += reasoning
        rows.append(
            _ROW
            % (
                *(draw & (1 << 116) - 1, created, MODELS[model]),
                *(prompt, output, prompt + output, cached, reasoning),
            )
        )
    truth.counts.update(calls=len(rows), delivered_twice=twice)
    for row in drawn.sample(rows, twice):
        rows.insert(drawn.randrange(len(rows)), row)
    return rows
