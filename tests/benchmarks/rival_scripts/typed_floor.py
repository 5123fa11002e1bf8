"""Decode answers by type, leave out those that come twice, and sum: `typed_floor.py FILE`."""

import json
import sys

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
    id: str
    created: int
    model: str
    usage: Usage


def main() -> None:
    decode = msgspec.json.Decoder(Answer).decode
    seen: set[str] = set()
    sums: dict[tuple[int, str], list[int]] = {}
    rows = 0
    with open(sys.argv[1], "rb", 1 << 20) as file:
        for line in file:
            rows += 1
            answer = decode(line)
            if answer.id in seen:
                continue
            seen.add(answer.id)
            usage = answer.usage
            key = (answer.created // 86400, answer.model)
            counts = sums.get(key)
            if counts is None:
                counts = sums[key] = [0, 0, 0, 0]
            counts[0] += usage.prompt_tokens
            counts[1] += usage.prompt_tokens_details.cached_tokens
            counts[2] += usage.completion_tokens
            counts[3] += usage.completion_tokens_details.reasoning_tokens
    prompt, cached, output, reasoning = (sum(column) for column in zip(*sums.values(), strict=True))
    usage_of_all = {
        "input": prompt - cached,
        "cache_read": cached,
        "output": output - reasoning,
        "reasoning": reasoning,
    }
    print(json.dumps({"rows": rows, "calls": len(seen), "usage": usage_of_all}))


main()
