"""docs/adding-a-renderer.md, followed step by step in a copy of the repository."""

from __future__ import annotations

import re
from pathlib import Path

from contracts.test_plugin_folders import misplaced
from scratch_copy import ROOT, ScratchCopy

PAGE = ROOT / "docs" / "adding-a-renderer.md"
MODULE = "cli/tokencost_cli/output/renderers/tsv.py"
OUTPUTS = "docs/outputs.md"
SUITE = (
    "tests/contracts/test_renderer_contract.py",
    "tests/golden",
    "-k",
    "tsv or help or error-format",
)


def page_block(language: str) -> str:
    """Return the fenced block of the page in a language, unindented."""
    (block,) = re.findall(rf"   ```{language}\n(.*?)   ```", PAGE.read_text("utf-8"), re.DOTALL)
    return re.sub("^   ", "", block, flags=re.MULTILINE)


def test_each_step_that_is_left_out_is_reported(tmp_path: Path, cache: Path) -> None:
    code, row = page_block("python"), page_block("text")
    copy = ScratchCopy(tmp_path / "copy", cache)
    copy.write(MODULE, code.replace("RENDERER: Final", "FORMAT: Final"))
    assert misplaced((copy.root / MODULE).parent, "RENDERER") == ["tsv.py: has no RENDERER"]

    copy.write(MODULE, code)
    outcome = copy.pytest(*SUITE)
    assert not outcome.passed
    missing = f"tsv: docs/outputs.md has no row {row.strip()}"
    for text in (missing, "test_help[estimate]", "test_help[tokencost]"):
        assert text in outcome.output, text

    page = (copy.root / OUTPUTS).read_text("utf-8")
    copy.write(OUTPUTS, page.replace("| `table` |", f"{row}| `table` |", 1))
    outcome = copy.pytest(*SUITE, "--update-golden")
    assert outcome.passed, outcome.output
    changed = copy.changed()
    generated = [name for name in changed if name.startswith("tests/golden/")]
    assert sorted({*changed} - {*generated}) == sorted([MODULE, OUTPUTS])
    for name in generated:
        assert "tsv" in (copy.root / name).read_text("utf-8"), name
