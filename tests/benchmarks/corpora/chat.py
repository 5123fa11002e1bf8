"""A log of chat completions: a request and its answer a line, about 8 kB each.

About 1 % of the lines are delivered twice, a little later, and 2 % are errors without usage.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora.text_pool import TextPool, code, prose
from benchmarks.corpora.times import SECOND, START, day_of, stamp
from benchmarks.corpora.truth import Truth

BYTES: Final = 1_000_000_000
UNITS: Final = ("input", "cache_read", "output", "reasoning")
MODELS: Final = (
    (b"gpt-5-mini", b"gpt-5-mini-2025-08-07"),
    (b"gpt-4.1", b"gpt-4.1-2025-04-14"),
    (b"gpt-4o-mini", b"gpt-4o-mini-2024-07-18"),
)
_REQUEST: Final = (
    b'{"timestamp":"%b","request":{"model":"%b","messages":[{"role":"system","content":"%b"},'
    b'{"role":"user","content":"%b"},{"role":"assistant","content":"%b"},'
    b'{"role":"user","content":"%b"}],"max_completion_tokens":4000,"user":"team-%d"},"response":'
)
_ANSWER: Final = (
    b'{"id":"chatcmpl-%b","object":"chat.completion","created":%d,"model":"%b","choices":[{'
    b'"index":0,"message":{"role":"assistant","content":"%b","refusal":null,"annotations":[]},'
    b'"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":%d,'
    b'"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d,'
    b'"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":%d,"audio_tokens":0,'
    b'"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default",'
    b'"system_fingerprint":"fp_de604bd877"},"status":200,"latency_ms":%d}\n'
)
_ERROR: Final = (
    b'{"error":{"message":"Rate limit reached: try again in 20s.","type":"tokens","param":null,'
    b'"code":"rate_limit_exceeded"}},"status":429,"latency_ms":%d}\n'
)
_EVERY: Final = 5.9 * SECOND  # between two lines


def write_chat(folder: Path, scale: float = 1.0, seed: int = 11) -> dict[str, Any]:
    """Write FOLDER/chat.jsonl, and return its truth."""
    drawn = random.Random(seed)
    truth = Truth(UNITS, corpus="chat", scale=scale, seed=seed)
    size = round(BYTES * scale)
    folder.mkdir(parents=True, exist_ok=True)
    again: list[tuple[int, bytes]] = []  # after how many lines a line comes a second time
    with (folder / "chat.jsonl").open("wb", 1 << 20) as file:
        for number, (line, is_answer) in enumerate(_lines(drawn, truth)):
            lines = [line]
            if is_answer and drawn.random() < 0.01:
                again.append((number + drawn.randrange(1, 40), line))
            while again and again[0][0] <= number:
                lines.append(again.pop(0)[1])
                truth.counts["delivered_twice"] += 1
            for one in lines:
                file.write(one)
                size -= len(one)
            truth.counts["rows"] += len(lines)
            if size <= 0:
                break
        truth.counts.update(files=1, bytes=file.tell())
    return truth.save(folder)


def _lines(drawn: random.Random, truth: Truth) -> Iterator[tuple[bytes, bool]]:
    """Yield lines without end, and whether there is an answer in them."""
    sentences, programs = prose(drawn), code(drawn)
    systems = [sentences.take(at * 500, 1_800) for at in range(12)]
    moment: float = START
    while True:
        moment += _EVERY
        at = int(moment)
        draw = drawn.getrandbits(160)
        model, snapshot = MODELS[(draw & 7) % 3]
        head = _REQUEST % (
            *(stamp(at), model, systems[(draw >> 3) % 12]),
            programs.take(draw >> 7 & 0xFFFF, 800 + (draw >> 23 & 0x7FF)),
            sentences.take(draw >> 34 & 0xFFFF, 1_200),
            programs.take(draw >> 50 & 0xFFFF, 300 + (draw >> 66 & 0x7FF)),
            draw & 15,
        )
        latency = 400 + (draw >> 140)
        if drawn.random() < 0.02:
            truth.counts["errors"] += 1
            yield head + _ERROR % latency, False
            continue
        text = _answer(sentences, draw)
        prompt = len(head) // 4
        cached = prompt // 256 * 128 if draw & 16 else 0
        reasoning = draw >> 80 & 0x3FF if model == MODELS[0][0] else 0
        output = len(text) // 4 + 1 + reasoning
        counts = truth.days[day_of(at), snapshot.decode()]
        counts[0] += prompt - cached
        counts[1] += cached
        counts[2] += output - reasoning
        counts[3] += reasoning
        truth.counts["calls"] += 1
        yield (
            head
            + _ANSWER
            % (
                *(_id(draw), at // SECOND, snapshot, text, prompt, output, prompt + output),
                *(cached, reasoning, latency),
            ),
            True,
        )


def _answer(sentences: TextPool, draw: int) -> bytes:
    return sentences.take(draw >> 90 & 0xFFFF, 200 + (draw >> 106 & 0x7FF))


def _id(draw: int) -> bytes:
    return (b"%040x" % draw)[:29]
