"""Archives come from strangers: what no price list needs is refused, in one line."""

from __future__ import annotations

import gzip
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from price_archives import litellm, tarball, wheel
from tokencost_pricing.errors import InputError
from tokencost_pricing.imports import unpacking
from tokencost_pricing.imports.literals import assigned_literal
from tokencost_pricing.imports.packages import open_package
from tokencost_pricing.imports.public_lists import read_list


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_list(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("version", ["1.82.7", "1.82.8"])
def test_a_release_with_malicious_code_is_refused_by_name(tmp_path: Path, version: str) -> None:
    path = litellm(tmp_path, {"gpt-5": {"litellm_provider": "openai"}}, version)
    assert "malicious" in refusal(path)
    assert "malicious" in refusal(path.rename(tmp_path / "renamed.whl"))


def test_a_refused_release_is_known_by_its_file_name_too(tmp_path: Path) -> None:
    path = tmp_path / "litellm-1.82.8-cp310-abi3-manylinux_2_28_x86_64.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("litellm/model_prices_and_context_window_backup.json", "{}")
    assert "malicious" in refusal(path)
    source = tarball(tmp_path / "litellm-1.82.7.tar.gz", {"litellm-1.82.7/x.json": "{}"})
    assert "malicious" in refusal(source)


@pytest.mark.parametrize("name", ["../x.json", "/etc/x.json", "a/../../x.json", "C:x", "..\\x"])
@pytest.mark.parametrize("ending", ["whl", "tgz"])
def test_a_path_that_leaves_the_archive_is_refused(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"x-1.0.{ending}"
    if ending == "whl":
        wheel(path, "x", "1.0", {name: "{}"})
    else:
        tarball(path, {name: "{}"})
    assert "leaves the archive" in refusal(path)


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x-1.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("package/x.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert "is a link" in refusal(path)
    path = tmp_path / "y-1.0.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        info = zipfile.ZipInfo("x.json")
        info.external_attr = 0xA1FF << 16
        zipped.writestr(info, "/etc/passwd")
    assert "is a link" in refusal(path)


def test_what_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path: Path) -> None:
    bomb = b" " * 30_000_000
    path = litellm(tmp_path, {})
    member = "litellm/model_prices_and_context_window_backup.json"
    wheel(path, "litellm", "1.110.2", {member: bomb})
    assert "too tightly" in refusal(path)


def test_a_stream_that_never_ends_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_LARGEST_TOTAL", 100_000)
    path = tarball(tmp_path / "x-1.0.tgz", {"package/x.bin": b"\0" * 1_000_000})
    assert "more than a price list needs" in refusal(path)
    path = tmp_path / "y-1.0.tgz"
    # A header that states 0 bytes, and a stream that goes on behind the end of the archive.
    path.write_bytes(gzip.compress(b"\0" * 512 + b"x" * 10_000_000))
    refusal(path)


def test_gzip_within_an_archive_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokencost_pricing.imports.packages.LARGEST_MEMBER", 1000)
    member = "rates/ai/ledger-ai.json.gz"
    path = wheel(
        tmp_path / "rates-1.1.0-py3-none-any.whl",
        "rates",
        "1.1.0",
        {member: gzip.compress(b" " * 5000)},
    )
    assert "unpacks to more than" in refusal(path)


def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x-1.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("x.json", "{}")
    assert "there twice" in refusal(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.whl", b"no archive"),
        ("x.tgz", b"no archive"),
        ("x.json", b"\xff\xfe"),
        ("x.json", b'{"a": NaN}'),
        ("x.json", b"[" * 100_000),
        ("x.json", b"{}"),
        ("x.txt", b"a list"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refusal(path)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert "cannot read" in refusal(tmp_path / "nothing.whl")


def test_a_list_that_is_laid_out_otherwise_is_one_line(tmp_path: Path) -> None:
    data = {"prices": ["no providers"]}
    path = wheel(
        tmp_path / "model_prices-0.0.5-py3-none-any.whl",
        "model-prices",
        "0.0.5",
        {"model_prices/snapshot.json": json.dumps(data)},
    )
    assert "not laid out as model_prices was" in refusal(path)


def test_python_is_read_as_data_and_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    for source in (
        f"providers = [Provider(id=open({str(trap)!r}, 'w'))]",
        f"providers = [__import__('os').system('touch {trap}')]",
        "providers = [name for name in dir()]",
        "providers = f'{1}'",
        "providers = 10 ** 10 ** 10",
        "prices = []",
    ):
        with pytest.raises(ValueError, match=r"literal|positional|assigned"):
            assigned_literal(source, "providers")
    assert not trap.exists()


def test_the_day_is_the_stated_one_or_that_of_the_newest_member(tmp_path: Path) -> None:
    path = tmp_path / "x-1.0.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.json", (2026, 9, 23, 0, 0, 0)), "{}")
        archive.writestr(zipfile.ZipInfo("b.json", (1980, 1, 1, 0, 0, 0)), "{}")
    assert open_package(path).day == "2026-09-23"
    assert open_package(path, "2026-11-20").day == "2026-11-20"


def test_nothing_is_written_beside_an_archive(tmp_path: Path) -> None:
    path = litellm(tmp_path, {"gpt-5": {"litellm_provider": "openai"}})
    read_list(path)
    assert list(tmp_path.iterdir()) == [path]
