"""Pages made by hand: trees, calls in time and findings for tests of the HTML report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tokencost_cli.output.page import (
    CAUSE,
    CONTENT,
    Fact,
    Moment,
    Page,
    PageFinding,
    PageHit,
    Spend,
    Tree,
)
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Column, Lines, Table
from tokencost_profiles.attribution.frame import Frame

PASSPORT = (
    Fact("command", "tokencost profile --by model"),
    Fact("inputs", "1 file, sha256 0123456789ab"),
    Fact("prices", "table 2026.11.28, each call at its own day"),
)


def branch(name: str, kind: str, *children: Frame) -> Frame:
    """Return a frame that holds its children and nothing else."""
    frame = Frame(name=name, kind=kind, children=list(children))
    for child in children:
        frame.take(child)
    return frame


def leaf(name: str, kind: str, cost: str, calls: int = 1) -> Frame:
    """Return a frame without children."""
    return Frame(
        name=name, kind=kind, cost=Decimal(cost), calls=calls, input_tokens=900, output_tokens=80
    )


def cause_tree(sessions: int = 3) -> Frame:
    """Return sessions of four turns of five steps."""
    return branch(
        "all calls",
        "root",
        *(
            branch(
                f"session {number}",
                "session",
                *(
                    branch(
                        f"turn {turn}",
                        "turn",
                        *(
                            leaf(f"step {step}", "step", f"0.0{step + turn + number}")
                            for step in range(5)
                        ),
                    )
                    for turn in range(4)
                ),
            )
            for number in range(sessions)
        ),
    )


def content_tree() -> Frame:
    """Return the kinds of parts of prompts."""
    read = branch(
        "read_file",
        "tool_result",
        leaf("src/parser.py", "tool_result", "0.31"),
        leaf("src/tables.py", "tool_result", "0.12"),
    )
    return branch(
        "all content",
        "root",
        branch("tool_result", "tool_result", read, leaf("grep", "tool_result", "0.2")),
        leaf("system", "system", "0.3"),
        leaf("overhead", "overhead", "0.11"),
    )


TREES = (
    Tree(key=CAUSE, title="by cause", root=cause_tree()),
    Tree(key=CONTENT, title="by content", root=content_tree()),
)
HIT = PageHit(
    "src/parser.py", "session 0", "log.jsonl:12", 9, Decimal("0.4"), Decimal("0.31"), CONTENT, 3
)
REREAD = PageFinding(
    name="reread",
    title="the same file read again",
    advice="Read a file once.",
    confidence="measured",
    cost=Decimal("0.4"),
    saved=Decimal("0.31"),
    count=1,
    hits=(HIT,),
)


def moments(number: int = 28) -> list[Moment]:
    """Return calls whose context grows and is compacted once."""
    return [
        Moment(
            at + 1,
            1,
            f"2026-10-06 10:{at % 60:02}",
            "session 0",
            f"turn {at // 10 + 1}",
            "model-a",
            400 + at * 10,
            1000 * (at % 25),
            300,
            90,
            Decimal("0.01"),
            {24: "compaction", 10: "miss"}.get(at, ""),
            {10: "ttl_expired_5m"}.get(at, ""),
        )
        for at in range(number)
    ]


def page(
    trees: Sequence[Tree] | None = None, findings: Sequence[PageFinding] | None = (REREAD,)
) -> Page:
    """Return a page with everything."""
    return Page(
        amount="$1.04",
        exact="1.04",
        subtitle="40 calls in 3 sessions",
        bought=(Fact("calls", "40"), Fact("sessions", "3"), Fact("models", "model-a, model-b")),
        passport=PASSPORT,
        findings=findings,
        trees=TREES if trees is None else trees,
        moments=moments(),
        spends=[
            Spend(f"2026-10-0{day}", model, 5, Decimal(day) / 10, 900, 5000, 700, 80)
            for day in range(1, 6)
            for model in ("model-a", "model-b")
        ],
        span="day",
    )


def report(drawn: Page | None = None) -> Report:
    """Return a report of a table of models, with a page where there is one."""
    columns = (
        Column("model", "model"),
        Column("calls", "calls", "count"),
        Column("cost", "cost", "money"),
        Column("bar", "", "bar"),
    )
    rows = [(f"model-{at}", at + 1, Decimal(at * 7 % 10) / 10, at / 12) for at in range(12)]
    return Report(
        "tokencost.profile/2",
        {"run": {"command": "profile"}, "prices": None},
        (Lines(("$1.04: 40 calls",), "headline"), Table(columns, rows)),
        page=None if drawn is None else lambda: drawn,
    )
