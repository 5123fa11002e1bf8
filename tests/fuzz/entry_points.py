"""Entry points for documents of others: command lines, and good documents to spoil."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

TESTS: Final = Path(__file__).parents[1]
EXAMPLES: Final = TESTS.parent / "examples"
_GOLDEN: Final = TESTS / "golden" / "files"
_LARGEST: Final = 60_000  # bytes; a larger fixture only makes cases slower

Cli = Callable[..., Any]


class Seed(NamedTuple):
    """A good document, and the name that a case gives it."""

    name: str
    content: bytes


class EntryPoint(NamedTuple):
    """One kind of input: `FILE` in a command stands for the spoiled document."""

    name: str
    seeds: tuple[Seed, ...]
    commands: tuple[tuple[str, ...], ...]
    weight: int = 1  # how often it is tried, beside others


SCENARIO: Final = b"""\
base: as it was
scenarios:
  - name: small
    model: gpt-6-luna
  - name: batch on another
    model: claude-haiku-5-5
    mode: batch
    max_output: 300
  - name: routed
    route: {gpt-6-luna: 0.9, gpt-6.1-sol: 0.1}
"""
MAPPING: Final = b"""\
fields: {input: usage.in, output: usage.out, model: m, time: at, "tag:feature": feature}
values: {provider: openai}
"""
MAPPED: Final = b"""\
{"usage": {"in": 1200, "out": 90}, "m": "gpt-4.1", "at": "2026-05-01T10:00:00Z", "feature": "a"}
{"usage": {"in": 300, "cost": 1, "is_byok": true, "cost_details": {"upstream_inference_cost": 0.1}}}
{"usage": {"in": 8}, "m": "gpt-4.1", "sent": [{"role": "user", "content": "hi"}], "got": "yes"}
"""
SETTINGS: Final = b"""\
prices = ["overlay.yaml"]

[estimate]
model = ["gpt-4o"]
output_tokens = "300"

[profile]
by = ["model"]

[check]
max_increase = "10%"
"""
PROMPTY: Final = b"""\
---
name: support
model:
  api: chat
  configuration: {type: openai, name: gpt-4o}
  parameters: {max_tokens: 300, temperature: 0.2}
inputs: {question: {type: string}}
---
system:
You answer questions of {{customer}}.

user:
{% for item in items %}{{ item }}{% endfor %}
{{question}}
"""
DOTPROMPT: Final = b"""\
---
model: googleai/gemini-2.5-flash
config: {temperature: 0.2, maxOutputTokens: 300}
input: {schema: {name: string}}
---
{{role "system"}}
You greet people.
{{role "user"}}
Greet {{name}}. {{#each items}}{{this}}, {{/each}}{{#if polite}}Please.{{/if}}
"""


def support(folder: Path, cli: Cli) -> None:
    """Write the good files that commands need beside the spoiled one."""
    for name in ("prompt.txt", "overlay.yaml"):
        (folder / name).write_bytes((_GOLDEN / name).read_bytes())
    (folder / "log.jsonl").write_bytes((EXAMPLES / "logs" / "agent.jsonl").read_bytes())
    (folder / "mapped.jsonl").write_bytes(MAPPED)
    for name, command in (
        ("saved.tokencost", ("profile", "log.jsonl", "--save")),
        ("base.json", ("baseline", "prompt.txt", "-m", "gpt-4o", "-m", "claude-sonnet-5-5", "-o")),
    ):
        result = cli(*command, str(folder / name), folder=folder)
        assert result.code == 0, result.err


def entry_points(folder: Path) -> tuple[EntryPoint, ...]:
    """Return every entry point, once `support` has filled the folder."""

    def read(name: str) -> Seed:
        return Seed(name, (folder / name).read_bytes())

    return (
        EntryPoint("log", tuple(_logs()), (
            ("profile", "FILE", "--by", "model", "--cost", "both"),
            ("profile", "FILE", "-f", "json", "--percentiles"),
            ("profile", "FILE", "-f", "csv", "--by", "day", "--by", "session"),
            ("profile", "FILE", "log.jsonl", "-f", "markdown", "--by", "tool"),
            ("whatif", "FILE", "-m", "gpt-6-luna", "--mode", "batch", "--cache", "off"),
            ("check", "FILE", "--logs", "--budget", "0.01"),
            ("check", "FILE", "--logs", "--budget", "0.01", "--cost", "auto", "-f", "markdown"),
            ("profile", "FILE", "--by", "branch~[a-z]+,tag:x~.", "--sort", "reported"),
            ("accuracy", "FILE"),
            ("baseline", "FILE", "--logs"),
        ), weight=6),
        EntryPoint("saved profile", (read("saved.tokencost"),), (
            ("profile", "FILE", "--by", "model", "--percentiles"),
            ("profile", "FILE", "-f", "json"),
            ("whatif", "FILE", "-m", "gpt-6-luna", "-s", "batch"),
            ("diff", "FILE", "saved.tokencost"),
            ("check", "FILE", "--logs", "--baseline", "saved.tokencost", "--max-increase", "10%"),
        ), weight=2),
        EntryPoint("baseline", (read("base.json"),), (
            ("check", "prompt.txt", "--baseline", "FILE", "--max-increase", "10%"),
            ("check", "prompt.txt", "--baseline", "FILE", "--keep-prices", "-f", "markdown"),
            ("diff", "FILE", "base.json"),
            ("diff", "base.json", "FILE", "-f", "json"),
        )),
        EntryPoint("overlay", (read("overlay.yaml"),), (
            ("estimate", "prompt.txt", "-m", "gpt-4o", "--prices", "FILE"),
            ("profile", "log.jsonl", "--prices", "FILE"),
            ("whatif", "log.jsonl", "--self-hosted", "--prices", "FILE"),
            ("prices", "show", "gpt-4o", "--prices", "FILE"),
        )),
        EntryPoint("mapping", (Seed("map.yaml", MAPPING),), (
            ("profile", "mapped.jsonl", "--map", "FILE", "--by", "model"),
        )),
        EntryPoint("mapped rows", (Seed("rows.jsonl", MAPPED),), (
            ("profile", "FILE", "--map", "input=usage.in", "--map", "output=usage.out",
             "--map", "model=m", "--map", "time=at", "--by", "day"),
            ("accuracy", "FILE", "--map", "usage=usage", "--map", "input=usage.in", "--map",
             "model=m", "--map", "request=sent", "--map", "answer=got", "--map", "time=at",
             "--since", "2026-05-01"),
        )),
        EntryPoint("scenario", (Seed("scenarios.yaml", SCENARIO),), (
            ("whatif", "log.jsonl", "-s", "FILE"),
            ("whatif", "log.jsonl", "-s", "FILE", "-f", "json"),
        )),
        EntryPoint("configuration", (Seed("tokencost.toml", SETTINGS),), (
            ("estimate", "prompt.txt"),
            ("estimate", "prompt.txt", "--workload", "chat"),
            ("profile", "log.jsonl"),
            ("check", "prompt.txt", "--baseline", "base.json"),
            ("config", "show"),
            ("config", "show", "-f", "json"),
        )),
        EntryPoint("request body", tuple(_bodies()), (
            ("estimate", "FILE", "-m", "gpt-4o", "-m", "claude-sonnet-5-5", "-m", "gemini-2.5-pro"),
            ("estimate", "FILE", "-f", "json"),
            ("count", "FILE", "-m", "gpt-4o", "-m", "claude-sonnet-5-5"),
            ("check", "FILE", "--budget", "0.01", "-m", "gpt-4o"),
        ), weight=2),
        EntryPoint("template", (Seed("a.prompty", PROMPTY), Seed("a.prompt", DOTPROMPT),
                          Seed("a.j2", PROMPTY), Seed("a.hbs", DOTPROMPT)), (
            ("estimate", "FILE", "-m", "gpt-4o"),
            ("count", "FILE"),
            ("check", "FILE", "--budget", "0.01", "--var", "question=Why?", "--var", 'items=["a"]'),
        )),
        EntryPoint("attachment", (Seed("image.png", (_GOLDEN / "image.png").read_bytes()),), (
            ("estimate", "FILE", "-m", "gpt-4o", "-m", "claude-sonnet-5-5", "-m", "gemini-2.5-pro"),
        )),
    )  # fmt: skip


def _logs() -> Iterator[Seed]:
    for path in sorted((TESTS / "corpus").glob("*/*")):
        is_log = path.is_file() and not path.name.endswith(".expected.json")
        if is_log and path.stat().st_size <= _LARGEST:
            yield Seed(path.name, path.read_bytes())


def _bodies() -> Iterator[Seed]:
    for name in ("chat.json", "claude.json", "gemini.json", "batch.jsonl"):
        yield Seed(name, (_GOLDEN / name).read_bytes())
