"""docs/adding-a-format.md, followed step by step in a copy of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.test_plugin_folders import misplaced
from scratch_copy import ROOT, ScratchCopy

PAGE = ROOT / "docs" / "adding-a-format.md"
NAME = "acme-gateway"
MODULE = "profiles/tokencost_profiles/logs/formats/acme_gateway.py"
CORPUS = f"tests/corpus/{NAME}/calls.jsonl"
EXPECTED = f"{CORPUS}.expected.json"
GENERATED = ["docs/formats.md", "tests/golden/cases/formats/stdout"]
SUITE = (
    "tests/contracts/test_reader_contract.py",
    "tests/golden",
    "tests/test_docs.py",
    "-k",
    f"{NAME} or formats",
)


def page_blocks(language: str) -> list[str]:
    """Return the fenced blocks of the page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path, cache: Path) -> ScratchCopy:
    return ScratchCopy(tmp_path / "copy", cache)


def test_each_step_that_is_left_out_is_reported(copy: ScratchCopy) -> None:
    (code,) = page_blocks("python")
    log, expected = page_blocks("json")

    copy.write(MODULE, code.replace("READER: Final", "FORMAT: Final"))
    formats = (copy.root / MODULE).parent
    assert misplaced(formats, "READER") == ["acme_gateway.py: has no READER"]

    copy.write(MODULE, code)
    outcome = copy.pytest(*SUITE)
    assert not outcome.passed
    for missing in (f"tests/corpus/{NAME}/", "formats/stdout", "docs/formats.md"):
        assert missing in outcome.output, missing

    copy.write(CORPUS, log)
    copy.write(EXPECTED, expected)
    outcome = copy.pytest(*SUITE, "--update-golden")
    assert outcome.passed, outcome.output
    assert copy.changed() == sorted([*GENERATED, MODULE, CORPUS, EXPECTED])
    for name in GENERATED:
        assert NAME in (copy.root / name).read_text("utf-8"), name
