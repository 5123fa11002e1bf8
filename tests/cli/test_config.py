"""Settings of the user under those of the project, and what `config show` says of them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import NOW
from tokencost_cli.app import run
from tokencost_cli.runtime.context import Context, cache_folder, settings_file

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "prompt.txt").write_text("How much does this cost?")
    return folder


@pytest.fixture
def user_file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "tokencost.toml"


@pytest.fixture
def tokencost(project: Path, user_file: Path, cache: Path) -> Run:
    user_file.parent.mkdir()

    def call(*arguments: str, environment: dict[str, str] | None = None) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        context = Context(
            stdin=io.BytesIO(),
            stdout=out,
            stderr=err,
            environment=environment or {},
            folder=project,
            now=NOW,
            cache=cache,
            settings=user_file,
        )
        return run(arguments, context), out.getvalue(), err.getvalue()

    return call


def estimated(tokencost: Run) -> dict[str, Any]:
    code, out, err = tokencost("estimate", "prompt.txt", "-f", "json")
    assert code == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def test_settings_of_the_user_hold_in_every_project(tokencost: Run, user_file: Path) -> None:
    user_file.write_text('models = ["gpt-4o"]\n[estimate]\noutput_tokens = "7"\n')
    item = estimated(tokencost)["items"][0]
    assert (item["model"], item["usage"]["output"]) == ("gpt-4o", 7)


def test_a_project_counts_before_the_user_setting_by_setting(
    tokencost: Run, user_file: Path, project: Path
) -> None:
    user_file.write_text('models = ["gpt-4o"]\n[estimate]\noutput_tokens = "7"\n')
    (project / "tokencost.toml").write_text('models = ["gpt-4o-mini"]\n[estimate]\nper_day = 3\n')
    item = estimated(tokencost)["items"][0]
    assert (item["model"], item["usage"]["output"]) == ("gpt-4o-mini", 7)
    (project / "tokencost.toml").write_text('[estimate]\noutput_tokens = "9"\n')
    item = estimated(tokencost)["items"][0]
    assert (item["model"], item["usage"]["output"]) == ("gpt-4o", 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('modles = ["x"]', "unknown key 'modles'"),
        ("[estimate]\nmodle = 1", "[estimate] has no setting 'modle'"),
        ("models = [", "not TOML"),
        ('[check]\nbudget = "much"', "[check] budget"),
    ],
)
@pytest.mark.parametrize("whose", ["user", "project"])
def test_wrong_settings_name_the_file_that_they_stand_in(
    tokencost: Run, user_file: Path, project: Path, text: str, message: str, whose: str
) -> None:
    (project / "tokencost.toml").write_text('[check]\nmax_increase = "5%"\n')
    file = user_file if whose == "user" else project / "tokencost.toml"
    file.write_text(text)
    command = "check" if "check" in text else "estimate"
    code, _, err = tokencost(command, "prompt.txt")
    assert code == 5
    assert f"{file}: " in err
    assert message in err
    assert err.count("\n") == 1


def test_show_says_where_each_setting_is_from(
    tokencost: Run, user_file: Path, project: Path
) -> None:
    user_file.write_text('models = ["gpt-4o"]\nprices = ["a.yaml"]\n[check]\nbudget = "5"\n')
    near = project / "tokencost.toml"
    near.write_text('prices = ["b.yaml"]\n[check]\nbudget = "6"\n')
    variables = {"TOKENCOST_PROFILE_SINCE": "7d", "HOME": "/nobody"}
    code, out, _ = tokencost("config", "show", "-f", "json", environment=variables)
    document = json.loads(out)
    settings = {item["name"]: (item["value"], item["source"]) for item in document["items"]}
    assert code == 0
    assert document["files"] == [str(user_file), str(near)]
    assert settings["models"] == (["gpt-4o"], str(user_file))
    prices = [str(user_file.parent / "a.yaml"), str(project / "b.yaml")]
    assert settings["prices"] == (prices, f"{user_file}, {near}")
    assert settings["check.budget"] == ("6", str(near))
    assert settings["workload"] == (None, "default")
    assert settings["TOKENCOST_PROFILE_SINCE"] == ("7d", "environment")
    assert "HOME" not in settings


def test_show_says_which_files_there_could_be(tokencost: Run, user_file: Path) -> None:
    code, out, err = tokencost("config", "show")
    assert (code, err) == (0, "")
    assert f"{user_file} (not there)" in out
    assert "no tokencost.toml" in out


def test_the_folders_are_those_of_the_platform(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    from platformdirs import user_cache_path, user_config_path

    folder = user_config_path("tokencost", appauthor=False)
    assert settings_file({}) == folder / "tokencost.toml"
    assert cache_folder({}) == user_cache_path("tokencost", appauthor=False)
    assert settings_file({"TOKENCOST_CONFIG": "/x/mine.toml"}) == Path("/x/mine.toml")
    assert settings_file({"TOKENCOST_CONFIG": ""}) is None
    assert cache_folder({"TOKENCOST_CACHE": ""}) is None


def test_either_name_will_do(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path)
    (tmp_path / "config.toml").write_text("")
    assert settings_file({}) == tmp_path / "config.toml"
    (tmp_path / "tokencost.toml").write_text("")
    assert settings_file({}) == tmp_path / "tokencost.toml"


def test_a_folder_that_is_closed_to_us_holds_no_settings(tokencost: Run, monkeypatch: Any) -> None:
    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", closed)
    monkeypatch.delenv("TOKENCOST_CONFIG", raising=False)
    path = settings_file({})
    assert path is not None
    assert path.name == "tokencost.toml"
    code, out, _ = tokencost("config", "show")
    assert (code, "(not there)" in out) == (0, True)


@pytest.mark.parametrize("key", ["prices", "calibration"])
def test_a_name_that_no_file_can_have_is_one_line(tokencost: Run, project: Path, key: str) -> None:
    value = json.dumps(["x" * 5_000] if key == "prices" else "x" * 5_000)
    (project / "tokencost.toml").write_text(f"{key} = {value}\n")
    code, _, err = tokencost("estimate", "prompt.txt", "-m", "gpt-4o")
    assert (code, err.count("\n")) == (5, 1)
