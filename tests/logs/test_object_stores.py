"""Logs in object stores are read as files are, and what goes wrong there is one line each."""

from __future__ import annotations

import gzip
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from example_logs import AGENT, SERVICE
from object_stores import put_folder, s3_server
from tokencost_profiles.files.file_copies import drop_copies
from tokencost_profiles.files.object_reads import open_object
from tokencost_profiles.files.objects import StoredObject, list_objects
from tokencost_profiles.files.paths import expand_logs, from_bytes

CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.fixture
def memory() -> Iterator[Any]:
    """A store in memory, empty."""
    import fsspec

    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    filesystem.pseudo_dirs.clear()
    yield filesystem
    filesystem.store.clear()


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with s3_server() as filesystem:
        filesystem.mkdir("logs")
        filesystem.pipe_file("logs/2026/agent.jsonl", AGENT.read_bytes())
        filesystem.pipe_file("logs/2026/service.jsonl.gz", gzip.compress(SERVICE.read_bytes()))
        filesystem.pipe_file("logs/2026/copy.jsonl", AGENT.read_bytes())
        filesystem.pipe_file("logs/2026/.hidden/notes.txt", b"notes\n")
        yield filesystem


def urls(url: str) -> list[str]:
    return [one.label for one in expand_logs([url], Path(), lambda: from_bytes(b"", "-"))]


def requests_of(filesystem: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that names each object that is asked for from now on."""
    asked: list[str] = []
    call = type(filesystem)._call_s3

    async def noted(self: Any, method: str, *rest: Any, **parameters: Any) -> Any:
        asked.append(f"{method} {parameters.get('Key', '')}".strip())
        return await call(self, method, *rest, **parameters)

    monkeypatch.setattr(type(filesystem), "_call_s3", noted)
    return asked


def test_every_format_is_read_as_from_files(cli: Cli, memory: Any) -> None:
    put_folder(memory, CORPUS, "/corpus")
    on_disk = cli("profile", "corpus", "-f", "json", folder=CORPUS.parent)
    in_store = cli("profile", "memory://corpus", "-f", "json", folder=CORPUS.parent)
    assert in_store.code == on_disk.code == 0
    assert in_store.out.replace("memory://corpus", "corpus") == on_disk.out
    assert in_store.err.replace("memory://corpus", "corpus") == on_disk.err


def test_a_zip_archive_is_read_as_from_a_file(cli: Cli, memory: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.write(AGENT, "a/agent.jsonl")
        archive.write(SERVICE, "service.jsonl")
    memory.pipe_file("/logs.zip", (tmp_path / "logs.zip").read_bytes())
    on_disk = cli("profile", "logs.zip", "-f", "json")
    in_store = cli("profile", "memory://logs.zip", "-f", "json")
    assert in_store.code == 0
    assert in_store.out.replace("memory://logs.zip", "logs.zip") == on_disk.out


def test_an_object_a_folder_and_a_glob_name_objects(s3: Any) -> None:
    names = ["agent.jsonl", "copy.jsonl", "service.jsonl.gz"]
    assert urls("s3://logs/2026/agent.jsonl") == ["s3://logs/2026/agent.jsonl"]
    assert urls("s3://logs/*/*.jsonl") == [f"s3://logs/2026/{name}" for name in names[:2]]
    below = [".hidden/notes.txt", *names]
    assert urls("s3://logs/2026/") == [f"s3://logs/2026/{name}" for name in below]
    assert urls("s3://logs") == [f"s3://logs/2026/{name}" for name in below]


def test_logs_of_a_store_like_s3_cost_what_files_cost(cli: Cli, s3: Any) -> None:
    on_disk = json.loads(cli("profile", str(AGENT), str(SERVICE), "-f", "json").out)
    in_store = json.loads(cli("profile", "s3://logs/2026", "-f", "json").out)
    assert in_store["total"] == on_disk["total"]
    assert [one["file"] for one in in_store["audit"]["duplicates"]] == ["s3://logs/2026/copy.jsonl"]


def test_every_command_on_logs_reads_a_store(cli: Cli, s3: Any) -> None:
    url = "s3://logs/2026/agent.jsonl"
    for command in (
        ["whatif", url, "-m", "gpt-5.4"],
        ["profile", url, "--tree"],
        ["accuracy", url],
    ):
        in_store, on_disk = cli(*command), cli(*[str(AGENT) if at == url else at for at in command])
        assert in_store.code == on_disk.code
        assert in_store.out == on_disk.out


def test_each_small_object_is_asked_for_once(
    s3: Any, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests_of(s3, monkeypatch)
    assert cli("profile", "s3://logs/2026/*.gz").code == 0
    assert asked.count("get_object 2026/service.jsonl.gz") == 1


def test_copies_in_a_store_are_known_by_what_it_states(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = expand_logs(["s3://logs/2026"], Path(), lambda: from_bytes(b"", "-"))
    asked = requests_of(s3, monkeypatch)
    names = {one.label.rpartition("/")[2]: one.copies for one in drop_copies(sources)}
    assert names["agent.jsonl"] == ("s3://logs/2026/copy.jsonl",)
    assert "copy.jsonl" not in names
    assert len(asked) == 1  # one object shows that the store states digests


def test_copies_whose_store_states_other_numbers_are_compared(memory: Any) -> None:
    for name in ("a", "b"):
        memory.pipe_file(f"/logs/{name}.jsonl", AGENT.read_bytes())
    sources = [
        one._replace(stored=one.stored and one.stored._replace(md5=f"{at:032x}"))
        for at, one in enumerate(
            expand_logs(["memory://logs"], Path(), lambda: from_bytes(b"", "-"))
        )
    ]
    (only,) = drop_copies(sources)
    assert only.copies == ("memory://logs/b.jsonl",)


def test_a_large_object_is_read_in_blocks(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"".join(b"%012d\n" % at for at in range(1_500_000))
    s3.pipe_file("logs/large.txt", content)
    (large,), _ = list_objects("s3://logs/large.txt", lambda _name: False)
    asked = requests_of(s3, monkeypatch)
    with open_object(large) as file:
        assert file.readline() == b"%012d\n" % 0
        assert file.read() == content[13:]
        file.seek(-13, 2)
        assert file.read() == content[-13:]
        file.seek(13 * 700_000)
        assert file.readline() == b"%012d\n" % 700_000
    assert asked.count("get_object large.txt") <= 6
    s3.rm("logs/large.txt")


def test_a_vanished_object_does_not_lose_the_others(
    cli: Cli, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = list_objects("s3://logs/2026", lambda _name: False)[0]
    gone = StoredObject("s3://logs/2026/gone.jsonl", "s3://logs/2026", "logs/2026/gone.jsonl", 9)
    monkeypatch.setattr(
        "tokencost_profiles.files.objects.list_objects", lambda *_: ([*listed, gone], False)
    )
    done = cli("profile", "s3://logs/2026", "-f", "json")
    document = json.loads(done.out)
    assert document["total"]["calls"] == 73
    (lost,) = document["audit"]["unreadable"]
    assert lost["file"] == gone.url
    assert lost["reason"] == "no such object in the store"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("s3://nobody/logs", "no such bucket"),
        ("s3://logs/none.jsonl", "no such object or folder in the store"),
        ("s3://logs/none*", "matches no object"),
        ("https://example.org/a.jsonl", "is no object store, and cannot be listed"),
        ("nothing://a/b", "no object store is known as nothing://"),
    ],
)
def test_a_url_that_names_nothing_ends_in_one_line(
    cli: Cli, s3: Any, url: str, reason: str
) -> None:
    done = cli("profile", url)
    assert done.code == 3
    assert done.err.startswith(f"error: {url}: {reason}")
    assert done.err.count("\n") == 1


def test_missing_credentials_end_in_one_line(
    cli: Cli, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    type(s3).clear_instance_cache()
    done = cli("profile", "s3://logs/2026")
    type(s3).clear_instance_cache()
    assert done.code == 3
    assert done.err.startswith("error: s3://logs/2026: the store takes no request: ")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("missing", ["fsspec.registry", "s3fs"])
def test_without_the_extra_one_line_names_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "s3fs":
        from fsspec.registry import _registry

        monkeypatch.delitem(_registry, "s3", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    done = cli("profile", "s3://logs/2026")
    assert done.code == 3
    assert "pip install 'tokencost-profiler[cluster]'" in done.err
    assert done.err.count("\n") == 1
