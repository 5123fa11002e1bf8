"""docs/architecture.md names files and names that are there, and walks through each room once."""

from __future__ import annotations

import re
import runpy
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
ROOM_FOLDERS = ("cli/tokencost_cli", "profiles/tokencost_profiles")
WALKS = ("One row of Claude Code, from byte to cell", "One prompt, from file to verdict")


def section(title: str) -> str:
    (text,) = re.findall(
        rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE.read_text("utf-8"), re.M | re.S
    )
    return str(text)


def room_of(path: str) -> str:
    """Return the room that a file from the root of the repository lies in."""
    _, package, room, *_ = Path(path).parts
    return "pricing" if package == "tokencost_pricing" else room


@pytest.mark.parametrize("title", WALKS)
def test_a_walk_enters_each_room_once(title: str) -> None:
    steps = re.split(r"^\d+\. ", section(title), flags=re.M)[1:]
    assert len(steps) == 10
    rooms = []
    for step in steps:
        paths = re.findall(r"\]\(\.\./([^)]+)\)", step)
        assert paths, step
        rooms += [room_of(path) for path in paths]
    visits = [room for room, _ in groupby(rooms)]
    assert len(visits) == len(set(visits)), visits


@pytest.mark.parametrize("title", WALKS)
def test_a_walk_names_what_is_there(title: str) -> None:
    for step in re.split(r"^\d+\. ", section(title), flags=re.M)[1:]:
        files = re.findall(r"\]\(\.\./([^)]+)\)", step)
        source = "\n".join((ROOT / file).read_text("utf-8") for file in files)
        for name in re.findall(r"`([A-Za-z_]+)`", step):
            assert re.search(rf"\b{name}\b", source), f"{name} in {files}"


def test_every_room_is_named() -> None:
    for folder in ROOM_FOLDERS:
        readme = (ROOT / Path(folder).parts[0] / "README.md").read_text("utf-8")
        for path in sorted((ROOT / folder).iterdir()):
            if path.is_dir() and (path / "__init__.py").exists():
                assert f"| `{path.name}/` |" in PAGE.read_text("utf-8"), path
                assert f"| `{path.name}/` |" in readme, path


def test_what_the_page_points_at_is_there() -> None:
    for name in re.findall(r"`((?:cli|profiles|pricing)/[^`]+)`", section("Where is what")):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("package", ["tokencost_cli", "tokencost_profiles", "tokencost_pricing"])
def test_no_folders_import_each_other_in_a_circle(package: str) -> None:
    house = runpy.run_path(str(ROOT / "scripts" / "house.py"))
    checkout = house["Checkout"](ROOT)
    folder_of = {name: house["folder"](name, path) for name, path in checkout.modules.items()}
    imports = house["grouped"](checkout.imports, folder_of)
    assert any(name.startswith(f"{package}.") for name in imports), "no folder was measured"
    circles = house["circles"](imports)
    assert [circle for circle in circles if any(name.startswith(package) for name in circle)] == []


def test_the_diagrams_are_those_of_the_script() -> None:
    drawing = runpy.run_path(str(ROOT / "scripts" / "draw_diagrams.py"))
    for name, (title, boxes) in drawing["DIAGRAMS"].items():
        assert (ROOT / "docs" / "diagrams" / name).read_text("utf-8") == drawing["svg"](
            title, boxes
        )
        for box in boxes:
            assert (ROOT / box.file).exists(), box
            assert room_of(box.file) == box.room
