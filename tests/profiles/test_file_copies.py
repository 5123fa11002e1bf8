"""Files of the same content are recognised by size, ends and, only then, all of it."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.file_copies import drop_copies
from tokencost_profiles.files.paths import Source, from_bytes, from_file

LONG = b"a" * 9_000


def label(sources: list[Source]) -> dict[str, tuple[str, ...]]:
    return {source.label: source.copies for source in drop_copies(sources)}


def test_the_first_by_name_stands_for_the_others_in_any_order() -> None:
    sources = [from_bytes(b"x", name) for name in ("c", "a", "b")]
    sources.append(from_bytes(b"y", "d"))
    assert label(sources) == {"a": ("b", "c"), "d": ()}
    assert label(sources[::-1]) == {"d": (), "a": ("b", "c")}


def test_a_named_file_stands_for_its_copies_in_folders(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"x")
    listed = from_file(tmp_path / "a", "folder/a", named=False)
    named = from_file(tmp_path / "b", "b")
    assert label([listed, named]) == {"b": ("folder/a",)}


@pytest.mark.parametrize(
    "other",
    [LONG + b"b", b"b" + LONG[1:], LONG[:-1] + b"b", LONG[:4500] + b"b" + LONG[4501:]],
    ids=["size", "head", "tail", "middle"],
)
def test_what_differs_anywhere_is_no_copy(other: bytes) -> None:
    assert label([from_bytes(LONG, "a"), from_bytes(other, "b")]) == {"a": (), "b": ()}


def test_empty_files_and_unreadable_ones_are_left_as_they_are(tmp_path: Path) -> None:
    def unreadable() -> io.BytesIO:
        raise InputError("cannot be read")

    sources = [
        from_bytes(b"", "a"),
        from_bytes(b"", "b"),
        from_bytes(b"x", "c"),
        Source("d", unreadable, 1),
        Source("e", unreadable, 1),
    ]
    assert list(label(sources)) == ["a", "b", "c", "d", "e"]


def test_no_more_is_read_than_must_be() -> None:
    opened: Counter[str] = Counter()

    def counted(data: bytes, name: str) -> Source:
        def open_() -> io.BytesIO:
            opened[name] += 1
            return io.BytesIO(data)

        return Source(name, open_, len(data))

    label([counted(b"x" * size, str(size)) for size in range(1, 20)])
    assert not opened
    label([counted(LONG, "a"), counted(b"b" + LONG[1:], "b")])
    assert opened == {"a": 1, "b": 1}
