"""One headless Chromium for all tests of the page; they skip where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pages import page, report
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.renderers import renderer
from tokencost_cli.output.report import Report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

FLAGS = ["--no-sandbox", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
RESET = """() => {
  const flip = document.getElementById("icicle-flip");
  if (flip.getAttribute("aria-pressed") === "true") flip.click();
  for (const search of document.querySelectorAll("input[type=search]")) {
    search.value = "";
    search.dispatchEvent(new Event("input"));
  }
  document.querySelector("[data-tree=cause]").click();
}"""
LARGE, PHONE = (1280, 900), (390, 844)


class Opened(NamedTuple):
    """A page in the browser, and what it did that it must not do."""

    page: Page
    faults: list[str]  # errors and warnings of the console, exceptions
    requests: list[str]  # addresses other than that of the file itself

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        return self.page.locator(selector).first.inner_text()


class Opener:
    """Opens reports, or files, in windows of their own."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self._contexts: list[BrowserContext] = []

    def __call__(
        self,
        report: Report | Path,
        size: tuple[int, int] = LARGE,
        *,
        theme: str = "light",
        script: str = "",
    ) -> Opened:
        """Open a report and wait until the page has drawn what is on the screen.

        `script`: what runs before the page does.
        """
        path = self._written(report) if isinstance(report, Report) else report
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        if script:
            context.add_init_script(script)
        self._contexts.append(context)
        opened = Opened(context.new_page(), [], [])
        page = opened.page
        page.on("console", lambda message: _note_fault(message, opened.faults))
        page.on("pageerror", lambda error: opened.faults.append(str(error)))
        page.on("request", lambda request: _note_request(request.url, opened.requests))
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        return opened

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()

    def _written(self, report: Report) -> Path:
        content = renderer("html").render(report, Style())
        assert isinstance(content, bytes)
        path = self._folder / f"page{len(self._contexts)}.html"
        path.write_bytes(content)
        return path


def _note_fault(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type in ("error", "warning"):
        faults.append(message.text)


def _note_request(address: str, requests: list[str]) -> None:
    if not address.startswith(("file:", "data:")):
        requests.append(address)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it."""
    sync_api = pytest.importorskip("playwright.sync_api")
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip("no Chromium")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Return what opens a report, or a file, in a window of its own."""
    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()


@pytest.fixture(scope="session")
def shared(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A page that tests share: once a chart was looked at, the chart library has run."""
    opener = Opener(browser, tmp_path_factory.mktemp("shared"))
    yield opener(report(page()))
    opener.close()


@pytest.fixture
def opened(shared: Opened) -> Opened:
    """The shared page as it was when it was opened: not zoomed, nothing searched for."""
    shared.page.emulate_media(media="screen")
    shared.page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
    shared.page.evaluate(RESET)
    return shared
