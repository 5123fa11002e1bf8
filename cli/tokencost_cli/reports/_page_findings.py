"""Findings as a page has them: their dearest places, and which frame each is drawn in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from tokencost_cli.output.page import CAUSE, CONTENT, PageFinding, PageHit, Tree
from tokencost_profiles.attribution.frame import MORE, Frame

if TYPE_CHECKING:
    from tokencost_profiles.attribution.content import ContentRow, ContentView
    from tokencost_profiles.attribution.finding import Finding, Hit

MOST_HITS: Final = 20
_Place = tuple[str, int]  # a tree, and the number of a frame in it


def page_findings(
    findings: Sequence[Finding] | None, content: ContentView | None, trees: Sequence[Tree]
) -> list[PageFinding] | None:
    """Return the findings with the places that cost most; None where nobody looked."""
    if findings is None:
        return None
    places = _Places(content, trees)
    return [
        PageFinding(
            name=one.detector.name,
            title=one.detector.title,
            advice=one.detector.advice,
            confidence=one.detector.confidence,
            cost=one.cost,
            saved=one.saved,
            count=len(one.hits),
            hits=[_hit(hit, *places.of(hit)) for hit in one.hits[:MOST_HITS]],
        )
        for one in findings
    ]


def _hit(hit: Hit, tree: str, frame: int) -> PageHit:
    line = f":{hit.line}" if hit.line else ""
    return PageHit(
        hit.subject,
        hit.session or "",
        PurePath(hit.file).name + line,
        hit.calls,
        hit.cost,
        hit.saved,
        tree,
        frame,
    )


class _Places:
    """Finds the frames of hits in trees that were folded already."""

    def __init__(self, content: ContentView | None, trees: Sequence[Tree]) -> None:
        self._numbers = {tree.key: _numbers(tree.root) for tree in trees}
        self._roots = {tree.key: tree.root for tree in trees}
        self._rows: dict[bytes, ContentRow] = {}
        if content is not None and CONTENT in self._roots:
            self._rows = {row.hash: row for row in content.rows if row.hash}

    def of(self, hit: Hit) -> _Place:
        """Return the frame of the part that a hit is about, else that of its session."""
        row = next((self._rows[one] for one in hit.hashes if one in self._rows), None)
        if row is not None:
            from tokencost_profiles.attribution.content_groups import names_of, part_name

            return CONTENT, self._frame(CONTENT, [*names_of(row), part_name(row)])
        return CAUSE, self._frame(CAUSE, [hit.session] if hit.session else [])

    def _frame(self, key: str, path: Sequence[str]) -> int:
        frame = self._roots[key]
        for name in path:
            child = next((one for one in frame.children if one.name == name), None)
            if child is None:  # it is among the small ones, where there are such
                child = next((one for one in frame.children if one.kind == MORE), None)
                return self._numbers[key][id(child or frame)]
            frame = child
        return self._numbers[key][id(frame)]


def _numbers(root: Frame) -> dict[int, int]:
    """Return the number of each frame, by identity: a frame comes before its children."""
    numbers: dict[int, int] = {}
    rest = [root]
    while rest:
        frame = rest.pop()
        numbers[id(frame)] = len(numbers)
        rest += reversed(frame.children)
    return numbers
