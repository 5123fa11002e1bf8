"""`prices update`: a signed release from a file or a server, installed or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from table_releases import Keys, install_release, keys, rate_in_use, release, run
from tokencost_pricing.releases.archive import release_bytes

cryptography = pytest.importorskip("cryptography")

__all__ = ["keys", "run"]


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
