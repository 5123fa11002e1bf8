"""A plug-in folder holds one module or package for each plug-in, with its attribute, and no more.

Which folders those are stands in the code: their `__init__.py` asks `discovery` for an attribute of
the modules beside it. Helpers that several plug-ins share lie beside the folder, those of one
plug-in in a folder of its name.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tokencost_profiles.discovery import names
from tokencost_profiles.tokens.prompt_formats import __name__ as prompt_formats_folder
from tokencost_profiles.tokens.prompt_formats import prompt_formats
from tokencost_profiles.tokens.templates import format_of, formats

ROOT = Path(__file__).parents[2]
PROFILES = ROOT / "profiles" / "tokencost_profiles"
CLI = ROOT / "cli" / "tokencost_cli"
DISCOVERED = ("all_plugins", "find_plugin", "ordered_plugins", "OrderedPlugins")
CHANGES = PROFILES / "whatif" / "changes"  # discovered from beside the folder
COMMANDS = CLI / "commands"  # imported by name; modules that begin with `_` hold shared options
KNOWN = (
    "changes",
    "commands",
    "formats",
    "prompt_formats",
    "renderers",
    "requests",
    "responses",
    "templates",
    "tokenizers",
    "usage",
)


def attribute_of(init: Path) -> str | None:
    """Return the attribute that a package asks `discovery` for, or None where it asks for none."""
    for node in ast.walk(ast.parse(init.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in DISCOVERED
            and len(node.args) > 1
            and isinstance(node.args[0], ast.Name)
            and node.args[0].id == "__name__"
            and isinstance(node.args[-1], ast.Constant)
        ):
            return str(node.args[-1].value)
    return None


def plugin_folders() -> dict[Path, str]:
    """Return the plug-in folders of both packages, each with the attribute of its modules."""
    inits = sorted(path for root in (PROFILES, CLI) for path in root.rglob("__init__.py"))
    attributes = {init.parent: attribute_of(init) for init in inits}
    discovered = {folder: name for folder, name in attributes.items() if name is not None}
    return {**discovered, COMMANDS: "app", CHANGES: "CHANGE"}


def assigned_names(module: Path) -> set[str]:
    """Return the names that a module assigns or imports at its top level."""
    names: set[str] = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    return names


def misplaced(folder: Path, attribute: str) -> list[str]:
    """Return what lies in a plug-in folder and is no plug-in, with what it lacks."""
    problems = []
    for path in sorted(folder.iterdir()):
        if path.name in ("__init__.py", "__pycache__"):
            continue
        if path.name.startswith("_") and folder == COMMANDS:
            continue
        module = path / "__init__.py" if path.is_dir() else path
        if module.suffix != ".py" or not module.is_file():
            problems.append(f"{path.name}: is no module")
        elif attribute not in assigned_names(module):
            problems.append(f"{path.name}: has no {attribute}")
    return problems


FOLDERS = plugin_folders()


def test_the_folders_are_known() -> None:
    assert {folder.name for folder in FOLDERS} >= set(KNOWN)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT)))
def test_only_plugins_lie_in_a_plugin_folder(folder: Path) -> None:
    assert misplaced(folder, FOLDERS[folder]) == []


def test_every_prompt_format_is_called_like_its_module() -> None:
    assert {one.name for one in prompt_formats()} == set(names(prompt_formats_folder))


def test_every_ending_of_a_template_stands_in_its_module() -> None:
    endings = [(one.name, ending) for one in formats() for ending in one.endings]
    assert len(endings) > 5
    assert [
        (name, ending)
        for name, ending in endings
        if (form := format_of(f"prompt{ending}")) is None or form.name != name
    ] == []
    assert format_of("prompt.txt") is None


def test_a_shared_helper_in_a_plugin_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "toy.py").write_text("READER: object = 1\n")
    (tmp_path / "helpers.py").write_text("def parts() -> None: ...\n")
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "folder").mkdir()
    assert misplaced(tmp_path, "READER") == [
        "folder: is no module",
        "helpers.py: has no READER",
        "notes.txt: is no module",
    ]
