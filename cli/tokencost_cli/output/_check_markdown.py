"""The comment on a pull request: the answer of `check`, or a `diff`, as Markdown.

The first line is a hidden tag, by which a later run finds its comment and writes it anew. Hosts
refuse a comment that is too long: rows are left out then, and the comment says how many.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tokencost_cli.output import _check as check
from tokencost_cli.output import _check_rows as rows
from tokencost_cli.output.markup import code, sentence, text

# Hosts take 65,536 characters. Bytes are counted, which are never fewer; a tag may grow.
LIMIT: Final = 64_000
_LONGEST: Final = 2_000  # characters of one reason
_RESERVE: Final = 600  # for the lines that say what was left out
_MARKS: Final = {
    "fail": "❌",
    "warn": "⚠️",
    "note": "ℹ️",
    "pass": "✅",
    "inconclusive": "❔",
    "error": "❌",
}


def markdown(document: Mapping[str, Any], *, tag: str = "", unicode: bool = True) -> str:
    """Return the comment. `tag` tells the comments of several gates apart."""
    marks = _MARKS if unicode else {}
    names = _names(document)
    head = [
        _hidden(tag or str(document.get("id") or "")),
        _title(document, marks),
        *_summary(document, names),
    ]
    foot = _foot(document)
    room = LIMIT - _RESERVE - sum(_size(block) + 2 for block in (*head, foot))
    blocks = list(head)
    for block in (
        _list([_reason(one, marks, names) for one in check.reasons(document)], "reasons", room),
        _sampled(document),
        _why(document),
    ):
        if block:
            room -= _size(block) + 2
            blocks.append(block)
    changed, unchanged = rows.split(document)
    for table in (rows.changed(document, changed, marks), rows.unchanged(unchanged, document)):
        block = _table(table, room)
        if block:
            room -= _size(block) + 2
            blocks.append(block)
    warnings = [f"{_mark('warn', marks)}{text(one)}" for one in document.get("warnings") or ()]
    blocks += [_list(warnings, "warnings", room), foot]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _hidden(tag: str) -> str:
    """Return the comment in HTML by which a later run finds this one."""
    kept = re.sub(r"[^\w.-]+", "-", tag, flags=re.ASCII).strip("-")[:80].rstrip("-")
    # Two hyphens end a comment in HTML.
    return f"<!-- tokencost:{re.sub('-{2,}', '-', kept)} -->" if kept else "<!-- tokencost -->"


def _title(document: Mapping[str, Any], marks: Mapping[str, str]) -> str:
    verdict = document.get("verdict")
    if not verdict:
        return "### tokencost"
    return f"### {_mark(verdict, marks) if marks else ''}tokencost: {verdict}"


def _summary(document: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Return what happened: the first sentence stands alone, the others below it."""
    texts = [str(one)[:_LONGEST] for one in document.get("summary") or ()]
    written = [sentence(one, names) for one in texts]
    blocks = (*written[:1], "<br>\n".join(written[1:]))
    return [block for block in blocks if block]


def _names(document: Mapping[str, Any]) -> list[str]:
    """Return the names of users that may stand in a sentence: they become code spans."""
    keys = ("path", "model", "renamed_from", "base_model")
    names = [document["base"].get("name")]
    names += [item.get(key) for item in document["items"] for key in keys]
    names += [reason.get(key) for reason in document.get("reasons") or () for key in keys[:2]]
    return list(dict.fromkeys(name for name in names if name))


def _mark(level: str, marks: Mapping[str, str]) -> str:
    return f"{marks.get(level, '')} " if marks else f"**{level}** "


def _reason(reason: check.Reason, marks: Mapping[str, str], names: Sequence[str]) -> str:
    message = reason.message
    if len(message) > _LONGEST:
        message = message[: _LONGEST - 1] + "…"
    near = names if reason.path is None else (reason.path, reason.model)
    return f"{_mark(reason.level, marks)}{sentence(message, near)}"


def _list(lines: Sequence[str], noun: str, room: int) -> str:
    kept, left = _fitting([f"- {line}" for line in lines], room)
    if left:
        kept.append(f"- {left:,} more {noun} are left out here; the report as JSON holds all")
    return "\n".join(kept)


def _table(table: rows.Table, room: int) -> str:
    if not table.rows:
        return ""
    frame = [*table.head, *table.foot, table.opening, table.closing, *table.notes]
    kept, left = _fitting(table.rows, room - sum(_size(line) + 2 for line in frame))
    lines = [*table.head, *kept, *table.foot] if kept else []
    blocks = [table.opening, "\n".join(lines)]
    if left:
        blocks.append(f"{left:,} more rows are left out here; the report as JSON holds all")
    blocks += [*table.notes, table.closing]
    return "\n\n".join(block for block in blocks if block)


def _fitting(lines: Sequence[str], room: int) -> tuple[list[str], int]:
    """Return the lines that fit, from the first on, and how many are left out."""
    kept: list[str] = []
    for line in lines:
        room -= _size(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept, len(lines) - len(kept)


def _size(block: str) -> int:
    return len(block.encode())


def _why(document: Mapping[str, Any]) -> str:
    """Return what moved the cost of all items, where it is more than one thing."""
    effects = (document.get("total") or {}).get("effects") or []
    if len(effects) < 2:
        return ""
    if not check.grouped(document):
        effects = [rows.at_volume(effect, check.calls_at_volume(document)) for effect in effects]
    causes = rows.causes(effects, most=6, money_too=True)
    return f"**Why:** {text(causes)}" if causes else ""


def _sampled(document: Mapping[str, Any]) -> str:
    found = document.get("sampled")
    if not found:
        return ""
    before, after = found["runs"]
    low, high = check.share(found["low"]), check.share(found["high"])
    return text(
        f"Recorded runs: {found['cases']:,} cases, {before:,} runs before and {after:,} after: "
        f"{check.share(found['change'])}, with {found['confidence']:.0%} confidence between {low} "
        f"and {high}; a change of {check.share(found['detectable'])} or more would be seen "
        f"({found['verdict']})"
    )


def _foot(document: Mapping[str, Any]) -> str:
    base, head = document.get("base") or {}, document.get("head") or {}
    parts = [text(check.prices_line(document))]
    if base.get("name") and base["name"] != "none":
        revision = f" ({code(base['revision'][:10])})" if base.get("revision") else ""
        parts.append(f"base {code(base['name'])}{revision}{_days(base)}")
    if head.get("name"):
        parts.append(f"head {code(head['name'])}{_days(head)}")
    volume = document.get("volume") or {}
    if volume.get("per_day"):
        parts.append(f"a month is {volume['days']} days of {volume['per_day']:,} calls an item")
    lines = [text(one) for one in check.assumptions(document)]
    return "<sub>" + "<br>\n".join([*lines, "; ".join(parts)]) + "</sub>"


def _days(side: Mapping[str, Any]) -> str:
    """Return the days of the recorded calls of a side."""
    if not side.get("first_at") or not side.get("last_at"):
        return ""
    return f", {text(side['first_at'][:10])} to {text(side['last_at'][:10])}"
