"""`prices update`: a signed release from a file or a server, and everything that is refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tokencost_pricing.compile import compile_folder
from tokencost_pricing.packed import Packed, pack
from tokencost_pricing.releases.archive import Release, release_bytes
from tokencost_pricing.table_loading import LAYOUT

cryptography = pytest.importorskip("cryptography")

Cli = Callable[..., Any]
PROVIDER = """
schema: 1
provider: openai
name: OpenAI
role: maker
currency: USD
unit: per_1m_tokens
checked: "{day}"
models:
  gpt-4o:
    prices: [{{basis: documented, rates: {{input: "{rate}", output: "9"}}}}]
"""


class Keys:
    """A pair of keys made for a test."""

    def __init__(self, folder: Path, name: str) -> None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.generate()
        self.sign = private.sign
        self.public = folder / f"{name}.pem"
        self.public.write_bytes(
            private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )


def release(folder: Path, day: str = "2099-01-01", rate: str = "7", sequence: int = 1) -> Release:
    """Return a release of one provider."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "TABLE.yaml").write_text("schema: 1\n")
    (folder / "openai.yaml").write_text(PROVIDER.format(day=day, rate=rate))
    files = pack(compile_folder(folder))
    index = Packed(files.__getitem__).index
    return Release(index["table"], LAYOUT, index["sha256"], files, sequence)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path, "team")


@pytest.fixture
def run(cli: Cli, tmp_path: Path) -> Callable[..., Any]:
    """Run the program in the test's folder, with a folder for tables."""
    return partial(cli, folder=tmp_path, tables=tmp_path / "tables")


def rate_in_use(run: Callable[..., Any]) -> str:
    document = json.loads(run("prices", "show", "gpt-4o", "-f", "json").out)
    return str(document["items"][0]["rates"]["input"])


def test_a_release_from_a_file_is_used_until_one_goes_back(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    assert rate_in_use(run) == "2.5"
    source = tmp_path / "table.zip"
    for sequence, rate in enumerate(("7", "8"), 1):
        newer = release(tmp_path / rate, rate=rate, sequence=sequence)
        source.write_bytes(release_bytes(newer, keys.sign))
        result = run("prices", "update", "--from", "table.zip", "--key", "team.pem", "--yes")
        assert result.code == 0, result.err
        assert "gpt-4o" in result.out
        assert rate_in_use(run) == rate
    assert run("prices", "update", "--previous").code == 0
    assert rate_in_use(run) == "7"
    result = run("prices", "update", "--previous")
    assert "table of the package is used again" in result.err
    assert rate_in_use(run) == "2.5"
    assert run("prices", "update", "--previous").code == 5


def install_release(run: Callable[..., Any], keys: Keys, newer: Release) -> Any:
    """Put a release into the folder and run `prices update` on it."""
    (keys.public.parent / "table.zip").write_bytes(release_bytes(newer, keys.sign))
    return run("prices", "update", "--from", "table.zip", "--key", "team.pem", "--yes")


def test_of_two_releases_of_a_day_the_higher_sequence_is_the_newer(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    first, second = release(tmp_path / "a"), release(tmp_path / "b", rate="8", sequence=3)
    assert install_release(run, keys, first).code == 0
    assert install_release(run, keys, second).code == 0
    assert rate_in_use(run) == "8"
    older = install_release(run, keys, first)
    assert (older.code, older.out) == (5, "")
    assert "(release 1 of its day) is older than the one in use" in older.err
    assert "(release 3); nothing was installed" in older.err
    assert rate_in_use(run) == "8"
    assert "is in use already" in install_release(run, keys, second).err
    run("prices", "update", "--previous")
    assert rate_in_use(run) == "7"
    assert install_release(run, keys, second).code == 0
    assert rate_in_use(run) == "8"


def test_another_table_of_the_same_day_and_sequence_is_refused(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    first = release(tmp_path / "a")
    assert install_release(run, keys, first).code == 0
    other = install_release(run, keys, release(tmp_path / "b", rate="8"))
    assert (other.code, other.out) == (5, "")
    assert "have the same day and sequence, so that neither is the newer one" in other.err
    assert "a higher sequence" in other.err
    same = install_release(run, keys, first._replace(sha256="0" * 64, sequence=2))
    assert f"table {first.table} is in use with another content" in same.err
    assert rate_in_use(run) == "7"


def test_a_release_of_the_day_of_the_package_needs_a_higher_sequence_than_its_table(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    from tokencost_pricing.table import PriceTable

    day = PriceTable.load().version.partition("+")[0].replace(".", "-")
    first = install_release(run, keys, release(tmp_path / "a", day=day))
    assert (first.code, rate_in_use(run)) == (5, "2.5")
    second = install_release(run, keys, release(tmp_path / "b", day=day, sequence=2))
    assert (second.code, rate_in_use(run)) == (0, "7")


@pytest.mark.parametrize("sequence", [0, -1, True, "2", None])
def test_a_sequence_is_a_number_from_one_on(
    run: Callable[..., Any], tmp_path: Path, keys: Keys, sequence: Any
) -> None:
    strange = release(tmp_path / "a")._replace(sequence=sequence)
    (tmp_path / "table.zip").write_bytes(release_bytes(strange, keys.sign))
    refused(run, "not a number from 1 on")


def test_nothing_is_installed_without_a_yes(
    run: Callable[..., Any], tmp_path: Path, keys: Keys
) -> None:
    (tmp_path / "table.zip").write_bytes(release_bytes(release(tmp_path / "a"), keys.sign))
    result = run("prices", "update", "--from", "table.zip", "--key", "team.pem")
    assert (result.code, "--yes" in result.err) == (2, True)
    assert "$2.50" in result.out
    assert "$7.00" in result.out
    assert rate_in_use(run) == "2.5"


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that writes no log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""

    def log_error(self, *args: Any) -> None:
        """Write nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_a_release_from_a_server(
    run: Callable[..., Any], tmp_path: Path, keys: Keys, server: str
) -> None:
    (tmp_path / "table.zip").write_bytes(release_bytes(release(tmp_path / "a"), keys.sign))
    address = f"{server}/table.zip"
    result = run("prices", "update", "--from", address, "--key", "team.pem", "--yes")
    assert result.code == 0, result.err
    assert rate_in_use(run) == "7"
    again = run("prices", "update", "--from", address, "--key", "team.pem", "--yes")
    assert "is in use already" in again.err
    gone = run("prices", "update", "--from", f"{server}/gone.zip", "--key", "team.pem", "--yes")
    assert (gone.code, "404" in gone.err) == (3, True)


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


def test_an_upgraded_package_goes_before_an_older_installed_table(tmp_path: Path) -> None:
    from tokencost_pricing.releases.installed import folder_in_use, install

    table = release(tmp_path / "a", day="2026-05-01")
    install(tmp_path / "tables", table, "2026.04.01+00000000")
    place = tmp_path / "tables" / table.table
    assert folder_in_use(tmp_path / "tables", "2026.04.01+00000000") == place
    assert folder_in_use(tmp_path / "tables", "2026.04.20+11111111") == place
    assert folder_in_use(tmp_path / "tables", "2026.05.02+22222222") is None
    assert folder_in_use(tmp_path / "tables", "2026.05.01+33333333") is None
    install(tmp_path / "tables", table._replace(sequence=2), "2026.04.01+00000000")
    assert folder_in_use(tmp_path / "tables", "2026.05.01+33333333") == place
    (tmp_path / "tables" / "current.json").write_text("{")
    assert folder_in_use(tmp_path / "tables", "2026.04.01+00000000") is None


def test_a_script_makes_a_release_of_the_shipped_table(keys: Keys) -> None:
    import runpy

    from tokencost_pricing.releases.archive import read_release
    from tokencost_pricing.releases.signature import verifier
    from tokencost_pricing.table import TABLES, PriceTable

    script = Path(__file__).parents[2] / "scripts" / "release_table.py"
    table = runpy.run_path(str(script))["release_of"](TABLES)
    content = release_bytes(table, keys.sign)
    fetched = read_release(content, verifier(keys.public), "table.zip")
    assert fetched.table == PriceTable.load().version
    assert len(content) < 3 << 20
