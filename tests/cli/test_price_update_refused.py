"""`prices update`: everything that is refused, in one line, with nothing installed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from table_releases import Keys, keys, rate_in_use, release, run
from tokencost_pricing.releases.archive import Release, release_bytes

cryptography = pytest.importorskip("cryptography")

__all__ = ["keys", "run"]


def rewritten(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return an archive with its members changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


TAMPERED: dict[str, tuple[Callable[[dict[str, bytes]], Any], str]] = {
    "another rate": (
        lambda members: members.update(
            {"openai.json": members["openai.json"].replace(b'"7"', b'"1"')}
        ),
        "openai.json was changed after it was signed",
    ),
    "another manifest": (
        lambda members: members.update(
            {"manifest.json": members["manifest.json"].replace(b"2099", b"2098")}
        ),
        "the signature is not that of the key",
    ),
    "no signature": (lambda members: members.pop("manifest.sig"), "not a release"),
    "an empty signature": (
        lambda members: members.update({"manifest.sig": b""}),
        "the signature is not that of the key",
    ),
    "a file more": (
        lambda members: members.update({"../../evil.json": b"{}"}),
        "its files are not those of the manifest",
    ),
    "a bomb": (
        lambda members: members.update({"names.txt": b"\0" * (40 << 20)}),
        "its content is larger than 32 MB",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_is_refused(
    run: Callable[..., Any], tmp_path: Path, keys: Keys, name: str
) -> None:
    change, reason = TAMPERED[name]
    content = release_bytes(release(tmp_path / "a"), keys.sign)
    (tmp_path / "table.zip").write_bytes(rewritten(content, change))
    refused(run, reason)


def refused(run: Callable[..., Any], reason: str) -> None:
    result = run("prices", "update", "--from", "table.zip", "--key", "team.pem", "--yes")
    assert (result.code, result.out) == (5, "")
    assert reason in result.err
    assert result.err.count("\n") == 1
    assert rate_in_use(run) == "2.5"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>not found</html>"])
def test_what_is_no_archive_is_refused(
    run: Callable[..., Any], tmp_path: Path, keys: Keys, content: bytes
) -> None:
    assert keys.public.is_file()
    (tmp_path / "table.zip").write_bytes(content)
    refused(run, "not a release")


def test_an_archive_that_is_cut_off_is_refused(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    content = release_bytes(release(tmp_path / "a"), keys.sign)
    (tmp_path / "table.zip").write_bytes(content[: len(content) // 2])
    refused(run, "not a release")


def test_other_keys_older_tables_and_other_forms_are_refused(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    path = tmp_path / "table.zip"
    path.write_bytes(release_bytes(release(tmp_path / "a"), Keys(tmp_path, "other").sign))
    refused(run, "the signature is not that of the key")
    path.write_bytes(release_bytes(release(tmp_path / "b", day="2020-01-01"), keys.sign))
    refused(run, "is older than the one in use")
    newer = replace_layout(release(tmp_path / "c"))
    path.write_bytes(release_bytes(newer, keys.sign))
    refused(run, "made for another version of tokencost")
    strange = release(tmp_path / "d")._replace(table="../../2099.01.01+00000000")
    path.write_bytes(release_bytes(strange, keys.sign))
    refused(run, "is no version of a table")


def test_a_signed_release_of_something_else_is_refused(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    for index in (b"{}", b"[]", b"no JSON", b'{"files": {}, "heads": {}}'):
        strange = release(tmp_path / "a")._replace(files={"index.json": index})
        (tmp_path / "table.zip").write_bytes(release_bytes(strange, keys.sign))
        refused(run, "cannot read the compiled form")


def replace_layout(newer: Release) -> Release:
    return newer._replace(layout="prices-99")


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ((), 2, "no address of releases is built in"),
        (("--from", "table.zip"), 2, "has no key of a release"),
        (("--from", "table.zip", "--key", "none.pem"), 5, "cannot read the key"),
        (("--from", "table.zip", "--key", "text.pem"), 5, "not a public key in PEM form"),
        (("--from", "none.zip", "--key", "team.pem"), 3, "cannot read"),
        (("--from", "http://127.0.0.1:9/x", "--key", "team.pem"), 3, "cannot be fetched"),
        (("--from", "http://", "--key", "team.pem"), 3, "cannot be fetched"),
    ],
)
def test_what_is_missing_is_one_line(
    run: Callable[..., Any],
    tmp_path: Path,
    keys: Keys,
    arguments: tuple[str, ...],
    code: int,
    reason: str,
) -> None:
    assert keys.public.is_file()
    (tmp_path / "text.pem").write_text("a key")
    result = run("prices", "update", *arguments)
    assert (result.code, result.out) == (code, "")
    assert reason in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("sequence", [0, -1, True, "2", None])
def test_a_sequence_is_a_number_from_one_on(
    run: Callable[..., Any], tmp_path: Path, keys: Keys, sequence: Any
) -> None:
    strange = release(tmp_path / "a")._replace(sequence=sequence)
    (tmp_path / "table.zip").write_bytes(release_bytes(strange, keys.sign))
    refused(run, "not a number from 1 on")
