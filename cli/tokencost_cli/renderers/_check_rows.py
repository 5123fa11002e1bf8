"""The tables of the comment on a pull request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_cli.formatting import count, error, money
from tokencost_cli.renderers import _check as check
from tokencost_cli.renderers._markup import code, text

Item = Mapping[str, Any]
_STATUS: Final = {"added": "new", "removed": "gone", "failed": "failed"}
_CAUSES: Final = {"added": "new", "removed": "gone", "volume": "calls"}
_PARTS: Final = {"tool_call": "tool calls", "tool_result": "tool results", "frame": "frame"}


class Table(NamedTuple):
    """Lines of a table: rows may be left out, the rest stays."""

    rows: Sequence[str] = ()
    head: Sequence[str] = ()
    foot: Sequence[str] = ()
    notes: Sequence[str] = ()
    opening: str = ""
    closing: str = ""


class _Column(NamedTuple):
    title: str
    cell: Callable[[Item], str]
    total: Callable[[Item], str] | None = None
    right: bool = False


def split(document: Item) -> tuple[list[Item], list[Item]]:
    """Return the items to show, the most serious first, and those that did not change.

    Without a base nothing can change: then all are shown.
    """
    items = document["items"]
    alone = not any(item.get("base") for item in items)
    shown = [item for item in items if alone or _counts(item)]
    kept = {id(item) for item in shown}
    return sorted(shown, key=_weight), [item for item in items if id(item) not in kept]


def changed(document: Item, items: Sequence[Item], marks: Mapping[str, str]) -> Table:
    """Return the table of what changed, with the total below."""
    if not items:
        return Table()
    grouped = check.grouped(document)
    models = {item.get("model") for item in items}
    several = len(models) > 1 or any(item.get("base_model") for item in items)
    compared = any(item.get("base") for item in items)
    monthly = any((item.get("delta") or {}).get("month") is not None for item in items)
    columns = [
        _Column("item", lambda item: _verdict(item, marks) + _name(item, several=several)),
        _Column("tokens", _tokens, _total_tokens, right=True),
        _Column("cost" if grouped else "a call", _cost, _total_cost, right=True),
        *([_Column("a month", _month, _month, right=True)] if monthly else []),
        *([_Column("change", _change, _change, right=True)] if compared else []),
        *([_Column("why", _cause)] if compared else []),
    ]
    total = document.get("total") or {}
    last = next(iter(models))
    once = "" if grouped else ", one call of each"
    notes = () if several or not last else (f"All on {code(last)}{once}.",)
    foot = (_line([_total(column, total) for column in columns]),) if len(items) > 1 else ()
    return Table([_row(item, columns) for item in items], _head(columns), foot, notes)


def unchanged(items: Sequence[Item], document: Item) -> Table:
    """Return the folded table of what stayed as it was."""
    if not items:
        return Table()
    several = len({item.get("model") for item in document["items"]}) > 1
    columns = [
        _Column("item", lambda item: _name(item, several=several)),
        _Column("tokens", _tokens, right=True),
        _Column("cost" if check.grouped(document) else "a call", _cost, right=True),
    ]
    return Table(
        [_row(item, columns) for item in items],
        _head(columns),
        opening=f"<details><summary>{len(items):,} unchanged</summary>",
        closing="</details>",
    )


def causes(effects: Sequence[Item], shown: int = 2, *, money_too: bool = False) -> str:
    """Say what moved a cost, the largest effect first."""
    ordered = sorted(effects, key=_largest)
    said = [_effect(effect, money_too=money_too) for effect in ordered]
    said = [one for one in said if one]
    more = len(said) - shown
    return ", ".join(said[:shown]) + (f", and {more:,} more" if more > 0 else "")


def _largest(effect: Item) -> tuple[Decimal, int, str, str]:
    return (
        -abs(check.amount(effect.get("cost")) or Decimal(0)), -abs(effect.get("tokens") or 0),
        effect["cause"], effect.get("part") or "",
    )  # fmt: skip


def _effect(effect: Item, *, money_too: bool) -> str:
    cause, tokens = effect["cause"], effect.get("tokens") or 0
    cost = check.amount(effect.get("cost"))
    part = _PARTS.get(effect.get("part") or "", effect.get("part") or "")
    named = _CAUSES.get(cause, cause)
    subject = part if cause == "tokens" else f"{named} in {part}" if part else named
    if tokens and cause not in ("price", "model", "cache", "volume"):
        noun = "token" if abs(tokens) == 1 else "tokens"
        said = f"{subject} {check.change_of(tokens)} {noun}".strip()
        return f"{said} ({check.change(cost)})" if money_too and cost is not None else said
    return f"{subject} {check.change(cost)}" if cost else ""


def _counts(item: Item) -> bool:
    return item["status"] != "unchanged" or item.get("verdict") in ("warn", "fail")


def _weight(item: Item) -> tuple[int, Decimal, str, str]:
    delta = check.amount((item.get("delta") or {}).get("cost"))
    verdict = item.get("verdict") or "pass"
    rise = delta if delta is not None else Decimal(0)
    return check.rank(verdict), -rise, item["path"], item.get("model") or ""


def _head(columns: Sequence[_Column]) -> list[str]:
    rule = "|" + "|".join(" ---: " if column.right else " --- " for column in columns) + "|"
    return [_line([column.title for column in columns]), rule]


def _row(item: Item, columns: Sequence[_Column]) -> str:
    return _line([column.cell(item) for column in columns])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _total(column: _Column, total: Item) -> str:
    if column.title == "item":
        return "**all**"
    written = column.total(total) if column.total else ""
    return f"**{written}**" if written else ""


def _verdict(item: Item, marks: Mapping[str, str]) -> str:
    verdict = item.get("verdict") or "pass"
    return "" if verdict == "pass" else f"{marks.get(verdict, verdict)} "


def _name(item: Item, *, several: bool) -> str:
    """Return the name of an item, with its model below where there are several."""
    name = _then(item["path"], item.get("renamed_from"))
    if not several or not item.get("model"):
        return name
    return f"{name}<br>{_then(item['model'], item.get('base_model'))}"


def _then(name: str, old: str | None) -> str:
    now = code(name, in_table=True)
    return f"{now} (was {code(old, in_table=True)})" if old and old != name else now


def _side(item: Item) -> Item:
    if item["status"] == "failed":
        return item.get("head") or {}
    return item.get("head") or item.get("base") or {}


def _tokens(item: Item) -> str:
    side = _side(item)
    tokens = side.get("tokens")
    if tokens is None:
        return "-"
    sure = f" {error(side['error'])}" if side.get("error") else ""
    moved = (item.get("delta") or {}).get("tokens")
    there = count(0) if item["status"] == "removed" else f"{count(tokens)}{sure}"
    return there if not moved or item["status"] == "added" else f"{there} ({moved:+,})"


def _cost(item: Item) -> str:
    side = _side(item)
    cost = check.amount(side.get("cost"))
    if cost is None:
        return "unpriced" if side.get("unpriced") else "-"
    moved = check.amount((item.get("delta") or {}).get("cost"))
    there = money(Decimal(0) if item["status"] == "removed" else cost)
    written = (
        there if not moved or item["status"] == "added" else f"{there} ({check.change(moved)})"
    )
    return text(written)


def _month(holder: Item) -> str:
    month = check.amount((holder.get("delta") or {}).get("month"))
    return "" if month is None else text(check.change(month))


def _change(holder: Item) -> str:
    status = _STATUS.get(holder.get("status") or "")
    if status:
        return status
    relative = (holder.get("delta") or {}).get("percent")
    return "" if relative is None else text(check.share(relative))


def _cause(item: Item) -> str:
    if item.get("problem"):
        return text(item["problem"])
    said = causes([one for one in item.get("effects") or () if one["cause"] not in _STATUS])
    return text("; ".join(filter(None, (said, item.get("note")))))


def _total_tokens(total: Item) -> str:
    moved = (total.get("delta") or {}).get("tokens")
    return "" if moved is None else check.change_of(moved)


def _total_cost(total: Item) -> str:
    base, head = check.amount(total.get("base")), check.amount(total.get("head"))
    if head is None:
        return ""
    moved = head - base if base is not None else None
    return text(f"{money(head)} ({check.change(moved)})" if moved else money(head))
