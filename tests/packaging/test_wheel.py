"""The wheel, installed alone in a clean environment, counts and prices offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGEST = 12_000_000  # bytes


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_it_is_small_and_carries_what_it_needs(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for wanted in (
        "tokencost_pricing/tables/_compiled.json",
        "tokencost_pricing/tables/openai.yaml",
        "tokencost_pricing/tables/calendars/cn.yaml",
        "tokencost_pricing/schema/price.schema.json",
        "tokencost_profiles/tokens/prompt_rules/_compiled.json",
        "tokencost_profiles/estimates/workloads/_compiled.json",
        "tokencost_profiles/tokens/encoders/index/o200k_base.tcx",
        "tokencost_profiles/tokens/encoders/data/claude-3.pieces",
        "tokencost_pricing/py.typed",
    ):
        assert wanted in names
    assert not [name for name in names if name.endswith(".vocab")]
    roots = {name.split("/")[0] for name in names}
    assert {root for root in roots if "." not in root} == {
        "tokencost_cli",
        "tokencost_pricing",
        "tokencost_profiles",
    }


def test_it_prices_offline_in_another_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    venv.create(environment, symlinks=True, with_pip=False)
    site = next((environment / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # The dependencies come from this environment: the test is about what the wheel itself holds.
    own = Path(sys.prefix) / "lib" / site.parent.name / "site-packages"
    (site / "dependencies.pth").write_text(f"{own}\n")
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
    kept = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "TOKENCOST_CACHE": ""}
    done = subprocess.run(
        command, cwd=tmp_path, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    items = {item["model"]: item for item in json.loads(done.stdout)["items"]}
    assert items["gpt-4o"]["cost"] == "0.00503"
    assert items["gpt-4o"]["tokens"]["text"] == 5
    assert items["qwen3.8-max"]["method"] == "exact"


def test_the_version_in_pyproject_is_that_of_the_code() -> None:
    import tomllib

    from tokencost_pricing._version import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
    assert "dynamic" not in project
    assert project["requires-python"] == ">=3.11"
