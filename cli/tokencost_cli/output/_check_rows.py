"""The tables of the comment on a pull request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_cli.output import _check as check
from tokencost_cli.output.formatting import count, error, money
from tokencost_cli.output.markup import code, text

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
    """Return the table of what changed, with what is judged together below."""
    if not items:
        return Table()
    models = {item.get("model") for item in items}
    several = len(models) > 1 or any(item.get("base_model") for item in items)
    compared = any(item.get("base") for item in document["items"])
    if check.grouped(document):
        columns = _group_columns(marks, several=several, compared=compared)
    else:
        columns = _prompt_columns(document, marks, several=several, compared=compared)
    total = {**(document.get("total") or {}), **_left_out(document)}
    last = next(iter(models))
    once = "" if check.grouped(document) else ", one call of each"
    notes = () if several or not last else (f"All on {code(last)}{once}.",)
    foot = (_line([_total(column, total) for column in columns]),) if len(items) > 1 else ()
    return Table([_row(item, columns) for item in items], _head(columns), foot, notes)


def _prompt_columns(
    document: Item, marks: Mapping[str, str], *, several: bool, compared: bool
) -> list[_Column]:
    mixed = (document.get("total") or {}).get("judged_on") == "mixed"

    def difference(holder: Item) -> str:
        if holder.get("status") in _STATUS:
            return ""
        cost = check.amount((holder.get("delta") or {}).get("cost"))
        if cost is None:
            return ""
        return text(check.change(cost * check.calls_at_volume(document)))

    def cause(item: Item) -> str:
        return _cause(item, check.calls_at_volume(document))

    volume = check.volume_name(document)
    return [
        _Column("file", lambda item: _verdict(item, marks) + _name(item, several=several)),
        _Column("input tokens", _tokens, _total_tokens, right=True),
        _Column("a call", _cost, None if compared else _total_cost, right=True),
        *([_Column(volume, difference, difference, right=True)] if compared else []),
        *([_Column("change", _change, _change, right=True)] if compared else []),
        *([_Column("of", _judged_on, _judged_on)] if mixed else []),
        *([_Column("why", cause)] if compared else []),
    ]


def _group_columns(marks: Mapping[str, str], *, several: bool, compared: bool) -> list[_Column]:
    return [
        _Column("group", lambda item: _verdict(item, marks) + _name(item, several=several)),
        _Column("calls", _calls, right=True),
        *([_Column("before", _base_cost, _total_base, right=True)] if compared else []),
        _Column("cost", _cost, _total_cost, right=True),
        *([_Column("difference", _money_change, _money_change, right=True)] if compared else []),
        *([_Column("change", _change, _change, right=True)] if compared else []),
        *([_Column("why", _cause)] if compared else []),
    ]


def unchanged(items: Sequence[Item], document: Item) -> Table:
    """Return the folded table of what stayed as it was."""
    if not items:
        return Table()
    several = len({item.get("model") for item in document["items"]}) > 1
    grouped = check.grouped(document)
    columns = [
        _Column("group" if grouped else "file", lambda item: _name(item, several=several)),
        _Column("calls" if grouped else "input tokens", _calls if grouped else _tokens, right=True),
        _Column("cost" if grouped else "a call", _cost, right=True),
    ]
    return Table(
        [_row(item, columns) for item in items],
        _head(columns),
        opening=f"<details><summary>{len(items):,} unchanged</summary>",
        closing="</details>",
    )


def causes(effects: Sequence[Item], most: int = 2, *, money_too: bool = False) -> str:
    """Name what moved a cost, the largest effect first."""
    ordered = sorted(effects, key=_size)
    texts = [_effect(effect, money_too=money_too) for effect in ordered]
    texts = [one for one in texts if one]
    more = len(texts) - most
    return ", ".join(texts[:most]) + (f", and {more:,} more" if more > 0 else "")


def at_volume(effect: Item, calls: int) -> dict[str, Any]:
    """Return an effect with what it comes to in so many calls."""
    cost = check.amount(effect.get("cost"))
    return {**effect, "cost": None if cost is None else str(cost * calls)}


def _size(effect: Item) -> tuple[Decimal, int, str, str]:
    return (
        -abs(check.amount(effect.get("cost")) or Decimal(0)),
        -abs(effect.get("tokens") or 0),
        effect["cause"],
        effect.get("part") or "",
    )


def _effect(effect: Item, *, money_too: bool) -> str:
    cause, tokens = effect["cause"], effect.get("tokens") or 0
    cost = check.amount(effect.get("cost"))
    part = _PARTS.get(effect.get("part") or "", effect.get("part") or "")
    named = _CAUSES.get(cause, cause)
    subject = part if cause == "tokens" else f"{named} in {part}" if part else named
    if tokens and cause not in ("price", "model", "mode", "region", "cache", "volume"):
        noun = "token" if abs(tokens) == 1 else "tokens"
        written = f"{subject} {check.change_of(tokens)} {noun}".strip()
        return f"{written} ({check.change(cost)})" if money_too and cost is not None else written
    return f"{subject} {check.change(cost)}" if cost else ""


def _counts(item: Item) -> bool:
    return item["status"] != "unchanged" or item.get("verdict") in ("warn", "fail")


def _weight(item: Item) -> tuple[int, bool, Decimal, str, str]:
    delta = check.amount((item.get("delta") or {}).get("cost"))
    verdict = item.get("verdict") or "pass"
    rise = delta if delta is not None else Decimal(0)
    one_sided = item["status"] in ("added", "removed")
    return check.rank(verdict), one_sided, -rise, item["path"], item.get("model") or ""


def _head(columns: Sequence[_Column]) -> list[str]:
    rule = "|" + "|".join(" ---: " if column.right else " --- " for column in columns) + "|"
    return [_line([column.title for column in columns]), rule]


def _row(item: Item, columns: Sequence[_Column]) -> str:
    return _line([column.cell(item) for column in columns])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _total(column: _Column, total: Item) -> str:
    if column.title == "group":
        return "**all**"
    if column.title == "file":
        return "**all compared**"
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
    tokens = side.get("input_tokens")
    if tokens is None:
        return "-"
    sure = f" {error(side['error'])}" if side.get("error") else ""
    more = (item.get("delta") or {}).get("input_tokens")
    there = count(0) if item["status"] == "removed" else f"{count(tokens)}{sure}"
    return there if not more or item["status"] == "added" else f"{there} ({more:+,})"


def _calls(item: Item) -> str:
    calls = _side(item).get("calls")
    return "-" if calls is None else count(0 if item["status"] == "removed" else calls)


def _cost(item: Item) -> str:
    side = _side(item)
    cost = check.amount(side.get("cost"))
    if cost is None:
        return "unpriced" if side.get("unpriced") else "-"
    return text(money(Decimal(0) if item["status"] == "removed" else cost))


def _base_cost(item: Item) -> str:
    cost = check.amount((item.get("base") or {}).get("cost"))
    return "-" if cost is None else text(money(cost))


def _money_change(holder: Item) -> str:
    cost = check.amount((holder.get("delta") or {}).get("cost"))
    return "" if cost is None else text(check.change(cost))


def _change(holder: Item) -> str:
    status = _STATUS.get(holder.get("status") or "")
    if status:
        return status
    relative = (holder.get("delta") or {}).get("percent")
    return "" if relative is None else text(check.share(relative))


def _judged_on(holder: Item) -> str:
    return "" if holder.get("status") in _STATUS else text(holder.get("judged_on") or "")


def _cause(item: Item, calls: int = 1) -> str:
    """Say why the cost of an item is another, in the money of so many calls."""
    if item.get("problem"):
        return text(item["problem"])
    effects = [one for one in item.get("effects") or () if one["cause"] not in _STATUS]
    named = causes([at_volume(one, calls) for one in effects])
    return text("; ".join(filter(None, (named, item.get("note")))))


def _total_tokens(total: Item) -> str:
    more = (total.get("delta") or {}).get("input_tokens")
    return "" if more is None else check.change_of(more)


def _total_base(total: Item) -> str:
    return _sum(total, "base")


def _total_cost(total: Item) -> str:
    return _sum(total, "head")


def _sum(total: Item, side: str) -> str:
    cost = check.amount(total.get(side))
    if cost is None:
        return ""
    return text(f"≥{money(cost)}" if total.get(f"{side}_left_out") else money(cost))


def _left_out(document: Item) -> dict[str, bool]:
    """Return which side of the total leaves out items that failed, so that it is a part."""
    failed = [item for item in document["items"] if item["status"] == "failed"]
    return {f"{side}_left_out": any(item.get(side) for item in failed) for side in ("base", "head")}
