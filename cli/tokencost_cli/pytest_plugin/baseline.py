"""The baseline of the pytest plug-in: what each test estimated before, and does now.

It is an ordinary document of `estimate`, in which a test stands where a path would:
`tokencost diff` and `tokencost check --baseline` read it too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from tokencost_cli.output.formatting import count, percent
from tokencost_cli.output.output_file import write_file
from tokencost_cli.pytest_plugin.estimates import HEAD, Recorder
from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.money import add, complete_total, divide, multiply, plain
from tokencost_pricing.usage import Usage

FORMAT: Final = "tokencost.estimate/2"


class Suite:
    """All tests of a run, and the baseline they are compared with or written to."""

    def __init__(
        self, path: Path, label: str, base: dict[str, Any] | None, most: Decimal, *, update: bool
    ) -> None:
        self._path, self._label, self._most, self._update = path, label, most, update
        self._base: dict[str, list[dict[str, Any]]] = {}
        for item in (base or {}).get("items", []):
            self._base.setdefault(_test_of(item["path"]), []).append(item)
        self._head: dict[str, Any] = {key: base[key] for key in HEAD if base and key in base}
        self._new = 0
        self._updated = 0

    def grown(self, recorder: Recorder) -> list[str]:
        """Return in which way a test costs more than in the baseline."""
        before = self._base.get(recorder.test)
        if self._update or recorder.empty or before is None:
            return []
        tokens = sum(sum(item["usage"].values()) for item in before)
        cost = complete_total(
            [None if item["cost"] is None else Decimal(item["cost"]) for item in before]
        )
        answers = recorder.output_tokens + sum(item["usage"].get("output", 0) for item in before)
        basis = (
            "input and output: an answer is stated" if answers else "the input: no answer is stated"
        )
        counts = f"{count(recorder.tokens)} tokens, {count(tokens)} before"
        if cost is not None and recorder.cost is None:
            return [f"has no price now, and had one in {self._label}: {recorder.unpriced}"]
        if cost is None or recorder.cost is None:
            over = self._over(Decimal(recorder.tokens), Decimal(tokens), " tokens")
        else:
            over = self._over(recorder.cost, cost, "")
        return [f"{text} ({counts}; judged on {basis})" for text in over]

    def _over(self, now: Decimal, before: Decimal, unit: str) -> list[str]:
        if now <= multiply(before, add(Decimal(1), self._most)):
            return []
        share = f"{percent(divide(add(now, -before), before))} more than" if before else "up from"
        amounts = [f"{count(int(n))}{unit}" if unit else f"${plain(n)}" for n in (now, before)]
        return [
            f"the estimates of this test come to {amounts[0]}, {share} {amounts[1]} "
            f"in {self._label} "
            f"(limit {percent(self._most)})"
        ]

    def take(self, test: str, documents: Mapping[str, Any], *, passed: bool) -> None:
        """Take what a test has estimated."""
        if not documents["items"]:
            return
        if not self._update:
            self._new += test not in self._base
        elif passed:
            self._base[test] = list(documents["items"])
            self._head = dict(documents["head"])
            self._updated += 1

    def write(self) -> None:
        """Write the baseline. Tests that did not run, or failed, keep what they had."""
        if not self._update or not self._updated:
            return
        items = [item for test in sorted(self._base) for item in self._base[test]]
        document = {
            "format": FORMAT,
            **self._head,
            "warnings": [],
            "items": items,
            "totals": _totals(items),
        }
        write_file(self._path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    def summary(self) -> list[str]:
        """Return what to say at the end of the run."""
        if self._update:
            return (
                [f"tokencost: wrote {_tests(self._updated)} to {self._label}"]
                if self._updated
                else [f"tokencost: no test made an estimate and passed; {self._label} is as it was"]
            )
        if not self._new:
            return []
        return [
            f"tokencost: {_tests(self._new)} not in {self._label}, so not compared; "
            "--tokencost-update-baseline adds what is new"
        ]


def open_suite(path: Path, label: str, *, update: bool, max_increase: str) -> Suite:
    """Read a baseline. Raise `InputError` where it is missing, or is none."""
    most = _share(max_increase)
    if not path.is_file():
        if update:
            return Suite(path, label, None, most, update=True)
        raise InputError("no such file", hint="--tokencost-update-baseline writes it", file=label)
    try:
        base = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read as a baseline: {error}", file=label) from None
    items = base.get("items") if isinstance(base, dict) and base.get("format") == FORMAT else None
    if not isinstance(items, list) or not all(map(_is_item, items)):
        hint = "remove it, and --tokencost-update-baseline makes it again"
        raise InputError(f"is not a baseline ({FORMAT})", file=label, hint=hint)
    return Suite(path, label, base, most, update=update)


def _is_item(item: object) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("path"), str)
        and isinstance(item.get("usage"), dict)
        and all(isinstance(tokens, int) for tokens in item["usage"].values())
        and (item.get("cost") is None or _amount(item["cost"]) is not None)
    )


def _amount(text: object) -> Decimal | None:
    try:
        return Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        return None


def _share(text: str) -> Decimal:
    number = _amount(text.strip().removesuffix("%"))
    if number is None or not number.is_finite() or number < 0:
        raise UsageError(f"--tokencost-max-increase: '{text}' is not a share as 0.1, nor 10%")
    return number.scaleb(-2) if text.strip().endswith("%") else number


def _test_of(path: str) -> str:
    """Return the test of an item: a second estimate of one test has `(2)` after its name."""
    name, _, number = path.rpartition(" (")
    return name if name and number[:-1].isdigit() and number.endswith(")") else path


def _totals(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    by_model: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        by_model.setdefault(f"{item.get('provider')}/{item.get('model')}", []).append(item)
    totals = []
    for model, of_model in sorted(by_model.items()):
        usage = sum((Usage(item["usage"]) for item in of_model), Usage())
        cost = complete_total([_amount(item["cost"]) for item in of_model])
        amount = None if cost is None else plain(cost)
        totals.append({"model": model, "usage": usage.ordered(), "cost": amount})
    return totals


def _tests(number: int) -> str:
    return "1 test" if number == 1 else f"{number:,} tests"
