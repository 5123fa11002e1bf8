"""Cache reads and writes that providers reported, against what the simulator makes of the calls.

    TOKENCOST_CORPORA=FOLDER python tests/benchmarks/cache_truth.py [--write FILE]

Sessions come from recorded logs (FOLDER/samples) and from recorded request bodies (FOLDER/truth).
Bodies hold the client's marks and are simulated `as-logged`; logs do not, and are simulated as
the client that wrote them is known to mark (`5m`), or as the provider caches by itself (`auto`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import sys
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tokencost_pricing.caching import CacheRule, cache_rules
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs.read import ReadOptions, read
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.prompt_cache.simulator import (
    Block,
    BlockMaker,
    Fitter,
    Grower,
    Outcome,
    Turn,
    simulate,
)

LOGS = {
    "pi-session-jsonl/badlogic__pi-mono__before-compaction.jsonl": ("5m", None),
    "cline-cli-messages/cline__cline__session.messages.json": ("5m", None),
    "codex-rollout-jsonl/steipete__CodexBar__parent.jsonl": ("auto", "gpt-5-codex"),
    "inspect-eval-json/UKGovernmentBEIS__inspect_ai__2025-05-12T20-27-36-04-00_browser.json": (
        "auto",
        None,
    ),
    "qwen-code-jsonl/Piebald-AI__splitrail__qwen_code.jsonl": ("auto", "qwen3-coder-plus"),
    "gemini-cli-recorded-responses/"
    "google-gemini__gemini-cli__browser-agent.persistent-session.responses": (
        "auto",
        "gemini-3-flash-preview",
    ),
}
PROVIDERS = {"gemini": "google", "azure-openai": "azure", "bedrock-mantle": "bedrock"}
MARKED = ("messages", "converse", "converse-stream", "invoke", "rawPredict")
NOT_READ = "x-anthropic-billing-header"  # a system block that the service takes out again
TAIL = 16  # tokens that a provider adds after the last mark
WARM = "written before the log begins"
LATE = datetime(2026, 9, 1, tzinfo=UTC)


class Seen(NamedTuple):
    """What the provider reported for a call."""

    read: int
    written: int


class Session(NamedTuple):
    """Calls of one log, or of one recording."""

    name: str
    group: str
    policy: str
    turns: list[Turn]
    seen: list[Seen]


class Row(NamedTuple):
    """Sessions compared: tokens, and why calls differ."""

    name: str
    calls: int
    prompt: int
    seen: Seen
    simulated: Seen
    apart: int  # tokens by which the reads of single calls differ
    warm: int  # of these, what was written before the log begins
    causes: Tally[str]

    @property
    def error(self) -> float:
        """The tokens that were read wrongly, of all prompt tokens, but for what no log can tell."""
        return (self.apart - self.warm) / self.prompt if self.prompt else 0.0


def sessions_of_logs(folder: Path, table: PriceTable, counter: Counter) -> Iterator[Session]:
    """Yield the sessions of recorded logs."""
    for name, (policy, model) in LOGS.items():
        if not (folder / name).is_file():
            continue
        calls, _ = settle(read([from_file(folder / name, name)], ReadOptions(text=True)))
        usable = [call for call in calls if call.usage and call.prompt_tokens]
        yield _of_calls(name, policy, model, usable, table, counter)


def _of_calls(
    name: str,
    policy: str,
    model: str | None,
    calls: list[Call],
    table: PriceTable,
    counter: Counter,
) -> Session:
    fit, grow = Fitter(), Grower()
    turns, seen = [], []
    makers: dict[str, BlockMaker] = {}
    for position, call in enumerate(calls):
        offer = _offer(table, model or call.model or "", None)
        if offer is None:
            continue
        at = call.at if call.at is not None else 10.0 * position
        day = datetime.fromtimestamp(call.at, UTC) if call.at else LATE
        tokenizer = offer.model.tokenizer or ""
        maker = makers.setdefault(tokenizer, _maker(counter, tokenizer))
        if call.parts:
            blocks = fit(name, maker(call.parts), call.prompt_tokens)
        else:
            blocks = grow(name, call.prompt_tokens)
        turns.append(Turn(at, cache_rules(offer, day), blocks, offer.key, name))
        seen.append(_seen(call.usage or {}))
    return Session(name, name.split("/", maxsplit=1)[0], policy, turns, seen)


def sessions_of_bodies(path: Path, table: PriceTable, counter: Counter) -> Iterator[Session]:
    """Yield the recordings of more than one call to one provider that caches."""
    rows = defaultdict(list)
    with gzip.open(path) as lines:
        for line in lines:
            row = json.loads(line)
            rows[row["repo"], row["path"], row["provider"]].append(row)
    for (_, name, provider), session_rows in rows.items():
        reported = any(row["cached_tokens"] or row["cache_write_tokens"] for row in session_rows)
        if len(session_rows) > 1 and reported:
            session = _of_bodies(name, provider, session_rows, table, counter)
            if len(session.turns) > 1:
                yield session


def _of_bodies(
    name: str, provider: str, rows: list[Any], table: PriceTable, counter: Counter
) -> Session:
    fit = Fitter(head=False)
    turns, seen = [], []
    for row in sorted(rows, key=lambda row: row["index"]):
        offer = _offer(table, row["model"] or "", PROVIDERS.get(provider, provider))
        day = datetime.fromisoformat(row["recorded"]) if row["recorded"] else LATE
        rules = cache_rules(offer, day.replace(tzinfo=UTC)) if offer is not None else ()
        hidden = {"remote-state", "server-output", "remote-media"} & set(row["flags"] or ())
        if offer is None or not rules or hidden or not row["input_tokens"]:
            continue
        maker = _maker(counter, offer.model.tokenizer or "")
        blocks = _marked(row, maker) or _unmarked(row["request"], maker)
        if not blocks:
            continue
        history = f"{name} {_first_words(blocks)}"
        fitted = fit(history, blocks, row["input_tokens"])
        turns.append(Turn(10.0 * row["index"], rules, fitted, offer.key, history))
        seen.append(Seen(row["cached_tokens"] or 0, row["cache_write_tokens"] or 0))
    return Session(name, f"bodies: {provider}", "as-logged", turns, seen)


def _first_words(blocks: Iterable[Block]) -> str:
    """Name a conversation by its first message."""
    first = next((entry for entry in blocks if entry.role not in ("tools", "system")), None)
    return "" if first is None else hashlib.sha256(bytes(first.digest)).hexdigest()[:8]


def _maker(counter: Counter, tokenizer: str) -> BlockMaker:
    return BlockMaker(lambda text: counter.text(text, tokenizer))


def _unmarked(body: dict[str, Any], maker: BlockMaker) -> tuple[Block, ...]:
    request = requests.read(body)
    return maker(request.parts) if request is not None else ()


def _marked(row: dict[str, Any], maker: BlockMaker) -> tuple[Block, ...]:
    """Return the blocks of a body in Anthropic's or Bedrock's form, with their marks."""
    body = row["request"]
    if row["api"] not in MARKED:
        return ()
    blocks: list[tuple[str, Any]] = []
    tools = body.get("tools") or (body.get("toolConfig") or {}).get("tools") or []
    blocks += [("tools", tool) for tool in tools]
    blocks += [("system", block) for block in _listed(body.get("system"))]
    for message in body.get("messages") or []:
        blocks += [(message["role"], block) for block in _listed(message.get("content"))]
    parts: list[Block] = []
    for role, block in blocks:
        if isinstance(block, dict) and "cachePoint" in block:
            if parts:
                parts[-1] = parts[-1]._replace(marked=True)
            continue
        if isinstance(block, dict) and str(block.get("text")).startswith(NOT_READ):
            continue
        content, control = block, None
        if isinstance(block, dict):
            content = {key: value for key, value in block.items() if key != "cache_control"}
            control = block.get("cache_control")
        (entry,) = maker([_part(role, content)])
        if control:
            entry = entry._replace(marked=True, lifetime=control.get("ttl"))
        parts.append(entry)
    if body.get("cache_control") and parts:
        parts[-1] = parts[-1]._replace(marked=True, lifetime=body["cache_control"].get("ttl"))
    return tuple(parts)


def _part(role: str, content: Any) -> Any:
    from tokencost_profiles.calls.content import Part

    kind = content.get("type") if isinstance(content, dict) else None
    named = {"tool_use": "tool_call", "tool_result": "tool_result", "thinking": "reasoning"}
    return Part(named.get(kind or "", role), json.dumps(content, ensure_ascii=False), "")


def _listed(content: Any) -> list[Any]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return content or []


def _offer(table: PriceTable, model: str, provider: str | None) -> Offer | None:
    try:
        return table.find(model, provider)
    except TokencostError:
        return None


def _seen(usage: dict[str, int]) -> Seen:
    written = sum(count for unit, count in usage.items() if unit.startswith("cache_write"))
    return Seen(usage.get("cache_read", 0), written)


def compared(session: Session) -> Row:
    """Simulate a session and compare it with what was reported."""
    outcomes = simulate(session.turns, session.policy).outcomes
    causes: Tally[str] = Tally()
    apart = prompt = warm = 0
    begun: set[str] = set()
    for turn, outcome, seen in zip(session.turns, outcomes, session.seen, strict=True):
        prompt += sum(entry.tokens for entry in turn.blocks)
        apart += abs(outcome.read - seen.read)
        cause = _cause(turn, outcome, seen, begun)
        causes[cause] += 1
        warm += abs(outcome.read - seen.read) if cause == WARM else 0
        begun.add(turn.session)
    total = Seen(sum(seen.read for seen in session.seen), sum(s.written for s in session.seen))
    ours = Seen(sum(out.read for out in outcomes), sum(out.written for out in outcomes))
    return Row(session.name, len(outcomes), prompt, total, ours, apart, warm, causes)


def _cause(turn: Turn, outcome: Outcome, seen: Seen, begun: set[str]) -> str:
    off = outcome.read - seen.read
    if abs(off) <= TAIL:
        return "as reported"
    prompt = sum(entry.tokens for entry in turn.blocks)
    rule: CacheRule | None = turn.rules[0] if turn.rules else None
    if off < 0 and turn.session not in begun:
        return WARM
    if off < 0 and outcome.missed == "expired":
        return "cached longer than promised"
    if off < 0 and outcome.missed == "below the minimum":
        return "read below the minimum"
    if off > 0 and not seen.read:
        return "missed by the provider"
    if rule is not None and abs(off) <= max(rule.increment, prompt // 50):
        return "a block cut or counted otherwise"
    return "read less than was there" if off > 0 else "read more than was known"


def summed(name: str, rows: Iterable[Row]) -> Row:
    """Add up rows."""
    results = list(rows)
    causes: Tally[str] = Tally()
    for row in results:
        causes.update(row.causes)
    return Row(
        name,
        sum(row.calls for row in results),
        sum(row.prompt for row in results),
        Seen(sum(row.seen.read for row in results), sum(row.seen.written for row in results)),
        Seen(
            sum(row.simulated.read for row in results),
            sum(row.simulated.written for row in results),
        ),
        sum(row.apart for row in results),
        sum(row.warm for row in results),
        causes,
    )


def measure(corpora: Path, cache: Path | None = None) -> list[Row]:
    """Return a row for each log, one for the bodies of each provider, and the sum of all."""
    table, counter = PriceTable.load(cache=cache), Counter(cache)
    logs = [compared(session) for session in sessions_of_logs(corpora / "samples", table, counter)]
    grouped: dict[str, list[Row]] = defaultdict(list)
    for session in sessions_of_bodies(corpora / "truth" / "dev.jsonl.gz", table, counter):
        grouped[session.group].append(compared(session))
    bodies = [summed(f"{name} ({len(rows)})", rows) for name, rows in sorted(grouped.items())]
    return [*logs, *bodies, summed("all", [*logs, *bodies])]


def as_markdown(rows: Iterable[Row]) -> str:
    """Return the rows as a table, and why calls differ as another."""
    results = list(rows)
    lines = [
        "| sessions | calls | prompt tokens | read | simulated | written | simulated "
        "| before the log | error |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in results:
        lines.append(
            f"| {row.name.split('/')[0]} | {row.calls:,} | {row.prompt:,} | {row.seen.read:,} "
            f"| {row.simulated.read:,} | {row.seen.written:,} | {row.simulated.written:,} "
            f"| {row.warm:,} | {row.error:.1%} |"
        )
    lines += ["", "| cause | calls |", "|---|---:|"]
    lines += [f"| {cause} | {calls:,} |" for cause, calls in results[-1].causes.most_common()]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the tables into a document between its marks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    text = as_markdown(measure(Path(os.environ["TOKENCOST_CORPORA"])))
    sys.stdout.write(text + "\n")
    if options.write:
        before, rest = options.write.read_text().split("<!-- table -->", 1)
        after = rest.split("<!-- end -->", 1)[1]
        options.write.write_text(f"{before}<!-- table -->\n{text}\n<!-- end -->{after}")


if __name__ == "__main__":
    main()
