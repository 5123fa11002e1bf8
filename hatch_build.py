"""Build hook: what a wheel carries instead of the files that people edit.

YAML files become a compiled form beside them; packed vocabularies become indexes that are mapped.
An editable install does nothing here: it compiles on first use, into the user's cache.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
sys.path[:0] = [str(ROOT / "pricing"), str(ROOT / "profiles")]


class CustomBuildHook(BuildHookInterface[Any]):
    """Compiles tables and vocabularies into a folder that goes into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files, and tell hatchling where they go."""
        if version == "editable":
            return
        folder = Path(self.directory) / "compiled"
        folder.mkdir(parents=True, exist_ok=True)
        for target, path in {**_tables(folder), **_indexes(folder)}.items():
            build_data["force_include"][str(path)] = target


def _tables(output: Path) -> dict[str, Path]:
    from tokencost_pricing import table_files
    from tokencost_pricing.compile import compile_folder
    from tokencost_pricing.compiled import SHIPPED, write_compiled
    from tokencost_pricing.packed import pack
    from tokencost_pricing.table import TABLES
    from tokencost_profiles.estimates import workloads
    from tokencost_profiles.tokens import calibration, prompt_rules

    folders = {
        prompt_rules.HERE: prompt_rules.compile_rules,
        prompt_rules.HIDDEN_TEXTS: prompt_rules.compile_facts,
        workloads.HERE: workloads.compile_workloads,
        calibration.HERE: calibration.compile_calibrations,
    }
    targets = {}
    for folder, build in folders.items():
        path = output / f"{folder.name}.json"
        write_compiled(path, build(folder))
        targets[f"{_inside(folder)}/{SHIPPED}"] = path
    for name, content in pack(compile_folder(TABLES)).items():
        path = output / f"prices-{name}"
        path.write_bytes(content)
        targets[f"{_inside(TABLES)}/{table_files.SHIPPED}/{name}"] = path
    return targets


def _inside(folder: Path) -> str:
    """Return the path of a source folder inside the wheel."""
    relative = folder.relative_to(ROOT)  # such as pricing/tokencost_pricing/tables
    return Path(*relative.parts[1:]).as_posix()


def _indexes(output: Path) -> dict[str, Path]:
    from tokencost_profiles.tokens.encoders.vocabulary import PACKED, build_index, unpack

    targets = {}
    for packed in sorted(PACKED.glob("*.vocab")):
        path = output / f"{packed.stem}.tcx"
        path.write_bytes(build_index(unpack(packed.read_bytes())))
        targets[f"tokencost_profiles/tokens/encoders/index/{path.name}"] = path
    return targets
