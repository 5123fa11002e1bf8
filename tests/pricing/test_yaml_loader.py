"""Strict YAML: nothing is read as something it was not typed as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.errors import TableError
from tokencost_pricing.yaml_loader import load, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", 1),
        ('a: "1"', "1"),
        ("a: 6.25", "6.25"),  # a float would lose digits
        ("a: 16:30", "16:30"),  # YAML 1.1: 990
        ("a: no", "no"),  # YAML 1.1: false
        ("a: on", "on"),
        ("a: 012", "012"),  # YAML 1.1: ten
        ("a: 1e-6", "1e-6"),
        ("a: 2026-05-28", "2026-05-28"),  # YAML 1.1: a date
        ("a: true", True),
        ("a: null", None),
        ("a: ~", None),
        ("a:", None),
        ("a: |\n  two\n  lines", "two\nlines"),
    ],
)
def test_scalars_stay_what_was_typed(text: str, expected: Any) -> None:
    assert parse(text, "x.yaml").data == {"a": expected}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a: &x 1", 1, "anchors"),
        ("a: 1\nb: *x", 2, "aliases"),
        ("<<: {a: 1}", 1, "merge"),
        ("a: !!int 1", 1, "tags"),
        ("a: !set {x}", 1, "tags"),
        ("a: [", 2, "not YAML"),
        ("? [a]\n: 1", 1, "plain text"),
        ("---\na: 1\n---\nb: 1", 3, "one document"),
        ("a: " + "[" * 40 + "]" * 40, 1, "deeper"),
    ],
)
def test_what_is_ambiguous_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(TableError) as caught:
        parse(text, "x.yaml")
    assert (caught.value.file, caught.value.line) == ("x.yaml", line)
    assert message in caught.value.reason


def test_a_place_knows_its_line() -> None:
    document = parse("a:\n  b:\n    - one\n    - two\n", "x.yaml")
    assert document.line(("a", "b", 1)) == 4
    assert document.line(("a", "nothing")) == 1


def test_unreadable_files_are_errors_that_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: caf\xe9")
    with pytest.raises(TableError, match=r"latin\.yaml: not UTF-8"):
        load(tmp_path / "latin.yaml")
    with pytest.raises(TableError, match=r"gone\.yaml: cannot read"):
        load(tmp_path / "gone.yaml")
