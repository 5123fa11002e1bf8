"""Trees of frames for tests: generated ones, with hostile names, and reports that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from tokencost_cli.output.profile_data import ProfileData, View
from tokencost_cli.output.report import Report
from tokencost_pricing.money import ZERO, add
from tokencost_profiles.attribution.frame import CALL, ROOT, SESSION, STEP, TURN, Frame

# Names that logs may hold, and that a format must not be confused by.
NAMES: Final = (
    "a;b", "line\nend", "12", "", " ", "x 34", '"quoted"', "\ud800", "\x00\x1b[31m", "größe-日本",
    "</script><script>alert(1)</script>", "\u202egpj", "back\\slash", "n" * 5000, "{}", "=1+1",
)  # fmt: skip
_KINDS: Final = (ROOT, SESSION, TURN, STEP, CALL)


def _summed(frame: Frame) -> Frame:
    for child in frame.children:
        frame.take(child)
    return frame


def _node(kind: str, name: str, cost: Decimal, counts: tuple[int, int, int]) -> Frame:
    """Return a frame with what it has for itself."""
    calls, read, written = counts
    return Frame(
        name=name, kind=kind, cost=cost, calls=calls, input_tokens=read, output_tokens=written
    )


def _level(depth: int) -> st.SearchStrategy[Frame]:
    children: st.SearchStrategy[Sequence[Frame]] = (
        st.lists(_level(depth + 1), max_size=3) if depth + 1 < len(_KINDS) else st.just([])
    )
    node = st.builds(
        _node,
        st.just(_KINDS[depth]),
        st.one_of(st.sampled_from(NAMES), st.text(max_size=12)),
        st.decimals(0, 1000, places=12),
        st.tuples(st.integers(0, 3), st.integers(0, 10**7), st.integers(0, 10**6)),
    )
    return st.builds(lambda frame, below: _summed(_with_children(frame, below)), node, children)


def _with_children(frame: Frame, children: Sequence[Frame]) -> Frame:
    frame.children = list(children)
    return frame


FRAMES: Final = _level(0)


def leaf(name: str, cost: str, kind: str = CALL) -> Frame:
    """Return a frame of one call."""
    return Frame(
        name=name, kind=kind, cost=Decimal(cost), calls=1, input_tokens=10, output_tokens=1
    )


def tree(*leaves: Frame) -> Frame:
    """Return a root with frames below it."""
    root = Frame(name="all sessions", kind=ROOT)
    root.children = list(leaves)
    return _summed(root)


def exported(*roots: Frame, weight: str = "cost") -> Report:
    """Return a report of a profile with a view a tree."""
    names = ("by cause", "by content")
    views = [View(name, root) for name, root in zip(names, roots, strict=False)]
    return Report("tokencost.profile/2", {}, (), profile=ProfileData(weight, lambda: views))


def cost_of(root: Frame) -> Decimal:
    """Return the sum of what frames have for themselves: the same as that of the root."""
    below = ZERO
    for child in root.children:
        below = add(below, cost_of(child))
    return add(root.cost - sum((child.cost for child in root.children), ZERO), below)
