"""The `prices` commands with input that is wrong: one line, and the exit code of its kind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.imports.facts import COLUMNS

Cli = Callable[..., Any]
SCRIPT = Path(__file__).parents[2] / "scripts/release_table.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "facts.tsv").write_text("\t".join(COLUMNS) + "\n")
    (tmp_path / "binary.tsv").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder.tsv").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("command", "code", "line"),
    [
        ("import", 2, "no price list is named"),
        ("import missing.tsv", 3, "missing.tsv: cannot read: No such file or directory"),
        ("import folder.tsv", 3, "folder.tsv: cannot read: Is a directory"),
        ("import binary.tsv", 3, "binary.tsv: not UTF-8 at byte 0"),
        ("import missing.json", 3, "missing.json: cannot read: No such file or directory"),
        ("import facts.tsv", 3, "facts.tsv: no price in it"),
        ("import facts.tsv --tables empty", 3, "empty: no folder of price files"),
        ("diff empty", 5, "empty: no folder of price files: it has no TABLE.yaml"),
        ("diff .", 5, ".: no folder of price files: it has no TABLE.yaml"),
        ("show gpt-4o --provider groq", 4, "not in the table of 'groq'"),
        ("history gpt-4o --provider nobody", 2, "no provider 'nobody'"),
        ("lock gpt-4o --provider groq", 4, "not in the table of 'groq'"),
    ],
)
def test_wrong_input_is_one_line(
    cli: Cli, folder: Path, command: str, code: int, line: str
) -> None:
    result = cli("prices", *command.split(), folder=folder)
    assert (result.code, result.out) == (code, "")
    assert line in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("abc\t2026-01-01\t", "facts.tsv:2: not a fact: 'abc' is no amount"),
        ("NaN\t2026-01-01\t", "facts.tsv:2: not a fact: 'NaN' is no amount"),
        ("1\tyesterday\t", "facts.tsv:2: not a fact: 'yesterday' is not a day as 2026-05-01"),
        ("1\t2026-13-01\t", "facts.tsv:2: not a fact: '2026-13-01' is not a day as 2026-05-01"),
        ("1\t2026-01-01", "facts.tsv:2: not a fact: 7 columns, not 8"),
    ],
)
def test_a_row_that_is_no_fact(cli: Cli, folder: Path, rest: str, line: str) -> None:
    with (folder / "facts.tsv").open("a") as file:
        file.write(f"litellm\tL\tnovita\tx\tinput\t{rest}\n")
    result = cli("prices", "import", "facts.tsv", folder=folder)
    assert (result.code, result.out, result.err) == (3, "", f"error: {line}\n")


def test_import_reads_and_writes_below_the_folder_of_the_invocation(cli: Cli, folder: Path) -> None:
    with (folder / "facts.tsv").open("a") as file:
        file.write("litellm\tL\tnovita\tx\tinput\t1\t2026-01-01\t\n")
    (folder / "tables").mkdir()
    (folder / "tables/TABLE.yaml").write_text("schema: 1\n")
    result = cli("prices", "import", "facts.tsv", "--tables", "tables", folder=folder)
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        ("http://[bad", 3, "http://[bad: cannot be fetched: "),
        ("", 2, "no address of releases is built in"),
        ("ftp://host/table.zip", 2, "'ftp://host/table.zip' is neither http, https nor a file"),
    ],
)
def test_an_address_that_is_none(
    cli: Cli, tmp_path: Path, source: str, code: int, line: str
) -> None:
    pytest.importorskip("cryptography")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = Ed25519PrivateKey.generate().public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "key.pem").write_bytes(public.public_bytes(serialization.Encoding.PEM, form))
    command = ("prices", "update", "--from", source, "--key", "key.pem")
    result = cli(*command, folder=tmp_path, tables=tmp_path / "tables")
    assert (result.code, result.out) == (code, "")
    assert line in result.err
    assert len(result.err.splitlines()) == 1


def test_a_typed_provider_says_whose_price_is_meant(cli: Cli, tmp_path: Path) -> None:
    name = "meta-llama/llama-3.3-70b-instruct"
    assert cli("prices", "show", name, folder=tmp_path).code == 4
    report = cli("prices", "show", name, "--provider", "novita", folder=tmp_path)
    assert report.out.startswith(f"novita/{name}\n")
    history = cli("prices", "history", name, "--provider", "novita", folder=tmp_path)
    assert history.out.startswith(f"novita/{name}\n")
    lock = cli("prices", "lock", name, "--provider", "novita", "-o", "-", folder=tmp_path)
    assert json.loads(lock.out)["resolved"][name]["provider"] == "novita"


def test_a_lock_goes_to_stdout_where_that_is_typed(cli: Cli, tmp_path: Path) -> None:
    result = cli("prices", "lock", "gpt-4o", "-o", "-", folder=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert list(json.loads(result.out)["resolved"]) == ["gpt-4o"]
    assert not (tmp_path / "tokencost.lock").exists()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"lock": 1}', "not a complete lock file: 'resolved' is missing"),
        ('{"lock": 1, "resolved": []}', "a value is of another kind than `prices lock` writes"),
        ("[]", "reads lock files of version 1, not None"),
        ("\x00", "not a lock file"),
    ],
)
def test_a_lock_file_that_is_none(cli: Cli, tmp_path: Path, content: str, line: str) -> None:
    (tmp_path / "tokencost.lock").write_text(content)
    result = cli("prices", "list", "--locked", folder=tmp_path)
    assert (result.code, result.out) == (5, "")
    assert line in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["missing.pem", "out.zip"]])
def test_the_release_script_ends_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    pytest.importorskip("cryptography")
    command = [sys.executable, str(SCRIPT), *arguments]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
