"""The page in a browser: it zooms, sorts, filters, and can be used with keys alone."""

from __future__ import annotations

from browser.conftest import Opened, Opener
from pages import page, report

CHARTS = ("timeline", "spend", "cache")


def test_every_chart_is_drawn_when_it_is_looked_at_and_asks_for_nothing(opened: Opened) -> None:
    assert opened.page.locator("#icicle-plot .box").count() == 75  # all that cost something
    for name in CHARTS:
        opened.page.locator(f"#{name}-plot").scroll_into_view_if_needed()
        opened.page.wait_for_selector(f"#{name}-plot svg.main-svg")
    assert opened.page.evaluate("document.documentElement.dataset.ready") == "charts"
    assert opened.faults == []
    assert opened.requests == []


def test_a_report_without_charts_needs_no_library(open_page: Opener) -> None:
    opened = open_page(report())
    assert "$1.04: 40 calls" in opened.text(".verdict")
    assert opened.page.locator("#table0 tbody tr").count() == 12
    assert opened.page.evaluate("typeof window.Plotly") == "undefined"
    assert opened.faults == []


def test_a_table_sorts_filters_and_searches(opened: Opened) -> None:
    table = opened.page.locator("#table0")
    cost = table.get_by_role("button", name="cost")
    cost.click()
    assert table.locator("tbody tr").first.inner_text().split()[:3] == ["model-7", "8", "$0.90"]
    assert table.locator("th[aria-sort=descending]").count() == 1
    cost.click()
    assert "$0" in table.locator("tbody tr").first.inner_text()
    table.get_by_role("searchbox").fill("model-1")
    assert table.locator("tbody tr").count() == 3
    assert table.get_by_role("status").inner_text() == "3 of 12 rows"


def test_the_frames_as_a_table_are_filtered_by_kind(opened: Opened) -> None:
    opened.page.locator("#icicle-twin summary").click()
    twin = opened.page.locator("#icicle-twin")
    twin.get_by_label("filter frames by kind").select_option("=turn")
    assert "12 of" in twin.get_by_role("status").inner_text()
    twin.locator("tbody button").first.click()
    assert "turn" in opened.text("#icicle-path li:last-child")


def test_a_click_on_a_finding_zooms_to_the_part(opened: Opened) -> None:
    opened.page.locator("[data-finding=reread]").first.click()
    assert opened.page.locator("[data-tree=content]").get_attribute("aria-pressed") == "true"
    assert "src/parser.py" in opened.text("#icicle-detail")
    assert "read_file" in opened.text("#icicle-path")


def test_a_click_on_a_frame_zooms_and_one_on_the_root_zooms_out(opened: Opened) -> None:
    session = opened.page.locator("#icicle-plot .box").nth(1)
    session.click()
    assert opened.page.locator("#icicle-path li").count() == 2
    opened.page.locator("#icicle-plot .box").first.click()
    assert opened.page.locator("#icicle-path li").count() == 1


def test_keys_move_zoom_and_announce(opened: Opened) -> None:
    keyboard = opened.page.keyboard
    opened.page.locator("#icicle").focus()
    keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    assert opened.text("#icicle-live").startswith("session 1, session, $0.90, 33% of the bill")
    assert opened.page.locator("#icicle-ring").is_visible()
    keyboard.press("Enter")
    assert opened.page.locator("#icicle-path li").count() == 2
    keyboard.press("ArrowDown")
    assert opened.text("#icicle-live").startswith("turn 0")
    for key in ("Escape", "Backspace"):
        keyboard.press(key)
    assert opened.page.locator("#icicle-path li").count() == 1


def test_one_toggle_turns_the_root_to_the_bottom(opened: Opened) -> None:

    def top() -> float:
        box = opened.page.locator("#icicle-plot .box").first.bounding_box()
        assert box is not None
        return box["y"]

    above = top()
    opened.page.locator("#icicle-flip").click()
    assert top() > above
    assert opened.page.locator("#icicle-flip").get_attribute("aria-pressed") == "true"


def test_the_theme_is_that_of_the_system_until_it_is_chosen(open_page: Opener) -> None:
    opened = open_page(report(), theme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = opened.page.evaluate(ground)
    opened.page.locator("#theme").click()
    light = opened.page.evaluate(ground)
    assert dark != light
    opened.page.reload()
    assert opened.page.evaluate(ground) == light


def test_a_search_marks_frames_and_finds_folded_ones(opened: Opened) -> None:
    search = opened.page.locator("#icicle-search")
    search.fill("turn 2")
    assert opened.text("#icicle-status").startswith("3 matches, $0.")
    search.press("Enter")
    assert "turn 2" in opened.text("#icicle-detail")


def test_the_pointer_names_a_frame(opened: Opened) -> None:
    opened.page.locator("#icicle-plot .box").nth(1).hover()
    name, *facts = opened.text("#icicle-tip").split("\n")
    assert (name, facts) == ("session 0", ["$0.70", "25% of the bill", "20 calls"])
    assert opened.text("#icicle-detail").startswith("session 0")
    opened.page.locator("#icicle-search").hover()
    assert opened.page.locator("#icicle-tip").is_hidden()
    assert opened.text("#icicle-detail").startswith("all calls")


def test_where_the_library_cannot_run_all_but_the_charts_in_time_is_there(
    open_page: Opener,
) -> None:
    refuse = "Object.defineProperty(window, 'Plotly', {get() {}, set() {}})"
    opened = open_page(report(page()), script=refuse)
    opened.page.locator("#timeline-plot").scroll_into_view_if_needed()
    opened.page.wait_for_selector("html[data-ready=tables]", state="attached")
    assert "cannot draw the chart" in opened.text("#timeline-plot")
    opened.page.locator("#icicle-plot .box").nth(1).click()
    assert opened.page.locator("#icicle-path li").count() == 2
    opened.page.locator("#icicle").focus()
    opened.page.keyboard.press("ArrowDown")
    assert opened.page.locator("#icicle-ring").is_visible()
    assert opened.faults == []
