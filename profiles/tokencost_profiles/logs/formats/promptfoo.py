"""promptfoo results: a row for each answer and its graders. Sums over the rows are ignored.

An answer from promptfoo's cache was billed when it was first requested: it is no call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.databases import columns_of, open_database, rows_in
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import json_mapping, parse_json_text
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.model_names import provider_id
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.usage.promptfoo import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    number,
    objects,
    text,
)

# The API between provider and model in an id: `openai:chat:gpt-4.1`.
_KINDS: Final = frozenset({
    "chat", "completion", "completions", "responses", "embedding", "embeddings", "messages",
    "converse", "realtime", "live", "assistant", "moderation", "image", "audio", "transcription",
    "text", "vision", "text-generation", "rerank",
})  # fmt: skip
_HOSTS: Final = {
    "azureopenai": "azure",
    "togetherai": "together",
    "palm": "google",
    "github": "github-models",
}
# Kinds of providers that a user writes: their id names no model.
_PROGRAMS: Final = frozenset({
    "file", "exec", "http", "https", "python", "javascript", "webhook", "package", "golang", "ruby",
    "echo", "sequence", "websocket", "ws", "wss", "mcp", "browser", "promptfoo", "simulated-user",
})  # fmt: skip
_MARKS: Final = frozenset({
    "promptIdx", "testIdx", "gradingResult", "testCase", "vars", "success", "namedScores",
    "promptId", "latencyMs",
})  # fmt: skip
_TABLE: Final = "eval_results"
_COLUMNS: Final = frozenset({"provider", "response", "eval_id"})
_QUERY: Final = f"SELECT * FROM {_TABLE} ORDER BY rowid"
_NAMES: Final = {
    "grading_result": "gradingResult",
    "test_case": "testCase",
    "latency_ms": "latencyMs",
    "eval_id": "evalId",
    "created_at": "createdAt",
    "prompt_idx": "promptIdx",
}
_ONLY_TOTAL: Final = "only the sum of its tokens is in the log"
_TIMES: Final = ("timestamp", "createdAt", "created_at", "updatedAt")


def _recognises(log_file: Input) -> bool:
    if log_file.is_sqlite:
        return columns_of(log_file).get(_TABLE, frozenset()) >= _COLUMNS
    if log_file.is_document:
        if not (log_file.has("results") or log_file.has("tokenUsage")):
            return False
        return any(_is_row(row) for row in _document_rows(log_file.document)[1])
    return any(_is_row(row) for row in log_file.objects)


def _is_row(row: Mapping[str, Any]) -> bool:
    """Whether an object is the result of one test: who answered, and what."""
    provider, response = row.get("provider"), row.get("response")
    if not isinstance(response, Mapping) or not (
        isinstance(provider, str) or "id" in first_mapping(row, "provider")
    ):
        return False
    usage = first_mapping(response, "tokenUsage")
    return bool(usage) or not _MARKS.isdisjoint(row)


def _document_rows(document: Any) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
    """Return the fields of the evaluation in a document, and its rows."""
    about: dict[str, Any] = {}
    for _ in range(3):
        if not isinstance(document, Mapping):
            break
        about = {**about, **{key: value for key, value in document.items() if key != "results"}}
        document = document.get("results", [document])
    return about, objects(document)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if log_file.is_sqlite:
        yield from _database_calls(log_file, log)
        return
    if not log_file.is_document:
        for line, row in rows(log_file, log):
            if isinstance(row, Mapping) and _is_row(row):
                yield from _calls(row, {}, line, log)
        return
    about, listed = _document_rows(log_file.document)
    for line, row in enumerate(listed, 1):
        log.row()
        if _is_row(row) or row.get("error"):
            yield from _calls(row, about, line, log)


def _database_calls(log_file: Input, log: Log) -> Iterator[Call]:
    """Yield the calls of promptfoo's database, whose columns hold JSON."""
    with open_database(log_file) as database:
        for line, stored in enumerate(rows_in(database, _QUERY), 1):
            log.row()
            row = {_NAMES.get(name, name): parse_json_text(value) for name, value in stored.items()}
            if _is_row(row) or row.get("error"):
                yield from _calls(row, {}, line, log)


def _calls(row: Mapping[str, Any], about: Mapping[str, Any], line: int, log: Log) -> Iterator[Call]:
    """Yield the calls of a row: that of the answer, and those that graded it."""
    response = first_mapping(row, "response")
    usage = first_mapping(response, "tokenUsage") or first_mapping(row, "tokenUsage")
    if _is_promptfoo_cache(response, usage):
        log.audit.cached += 1
    else:
        yield _complete(_answer(row, response, usage, log), row, about, line, log)
    for at, (grader, grader_usage) in enumerate(_graders(row, about), 1):
        if _is_promptfoo_cache({}, grader_usage):
            log.audit.cached += 1
            continue
        provider, model = _names(grader)
        call = Call(provider=provider, model=model, agent="grader")
        _measure(call, grader_usage)
        call.span = f"grader-{at}"
        yield _complete(call, row, about, line, log)


def _is_promptfoo_cache(response: Mapping[str, Any], usage: Mapping[str, Any]) -> bool:
    """Whether the answer is from promptfoo's cache: then all its tokens are cached ones."""
    cached = first_count(usage, "cached")
    if response.get("cached") is True:
        return True
    return (
        bool(cached) and not first_count(usage, "prompt") and not first_count(usage, "completion")
    )


def _answer(
    row: Mapping[str, Any], response: Mapping[str, Any], usage: Mapping[str, Any], log: Log
) -> Call:
    provider, model = _names(row.get("provider"))
    call = Call(provider=provider, model=model)
    raw = parse_json_text(response.get("raw"))
    answers = responses.read(dict(raw)) if isinstance(raw, Mapping) else []
    if len(answers) == 1 and answers[0].usage:
        call = answers[0]  # the provider's answer has more units
        call.key, call.provider, call.model = None, provider or call.provider, call.model or model
    elif usage:
        _measure(call, usage)
    cost = amount(row.get("cost"))
    cost = amount(response.get("cost")) if cost is None else cost
    if cost is not None and call.cost is None:
        call.cost, call.cost_basis = cost, "client"
    if row.get("error") and not call.usage:
        call.status, call.usage, call.cost, call.cost_basis = ERROR, None, None, None
    if log.text:
        output = response.get("output")
        tools = first_mapping(first_mapping(row, "provider"), "config").get("tools")
        set_text(call, first_mapping(row, "prompt").get("raw"), output, tools)
    return call


def _measure(call: Call, usage: Mapping[str, Any]) -> None:
    if USAGE_FORMAT.recognises(usage):
        USAGE_FORMAT.read(usage, call.provider).apply_to(call)
    elif first_count(usage, "total"):
        call.warnings += (_ONLY_TOTAL,)


def _graders(
    row: Mapping[str, Any], about: Mapping[str, Any]
) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Yield (who graded, usage) of the checks of a row that asked a model."""
    grading = first_mapping(row, "gradingResult")
    total = first_mapping(grading, "tokensUsed")
    single = [
        (first_mapping(part, "assertion").get("provider"), first_mapping(part, "tokensUsed"))
        for part in objects(grading.get("componentResults"))
    ]
    single = [(grader, tokens) for grader, tokens in single if first_count(tokens, "total")]
    usual = _default_grader(row, about)
    if sum(first_count(tokens, "total") or 0 for _, tokens in single) == (
        first_count(total, "total") or 0
    ):
        yield from ((grader or usual, tokens) for grader, tokens in single)
    elif first_count(total, "total"):
        yield usual, total


def _default_grader(row: Mapping[str, Any], about: Mapping[str, Any]) -> Any:
    for test in (
        first_mapping(row, "testCase"),
        first_mapping(first_mapping(about, "config"), "defaultTest"),
    ):
        provider = first_mapping(test, "options").get("provider")
        if isinstance(provider, Mapping):
            provider = provider.get("text", provider)
        if provider:
            return provider
    return None


def _names(provider: Any) -> tuple[str | None, str | None]:
    """Return (provider, model) that an id names, such as `anthropic:messages:claude-opus-5`."""
    name = text(provider.get("id")) if isinstance(provider, Mapping) else text(provider)
    if name is None:
        return None, None
    host, colon, rest = name.partition(":")
    if not colon:
        return None, name
    if host in _PROGRAMS:
        return None, text(first_mapping(provider, "config").get("model"))
    kind, colon, model = rest.partition(":")
    if colon and kind in _KINDS:
        rest = model
    return provider_id(_HOSTS.get(host, host)), rest or None


def _complete(
    call: Call, row: Mapping[str, Any], about: Mapping[str, Any], line: int, log: Log
) -> Call:
    """Set session, time, latency, project and key of a call from its row and evaluation."""
    evaluation = text(about.get("evalId")) or text(row.get("evalId")) or text(row.get("eval_id"))
    call.session = evaluation
    call.at = call.at or next(
        (at for source in (row, about) for key in _TIMES if (at := moment(source.get(key)))), None
    )
    took = number(row.get("latencyMs"))
    if call.latency is None and took is not None and call.agent is None:
        call.latency = took / 1000
    call.project = text(json_mapping(about.get("config")).get("description"))
    if evaluation:
        name = text(row.get("id")) or str(line)
        call.key = f"promptfoo:{evaluation}:{name}:{call.span or ''}"
    call.span = None
    set_location(call, log, line)
    call.key = call.key or (f"{log.label}:{line}:{call.agent}" if call.agent else None)
    return call


READER: Final = Reader(
    "promptfoo",
    "promptfoo results: JSON, JSON lines and its database",
    ("usage", "cost", "time", "session", "agent", "project", "text", "latency"),
    _recognises,
    _read,
    order=58,
    where="promptfoo eval -o results.json, ~/.promptfoo/promptfoo.db",
)
