"""The tree by cause in the report of `profile`: a table with guides, rows for sheets, its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from msgspec.structs import replace

from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import AtLeast, Cell, Column, Table
from tokencost_cli.reports.documents.fields import money
from tokencost_cli.reports.documents.profile import TreeNode
from tokencost_pricing.money import divide
from tokencost_profiles.attribution.frame import (
    AGENT,
    CALL,
    COST,
    MORE,
    ROOT,
    SESSION,
    STEP,
    TOOL,
    TURN,
    Frame,
    fold,
)

# On a screen: smaller children of a frame are folded into one line, and there are so many lines.
_SHARE: Final = Decimal("0.01")
_MOST_LINES: Final = 80
_BRANCH, _LAST, _LINE, _BLANK = "├─ ", "└─ ", "│  ", "   "


_BELOW: Final = {ROOT: SESSION, SESSION: TURN, TURN: STEP, STEP: CALL, AGENT: CALL, CALL: TOOL}


class TreeReport(NamedTuple):
    """The tree by cause, and what its frames are as wide as."""

    root: Frame
    weight: str = COST
    top: int | None = None  # how many sessions are displayed


def tree_table(report: TreeReport) -> Table:
    """Return the tree as a screen shows it: the heaviest first, small frames folded."""
    root = report.root if report.top is None else _first(report.root, report.top, report.weight)
    root = fold(root, report.weight, share=_SHARE, most=_MOST_LINES, sort=True)
    if len(root.children) == 1 and root.children[0].kind == SESSION:
        root = root.children[0]
    total = root.weight(report.weight)
    columns = (
        column("name", "name", title="what caused it"),
        Column("bar", "", "bar"),
        column("cost", "money"),
        column(f"{report.weight}_share", "share", title="share"),
        column("input_tokens", "count", spare=1),
        column("output_tokens", "count", spare=2),
        column("calls", "count"),
    )
    rows = [
        (guides + frame.name, *_numbers(frame, report.weight, total))
        for guides, frame in _lines(_joined(root))
    ]
    marks = ["dim" if frame.kind == MORE else "" for _, frame in _lines(_joined(root))]
    return Table(columns, rows, marks=marks)


def tree_rows(report: TreeReport) -> Table:
    """Return one row a node, for CSV and Parquet."""
    columns = (
        column("path"),
        column("depth", "count"),
        column("kind"),
        column("name"),
        column("cost", "money"),
        column("input_tokens", "count"),
        column("output_tokens", "count"),
        column("calls", "count"),
        column("unpriced_calls", "count"),
        column("folded", "count"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            path,
            depth,
            frame.kind,
            frame.name,
            _cost(frame),
            frame.input_tokens,
            frame.output_tokens,
            frame.calls,
            frame.unpriced_calls,
            frame.folded,
        )
        for path, depth, frame in _paths(fold(report.root, report.weight))
    ]
    return Table(columns, rows, main=True, spreadsheet=True)


def tree_entry(report: TreeReport) -> TreeNode:
    """Return the tree as the document holds it: what is too small to draw is folded."""
    return tree_node(fold(report.root, report.weight))


def tree_node(frame: Frame) -> TreeNode:
    """Return a frame, and those below it, as documents hold them."""
    return TreeNode(
        name=frame.name,
        kind=frame.kind,
        cost=money(_cost(frame)),
        calls=frame.calls,
        unpriced_calls=frame.unpriced_calls,
        input_tokens=frame.input_tokens,
        output_tokens=frame.output_tokens,
        folded=frame.folded,
        children=[tree_node(child) for child in frame.children],
    )


def _first(root: Frame, most: int, weight: str) -> Frame:
    """Return a root with its heaviest children, and one that stands for the others."""
    children = sorted(root.children, key=lambda child: child.weight(weight), reverse=True)
    rest = children[most:]
    if not rest:
        return root
    more = Frame(name=f"{len(rest):,} more sessions", kind=MORE, folded=len(rest))
    for child in rest:
        more.take(child)
    return replace(root, children=[*children[:most], more])


def _joined(frame: Frame) -> Frame:
    """Return a frame with what stands alone below another joined to it: a turn of one step."""
    children = frame.children
    name = frame.name
    if len(children) == 1 and children[0].kind == MORE:
        return replace(frame, name=f"{name}, {_counted(frame.kind, children[0])}", children=[])
    while len(children) == 1 and children[0].kind in (STEP, CALL) and frame.kind != SESSION:
        if children[0].kind == STEP:
            name = f"{name}, {children[0].name}"
        children = children[0].children
    return replace(frame, name=name, children=[_joined(child) for child in children])


def _counted(kind: str, folded: Frame) -> str:
    noun = _BELOW.get(kind, "part")
    return f"{folded.folded:,} {noun}{'s' if folded.folded > 1 else ''}"


def _lines(root: Frame) -> Iterator[tuple[str, Frame]]:
    """Yield each frame with its guides."""
    yield "", root
    rest = [(_LAST if at == 0 else _BRANCH, "", one) for at, one in enumerate(root.children[::-1])]
    while rest:
        branch, indent, frame = rest.pop()
        yield indent + branch, frame
        indent += _BLANK if branch == _LAST else _LINE
        rest += [
            (_LAST if at == 0 else _BRANCH, indent, one)
            for at, one in enumerate(frame.children[::-1])
        ]


def _paths(root: Frame) -> Iterator[tuple[str, int, Frame]]:
    rest = [(root.name, 0, root)]
    while rest:
        path, depth, frame = rest.pop()
        yield path, depth, frame
        rest += [(f"{path} > {child.name}", depth + 1, child) for child in frame.children[::-1]]


def _numbers(frame: Frame, weight: str, total: Decimal) -> tuple[Cell, ...]:
    share = divide(frame.weight(weight), total) if total else None
    cost = _cost(frame)
    return (
        float(share or 0),
        AtLeast(cost) if cost is not None and frame.unpriced_calls else cost,
        share,
        frame.input_tokens,
        frame.output_tokens,
        frame.calls or None,
    )


def _cost(frame: Frame) -> Decimal | None:
    """Return what a frame costs; None where none of its calls has a price."""
    return None if frame.calls and frame.unpriced_calls == frame.calls else frame.cost
