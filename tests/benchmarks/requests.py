"""How long a large request takes to count, once tokenizers and tables are loaded.

    python tests/benchmarks/requests.py

40 tools and 200 messages, on one model of each family: with texts that were not counted before, and
the same request again. Processor time, the median of three requests.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.calls.content import Request
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target

MODELS = (
    "gpt-4o",
    "gpt-5.4",
    "claude-sonnet-4-5",
    "claude-opus-5-5",
    "gemini-2.0-flash",
    "gemini-2.5-flash",
    "gemini-3.8-flash",
    "grok-4.3",
    "mistral-large-4",
    "deepseek-v4-pro",
    "llama-3.3-70b-versatile",
    "qwen3-max",
    "kimi-k2.5",
    "glm-5",
    "amazon.nova-pro-v1:0",
)


def body(salt: str) -> dict[str, Any]:
    """Return a request of 40 tools and 200 messages, of texts that no other request has."""
    tools = [
        {
            "type": "function",
            "function": {
                "name": f"tool_{at}",
                "description": f"Does the thing {salt} number {at} carefully.",
                "parameters": {
                    "type": "object",
                    "properties": {
                        f"field_{n}": {
                            "type": "string",
                            "description": f"the field {n} of tool {at}",
                        }
                        for n in range(5)
                    },
                },
            },
        }
        for at in range(40)
    ]
    messages: list[dict[str, Any]] = [{"role": "system", "content": f"Be brief. {salt}"}]
    for at in range(100):
        messages.append({"role": "user", "content": f"Question {at} {salt}: what is next? " * 8})
        messages.append({"role": "assistant", "content": f"Answer {at} {salt}: the rest. " * 12})
    return {"model": "x", "messages": messages, "tools": tools}


def main() -> None:
    """Print milliseconds for each family."""
    cache = Path.home() / ".cache" / "tokencost"
    table, counter = PriceTable.load(cache=cache), Counter(cache)
    for model in MODELS:
        target = target_of(table, model, None, date(2026, 10, 1))
        first, again = [], []
        for salt in ("warm", "one", "two", "three"):
            request = requests.read(body(salt))
            assert request is not None
            first.append(milliseconds(counter, request, target))
            again.append(milliseconds(counter, request, target))
        print(f"{model:<26} first {median(first[1:]):6.1f} ms  again {median(again[1:]):6.1f} ms")


def milliseconds(counter: Counter, request: Request, target: Target) -> float:
    """Return the processor time of one count."""
    start = time.process_time()
    counter.request(request, target)
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main()
