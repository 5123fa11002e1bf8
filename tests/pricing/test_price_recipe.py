"""CONTRIBUTING.md, "Add a price", followed in a copy of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scratch_copy import ROOT, ScratchCopy

TABLE = "pricing/tokencost_pricing/tables/openai.yaml"
MODEL = "gpt-6-luna"
SUITE = ("tests/pricing", "tests/golden", "-k", "compile or facts or prices or estimate-compare")


@pytest.fixture
def copy(tmp_path: Path, cache: Path) -> ScratchCopy:
    return ScratchCopy(tmp_path / "copy", cache)


def with_the_row(row: str) -> str:
    """Return the table file with a row at the end of the prices of the page's model."""
    text = (ROOT / TABLE).read_text("utf-8")
    end = text.index("\n    modes:", text.index(f"\n  {MODEL}:\n")) + 1
    return text[:end] + row + text[end:]


def test_a_price_is_one_row_of_one_file(copy: ScratchCopy) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (block,) = re.findall(r"## Add a price.*?```yaml\n(.*?)```", page, re.DOTALL)
    assert block.startswith(f"  {MODEL}:\n")
    row = block[block.rindex("      - from:") :]
    row = re.sub(r'from: "[\d-]+"', 'from: "2999-12-31"', row)  # after every row that is there

    copy.write(TABLE, with_the_row(row.replace("cache_read", "cached_read")))
    outcome = copy.pytest("tests/pricing/test_golden_prices.py", "-x")
    assert not outcome.passed
    assert re.search(r"openai\.yaml:\d+: .*unknown key 'cached_read'", outcome.output)

    copy.write(TABLE, with_the_row(row))
    outcome = copy.pytest(*SUITE)
    assert outcome.passed, outcome.output
    assert copy.changed() == [TABLE]
