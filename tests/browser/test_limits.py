"""How large a page may be, how fast it opens, and whether everybody can use it."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import PHONE, Opened, Opener
from pages import branch, page, report
from tokencost_cli.output.page import CAUSE, CONTENT, Tree
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.renderers import renderer
from tokencost_profiles.attribution.frame import MOST_FRAMES, Frame, fold

AXE = os.environ.get("TOKENCOST_AXE", "")  # the script of axe-core
BYTES, MILLISECONDS, HEAP = 8_000_000, 2000, 300_000_000
TARGETS, PARTS = 1000, 1000


@pytest.fixture(scope="module")
def folded() -> Tree:
    """A million parts of a thousand targets of fifty tools, folded."""
    parts = [
        Frame(name=f"#{at:08x}, {at} tokens", kind="tool_result", cost=Decimal(at + 1) / 1000)
        for at in range(PARTS)
    ]
    targets = [branch(f"src/file{at}.py", "tool_result", *parts) for at in range(TARGETS)]
    tools = [branch(f"tool {at}", "tool_result", *targets[at::50]) for at in range(50)]
    root = branch("all content", "root", *tools)
    assert root.size > TARGETS * PARTS
    tree = fold(root, sort=True)
    assert tree.cost == root.cost
    return Tree(key=CONTENT, title="by content", root=tree)


def test_a_million_parts_are_a_small_page_that_sums_to_the_bill(
    open_page: Opener, folded: Tree
) -> None:
    assert 1000 < folded.root.size <= MOST_FRAMES
    other = Tree(key=CAUSE, title="by cause", root=folded.root)
    written = report(page(trees=[folded, other]))
    assert len(renderer("html").render(written, Style())) < BYTES
    opened = open_page(written)
    timing = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    assert opened.page.evaluate(timing) < MILLISECONDS
    assert opened.page.evaluate("performance.memory.usedJSHeapSize") < HEAP
    assert "is in frames that are folded" in opened.text("#icicle-note")
    assert opened.faults == []
    drawn = opened.page.evaluate("document.querySelectorAll('#icicle-plot .box').length")
    assert 50 < drawn < 2000
    assert opened.text("#icicle-detail dd") == f"${folded.root.cost.normalize():f}"
    opened.page.locator("#icicle-search").fill("more")
    assert opened.text("#icicle-status").split(" ", 1)[1].startswith("matches, $")


@pytest.mark.skipif(not AXE, reason="TOKENCOST_AXE does not name the script of axe-core")
def test_everybody_can_use_it(opened: Opened) -> None:
    for summary in opened.page.locator("summary").all():
        summary.click()
    assert serious_faults(opened) == []
    opened.page.locator("#theme").click()
    opened.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert serious_faults(opened) == []


@pytest.mark.skipif(not AXE, reason="TOKENCOST_AXE does not name the script of axe-core")
def test_everybody_can_use_a_report_without_charts(open_page: Opener) -> None:
    assert serious_faults(open_page(report())) == []


def serious_faults(opened: Opened) -> list[str]:
    """Return what axe-core calls serious or critical."""
    opened.page.evaluate(Path(AXE).read_text("utf-8"))
    result: dict[str, Any] = opened.page.evaluate("axe.run()")
    return [
        f"{fault['id']}: {node['target']}"
        for fault in result["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def test_it_prints_every_chart_and_no_control(opened: Opened) -> None:
    opened.page.emulate_media(media="print")
    assert opened.page.locator("#theme").is_hidden()
    assert opened.page.locator("#icicle-plot").is_visible()
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
