"""Profiles for flame graph programs: their sums are the bill, whatever frames are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_rows import agent_session, write_rows
from frames import FRAMES, NAMES, exported, leaf, tree
from pprof_schema import read_back
from speedscope import schema
from tokencost_cli.output.renderers import Style, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.output.stacks import integers, weighted
from tokencost_pricing.errors import UsageError
from tokencost_profiles.attribution.frame import WEIGHTS, Frame

Cli = Callable[..., Any]
FORMATS = ("speedscope", "folded", "pprof")
NANO = 10**9


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "session.jsonl", agent_session())


def text_of(name: str, report: Report) -> str:
    written = renderer(name).render(report, Style())
    assert isinstance(written, str)
    return written


def bytes_of(report: Report) -> bytes:
    written = renderer("pprof").render(report, Style())
    assert isinstance(written, bytes)
    return written


def folded_sum(text: str) -> int:
    return sum(int(line.rpartition(" ")[2]) for line in text.splitlines())


def weight_of(root: Frame, by: str) -> int:
    if by == "cost":
        return int((root.cost * NANO).to_integral_value(ROUND_HALF_EVEN))
    return int(getattr(root, by))


@settings(max_examples=60, deadline=None)
@given(FRAMES, st.sampled_from(WEIGHTS))
def test_the_weights_sum_to_the_bill(root: Frame, by: str) -> None:
    report, wanted = exported(root, root, weight=by), weight_of(root, by)
    speedscope = json.loads(text_of("speedscope", report))
    for profile in speedscope["profiles"]:
        assert sum(profile["weights"]) == profile["endValue"] == wanted
        assert all(isinstance(weight, int) and weight > 0 for weight in profile["weights"])
    assert folded_sum(text_of("folded", report)) == wanted
    sums = [sum(values) for values in zip(*pprof_values(bytes_of(report)), strict=True)] or [0] * 4
    assert sums[:3] == [weight_of(root, one) for one in WEIGHTS]
    assert sums[3] == root.calls


def pprof_values(content: bytes) -> list[list[int]]:
    return [list(sample.value) for sample in read_back(content).sample]


@given(st.lists(st.decimals(0, 10, places=15), max_size=30))
def test_the_largest_remainders_get_what_rounding_leaves(amounts: list[Decimal]) -> None:
    shares = integers(amounts, 3)
    assert sum(shares) == int((sum(amounts, Decimal(0)) * 1000).to_integral_value(ROUND_HALF_EVEN))
    assert all(
        abs(share - amount * 1000) <= 1 for share, amount in zip(shares, amounts, strict=True)
    )


def test_a_bill_too_large_for_floats_is_counted_in_a_larger_unit() -> None:
    chosen = weighted(tree(leaf("a", "9000000"), leaf("b", "8000000.5")), "cost")
    assert (chosen.unit, chosen.total) == ("cost in micro-USD", 17_000_000_500_000)
    assert weighted(tree(leaf("a", "1.5")), "cost").unit == "cost in nano-USD"


@pytest.mark.parametrize("name", NAMES)
def test_no_name_breaks_a_format(name: str) -> None:
    root = tree(leaf(name, "0.5", "session"), leaf("other", "0.25", "session"))
    lines = text_of("folded", exported(root)).split("\n")
    assert [line.count(";") for line in lines] == [1, 1, 0]
    assert folded_sum(text_of("folded", exported(root))) == 750_000_000
    document = json.loads(text_of("speedscope", exported(root)))
    names = [frame["name"] for frame in document["shared"]["frames"]]
    assert len(names) == 3
    assert all(0 < len(name) <= 200 for name in names)
    profile = read_back(bytes_of(exported(root)))
    assert len(profile.function) == 3
    assert max(map(len, profile.string_table)) <= 200


def test_an_empty_profile_is_a_valid_file() -> None:
    report = exported(Frame(name="all sessions", kind="root"))
    assert text_of("folded", report) == ""
    (profile,) = json.loads(text_of("speedscope", report))["profiles"]
    assert (profile["samples"], profile["weights"], profile["endValue"]) == ([], [], 0)
    assert not read_back(bytes_of(report)).sample


def test_equal_profiles_are_equal_bytes() -> None:
    assert bytes_of(exported(tree(leaf("a", "1")))) == bytes_of(exported(tree(leaf("a", "1"))))


def test_pprof_holds_what_its_readers_need() -> None:
    session = tree(leaf("claude-sonnet-4-5", "0.5"), leaf("claude-haiku-4-5", "0.25"))
    session.name, session.kind = "s1", "session"
    profile = read_back(bytes_of(exported(tree(session), weight="output_tokens")))
    strings = profile.string_table
    assert strings[0] == ""
    types = [(strings[one.type], strings[one.unit]) for one in profile.sample_type]
    assert types == [
        ("cost", "nanodollars"),
        ("input_tokens", "count"),
        ("output_tokens", "count"),
        ("calls", "count"),
    ]
    assert strings[profile.default_sample_type] == "output_tokens"
    functions = {one.id: strings[one.name] for one in profile.function}
    lines = {one.id: functions[one.line[0].function_id] for one in profile.location}
    assert 0 not in lines
    stacks = [[lines[place] for place in sample.location_id] for sample in profile.sample]
    assert stacks == [[f"claude-{name}-4-5", "s1", "all sessions"] for name in ("sonnet", "haiku")]
    labels = [{strings[one.key]: strings[one.str] for one in s.label} for s in profile.sample]
    assert labels[0] == {"session": "s1", "model": "claude-sonnet-4-5"}


@pytest.mark.parametrize("name", FORMATS)
def test_only_profile_writes_it(cli: Cli, name: str) -> None:
    result = cli("estimate", "x.txt", "-f", name)
    assert (result.code, result.out) == (2, "")
    assert f"{name} writes the answer of profile, not of estimate" in result.err
    with pytest.raises(UsageError, match="writes what profile reports"):
        renderer(name).render(Report("tokencost.estimate/2", {}, ()), Style())


def billed(cli: Cli, log: Path) -> Decimal:
    total = json.loads(cli("profile", str(log), "-f", "json").out)["total"]
    return Decimal(total["cost"])


def test_the_command_writes_both_views(cli: Cli, log: Path) -> None:
    wanted = int(billed(cli, log) * NANO)
    document = json.loads(cli("profile", str(log), "-f", "speedscope").out)
    cause, content = document["profiles"]
    assert cause["name"] == "by cause, cost in nano-USD"
    assert content["name"] == "by content, cost in nano-USD"
    assert cause["endValue"] == content["endValue"] == wanted
    text = cli("profile", str(log), "-f", "folded").out
    assert text.startswith("all sessions;s1;turn 1;step 1: Task x2, Read;claude-sonnet-4-5 ")
    assert folded_sum(text) == wanted
    by_content = cli("profile", str(log), "-f", "folded", "--by", "segment").out
    assert by_content.startswith("all content;")
    assert folded_sum(by_content) == wanted


def test_a_saved_profile_has_the_same_views(cli: Cli, log: Path) -> None:
    assert cli("profile", str(log), "--save", "runs.tokencost").code == 0
    saved = json.loads(cli("profile", "runs.tokencost", "-f", "speedscope").out)
    logs = json.loads(cli("profile", str(log), "-f", "speedscope").out)
    assert [one["name"] for one in saved["profiles"]] == [one["name"] for one in logs["profiles"]]
    assert [sorted(one["weights"]) for one in saved["profiles"]] == [
        sorted(one["weights"]) for one in logs["profiles"]
    ]
    assert (
        cli("profile", "runs.tokencost", "-f", "folded").out
        == cli("profile", str(log), "-f", "folded").out
    )
    by_saved, by_logs = (
        cli("profile", path, "-f", "folded", "--by", "segment").out
        for path in ("runs.tokencost", str(log))
    )
    assert folded_sum(by_saved) == folded_sum(by_logs) > 0


@pytest.mark.parametrize("name", ["x.speedscope.json", "x.folded", "x.pb.gz", "x.pprof"])
def test_the_ending_chooses_the_format(cli: Cli, log: Path, tmp_path: Path, name: str) -> None:
    assert cli("profile", str(log), "-o", name, "--weight", "input_tokens").code == 0
    content = (tmp_path / name).read_bytes()
    if content[:2] == b"\x1f\x8b":
        profile = read_back(content)
        assert profile.string_table[profile.default_sample_type] == "input_tokens"
    else:
        assert b"all sessions" in content


@pytest.mark.parametrize("root", [Frame(name="", kind="root"), tree(leaf("a", "1"))])
def test_speedscope_is_valid_by_its_schema(root: Frame) -> None:
    document = json.loads(text_of("speedscope", exported(root, root)))
    jsonschema.validate(document, schema())


def test_a_closed_pipe_ends_quietly(log: Path) -> None:
    command = f"{sys.executable} -m tokencost_cli profile {log} -q -f speedscope | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{", "")


def test_pprof_is_not_for_a_terminal(log: Path) -> None:
    import pty

    above, below = pty.openpty()
    arguments = [sys.executable, "-m", "tokencost_cli", "profile", str(log), "-q", "-f", "pprof"]
    done = subprocess.run(arguments, stdout=below, stderr=subprocess.PIPE, text=True, check=False)
    os.close(below)
    os.close(above)
    assert done.returncode == 2
    assert "pprof is not for a terminal" in done.stderr


AGENT = Path(__file__).parents[2] / "examples" / "logs" / "agent.jsonl"
PROMPT = "coupon"  # a word of a prompt in that log


@pytest.mark.parametrize("name", ["speedscope", "folded", "trace", "otlp", "focus"])
def test_no_text_of_prompts_is_exported_unasked(cli: Cli, name: str) -> None:
    assert PROMPT in AGENT.read_text("utf-8")
    result = cli("profile", str(AGENT), "-f", name)
    assert result.out
    assert PROMPT not in result.out + result.err


def test_the_first_line_of_a_part_is_exported_where_asked(cli: Cli) -> None:
    text = cli("profile", str(AGENT), "-f", "folded", "--segments", "5", "--show-text").out
    assert PROMPT in text


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("focus", "--segments=3"),
        ("focus", "--tree"),
        ("otlp", "--findings"),
        ("folded", "--timeline"),
        ("pprof", "--findings"),
        ("trace", "--segments=3"),
    ],
)
def test_a_view_that_a_format_has_no_place_for_is_refused(cli: Cli, name: str, flag: str) -> None:
    refused = cli("profile", str(AGENT), flag, "-f", name, "-o", "out")
    assert refused.code == 2
    assert f"{name} has no place for {flag.partition('=')[0]}" in refused.err
