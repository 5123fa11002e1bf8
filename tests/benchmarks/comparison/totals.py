"""Whether the totals that a program prints are those of the generator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[bytes], list[str]]


def ours(truth: Mapping[str, Any]) -> Check:
    """Return a check of `tokencost profile --by day -f json`."""
    days: dict[str, Counter[str]] = {}
    for key, usage in truth["days"].items():
        days.setdefault(key.split()[0], Counter()).update(usage)

    def check(out: bytes) -> list[str]:
        document = json.loads(out)
        wrong = _differences({"calls": truth["calls"], **truth["usage"]}, _flat(document["total"]))
        for group in document["groups"]:
            expected = days.get(group["key"]["day"], Counter())
            wrong += _differences(expected, group["usage"], f"{group['key']['day']} ")
        if len(document["groups"]) != len(days):
            wrong.append(f"{len(document['groups'])} days, not {len(days)}")
        return wrong

    return check


def _flat(total: Mapping[str, Any]) -> dict[str, int]:
    return {"calls": total["calls"], **total["usage"]}


def sums(expected: Mapping[str, Any]) -> Check:
    """Return a check of a script that prints some of the truth as JSON."""

    def check(out: bytes) -> list[str]:
        document = json.loads(out)
        wrong = []
        for name, value in document.items():
            known = expected[name]
            if isinstance(known, Mapping):
                wrong += _differences(known, value)
            elif known != value:
                wrong.append(f"{name}: {value:,} for {known:,}")
        return wrong

    return check


def ccusage(truth: Mapping[str, Any]) -> Check:
    """Return a check of `ccusage claude daily --json`, day by day and model by model."""

    def check(out: bytes) -> list[str]:
        document = json.loads(out)
        days = {
            f"{day['date']} {model['modelName']}": {
                "input": model["inputTokens"],
                "cache_read": model["cacheReadTokens"],
                "cache_write": model["cacheCreationTokens"],
                "output": model["outputTokens"],
            }
            for day in document["daily"]
            for model in day["modelBreakdowns"]
        }
        wrong = [f"no {key}" for key in truth["days"] if key not in days]
        for key, usage in days.items():
            wrong += _differences(_joined(truth["days"].get(key, {})), usage, f"{key} ")
        return wrong

    return check


def tokscale(truth: Mapping[str, Any]) -> Check:
    """Return a check of `tokscale models --json`."""

    def check(out: bytes) -> list[str]:
        document = json.loads(out)
        usage = {
            "calls": document["totalMessages"],
            "input": document["totalInput"],
            "cache_read": document["totalCacheRead"],
            "cache_write": document["totalCacheWrite"],
            "output": document["totalOutput"],
        }
        return _differences({"calls": truth["calls"], **_joined(truth["usage"])}, usage)

    return check


def same_tokens(tokens: Callable[[Mapping[str, Any]], int], expected: list[int]) -> Check:
    """Return a check that two programs count the same: the first to come sets the number."""

    def check(out: bytes) -> list[str]:
        counted = tokens(json.loads(out))
        expected.append(counted)
        return [] if counted == expected[0] else [f"{counted:,} tokens for {expected[0]:,}"]

    return check


def _joined(usage: Mapping[str, int]) -> dict[str, int]:
    """Return usage with both lifetimes of a cache as one."""
    joined = Counter({unit: n for unit, n in usage.items() if not unit.startswith("cache_write")})
    joined["cache_write"] = sum(n for unit, n in usage.items() if unit.startswith("cache_write"))
    return dict(joined)


def _differences(
    expected: Mapping[str, int], counted: Mapping[str, int], place: str = ""
) -> list[str]:
    return [
        f"{place}{name}: {counted.get(name, 0):,} for {expected.get(name, 0):,}"
        for name in sorted({*expected, *counted})
        if counted.get(name, 0) != expected.get(name, 0)
    ]
