"""The data of a page as JSON that stands inside HTML: columns of numbers, exact amounts as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.output.html.names import shorten
from tokencost_cli.output.page import Moment, Page, PageFinding, Spend, Tree
from tokencost_pricing.money import plain
from tokencost_profiles.attribution.frame import Frame

_LONGEST: Final = 100  # characters of a name in the data; a chart draws fewer
# What would end the script element, or the line of a script.
_ESCAPES: Final = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def embedded_json(page: Page | None, tables: Sequence[dict[str, Any]]) -> str:
    """Return the data of a page, in characters that have no effect in HTML."""
    data: dict[str, Any] = {"tables": list(tables)}
    if page is not None:
        data |= {
            "trees": [_tree(tree) for tree in page.trees],
            "moments": _columns(Moment._fields, [_moment(one) for one in page.moments]),
            "spends": _columns(Spend._fields, [_spend(one) for one in page.spends]),
            "span": page.span,
            "findings": [_finding(one) for one in page.findings or ()],
            "passport": [[shorten(fact.label), shorten(fact.value)] for fact in page.passport],
            "base": shorten(page.base),
        }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text


def _tree(tree: Tree) -> dict[str, Any]:
    """Return a tree as columns: each frame stands before its children and names its parent."""
    columns: dict[str, list[Any]] = {
        name: []
        for name in ("name", "kind", "parent", "cost", "calls", "unpriced", "input", "output")
    }
    compared = tree.gone_cost is not None
    if compared:
        columns["old"] = []
    folded: dict[int, int] = {}
    rest: list[tuple[Frame, int]] = [(tree.root, -1)]
    while rest:
        frame, parent = rest.pop()
        number = len(columns["name"])
        for name, value in (
            ("name", shorten(frame.name, _LONGEST)),
            ("kind", frame.kind),
            ("parent", parent),
            ("cost", plain(frame.cost)),
            ("calls", frame.calls),
            ("unpriced", frame.unpriced_calls),
            ("input", frame.input_tokens),
            ("output", frame.output_tokens),
        ):
            columns[name].append(value)
        if compared:
            columns["old"].append(_amount(frame.old_cost))
        if frame.folded:
            folded[number] = frame.folded
        rest += [(child, number) for child in reversed(frame.children)]
    return {
        "key": tree.key,
        "title": tree.title,
        "frames": columns,
        "folded": folded,
        "folded_cost": plain(tree.folded_cost),
        "compared": compared,
        "gone_cost": _amount(tree.gone_cost),
    }


def _moment(moment: Moment) -> Moment:
    return moment._replace(
        session=shorten(moment.session),
        place=shorten(moment.place),
        model=shorten(moment.model),
        cause=shorten(moment.cause),
    )


def _spend(spend: Spend) -> Spend:
    return spend._replace(span=shorten(spend.span), model=shorten(spend.model))


def _finding(finding: PageFinding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "hits": [
            [
                shorten(hit.subject),
                shorten(hit.session),
                shorten(hit.place),
                hit.calls,
                _amount(hit.cost),
                _amount(hit.saved),
                hit.tree,
                hit.frame,
            ]
            for hit in finding.hits
        ],
    }


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [_value(row[at]) for row in rows] for at, name in enumerate(names)}


def _value(value: Any) -> Any:
    return plain(value) if isinstance(value, Decimal) else value


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)
