"""speedscope's page, served here, opens what is exported and displays its names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from frames import exported, leaf, tree
from speedscope import release
from tokencost_cli.output.renderers import Style, renderer

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any, **named: Any) -> None:
        """Write nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """Serve the page on the loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(release())))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_its_page_displays_the_names_of_the_profiles(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    root = tree(leaf("s1 <script>", "0.5", "session"), leaf("größe\n", "0.25", "session"))
    text = renderer("speedscope").render(exported(root, root), Style())
    path = tmp_path / "runs.speedscope.json"
    path.write_text(str(text), "utf-8")
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.set_input_files("input[type=file]", path)
    first, second = (profile["name"] for profile in json.loads(str(text))["profiles"])
    page.get_by_text(first).first.wait_for()
    assert "(1/2)" in page.inner_text("body")
    page.keyboard.press("n")
    page.get_by_text(second).first.wait_for()
    assert errors == []
    page.close()
