"""Folders of coding agents that hold nothing are named as what was looked at."""

from __future__ import annotations

from pathlib import Path

from conftest import Cli


def test_empty_folders_of_agents_are_not_called_the_folder(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / ".claude" / "projects").mkdir(parents=True)
    result = cli("profile", environment={"HOME": str(tmp_path)})
    assert result.code == 3
    assert "the folders of the coding agents on this machine hold no files" in result.err
