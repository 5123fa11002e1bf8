"""Names say what they hold: private words are no part of the code's language.

The words are those of scripts/house.py; a word that docs/glossary.md defines is exempt.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("cli", "profiles", "pricing", "scripts", "tests")
# Identifiers of these words that are left: a format's name, a class of another project.
LEFT = {"profiles": {"bills"}, "tests": {"SentencePieceProcessor"}}
# In a thousand lines of all text; of each other word 1. `given` is a decorator of Hypothesis.
MOST = {"found": 3.0, "given": 1.2}
SWITCHED_OFF = 60  # `fmt: off`, `fmt: skip`, `noqa`: for tables of data


@pytest.fixture(scope="module")
def house() -> ModuleType:
    """The script that measures names and words."""
    spec = importlib.util.spec_from_file_location("house", ROOT / "scripts" / "house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["house"] = module
    spec.loader.exec_module(module)
    return module


def files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def glossary() -> set[str]:
    """Return the words that the glossary defines."""
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    terms = re.findall(r"\*\*(.+?)\*\*", page)
    return {word for term in terms for word in re.split(r"\W+", term.casefold()) if word}


@pytest.mark.parametrize("folder", FOLDERS)
def test_identifiers_are_made_of_words_of_the_field(house: ModuleType, folder: str) -> None:
    exempt = glossary()
    banned = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files(folder)
        for name in house.identifiers(path)
        if house.is_banned(name) and not house.banned_words(name) <= exempt
        if name not in LEFT.get(folder, ())
    }
    assert banned == set()


def test_text_is_plain(house: ModuleType) -> None:
    rates = house.per_thousand(files(*FOLDERS))
    frequent = {word: rate for word, rate in rates.items() if rate > MOST.get(word, 1.0)}
    assert frequent == {}


def test_the_formatter_is_switched_off_for_tables_of_data_alone(house: ModuleType) -> None:
    assert sum(house.switched_off(path) for path in files(*FOLDERS)) <= SWITCHED_OFF
