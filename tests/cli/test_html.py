"""`-f html`: when a page is written, what is refused, and that its numbers sum to the bill."""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from tokencost_cli.output.html import assets

ROOT = Path(__file__).parents[2]
AGENT = ROOT / "examples" / "logs" / "agent.jsonl"
PROMPT = ROOT / "examples" / "prompts" / "support.txt"


def data_of(path: Path) -> dict[str, Any]:
    """Return the data that stands in a page."""
    text = path.read_text("utf-8")
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert match is not None
    data: dict[str, Any] = json.loads(match[1])
    return data


def cost_of(cli: Cli, log: Path) -> Decimal:
    """Return the bill of a log."""
    return Decimal(json.loads(cli("profile", str(log), "--json").out)["total"]["cost"])


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A log that ends earlier."""
    path = tmp_path / "older.jsonl"
    path.write_text("".join(AGENT.read_text("utf-8").splitlines(True)[:20]), "utf-8")
    return path


def test_html_is_short_for_the_format_and_the_file(cli: Cli, tmp_path: Path) -> None:
    long, short, ending = (tmp_path / f"{name}.html" for name in ("long", "short", "ending"))
    assert cli("profile", str(AGENT), "-f", "html", "-o", str(long)).code == 0
    assert cli("profile", str(AGENT), "--html", str(short)).code == 0
    assert cli("profile", str(AGENT), "-o", str(ending)).code == 0
    assert long.read_bytes() == short.read_bytes() == ending.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--html", "a.html", "-o", "b.html"), "--html and --output both name the file"),
        (("--html", "a.html", "-f", "csv"), "--html and --format csv: give one"),
        (("--html", "a.html", "--json"), "--json and --html: give one"),
        (("--against", "old.jsonl"), "--against colours the charts of -f html"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    cli: Cli, arguments: tuple[str, ...], message: str
) -> None:
    result = cli("profile", str(AGENT), *arguments)
    assert result.code == 2
    assert message in result.err


def test_without_the_extra_one_line_says_how_to_install_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "find_spec", lambda name: None)
    result = cli("profile", str(AGENT), "--html", str(tmp_path / "page.html"))
    assert result.code == 2
    assert "pip install 'tokencost-profiler[html]'" in result.err
    assert result.err.count("\n") == 1
    assert cli("estimate", str(PROMPT), "-o", str(tmp_path / "estimate.html")).code == 0


def test_both_trees_and_the_spend_sum_to_the_bill(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    cli("profile", str(AGENT), "--html", str(out))
    total, data = cost_of(cli, AGENT), data_of(out)
    assert [tree["key"] for tree in data["trees"]] == ["cause", "content"]
    for tree in data["trees"]:
        frames = tree["frames"]
        costs = [Decimal(cost) for cost in frames["cost"]]
        assert costs[0] == total
        below = [Decimal(0)] * len(costs)
        for cost, parent in zip(costs[1:], frames["parent"][1:], strict=True):
            below[parent] += cost
        assert all(part <= cost for part, cost in zip(below, costs, strict=True))
    assert sum(map(Decimal, data["spends"]["cost"])) == total
    assert sum(map(Decimal, data["moments"]["cost"])) == total


def test_no_folder_of_an_input_is_in_the_page(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "secret-folder"
    folder.mkdir()
    for name in ("new.jsonl", "old.jsonl"):
        shutil.copy(AGENT, folder / name)
    out = tmp_path / "page.html"
    against = ("--against", str(folder / "old.jsonl"))
    cli("profile", str(folder / "new.jsonl"), *against, "--count-copies", "--html", str(out))
    assert "secret-folder" not in out.read_text("utf-8")


def test_a_saved_profile_has_a_page(cli: Cli, tmp_path: Path) -> None:
    saved, out = tmp_path / "runs.tokencost", tmp_path / "page.html"
    cli("profile", str(AGENT), "--save", str(saved))
    assert cli("profile", str(saved), "--html", str(out)).code == 0
    roots = [Decimal(tree["frames"]["cost"][0]) for tree in data_of(out)["trees"]]
    assert roots == [cost_of(cli, AGENT)] * 2


@pytest.mark.parametrize("save", [False, True])
def test_against_an_older_log_every_frame_has_its_old_cost(
    cli: Cli, tmp_path: Path, older: Path, save: bool
) -> None:
    out, old = tmp_path / "page.html", older
    if save:
        old = tmp_path / "older.tokencost"
        cli("profile", str(older), "--save", str(old))
    assert cli("profile", str(AGENT), "--against", str(old), "--html", str(out)).code == 0
    tree = data_of(out)["trees"][0]
    assert tree["compared"]
    frames = tree["frames"]
    assert Decimal(frames["old"][0]) == cost_of(cli, older)
    turn = frames["kind"].index("turn")
    assert Decimal(frames["old"][turn]) == cost_of(cli, older)
    assert None in frames["old"]


def test_the_tables_of_a_comparison_are_those_of_diff(
    cli: Cli, tmp_path: Path, older: Path
) -> None:
    out = tmp_path / "page.html"
    cli("profile", str(AGENT), "--against", str(older), "--html", str(out))
    for log, name in ((older, "base"), (AGENT, "head")):
        cli("profile", str(log), "--save", str(tmp_path / f"{name}.tokencost"))
    sides = [str(tmp_path / f"{name}.tokencost") for name in ("base", "head")]
    total = json.loads(cli("diff", *sides, "--keep-prices", "--json").out)["total"]
    groups, causes = data_of(out)["tables"][:2]
    assert groups["title"] == "change against older.jsonl"
    assert Decimal(total["change"]["cost"]) == cost_of(cli, AGENT) - cost_of(cli, older)
    assert sum(Decimal(one["cost"]) for one in total["effects"]) == Decimal(total["change"]["cost"])
    assert len(causes["rows"]) == len(total["effects"])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("estimate", str(PROMPT), "-m", "gpt-4o"), "500 tokens of output"),
        (("whatif", str(AGENT), "--mode", "batch"), "as recorded: $0.244"),
        (("check", str(PROMPT), "-m", "gpt-4o", "--budget", "1"), "pass"),
        (("models", "--search", "gpt-4o"), "gpt-4o-mini"),
    ],
)
def test_other_commands_share_its_frame(
    cli: Cli, tmp_path: Path, arguments: tuple[str, ...], text: str
) -> None:
    out = tmp_path / "page.html"
    assert cli(*arguments, "-f", "html", "-o", str(out)).code == 0
    page = out.read_text("utf-8")
    assert text in page
    assert "default-src &#39;none&#39;" in page
    assert len(page) < 400_000
