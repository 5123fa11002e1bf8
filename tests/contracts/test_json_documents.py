"""JSON documents: their schemas, the page that is texts from them, and the rules of their keys."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tokencost_cli.reports.documents.schemas import DOCUMENTS, schema_of

Cli = Callable[..., Any]
ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "golden" / "cases"
FILES = ROOT / "tests" / "golden" / "files"
AGENT = ROOT / "examples" / "logs" / "agent.jsonl"
SESSION = ROOT / "examples" / "writing-assistant" / "session.jsonl"
# Every command that writes a document, with options that fill its parts.
COMMANDS = (
    "estimate prompt.txt chat.json -m gpt-4o -m grok-4.7 --per-day 5 --calls 3 --compare",
    "estimate prompt.txt -m claude-opus-4-5 --mode batch --cached-tokens 100",
    "estimate --input-tokens 1000 -m gpt-4o --output-tokens 5",
    "count prompt.txt chat.json --compare",
    "count batch.jsonl",
    "profile {log} --by session --percentiles --where model=claude-*",
    "profile {log} --by call --since 2026-01-01 --until 2026-12-01 --timezone Europe/Berlin",
    "profile {log} --by agent,model --cost both --top 1",
    "profile {log} --segments 9 --findings --show-text",
    "profile {log} --by segment,target",
    "explain",
    "explain retries {log}",
    "whatif {log} -m gpt-4o --mode batch",
    "whatif prompt.txt -m gpt-4o --output-tokens 5",
    "diff gate/base.json gate/head.json",
    "check gate/support.txt --baseline gate/base.json --max-increase 3%",
    "check {log} --logs --budget 5 --budget-per run",
    "baseline gate -m gpt-4o",
    "accuracy {session} --answers --worst 2",
    "models --search claude --retired",
    "prices list",
    "prices show gpt-5",
    "prices search opus",
    "prices history gpt-4o",
    "prices diff 2024-09-01 2024-11-01 --provider openai",
    "prices doctor",
    "tokenizers",
    "formats",
    "config show",
    "cache info",
)


def keys(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key of a document with what stands under it, maps of names left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            if key not in ("options", "usage", "costs", "key", "rates", "limits", "fees", "value"):
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def check_rules(document: dict[str, Any]) -> None:
    """Check what holds for every document: its schema, and what the ending of a key says."""
    name, version = document["format"].removeprefix("tokencost.").split("/")
    assert version == "2"
    jsonschema.validate(document, schema_of(name))
    for key, value in keys(document):
        assert "percent" not in key, key
        if key == "cost" or key.endswith(("_cost", "cost_low", "cost_high")):
            assert value is None or re.fullmatch(r"-?\d+(\.\d+)?", value), (key, value)
        if key.endswith("_share"):
            assert value is None or value >= 0, (key, value)
        if key.endswith("_at"):
            assert value is None or re.match(r"\d{4}-\d\d-\d\d(T.*Z)?$", value), (key, value)
        if key.endswith("_seconds"):
            assert value is None or isinstance(value, int | float), (key, value)
        if key.endswith("_tokens"):
            assert value is None or isinstance(value, int), (key, value)
        assert key not in ("error", "percentiles", "delta"), key


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_keeps_its_schema(cli: Cli, command: str) -> None:
    arguments = shlex.split(command.format(log=AGENT, session=SESSION))
    name = arguments[0]
    more = [] if name == "baseline" else ["-f", "json"]
    result = cli(*arguments, *more, folder=FILES)
    assert result.out, result.err
    document = json.loads(result.out)
    check_rules(document)
    assert document["run"]["command"].split()[0] == name
    assert isinstance(document["warnings"], list)


def test_every_document_has_a_command() -> None:
    words = [command.split() for command in COMMANDS]
    names = {first for first, *_ in words} | {"-".join(two[:2]) for two in words}
    assert set(DOCUMENTS) - {"price"} <= names


def golden() -> list[Path]:
    """Return the golden cases whose output is a document."""
    outputs = [case / "stdout" for case in sorted(CASES.iterdir())]
    return [path for path in outputs if path.exists() and path.read_text("utf-8")[:1] == "{"]


@pytest.mark.parametrize("path", golden(), ids=lambda path: path.parent.name)
def test_golden_documents_keep_their_schemas(path: Path) -> None:
    check_rules(json.loads(path.read_text("utf-8")))


def test_generated_pages_are_as_the_script_writes_them() -> None:
    spec = importlib.util.spec_from_file_location("make", ROOT / "scripts" / "make_json_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    texts = module.files()
    for path, text in texts.items():
        assert path.read_text("utf-8") == text, "run scripts/make_json_docs.py"
    assert set((ROOT / "docs" / "schema").iterdir()) <= set(texts)


def test_a_schema_is_printed(cli: Cli, tmp_path: Path) -> None:
    printed = cli("formats", "--schema", "estimate")
    assert json.loads(printed.out) == schema_of("estimate")
    cli("formats", "--schema", "estimate", "-o", str(tmp_path / "s.json"))
    assert json.loads((tmp_path / "s.json").read_text()) == schema_of("estimate")
    unknown = cli("formats", "--schema", "estimat")
    assert (unknown.code, "did you mean" in unknown.err) == (2, True)


def test_a_profile_may_hold_content_or_not(cli: Cli) -> None:
    document = json.loads(cli("profile", str(AGENT), "-f", "json").out)
    assert not {"findings", "segments", "tree", "timeline"} & document.keys()
    total = document["total"]
    row = {"kind": "tool_result", "name": "read", "tool": "read", "target": "a.py", "tokens": 5}
    counts = {"instances": 2, "copies": 1, "calls_carried": 9}
    row |= counts | {"carrying_cost": "0.5", "made_cost": None}
    document["segments"] = [total | row]
    document["groups"][0] |= row
    by_cause = json.loads(cli("profile", str(AGENT), "-f", "json", "--tree", "--timeline").out)
    check_rules(by_cause)
    assert by_cause["tree"]["cost"] == total["cost"]
    assert len(by_cause["timeline"]) == total["calls"]
    document |= {name: by_cause[name] for name in ("tree", "timeline")}
    evidence = {"file": "a.jsonl", "line": 3, "session": None, "calls": 2}
    finding = {"id": "loop", "cost": "1", "saved": "0.5", "confidence": "measured"}
    document["findings"] = [finding | {"evidence": [evidence], "advice": "Stop."}]
    check_rules(document)
    document["findings"][0]["confidence"] = "sure"
    with pytest.raises(jsonschema.ValidationError):
        check_rules(document)
