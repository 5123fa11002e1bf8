"""The least that must be done with answers, by type: `decode_floor.py rows|answers FILE`.

Decode each row, leave out what comes twice, and sum. `answers`: they stand beside their requests.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator

import msgspec


class Prompt(msgspec.Struct, gc=False):
    cached_tokens: int = 0


class Completion(msgspec.Struct, gc=False):
    reasoning_tokens: int = 0


class Usage(msgspec.Struct, gc=False):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: Prompt
    completion_tokens_details: Completion


class Answer(msgspec.Struct, gc=False):
    id: str = ""
    created: int = 0
    model: str = ""
    usage: Usage | None = None


class Exchange(msgspec.Struct, gc=False):
    response: Answer


def answers_of(path: str, answer: Callable[[bytes], Answer]) -> Iterator[Answer]:
    with open(path, "rb", 1 << 20) as file:
        yield from map(answer, file)


def rows(path: str) -> dict[str, object]:
    return sums(answers_of(path, msgspec.json.Decoder(Answer).decode))


def answers(path: str) -> dict[str, object]:
    decode = msgspec.json.Decoder(Exchange).decode
    return sums(answers_of(path, lambda line: decode(line).response))


def sums(values: Iterable[Answer]) -> dict[str, object]:
    seen: set[str] = set()
    by_day: dict[tuple[int, str], list[int]] = {}
    total = 0
    for answer in values:
        total += 1
        usage = answer.usage
        if usage is None or answer.id in seen:
            continue
        seen.add(answer.id)
        key = (answer.created // 86400, answer.model)
        counts = by_day.get(key)
        if counts is None:
            counts = by_day[key] = [0, 0, 0, 0]
        counts[0] += usage.prompt_tokens
        counts[1] += usage.prompt_tokens_details.cached_tokens
        counts[2] += usage.completion_tokens
        counts[3] += usage.completion_tokens_details.reasoning_tokens
    prompt, cached, output, reasoning = (
        sum(column) for column in zip(*by_day.values(), strict=True)
    )
    usage_of_all = {
        "input": prompt - cached,
        "cache_read": cached,
        "output": output - reasoning,
        "reasoning": reasoning,
    }
    return {"rows": total, "calls": len(seen), "usage": usage_of_all}


WHAT = {"rows": rows, "answers": answers}

print(json.dumps(WHAT[sys.argv[1]](sys.argv[2])))
