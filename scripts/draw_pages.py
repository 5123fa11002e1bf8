"""Make the images of docs/html.md and docs/attribution.md: pages of sessions, as a browser draws.

    python scripts/draw_pages.py

Needs the extras `html` and `dev`, and Chromium on the path. The image of a recorded session is only
made where TOKENCOST_CORPORA names the folder of recorded logs.
"""

from __future__ import annotations

import io
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "pictures"
RECORDED: Final = "samples/pi-session-jsonl"
FLAGS: Final = ["--no-sandbox", "--disable-background-networking"]
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
COLOURS: Final = 255
MOST_BYTES: Final = 150_000


class Shot(NamedTuple):
    """One image: the page, the window, and what is done before it is taken."""

    name: str
    page: str
    width: int
    height: int
    theme: str = "light"
    tree: str = ""
    section: str = ""  # that is scrolled to
    keys: tuple[str, ...] = ()


SHOTS: Final = (
    Shot("page-light", "now", 1200, 1130),
    Shot("page-dark", "now", 1200, 900, "dark", "content", "where", ("ArrowDown",) * 4),
    Shot("page-phone", "now", 390, 844, section="where"),
    Shot("timeline", "now", 1200, 480, section="timeline"),
    Shot("against", "change", 1200, 640, tree="content", section="where"),
    Shot("sub-agents", "agents", 1200, 540, tree="cause", section="where"),
    Shot("recorded-causes", "recorded", 1200, 540, tree="cause", section="where"),
    Shot("recorded-timeline", "recorded", 1200, 480, section="timeline"),
)


def main() -> None:
    """Make every image anew."""
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        sys.exit("no Chromium on the path")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        pages = make_pages(Path(name))
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for shot in SHOTS:
            if shot.page not in pages:
                continue
            content = quantised(taken(browser, pages[shot.page], shot))
            if len(content) > MOST_BYTES:
                sys.exit(f"{shot.name} has {len(content):,} bytes")
            (FOLDER / f"{shot.name}.png").write_bytes(content)
            print(shot.name, f"{len(content):,} bytes")
        browser.close()


def make_pages(folder: Path) -> dict[str, Path]:
    """Write the page of four invented sessions, and that of the first against the second."""
    logs = runpy.run_path(str(ROOT / "scripts" / "invented_logs.py"))["write"](folder / "logs")
    pages: dict[str, Path] = {}
    old = ["--against", str(logs[1])]
    arguments_of = {
        "now": [str(folder / "logs")],
        "change": [str(logs[0]), *old],
        "agents": [str(ROOT / "examples" / "agent-session")],
    }
    if corpora := os.environ.get("TOKENCOST_CORPORA"):
        arguments_of["recorded"] = [str(Path(corpora) / RECORDED)]
    for name, arguments in arguments_of.items():
        pages[name] = folder / f"{name}.html"
        command = [sys.executable, "-m", "tokencost_cli", "profile", *arguments]
        subprocess.run([*command, "--html", str(pages[name])], check=True)
    return pages


def taken(browser: Browser, path: Path, shot: Shot) -> bytes:
    """Return an image as the browser writes it."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    prepare(page, shot)
    content = page.screenshot()
    context.close()
    return content


def prepare(page: Page, shot: Shot) -> None:
    """Do what is done before an image is taken."""
    if shot.tree:
        page.locator(f"[data-tree={shot.tree}]").click()
    page.mouse.move(0, 0)
    if shot.section:
        page.locator(f"#{shot.section}").evaluate("section => section.scrollIntoView()")
    if shot.section in ("timeline", "spend", "cache"):
        page.wait_for_selector(f"#{shot.section}-plot svg.main-svg")
    if shot.keys:
        page.locator("#icicle").focus()
        for key in shot.keys:
            page.keyboard.press(key)


def quantised(content: bytes) -> bytes:
    """Return an image of few colours, which is a third as large."""
    out = io.BytesIO()
    image = Image.open(io.BytesIO(content)).convert("RGB")
    few = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
