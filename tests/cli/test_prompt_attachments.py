"""Images and documents in place of prompts, or beside a template."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents import parts
from prompts import Cli, image, items, write


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_is_measured_as_an_attachment(cli: Cli, tmp_path: Path, kind: str) -> None:
    write(tmp_path, photo=image(1024, 1024, kind))
    (item,) = items(cli, "photo", "-m", "gpt-4o")
    assert parts(item) == {"attachment": 765, "frame": 7}
    assert item["warnings"] == []
    result = cli("count", "photo")
    assert (result.code, "depend on the model" in result.err) == (3, True)


def test_a_pdf_is_measured_as_an_attachment(cli: Cli, tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(612, 792)
    writer.write(tmp_path / "paper.pdf")
    (item,) = items(cli, "paper.pdf", "-m", "gemini-2.5-flash")
    assert parts(item)["attachment"] == 3 * 258


def test_images_of_a_prompty_file_stand_beside_it(cli: Cli, tmp_path: Path) -> None:
    write(
        tmp_path, **{"a.prompty": "user:\nLook: ![it](photo.png)\n", "photo.png": image(512, 512)}
    )
    (item,) = items(cli, "a.prompty", "-m", "gpt-4o")
    assert parts(item)["attachment"] == 255
    assert item["warnings"] == []
