"""A session in a worktree belongs to its repository; one in a submodule does not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tokencost_profiles.files.git_worktrees import Projects, project_of


def git(folder: Path, *arguments: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True)


def git_file(folder: Path, target: str) -> Path:
    folder.mkdir(parents=True)
    (folder / ".git").write_text(f"gitdir: {target}\n")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "api"
    git(root, "init", "-q")
    git(root, "commit", "-q", "--allow-empty", "-m", "first")
    return root


def test_a_worktree_belongs_to_its_repository(repository: Path) -> None:
    places = ("../api-fix", ".claude/worktrees/fix", "../elsewhere/deep/fix")
    for branch, place in enumerate(places):
        git(repository, "worktree", "add", "-q", "-b", f"branch-{branch}", place)
        tree = (repository / place).resolve()
        assert project_of(str(tree)) == str(repository)
        (tree / "src" / "deep").mkdir(parents=True)
        assert project_of(str(tree / "src" / "deep")) == str(repository / "src" / "deep")
        assert project_of(str(tree / "gone" / "since")) == str(repository / "gone" / "since")
    assert project_of(str(repository)) == str(repository)
    assert project_of(str(repository / "src")) == str(repository / "src")


def test_a_submodule_is_a_project(repository: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    git(inner, "init", "-q")
    git(inner, "commit", "-q", "--allow-empty", "-m", "first")
    git(repository, "submodule", "add", "-q", str(inner), "vendor/inner")
    module = repository / "vendor" / "inner"
    assert (module / ".git").is_file()
    assert project_of(str(module)) == str(module)
    git(module, "worktree", "add", "-q", str(tmp_path / "inner-fix"))
    assert project_of(str(tmp_path / "inner-fix")) == str(module)


def test_bare_repositories(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    git(origin, "init", "-q")
    git(origin, "commit", "-q", "--allow-empty", "-m", "first")
    for name, project in ((".bare", tmp_path / "p"), ("p.git", tmp_path / "p" / "p.git")):
        git(tmp_path / "p", "clone", "-q", "--bare", str(origin), name)
        tree = tmp_path / f"tree-{name}"
        git(tmp_path / "p" / name, "worktree", "add", "-q", str(tree), "-b", f"b{name.strip('.')}")
        assert project_of(str(tree)) == str(project)


@pytest.mark.parametrize(
    ("target", "project"),
    [
        ("{root}/api/.git/worktrees/fix", "{root}/api"),
        ("../api/.git/worktrees/fix", "{root}/api"),
        ("../api/.git/modules/worktrees/fix", "{root}/fix"),
        ("../api/.git/modules/fix", "{root}/fix"),
        ("../apart.git", "{root}/fix"),
        ("", "{root}/fix"),
        ("\0", "{root}/fix"),
    ],
)
def test_what_a_git_file_leads_to(tmp_path: Path, target: str, project: str) -> None:
    folder = git_file(tmp_path / "fix", target.format(root=tmp_path))
    assert project_of(str(folder)) == project.format(root=tmp_path)


def test_a_removed_worktree_of_an_agent_is_recognised_by_its_path() -> None:
    assert project_of("/no/such/api/.claude/worktrees/calm-fox") == "/no/such/api"
    assert project_of("/no/such/api/.claude/worktrees/calm-fox/src") == "/no/such/api/src"
    assert project_of(r"C:\api\.claude\worktrees\calm-fox") == r"C:\api"


@pytest.mark.parametrize("folder", ["/no/such/folder", "api", "", "/a\0b", "//host/share/api", "é"])
def test_other_folders_stay_as_they_are(folder: str) -> None:
    projects = Projects()
    assert projects.of(folder) == folder
    assert projects.of(folder) == folder
    assert projects.of(None) is None
