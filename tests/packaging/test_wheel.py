"""The wheel, installed alone in a clean environment, counts and prices offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
import typer

from tokencost_pricing import PriceTable

ROOT = Path(__file__).parents[2]
LARGEST = 12_000_000  # bytes


def built(folder: Path, kind: str) -> Path:
    """Return the one file that a build of a kind (`wheel`, `sdist`) makes."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "-o", str(folder)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = (path for path in folder.iterdir() if path.suffix in (".whl", ".gz"))
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"), "wheel")


def test_it_is_small_and_carries_what_it_needs(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for wanted in (
        "tokencost_pricing/tables/_compiled/index.json",
        "tokencost_pricing/tables/_compiled/names.txt",
        "tokencost_pricing/tables/_compiled/openai.json",
        "tokencost_pricing/tables/openai.yaml",
        "tokencost_pricing/tables/calendars/cn.yaml",
        "tokencost_pricing/schema/price.schema.json",
        "tokencost_profiles/tokens/prompt_rules/_compiled.json",
        "tokencost_profiles/tokens/hidden_texts/_compiled.json",
        "tokencost_profiles/estimates/workloads/_compiled.json",
        "tokencost_profiles/tokens/encoders/index/o200k_base.tcx",
        "tokencost_profiles/tokens/encoders/data/claude-3.pieces",
        "tokencost_pricing/py.typed",
    ):
        assert wanted in names
    assert not [name for name in names if name.endswith(".vocab") or "tables/lists/" in name]
    roots = {name.split("/")[0] for name in names}
    assert {root for root in roots if "." not in root} == {
        "tokencost_cli",
        "tokencost_pricing",
        "tokencost_profiles",
    }


def test_wheel_sdist_and_checkout_have_one_version_of_the_prices(
    wheel: Path, table: PriceTable, tmp_path: Path
) -> None:
    """An editable install reads the checkout."""
    with zipfile.ZipFile(wheel) as archive:
        content = json.loads(archive.read("tokencost_pricing/tables/_compiled/index.json"))
    with tarfile.open(built(tmp_path / "sdist", "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (tables,) = tmp_path.glob("tokencost_profiler-*/pricing/tokencost_pricing/tables")
    unpacked = PriceTable.load(folder=tables)
    assert (content["table"], content["sha256"]) == (table.version, table.sha256)
    assert (unpacked.version, unpacked.sha256) == (table.version, table.sha256)


def test_it_prices_offline_in_another_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    venv.create(environment, symlinks=True, with_pip=False)
    site = next((environment / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # The dependencies come from this environment: the test is about what the wheel itself holds.
    installed = Path(typer.__file__).parents[1]
    (site / "dependencies.pth").write_text(f"{installed}\n")
    (tmp_path / "prompt.txt").write_text("What does this cost?")
    command = [
        str(environment / "bin" / "python"),
        "-c",
        "import socket, sys\n"
        "def refuse(*_, **__): raise OSError('no network')\n"
        "socket.socket.connect = refuse\n"
        "from tokencost_cli.__main__ import main\n"
        "import tokencost_cli; assert 'env' in tokencost_cli.__file__, tokencost_cli.__file__\n"
        "main()",
        "estimate",
        "prompt.txt",
        "-m",
        "gpt-4o",
        "-m",
        "claude-opus-5-5",
        "-m",
        "qwen3.8-max",
        "-f",
        "json",
    ]
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "TOKENCOST_CACHE": ""}
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    items = {item["model"]: item for item in json.loads(done.stdout)["items"]}
    assert items["gpt-4o"]["cost"] == "0.00503"
    assert items["gpt-4o"]["prompt"]["text_tokens"] == 5
    assert items["qwen3.8-max"]["prompt"]["text_tokens"] == 5


def test_the_version_in_pyproject_is_that_of_the_code() -> None:
    import tomllib

    from tokencost_pricing._version import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert "dynamic" not in project
    assert project["requires-python"] == ">=3.11"
