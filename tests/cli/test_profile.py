"""`profile`: its document, its options, what is grouped, chosen and left."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents import profiled
from example_logs import AGENT, EXAMPLES, SERVICE, full

__all__ = ["full"]

Cli = Callable[..., Any]


def test_the_document_keeps_its_contract(full: dict[str, Any]) -> None:
    assert list(full)[:4] == ["format", "tool_version", "prices", "run"]
    assert full["format"] == "tokencost.profile/2"
    assert full["by"] == ["model"]
    total = full["total"]
    assert total["calls"] == 13
    assert total["cost"] == "0.2437721"
    for name in (
        "calls",
        "sessions",
        "usage",
        "cost",
        "cost_reported",
        "unpriced_calls",
        "estimated_calls",
        "first_at",
        "last_at",
    ):
        assert name in total
        assert all(name in group for group in full["groups"])
    for name in ("files", "rows", "merged", "replayed", "rolled_up", "skipped", "skipped_places"):
        assert name in full["audit"]
    assert not {"cells", "rates", "findings"} & set(full)


def test_groups_sorting_and_the_rest(cli: Cli) -> None:
    mapping = str(EXAMPLES / "service.yaml")
    document = profiled(cli, str(SERVICE), "--map", mapping, "--by", "user", "--top", "3")
    assert [group["cost"] for group in document["groups"]] == sorted(
        (group["cost"] for group in document["groups"]), key=float, reverse=True
    )
    assert document["groups_left_out"] > 0
    table = cli("profile", str(SERVICE), "--map", mapping, "--by", "user", "--top", "3")
    assert f"({document['groups_left_out']} more)" in table.out
    keyed = profiled(cli, str(SERVICE), "--map", mapping, "--by", "day", "--by", "team")
    keys = [(group["key"]["day"], group["key"]["team"]) for group in keyed["groups"]]
    assert keys == sorted(keys)


def test_time_and_conditions_choose_calls(cli: Cli) -> None:
    arguments = (str(SERVICE), "--map", str(EXAMPLES / "service.yaml"))
    everything = profiled(cli, *arguments)["total"]["calls"]
    before = profiled(cli, *arguments, "--until", "2026-09-30")["total"]["calls"]
    after = profiled(cli, *arguments, "--since", "2026-10-01")["total"]["calls"]
    assert before + after == everything
    assert 0 < before < everything
    teams = [
        profiled(cli, *arguments, "--where", f"team={team}")["total"]["calls"]
        for team in ("support", "search")
    ]
    assert sum(teams) == everything
    moved = profiled(cli, *arguments, "--since", "2026-10-01", "--timezone", "Asia/Tokyo")
    assert moved["total"]["calls"] >= after


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--by", "modle"), "did you mean 'model'"),
        (("--sort", "price"), "--sort knows no 'price'"),
        (("--cost", "true"), "--cost knows no 'true'"),
        (("--where", "model"), "is not a condition"),
        (("--timezone", "Mars/Base"), "no time zone 'Mars/Base'"),
        (("--since", "someday"), "one of: 2026-05-01"),
        (("--input-format", "claude-cod"), "did you mean 'claude-code'"),
        (("--map", "inptu=a"), "did you mean 'input'"),
        (("--map", "model=a"), "names no tokens"),
        (("--map", "input=a", "--input-format", "claude-code"), "give one"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_options_say_what_would_be_right(
    cli: Cli, arguments: tuple[str, ...], message: str
) -> None:
    result = cli("profile", str(AGENT), *arguments)
    assert result.code == 2
    assert message in result.err


def test_without_a_path_the_homes_of_agents_are_read(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = cli("profile", environment={"HOME": str(home)})
    assert result.code == 2
    assert "~/.claude/projects" in result.err
    folder = home / ".claude" / "projects" / "shop"
    folder.mkdir(parents=True)
    (folder / "agent.jsonl").write_bytes(AGENT.read_bytes())
    result = cli("profile", environment={"HOME": str(home)})
    assert result.code == 0
    assert "read ~/.claude/projects (claude-code)" in result.out
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "projects").mkdir(parents=True)
    (elsewhere / "projects" / "a.jsonl").write_bytes(AGENT.read_bytes())
    result = cli("profile", environment={"HOME": "/nowhere", "CLAUDE_CONFIG_DIR": str(elsewhere)})
    assert "13 calls" in result.out


def test_tables_are_read_by_a_mapping(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        'when;name;all;out;cached;paid\n2026-05-01 10:00:00;gpt-5.4;"1,200";300;1000;$0.02\n'
    )
    arguments = [
        "--map",
        "time=when",
        "--map",
        "model=name",
        "--map",
        "prompt=all",
        "--map",
        "output=out",
        "--map",
        "cache_read=cached",
        "--map",
        "cost=paid",
        "--map",
        "provider==openai",
    ]
    document = profiled(cli, "calls.csv", *arguments)["total"]
    assert document["usage"] == {"input": 200, "cache_read": 1000, "output": 300}
    assert document["cost_reported"] == "0.02"
    assert document["first_at"] == "2026-05-01T10:00:00Z"
    cli("profile", "calls.csv", *arguments, "-f", "parquet", "-o", str(tmp_path / "g.parquet"))
    again = profiled(
        cli,
        "g.parquet",
        "--map",
        "model=model",
        "--map",
        "input=uncached_input_tokens",
        "--map",
        "output=output_tokens",
        "--map",
        "cache_read=cache_read_tokens",
    )["total"]
    assert again["usage"] == document["usage"]


def test_parquet_holds_typed_columns(cli: Cli, tmp_path: Path) -> None:
    from decimal import Decimal

    from pyarrow import parquet

    path = tmp_path / "out.parquet"
    cli("profile", str(AGENT), "--by", "agent", "-f", "parquet", "-o", str(path))
    rows = parquet.read_table(io.BytesIO(path.read_bytes())).to_pylist()
    assert [row["agent"] for row in rows] == ["main", "subagent"]
    assert sum(row["cost"] for row in rows) == Decimal("0.2437721")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--since", "2026-12-01"], "--since 2026-12-01 leaves none of the calls"),
        (["--until", "2020-01-01"], "--until 2020-01-01 leaves none of the calls"),
        (["--where", "model=gpt-99"], "--where model=gpt-99 leaves none of the calls"),
        (["--where", "provider!=*"], "--where provider!=* leaves none of the calls"),
        (
            ["--since", "2026-12-01", "--where", "model=*"],
            "--since 2026-12-01 leaves none of the calls, --where model=* leaves 60",
        ),
    ],
)
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_filter_that_leaves_nothing_is_named(
    cli: Cli, options: list[str], message: str, form: str
) -> None:
    for command in (["profile"], ["whatif", "-m", "gpt-4o"]):
        result = cli(command[0], str(SERVICE), *command[1:], *options, "-f", form)
        assert (result.code, result.out) == (3, "")
        assert "nothing is left of 60 calls in 1 file of walker, 2026-09-28 to 2026-10-06" in (
            result.err
        )
        assert message in result.err


def test_a_log_without_calls_is_no_profile_of_nothing(cli: Cli, tmp_path: Path) -> None:
    row = {
        "type": "user",
        "sessionId": "s",
        "uuid": "q",
        "timestamp": "2026-10-01T09:00:00Z",
        "message": {"role": "user", "content": "hi"},
    }
    (tmp_path / "log.jsonl").write_text(json.dumps(row) + "\n")
    for command in (["profile", "log.jsonl"], ["whatif", "log.jsonl", "-m", "gpt-4o"]):
        result = cli(*command)
        assert (result.code, result.out) == (3, "")
        assert "no call in what was read (1 file" in result.err
