"""CONTRIBUTING.md, "Add a reader of a public list", followed in a copy of the repository."""

from __future__ import annotations

import json
import re
from pathlib import Path

from scratch_copy import ROOT, ScratchCopy

MODULE = "pricing/tokencost_pricing/imports/lists/acme.py"
TEST = "tests/pricing/imports/test_acme.py"
READ = """
from pathlib import Path

from tokencost_pricing.imports.public_lists import read_list, readers


def test_acme() -> None:
    facts = read_list(Path({path!r}), "2026-11-20")
    assert [(f.provider, f.id, f.field, str(f.value)) for f in facts] == [
        ("acme", "acme-1", "input", "0.4"),
        ("acme", "acme-1", "output", "2"),
    ]
    assert "acme" in [name for name, _ in readers()]
"""


def test_a_reader_is_one_file(tmp_path: Path, cache: Path) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (code,) = re.findall(r"## Add a reader of a public list.*?```python\n(.*?)```", page, re.DOTALL)
    prices = tmp_path / "acme.json"
    prices.write_text(json.dumps({"acme_prices": {"acme-1": {"in": "4e-7", "out": 0.000002}}}))
    copy = ScratchCopy(tmp_path / "copy", cache)
    copy.write(TEST, READ.format(path=str(prices)))

    outcome = copy.pytest(TEST)
    assert not outcome.passed
    assert "no price list that is known" in outcome.output

    copy.write(MODULE, code)
    outcome = copy.pytest(TEST)
    assert outcome.passed, outcome.output
    assert copy.changed() == sorted([MODULE, TEST])

    outcome = copy.pytest("tests/pricing/imports/test_lists.py", "-k", "file_of_its_name")
    assert not outcome.passed  # its name stands there, too
    assert "acme" in outcome.output
