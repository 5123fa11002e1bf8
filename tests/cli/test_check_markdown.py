"""The comment on a pull request: what it says, that names can do no harm, that it fits."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sinks import DIFF, DOCUMENT, HOSTILE, comment, document, hostile, page, plain, render
from tokencost_cli.output.markup import code, text
from tokencost_cli.output.renderers import Style

LIMIT = 65_000  # hosts take 65,536 characters; a tag may be added


class Tags(HTMLParser):
    """Collects the elements and the attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.comments: list[str] = []
        self.cells: list[int] = []
        self.live = ""
        self.codes: list[str] = []
        self._code = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._code += tag == "code"
        if tag == "code":
            self.codes.append("")
        if tag == "tr":
            self.cells.append(0)
        if tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if self._code:
            self.codes[-1] += data
        else:
            self.live += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


ALLOWED = set(Tags(page(comment(DOCUMENT))).tags)
MENTION = re.compile(r"(?<!\w)@\w|(?<!\w)[#!]\d|://|www\.")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("content", [hostile, lambda name: {**DIFF, **only(hostile(name))}])
def test_names_cannot_inject_markup_mentions_or_columns(content: Any, name: str) -> None:
    tags = Tags(page(comment(content(name))))
    assert tags.tags <= ALLOWED
    assert tags.attributes <= {"style"}
    assert tags.comments == [" tokencost "]
    assert not MENTION.search(tags.live)
    clean = Tags(page(comment(content("x.txt"))))
    assert tags.cells == clean.cells
    # A cell too many is dropped without a word: the names of all items must have arrived.
    label = [plain(one) for one in tags.codes]
    items = DOCUMENT["items"]
    assert label.count(plain(name)) >= len(items)
    assert label.count(plain(f"y{name}")) == len(items)
    assert label.count(plain(f"x{name}")) == sum(item["base"] is not None for item in items)


def only(content: dict[str, Any]) -> dict[str, Any]:
    return {key: content[key] for key in DIFF if key != "format"}


@example("&lt;b&gt; &amp; &#64;you")
@example("a\\|b `c` **d** <e> [f](g) ![h](i)")
@given(st.text(min_size=1))
@settings(max_examples=200, deadline=None)
def test_text_and_code_show_as_they_are(value: str) -> None:
    for written_as in (text(value), code(value)):
        tags = Tags(page(f"x {written_as} x"))
        assert tags.tags <= {"p", "code"}
    label = Tags(page(f"x {text(value)} x")).live.replace("\u200b", "")
    assert plain(label) == plain(f"x{value}x")


def test_the_comment_says_what_there_is_to_say() -> None:
    lines = comment(DOCUMENT).splitlines()
    assert lines[0] == "<!-- tokencost -->"
    assert lines[2] == "### ❌ tokencost: fail"
    joined = "\n".join(lines)
    for wanted in (
        "`prompts/agent/system.md` has 900 input tokens more (1,256, 356 before): +253%",
        "1 new (`prompts/new_tool.txt`): 410 input tokens, $349.20 a month",
        "| 356 | 1,256 | exact | $0.00751 | +$108.00 | +253% | input | system +900 tokens |",
        "| **1,533** | **2,623** |  |  | **+$149.40** | **+33%** | **mixed** |  |",
        "<details><summary>2 unchanged</summary>",
        "**Why, a month:** price +$18.00, model +150 tokens (+$20.40), ",
        "judged on the input where nobody chose the answer",
        "assumed: 500 tokens of output; say more with --output-tokens or --workload",
        "base: `origin/main` (4f1d8f0c3a9b)",
        "a month: 30 days of 2,000 calls a prompt",
        "prices: table 2026.11.22 as of 2026-11-22",
        "`prompts/summarise.txt` → `prompts/summary.txt`",
    ):
        assert wanted in joined
    order = [
        joined.index(part) for part in ("has 900", "❌ the", "**Why, a", "| file", "<details>")
    ]
    assert order == sorted(order)


def test_a_diff_has_no_verdict() -> None:
    label = render("markdown", DIFF)
    assert label.startswith("<!-- tokencost -->\n\n### tokencost\n\n`prompts/agent/system.md` has")
    assert "system +900 tokens" in label


def test_where_there_is_no_base_every_item_is_visible() -> None:
    alone = document(
        items=[
            {**item, "base": None, "status": "unchanged", "change": None, "effects": []}
            for item in DOCUMENT["items"]
            if item["head"]
        ],
        base={"name": "none", "revision": None, "prices": None},
    )
    label = comment(alone)
    assert "<details>" not in label
    assert label.count("| ❌ `prompts/") + label.count("| `prompts/") >= 6
    assert "change" not in label.split("| file")[1].splitlines()[0]


def test_without_unicode_marks_are_words() -> None:
    label = render("markdown", document(reasons=DOCUMENT["reasons"][:1]), Style(unicode=False))
    assert "### tokencost: fail" in label
    assert "- **fail** the judged part of" in label
    assert not re.search("[❌✅⚠]", label)


def many(count: int, *, reasons: int = 5, length: int = 40) -> dict[str, Any]:
    changed, unchanged = DOCUMENT["items"][0], DOCUMENT["items"][3]
    items = [{**changed, "path": f"prompts/{at:05}-{'ü' * length}.txt"} for at in range(count)]
    items += [{**unchanged, "path": f"kept/{at:05}.txt"} for at in range(count)]
    statements = [
        {**DOCUMENT["reasons"][0], "text": f"reason {at} {'x' * length}"} for at in range(reasons)
    ]
    return document(items=items, reasons=statements)


@pytest.mark.parametrize("count", [1, 100, 300, 500, 1000, 20_000])
def test_a_long_comment_is_cut_and_says_how_much(count: int) -> None:
    content = many(count)
    label = comment(content)
    assert len(label.encode()) <= LIMIT
    for reason in content["reasons"]:
        assert reason["text"] in label
    assert "prices: table" in label
    assert label.count("<details>") == label.count("</details>")
    rows = len(re.findall(r"^\| (❌ )?`(prompts|kept)/", label, re.MULTILINE))
    left = [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) more rows are left out", label)]
    assert rows + sum(left) == 2 * count
    assert (count >= 300) == bool(left)
    assert Tags(page(label)).tags <= ALLOWED


@pytest.mark.parametrize("length", [40, 1900, 100_000])
def test_reasons_without_end_are_cut_too(length: int) -> None:
    content = many(50, reasons=3000, length=length)
    label = comment(content)
    assert len(label.encode()) <= LIMIT
    assert "reason 0 x" in label
    assert "more reasons are left out here" in label
    assert "prices: table" in label


def test_the_rows_that_stay_are_those_that_matter() -> None:
    content = many(2000)
    dear = {**content["items"][1999], "path": "prompts/dear.txt"}
    dear["change"] = {"cost": "9"}
    passing = {**content["items"][0], "path": "prompts/aaa.txt", "verdict": "pass"}
    content["items"] = [passing, *content["items"], dear]
    label = comment(content)
    assert "prompts/dear.txt" in label
    assert "prompts/aaa.txt" not in label
