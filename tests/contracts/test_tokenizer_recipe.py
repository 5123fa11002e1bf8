"""docs/adding-a-tokenizer.md, followed step by step in a copy of the repository."""

from __future__ import annotations

import re
from pathlib import Path

from contracts.test_plugin_folders import misplaced
from scratch_copy import ROOT, ScratchCopy

PAGE = ROOT / "docs" / "adding-a-tokenizer.md"
NAME = "gpt2"
MODULE = f"profiles/tokencost_profiles/tokens/tokenizers/{NAME}.py"
RULES = "pricing/tokencost_pricing/tables/families.yaml"
GENERATED = ["tests/golden/cases/count-compare/stdout", "tests/golden/cases/tokenizers/stdout"]
SUITE = (
    "tests/contracts/test_tokenizer_contract.py",
    "tests/golden",
    "-k",
    f"{NAME} or price_table or tokenizers or count-compare",
)


def page_block(language: str) -> str:
    """Return the fenced block of the page in a language, unindented."""
    (block,) = re.findall(rf"   ```{language}\n(.*?)   ```", PAGE.read_text("utf-8"), re.DOTALL)
    return re.sub("^   ", "", block, flags=re.MULTILINE)


def test_each_step_that_is_left_out_is_reported(tmp_path: Path, cache: Path) -> None:
    code, rule = page_block("python"), page_block("yaml")
    copy = ScratchCopy(tmp_path / "copy", cache)
    copy.write(MODULE, code.replace("FAMILY: Final", "TOKENIZER: Final"))
    assert misplaced((copy.root / MODULE).parent, "FAMILY") == [f"{NAME}.py: has no FAMILY"]

    copy.write(MODULE, code.replace('method="exact"', 'method="exactly"'))
    outcome = copy.pytest(*SUITE)
    assert not outcome.passed
    for missing in (
        "exactly",
        f"{NAME}: named by no rule of families.yaml and no row of a price table",
        *(str(Path(name).parent.name) for name in GENERATED),
    ):
        assert missing in outcome.output, missing

    copy.write(MODULE, code)
    rules = (copy.root / RULES).read_text("utf-8")
    copy.write(RULES, rules.replace("tokenizers:\n", f"tokenizers:\n{rule}", 1))
    outcome = copy.pytest(*SUITE, "--update-golden")
    assert outcome.passed, outcome.output
    assert copy.changed() == sorted([*GENERATED, MODULE, RULES])
    for name in GENERATED:
        assert NAME in (copy.root / name).read_text("utf-8"), name
