"""Sessions whose cache reads and writes providers reported: recorded logs, and request bodies.

Bodies hold the client's marks and are simulated `as-logged`; logs do not, and are simulated as the
client that wrote them is known to mark (`5m`), or as the provider caches by itself (`auto`).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from caches import PromptGrower
from tokencost_pricing.caching import cache_rules
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs.read import ReadOptions, read
from tokencost_profiles.providers import requests as request_bodies
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.prompt_cache.blocks import (
    BlockMaker,
    CacheBlock,
    CacheRequest,
    TokenFitter,
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
    requests: list[CacheRequest]
    seen: list[Seen]


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
    fit, grow = TokenFitter(), PromptGrower()
    requests, seen = [], []
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
        requests.append(CacheRequest(at, cache_rules(offer, day), blocks, offer.key, name))
        seen.append(_seen(call.usage or {}))
    return Session(name, name.split("/", maxsplit=1)[0], policy, requests, seen)


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
            if len(session.requests) > 1:
                yield session


def _of_bodies(
    name: str, provider: str, rows: list[Any], table: PriceTable, counter: Counter
) -> Session:
    fit = TokenFitter(head=False)
    requests, seen = [], []
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
        requests.append(CacheRequest(10.0 * row["index"], rules, fitted, offer.key, history))
        seen.append(Seen(row["cached_tokens"] or 0, row["cache_write_tokens"] or 0))
    return Session(name, f"bodies: {provider}", "as-logged", requests, seen)


def _first_words(blocks: Iterable[CacheBlock]) -> str:
    """Name a conversation by its first message."""
    first = next((entry for entry in blocks if entry.role not in ("tools", "system")), None)
    return "" if first is None else hashlib.sha256(bytes(first.digest)).hexdigest()[:8]


def _maker(counter: Counter, tokenizer: str) -> BlockMaker:
    return BlockMaker(lambda text: counter.text(text, tokenizer))


def _unmarked(body: dict[str, Any], maker: BlockMaker) -> tuple[CacheBlock, ...]:
    parsed = request_bodies.read(body)
    return maker(request_parts(parsed)) if parsed is not None else ()


def _marked(row: dict[str, Any], maker: BlockMaker) -> tuple[CacheBlock, ...]:
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
    parts: list[CacheBlock] = []
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
