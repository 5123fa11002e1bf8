"""The chart library runs when a chart is looked at or printed, and not before."""

from __future__ import annotations

import pytest

from browser.conftest import Opened, Opener
from pages import page, report

CHARTS = ("timeline", "spend", "cache")
# Notes when the library runs and a chart is drawn: what, and if in the task of the one before.
WATCH = """
window.work = [];
let open = false;
const note = (name) => {
  window.work.push([name, open]);
  open = true;
  setTimeout(() => { open = false; });
};
Object.defineProperty(window, "Plotly", {
  configurable: true,
  get() {},
  set(library) {
    const react = library.react;
    library.react = (plot, ...rest) => {
      note(plot.id);
      return react(plot, ...rest);
    };
    note("library");
    Object.defineProperty(window, "Plotly", { value: library, writable: true });
  },
});
"""
PAUSE = "() => new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), 50))"


def drawn(opened: Opened) -> list[str]:
    """Return the charts that stand on the page."""
    return [name for name in CHARTS if opened.page.locator(f"#{name}-plot svg.main-svg").count()]


def work(opened: Opened) -> list[str]:
    """Return what ran, in turn; no two of it in one task."""
    opened.page.evaluate(PAUSE)
    pairs = opened.page.evaluate("window.work")
    assert not any(joined for _, joined in pairs)
    return [name.removesuffix("-plot") for name, _ in pairs]


@pytest.fixture
def fresh(open_page: Opener) -> Opened:
    """A page at its first screen, which has no chart in time, and notes its work."""
    return open_page(report(page()), (1280, 400), script=WATCH)


def test_the_library_does_not_run_before_a_chart_is_in_view(fresh: Opened) -> None:
    window = fresh.page
    for key in ("ArrowDown", "Enter", "Escape"):
        window.locator("#icicle").press(key)
    window.locator("#icicle-search").fill("turn")
    for control in (
        "#icicle-plot .box:nth-child(2)",
        "[data-tree=content]",
        "[data-finding=reread]",
        "#table0 th button",
        "#theme",
    ):
        window.locator(control).first.dispatch_event("click")
    assert window.locator("#table0 th[aria-sort]").count() == 1
    assert work(fresh) == []
    assert window.locator("script#chart-library").count() == 1


def test_what_is_looked_at_is_drawn_one_chart_a_task(fresh: Opened) -> None:
    window = fresh.page
    window.locator("#timeline-plot").scroll_into_view_if_needed()
    window.wait_for_selector("#timeline-plot svg.main-svg")
    assert work(fresh) == ["library", "timeline"]
    assert drawn(fresh) == ["timeline"]
    assert window.locator("script#chart-library").count() == 0
    window.locator("#theme").click()
    window.locator("#cache-plot").scroll_into_view_if_needed()
    window.wait_for_selector("#cache-plot svg.main-svg")
    assert work(fresh)[:3] == ["library", "timeline", "timeline"]
    assert "cache" in drawn(fresh)
    assert fresh.faults == []


# What stands on the page when the listeners of the page itself are through: that is printed.
PRINTED = """
addEventListener("DOMContentLoaded", () => addEventListener("beforeprint", () => {
  window.printed = [...document.querySelectorAll(".plot")].map((plot) => {
    const drawing = plot.querySelector("svg.main-svg, .box");
    return [plot.id, Boolean(drawing), drawing && drawing.clientWidth];
  });
}));
"""


def test_a_printer_gets_every_chart_of_a_page_that_nobody_scrolled(open_page: Opener) -> None:
    opened = open_page(report(page()), script=PRINTED)
    assert drawn(opened) == []
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    printed = {name: (there, width) for name, there, width in opened.page.evaluate("printed")}
    assert [name for name, (there, _) in printed.items() if there] == [
        f"{name}-plot" for name in ("icicle", *CHARTS)
    ]
    assert {printed[f"{name}-plot"][1] for name in CHARTS} == {640}
    opened.page.evaluate(PAUSE)
    width = opened.page.locator("#spend-plot svg.main-svg").first.evaluate("svg => svg.clientWidth")
    assert width > 1000
    assert opened.faults == []
