"""Nothing connects: every command runs in a process without a network, and none tries."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tokencost_cli import commands
from tokencost_profiles.discovery import names

ROOT = Path(__file__).parents[2]
# One line a command, each with what it loads in real use.
LINES = (
    "--version",
    "--help",
    "estimate examples/prompts/support.txt --all-models",
    "estimate examples/prompts -m gpt-4o --compare",
    "count examples/prompts/support.txt --compare",
    "profile examples/logs/agent.jsonl --by model --percentiles",
    "profile examples/logs/agent.jsonl -f speedscope",
    "profile examples/logs/agent.jsonl -f focus",
    "profile",
    "whatif examples/logs/agent.jsonl --suggest -m gpt-6-luna",
    "check examples/prompts -m gpt-4o --budget 1",
    "diff tests/golden/files/gate/base.json tests/golden/files/gate/head.json",
    "baseline examples/prompts -m gpt-4o",
    "accuracy examples/logs/agent.jsonl",
    "calibrate examples/logs/agent.jsonl",
    "formats",
    "models --search opus",
    "tokenizers",
    "prices show gpt-4o",
    "prices list",
    "cache info",
    "config show",
    "explain cache-broken",
    "help estimate",
)
Outcome = tuple[dict[str, int], list[str], list[str]]  # exit codes, attempts, loaded clients
# Modules that can connect. Of a dependency, they may be installed, but not loaded.
CLIENTS = ("socket", "requests", "urllib3", "httpx", "huggingface_hub", "http.client", "ssl")
PROGRAM = """
import io, json, os, sys
from contextlib import redirect_stderr, redirect_stdout
attempts = []
def watch(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        attempts.append(event)
sys.addaudithook(watch)
from tokencost_cli.app import run
from tokencost_cli.runtime.context import Context
clients, lines, home = json.loads(sys.argv[1])
results = {}
for line in lines:
    context = Context.of_process()
    out, err = io.StringIO(), io.StringIO()
    context.stdout, context.stderr = out, err
    with redirect_stdout(out), redirect_stderr(err):
        results[line] = run(line.split(), context)
loaded = [name for name in clients if name in sys.modules]
print(json.dumps([results, attempts, loaded]))
"""


@pytest.fixture(scope="module")
def outcome(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    unshare = shutil.which("unshare")
    allowed = unshare and subprocess.run([unshare, "-rn", "true"], check=False).returncode == 0
    if not unshare or not allowed:
        pytest.skip("a process without a network cannot be started here")
    home = str(tmp_path_factory.mktemp("home"))
    inputs = json.dumps([CLIENTS, LINES, home])
    done = subprocess.run(
        [unshare, "-rn", sys.executable, "-c", PROGRAM, inputs],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": home, "TOKENCOST_CACHE": str(cache), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    codes, attempts, loaded = json.loads(done.stdout.splitlines()[-1])
    return codes, attempts, loaded


def test_every_command_works_without_a_network(outcome: Outcome) -> None:
    codes = outcome[0]
    # A machine without agents has nothing to profile: that is told as usage.
    bad = {
        line: code for line, code in codes.items() if code not in (0, 1, 3, 4) and line != "profile"
    }
    assert not bad
    assert codes["estimate examples/prompts/support.txt --all-models"] == 0
    assert codes["whatif examples/logs/agent.jsonl --suggest -m gpt-6-luna"] == 0


def test_no_command_opens_a_connection(outcome: Outcome) -> None:
    assert outcome[1] == []


def test_no_client_of_a_network_is_loaded(outcome: Outcome) -> None:
    assert outcome[2] == []


def test_every_command_is_tried() -> None:
    assert set(names(commands.__name__)) <= {line.split()[0] for line in LINES}
