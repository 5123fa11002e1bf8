"""Names of others on the page do nothing, and do not move it; no text of a prompt is in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser.conftest import LARGE, PHONE, Opened, Opener
from conftest import Cli
from pages import branch, leaf, page, report
from tokencost_cli.output.page import CAUSE, Tree

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTILE = (
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 2</script>",
    "<img src=x onerror='window.hit = 3'>",
    '"><svg onload=window.hit=4>',
    "<a href='javascript:window.hit=5'>here</a>",
    "\u2028\u2029\u202e{{ 7 * 7 }}${window.hit = 6}",
    "<!--<script>",
    "]]>%{label}<b>bold</b>",
    "x" * 100_000,
)
MOST_NAME = 400  # characters of one name that reach the page


def hostile_tree() -> Tree:
    frames = [leaf(name, name[:12], f"0.{at + 1}") for at, name in enumerate(HOSTILE)]
    return Tree(key=CAUSE, title="by cause", root=branch("all calls", "root", *frames))


@pytest.fixture(scope="module")
def hostile(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A page of such names, with its frames as a table."""
    opener = Opener(browser, tmp_path_factory.mktemp("hostile"))
    opened = opener(report(page(trees=[hostile_tree()])))
    opened.page.locator("#icicle-twin summary").click()
    yield opened
    opener.close()


def test_names_do_nothing(hostile: Opened) -> None:
    opened, window = hostile, hostile.page
    window.locator("#icicle").focus()
    window.keyboard.press("ArrowDown")
    for _ in HOSTILE:
        window.keyboard.press("ArrowRight")
    window.locator("#icicle-plot .box").nth(1).hover()
    assert window.evaluate("window.hit") is None
    assert (
        window.evaluate(
            "document.querySelectorAll('main script, main img, main a[href^=java]').length"
        )
        == 0
    )
    assert "<script>window.hit = 1</script>" in opened.text("#icicle-twin tbody")
    assert opened.faults == []
    assert opened.requests == []


@pytest.mark.parametrize("size", [LARGE, PHONE])
def test_a_name_of_100_kb_does_not_move_the_page(hostile: Opened, size: tuple[int, int]) -> None:
    opened = hostile
    opened.page.set_viewport_size({"width": size[0], "height": size[1]})
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    longest = opened.page.evaluate(
        "Math.max(...[...document.querySelectorAll('#icicle-twin td, #icicle-twin th')]"
        ".map((cell) => cell.textContent.length))"
    )
    assert longest <= MOST_NAME
    heights = opened.page.evaluate(
        "[...document.querySelectorAll('#icicle-twin tbody tr')].map((row) => row.offsetHeight)"
    )
    assert max(heights) <= 4 * min(heights)


def log_of(path: Path, text: str) -> Path:
    """Write a conversation in which everything that may be text is this one."""
    rows = [
        {
            "type": "user",
            "sessionId": "s1",
            "uuid": "u1",
            "timestamp": "2026-10-06T09:00:00Z",
            "message": {"role": "user", "content": text},
        },
        {
            "type": "assistant",
            "sessionId": "s1",
            "uuid": "a1",
            "parentUuid": "u1",
            "requestId": "r1",
            "timestamp": "2026-10-06T09:00:04Z",
            "message": {
                "id": "m1",
                "role": "assistant",
                "model": "claude-sonnet-5-5",
                "content": [
                    {"type": "thinking", "thinking": text},
                    {"type": "text", "text": text},
                    {"type": "tool_use", "id": "t1", "name": "Read", "input": {"note": text}},
                ],
                "usage": {"input_tokens": 900, "output_tokens": 120},
            },
        },
        {
            "type": "user",
            "sessionId": "s1",
            "uuid": "u2",
            "parentUuid": "a1",
            "timestamp": "2026-10-06T09:00:05Z",
            "message": {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "t1", "content": text}],
            },
        },
        {
            "type": "assistant",
            "sessionId": "s1",
            "uuid": "a2",
            "parentUuid": "u2",
            "requestId": "r2",
            "timestamp": "2026-10-06T09:00:09Z",
            "message": {
                "id": "m2",
                "role": "assistant",
                "model": "claude-sonnet-5-5",
                "content": [{"type": "text", "text": text}],
                "usage": {"input_tokens": 1900, "output_tokens": 60},
            },
        },
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    return path


def test_a_prompt_with_a_script_does_nothing(open_page: Opener, tmp_path: Path, cli: Cli) -> None:
    log = log_of(tmp_path / "log.jsonl", "</script><script>window.hit = 1</script>")
    out = tmp_path / "page.html"
    assert cli("profile", str(log), "--show-text", "--html", str(out)).code == 0
    opened = open_page(out)
    opened.page.locator("[data-tree=content]").click()
    opened.page.locator("#icicle-twin summary").click()
    assert "</script><script>" in opened.text("#icicle-twin tbody")
    assert opened.page.evaluate("window.hit") is None
    assert opened.faults == []


def test_no_text_of_a_prompt_is_in_it(tmp_path: Path, cli: Cli) -> None:
    log = log_of(tmp_path / "log.jsonl", "canary-4711 sings")
    out = tmp_path / "page.html"
    assert cli("profile", str(log), "--html", str(out)).code == 0
    assert "canary" not in out.read_text("utf-8")
    assert cli("profile", str(log), "--show-text", "--html", str(out)).code == 0
    assert "canary-4711" in out.read_text("utf-8")
