"""A warning about rows names them where no table shows them."""

from __future__ import annotations

from pathlib import Path

from conftest import Cli


def test_warnings_about_rows_name_them_where_no_table_does(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "one.j2").write_text("Hello {{ who }}")
    (tmp_path / "two.txt").write_text("Hello")
    (tmp_path / "three.j2").write_text("Hello {{ who }}")
    warned = cli("estimate", ".", "-m", "gpt-4o", "-f", "csv").err
    assert warned.splitlines() == ["warning: one.j2, three.j2: template: 1 placeholder open: who"]
