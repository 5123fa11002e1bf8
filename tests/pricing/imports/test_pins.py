"""The pinned releases of public lists: named once, hashed, and none that is refused."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from price_archives import litellm
from tokencost_pricing.imports.versions import refused

SCRIPTS = Path(__file__).parents[3] / "scripts"
PINS = tomllib.loads((SCRIPTS / "price_lists.toml").read_text())


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("import_prices", SCRIPTS / "import_prices.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("pin", [*PINS["list"], *PINS["before"]], ids=lambda pin: pin["file"])
def test_a_pin_names_one_archive_and_its_hash(pin: dict[str, str]) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", pin["sha256"])
    name = pin["name"].removeprefix("@").replace("/", "-")
    assert pin["file"].replace("_", "-").startswith(f"{name}-{pin['version']}")
    assert refused(pin["name"], pin["version"]) is None


def test_each_list_is_pinned_once() -> None:
    names = [pin["name"] for pin in PINS["list"]]
    assert len(set(names)) == len(names) == 8
    assert {pin["name"] for pin in PINS["before"]} < set(names)


def test_an_archive_with_another_hash_is_refused_and_removed(
    tmp_path: Path, script: ModuleType
) -> None:
    path = litellm(tmp_path, {}, "1.110.2")
    pin = {"name": "litellm", "version": "1.110.2", "file": path.name, "sha256": "0" * 64}
    with pytest.raises(SystemExit, match="sha256"):
        script.fetch(pin, tmp_path)
    assert not path.exists()


def test_a_list_that_states_no_day_has_that_of_its_pin(tmp_path: Path, script: ModuleType) -> None:
    path = litellm(tmp_path, {}, "1.110.2")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    pin = {"name": "litellm", "version": "1.110.2", "file": path.name, "sha256": digest}
    script.fetch({**pin, "day": "2026-11-20"}, tmp_path)
    assert datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat() == "2026-11-20"


def test_a_release_with_malicious_code_is_not_even_downloaded(
    tmp_path: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a download"))
    pin = {"name": "litellm", "version": "1.82.8", "file": "litellm-1.82.8.whl", "sha256": ""}
    with pytest.raises(SystemExit, match="malicious"):
        script.fetch(pin, tmp_path)


def test_only_archives_are_downloaded_and_no_code_runs(tmp_path: Path, script: ModuleType) -> None:
    by_name = {pin["name"]: script._download(pin, tmp_path) for pin in PINS["list"]}
    for name, command in by_name.items():
        if name.startswith("@"):
            assert command[1:3] == ["pack", "@earendil-works/pi-ai@1.6.0"]
            assert "--ignore-scripts" in command
        else:
            assert command[1:5] == ["download", "--no-deps", "--only-binary", ":all:"]
    assert "manylinux_2_28_x86_64" in by_name["litellm"]


def test_a_week_is_the_difference_of_two_releases(tmp_path: Path, script: ModuleType) -> None:
    entry = {"litellm_provider": "openai", "input_cost_per_token": 5e-06}
    pins: dict[str, list[dict[str, str]]] = {"list": [], "before": []}
    for key, version, rate in (("before", "1.109.1", 5e-06), ("list", "1.110.2", 4e-06)):
        path = litellm(tmp_path, {"gpt-5": {**entry, "input_cost_per_token": rate}}, version)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        pin = {"name": "litellm", "version": version, "file": path.name, "sha256": digest}
        pins[key].append({**pin, "day": "2026-11-20"})
    text = script.week(pins, tmp_path)
    assert text.startswith("# Changes of litellm 1.109.1 and litellm 1.110.2\n")
    assert "| `gpt-5` | input | 1.25 | 5 | 4 | litellm | L |" in text


def test_the_script_says_what_it_does() -> None:
    command = [sys.executable, str(SCRIPTS / "import_prices.py"), "--help"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "--week" in text
