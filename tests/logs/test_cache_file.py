"""The file of the cache: damage, other programs, other processes, and how large it may be."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from unittest.mock import Mock

import pytest

from claude_rows import agent_session, write_rows
from logs.cached_logs import Cli, database, files_read, logs, settled, stored
from tokencost_profiles.logs.log_cache.cache_file import CacheFile, Row

__all__ = ["files_read", "logs", "stored"]

# Writes rows until it is killed, and says so after the first ones.
WRITER = """
import sys
from pathlib import Path
from tokencost_profiles.logs.log_cache.cache_file import CacheFile, Row
file, name = CacheFile(Path(sys.argv[1])), sys.argv[2]
for number in range(int(sys.argv[3])):
    place = f"{name}{number}".encode()
    if not file.write({place: Row(place, place * 20_000)}, [], 3600.0 * number):
        sys.exit(1)
    print(number, flush=True)
"""


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def scramble(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def scramble_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def flip_bytes(path: Path) -> None:
    """Change what is stored, but not the form of the database."""
    with sqlite3.connect(path) as change:
        change.execute("UPDATE contents SET content = replace(content, x'64', x'65')")
        change.execute("UPDATE entries SET about = zeroblob(length(about))")


def swap_contents(path: Path) -> None:
    """Put what was read of one file under the place of another."""
    with sqlite3.connect(path) as change:
        rows = change.execute("SELECT place, sum, content FROM contents").fetchall()
        turned = [(one[1], one[2], other[0]) for one, other in pairwise([*rows, rows[0]])]
        change.executemany("UPDATE contents SET sum = ?, content = ? WHERE place = ?", turned)


def of_another_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE entries (place, used, bytes, sum, about)")
        other.execute("INSERT INTO entries VALUES (1, 2, 3, 4, 5)")


def of_an_older_version(path: Path) -> None:
    with sqlite3.connect(path) as change:
        change.execute("PRAGMA user_version = 0")


def without_tables(path: Path) -> None:
    with sqlite3.connect(path) as change:
        change.execute("DROP TABLE contents")


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").write_text("not ours")


def as_text(path: Path) -> None:
    path.write_text("no database")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def closed(path: Path) -> None:
    path.chmod(0)


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        scramble,
        scramble_pages,
        flip_bytes,
        swap_contents,
        of_another_program,
        of_an_older_version,
        without_tables,
        as_folder,
        as_text,
        empty,
        closed,
    ],
)
def test_a_doubtful_file_is_never_trusted(
    logs: Path, stored: Path, files_read: list[str], damage: Callable[[Path], None]
) -> None:
    plain = settled(logs, None)
    assert settled(logs, stored) == plain
    damage(database(stored))
    for _ in range(2):
        assert settled(logs, stored) == plain
    files_read.clear()
    assert settled(logs, stored) == plain
    if damage is as_folder:
        assert (database(stored) / "file").read_text() == "not ours"
    else:
        assert files_read == []  # it was rebuilt


@pytest.mark.parametrize("damage", [as_text, of_another_program])
def test_a_doubtful_file_is_replaced_in_silence(
    cli: Cli, logs: Path, stored: Path, damage: Callable[[Path], None]
) -> None:
    plain = cli("profile", str(logs), stored=stored)
    damage(database(stored))
    assert cli("profile", str(logs), stored=stored) == plain
    assert (plain.code, plain.err) == (0, "")


def test_a_place_that_cannot_be_written_is_silent(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    plain = settled(logs, None)
    for folder in (tmp_path / "file" / "cache", Path("/proc/none")):
        assert settled(logs, folder) == plain


def test_a_folder_that_is_only_for_reading_is_silent(
    logs: Path, stored: Path, files_read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = settled(logs, stored)
    write_rows(logs / "3.jsonl", agent_session("new", first=50))
    monkeypatch.setattr(os, "open", Mock(side_effect=PermissionError))
    for _ in range(2):
        files_read.clear()
        assert settled(logs, stored) != plain
        assert files_read == ["3.jsonl"]


def test_nobody_else_can_read_it(logs: Path, stored: Path) -> None:
    settled(logs, stored)
    assert database(stored).stat().st_mode & 0o777 == 0o600


def writer(path: Path, name: str, rows: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "logs.sqlite"
    rows = 20
    with writer(path, "a", rows) as one, writer(path, "b", rows) as other:
        assert one.wait() == other.wait() == 0
    places = [f"{name}{number}".encode() for name in "ab" for number in range(rows)]
    contents = CacheFile(path).contents(places)
    assert contents == {place: place * 20_000 for place in places}


def test_a_process_that_is_killed_loses_only_what_it_was_writing(tmp_path: Path) -> None:
    path = tmp_path / "logs.sqlite"
    for attempt in range(3):
        with writer(path, str(attempt), 10_000) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.05 + 0.03 * attempt)
            process.send_signal(signal.SIGKILL)
        places = [f"{attempt}{number}".encode() for number in range(2)]
        contents = CacheFile(path).contents(places)
        assert contents[places[0]] == places[0] * 20_000
        assert CacheFile(path).write({b"after": Row(b"", b"1")}, [], 0.0)


def test_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    file = CacheFile(tmp_path / "logs.sqlite", largest=100_000)
    hour = 3600.0
    for number in range(8):
        file.write({bytes([number]): Row(b"", b"." * 15_000)}, [], number * hour)
        file.write({}, [bytes([0])], number * hour)
    places = [bytes([number]) for number in range(8)]
    remaining = [place[0] for place in file.contents(places)]
    assert {0, 7} <= set(remaining) < {0, 2, 3, 4, 5, 6, 7}
    assert file.count()[1] <= 100_000
    assert file.path.stat().st_size < 150_000


def test_files_of_older_versions_go_after_a_week(tmp_path: Path) -> None:
    now = time.time()
    for name, days in (("logs-old.sqlite", 8), ("logs-new.sqlite", 2), ("other.sqlite", 8)):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (now - days * 86_400, now - days * 86_400))
    CacheFile(tmp_path / "logs-this.sqlite").write({b"a": Row(b"", b"1")}, [], now)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["logs-new.sqlite", "logs-this.sqlite", "other.sqlite"]
