"""The answer of `check` as its renderers read it: reasons, places in files, the headline."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, NamedTuple

from tokencost_cli.output.formatting import money, percent
from tokencost_cli.output.report import Report
from tokencost_pricing.errors import UsageError

CHECK: Final = "tokencost.check/1"
DIFF: Final = "tokencost.diff/1"
STDIN: Final = "-"

# What each code of a reason means. SARIF lists them as rules; a code that is new shows as itself.
CODES: Final = {
    "max-increase": "The cost of all items together rises by more than the limit, in percent.",
    "max-increase-usd": "The cost of all items together rises by more than the limit, in USD.",
    "max-item-increase": "The cost of one item rises by more than the limit.",
    "budget": "The cost is above the budget.",
    "max-tokens": "An item has more tokens than the limit.",
    "context-window": "An item fills more of the model's context window than the limit.",
    "new": "An item is not in the base.",
    "missing": "An item of the base is gone.",
    "unpriced": "The price table has no price for the model.",
    "estimated": "The tokens of an item are estimated, and could not be counted exactly.",
    "failed": "An item could not be counted or priced.",
    "charged-increase": "Calls without a price cost more, by what their log says. Not judged.",
    "price-change": "A price changed between the two tables.",
    "basis": "What increases are judged on, and what was assumed.",
    "empty-base": "The base holds nothing of what is checked, so that no increase was judged.",
    "inconclusive": "The recorded calls are too few, or vary too much, to tell.",
}
_LEVELS: Final = ("fail", "warn", "note")
# One request of a file of requests is named `file.jsonl:12`.
_LINE: Final = re.compile(r"(?P<path>.+\.(?:jsonl|ndjson)):(?P<line>[1-9][0-9]*)")
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")


class Place(NamedTuple):
    """Where in the repository something is."""

    path: str
    line: int


class Reason(NamedTuple):
    """One reason of the gate, in its own words."""

    level: str  # fail, warn or note
    code: str
    message: str
    path: str | None
    model: str | None
    judged_on: str | None = None


def check_document(report: Report, format_name: str) -> dict[str, Any]:
    """Return the document of `check`. Raise `UsageError` for any other report."""
    if report.format != CHECK:
        raise UsageError(
            f"{format_name} writes the answer of check, and this report is {report.format}",
            hint="formats for every report: table, json, csv, markdown",
        )
    return report.document()


def reasons(document: Mapping[str, Any]) -> list[Reason]:
    """Return every reason: those that fail first, then warnings, then notes."""
    found = [
        Reason(
            reason["level"],
            reason["code"],
            reason["message"],
            reason.get("path"),
            reason.get("model"),
            reason.get("judged_on"),
        )
        for reason in document.get("reasons") or ()
    ]
    return sorted(found, key=lambda reason: rank(reason.level))


def rank(level: str) -> int:
    """Return how serious a level is: 0 is worst; a word that is not known is taken for a note."""
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def grouped(document: Mapping[str, Any]) -> bool:
    """Whether the items are groups of recorded calls, and no files."""
    sides = (item.get(side) for item in document["items"] for side in ("base", "head"))
    return any(side and side.get("calls") is not None for side in sides)


def place_of(reason: Reason, document: Mapping[str, Any]) -> Place | None:
    """Return the place of what a reason is about."""
    return None if grouped(document) else place(reason.path)


def place(path: str | None) -> Place | None:
    """Return the file and the line that an item's name tells, if it names a file."""
    if path is None or path in ("", STDIN):
        return None
    found = _LINE.fullmatch(path)
    if found:
        return Place(_slashed(found["path"]), int(found["line"]))
    return Place(_slashed(path), 1)


def main_place(document: Mapping[str, Any]) -> Place | None:
    """Return where the cost rises most: where a reason is shown that is about all items.

    What is new is in no sum: it is the place only where there is nothing else.
    """
    items = [item for item in document["items"] if item.get("head") and place(item["path"])]
    if not items or grouped(document):
        return None
    compared = [item for item in items if item.get("base")]
    return place(max(compared or items, key=_rise)["path"])


def fingerprint(reason: Reason, seen: Counter[str]) -> str:
    """Return what a finding is known by in a later run: what it is about, and no number in it.

    Two findings about the same thing are told apart by their order.
    """
    about = json.dumps([reason.code, reason.path, reason.model])
    seen[about] += 1
    return sha256(f"{about}{seen[about]}".encode()).hexdigest()


def amount(text: str | None) -> Decimal | None:
    """Read money of the document."""
    return None if text is None else Decimal(text)


def change(value: Decimal) -> str:
    """Write a difference of money with its sign."""
    if value == 0:
        return "$0"
    return f"{'-' if value < 0 else '+'}{money(abs(value))}"


def change_of(tokens: int) -> str:
    """Write a difference of tokens with its sign."""
    return f"{tokens:+,}" if tokens else "0"


def share(value: float) -> str:
    """Write a relative difference with its sign."""
    return f"{'-' if value < 0 else '+'}{percent(abs(value))}" if value else "0%"


def headline(document: Mapping[str, Any]) -> str:
    """Return one line: the verdict, and what happened."""
    verdict = document.get("verdict")
    text = "; ".join(document.get("summary") or ())
    return f"{verdict}: {text}" if verdict else text


def assumptions(document: Mapping[str, Any]) -> list[str]:
    """Return what was judged and what was assumed, a line each."""
    return [str(line) for line in document.get("assumptions") or ()]


def judged_on(document: Mapping[str, Any]) -> str:
    """Return what increases were judged on: input, whole or mixed; empty where there is none."""
    return str((document.get("total") or {}).get("judged_on") or "")


def calls_at_volume(document: Mapping[str, Any]) -> int:
    """Return how many calls a difference of cost is shown for: those of a month, or 1,000."""
    volume = document.get("volume") or {}
    return int(volume["per_day"] * volume["days"]) if volume.get("per_day") else 1000


def volume_name(document: Mapping[str, Any]) -> str:
    """Return what a difference of cost is shown for."""
    return "a month" if (document.get("volume") or {}).get("per_day") else "per 1,000 calls"


def prices_line(document: Mapping[str, Any]) -> str:
    """Return the line that says which prices and which base were used."""
    prices = document.get("prices") or {}
    day = f" as of {prices['as_of']}" if prices.get("as_of") else ""
    overlays = prices.get("overlays") or []
    own = f", with {', '.join(overlays)}" if overlays else ""
    return f"prices: table {prices.get('table')}{day}{own}"


def _rise(item: Mapping[str, Any]) -> Decimal:
    delta = (item.get("delta") or {}).get("cost")
    return Decimal(delta if delta is not None else item["head"].get("cost") or 0)


def _slashed(path: str) -> str:
    """Write a path of Windows as hosts want it; a backslash is a letter elsewhere."""
    return path.replace("\\", "/") if _DRIVE.match(path) else path


def named(item: Mapping[str, Any]) -> str:
    """Return how an item is called on one line."""
    return f"{item['path']} [{item['model']}]" if item.get("model") else str(item["path"])


def failing(found: Sequence[Reason]) -> list[Reason]:
    """Return the reasons for which the gate says no."""
    return [reason for reason in found if reason.level == "fail"]
