"""Documentation is output: what it shows is what the commands print today.

A fenced `console` block holds `$ ` lines and what they print. `pytest --update-golden` rewrites it.
The version of the price table may be an older one: a price that no page shows changes no page.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scrub import scrubbed

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
PAGES = sorted(
    path
    for path in [ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.md")]
    if BLOCK.search(path.read_text("utf-8"))
)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_output_on_a_page_is_what_is_printed(
    page: Path, cli: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    text = page.read_text("utf-8")

    def rerun(block: re.Match[str]) -> str:
        out = []
        for line in block.group(1).splitlines():
            if line.startswith("$ tokencost "):
                arguments = shlex.split(line)[2:]
                quiet = (
                    () if arguments[0] in ("formats", "prices") else ("-q",)
                )  # they write no notes
                result = cli(*arguments, *quiet, folder=ROOT, width=88)
                out += [line, result.out.rstrip("\n") or result.err.rstrip("\n")]
        return "```console\n" + "\n".join(out) + "\n```"

    rewritten = BLOCK.sub(rerun, text)
    if scrubbed(rewritten) == scrubbed(text):
        return
    if request.config.getoption("--update-golden"):
        page.write_text(rewritten, "utf-8")
    else:
        assert rewritten == text


def test_no_page_names_a_path_that_is_not_there() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_tokenizer_that_the_docs_add_keeps_the_contract(tmp_path: Path, cache: Path) -> None:
    page = (ROOT / "docs" / "adding-a-tokenizer.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    module: dict[str, Any] = {}
    exec(textwrap.dedent(code), module)
    family = module["FAMILY"]
    counted = family.make(cache).count("Hello, world!")
    assert (family.name, family.method, counted) == ("gpt2", "exact", 4)
