"""LangSmith runs: exported rows, pages, and the halves of a run as the SDK sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import (
    document_rows,
    drop_sums,
    duration_between,
    first_rows,
    header_of,
    json_mapping,
    parse_json_text,
)
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.sub_agents import AGENT, CHAIN, TOOL, AgentTree, kind_of
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.logs.walk.framework_messages import answer_in
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.answers.response_format import copy_billing
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    amount,
    first_count,
    first_mapping,
    objects,
    text,
)

_LISTS: Final = ("runs", "data", "post", "results")
_KINDS: Final = ("llm", "embedding")  # of runs that ask a model
_LEVELS: Final = {"tool": TOOL, "chain": CHAIN, "agent": AGENT}
_ANSWERED: Final = "llm"  # what ended a run leaves out its kind
_OF_ANSWER: Final = (
    "usage",
    "semantics",
    "warnings",
    "response_id",
    "model",
    "service_tier",
    "speed",
    "region",
    "search_context",
    "host",
    "media_size",
    "media_quality",
    "cost",
    "cost_basis",
    "unknown_keys",
)


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return {"run_type", "trace_id"} <= header
    return any(_is_run(row) for row in first_rows(log_file, *_LISTS))


def _is_run(row: Mapping[str, Any]) -> bool:
    if isinstance(row.get("post"), list) or isinstance(row.get("patch"), list):
        return any(_is_run(one) for one in (*objects(row.get("post")), *objects(row.get("patch"))))
    if "run_type" in row:
        return bool({"dotted_order", "trace_id", "parent_run_id"} & row.keys())
    return "dotted_order" in row and "outputs" in row  # the half that ended a run


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    runs: dict[str, dict[str, Any]] = {}
    places: dict[str, int] = {}
    for number, row in _rows(log_file, log):
        for one in _halves(row) if isinstance(row, Mapping) else ():
            name = _id_of(one) or f"{log.label}:{number}"
            if name in runs:
                log.audit.calls += 1
            places.setdefault(name, number)
            _merge(runs.setdefault(name, {}), one)
    calls = []
    agents = AgentTree()
    for name, run in runs.items():
        kind = kind_of(run.get("run_type"), _LEVELS)
        agents.add(name, text(run.get("parent_run_id")), kind, str(run.get("name") or ""))
    for name, run in runs.items():
        call = set_location(_call(name, run, log), log, places[name])
        if call.usage is None and run.get("run_type") in _KINDS:
            yield call  # the half that ended it may be in another file
        elif call.usage is not None or "run_type" in run:
            calls.append((call, text(run.get("parent_run_id"))))
    yield from agents.placed(drop_sums(calls, log))


def _id_of(run: Mapping[str, Any]) -> str | None:
    """Return the id of a run; the half that ended it may have it only in its dotted order."""
    last = str(run.get("dotted_order") or "").rpartition(".")[2]
    return text(run.get("id")) or text(last.partition("Z")[2])


def _merge(run: dict[str, Any], half: Mapping[str, Any]) -> None:
    """Merge one half into its run."""
    for key, value in half.items():
        known = run.get(key)
        if key == "extra" and isinstance(known, Mapping) and isinstance(value, Mapping):
            metadata = {**first_mapping(known, "metadata"), **first_mapping(value, "metadata")}
            run[key] = {**known, **value, "metadata": metadata}
        elif value not in (None, "", {}, []):
            run[key] = value


def _rows(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    if not log_file.is_document or header_of(log_file):
        yield from rows_of(log_file, log)
        return
    for number, row in enumerate(_halves(log_file.document), 1):
        log.row()
        yield number, row


def _halves(document: Any) -> list[Mapping[str, Any]]:
    """Return the runs of a document, what began a run before what ended it."""
    if isinstance(document, Mapping) and ("post" in document or "patch" in document):
        return [*objects(document.get("post")), *objects(document.get("patch"))]
    return document_rows(document, *_LISTS)


def _call(name: str, run: Mapping[str, Any], log: Log) -> Call:
    extra = json_mapping(run.get("extra"))
    metadata = first_mapping(extra, "metadata")
    outputs = json_mapping(run.get("outputs"))
    begun, ended = moment(run.get("start_time")), moment(run.get("end_time"))
    cost = amount(run.get("total_cost"))
    tags = parse_json_text(run.get("tags"))
    call = Call(
        span=name,
        trace=text(run.get("trace_id")) or name,
        parent=text(run.get("parent_run_id")),
        at=begun,
        latency=duration_between(begun, ended),
        first_token=duration_between(begun, moment(run.get("first_token_time"))),
        model=text(metadata.get("ls_model_name"))
        or text(first_mapping(extra, "invocation_params").get("model")),
        provider=text(metadata.get("ls_provider")),
        session=text(metadata.get("thread_id"))
        or text(metadata.get("session_id"))
        or text(metadata.get("conversation_id")),
        project=text(run.get("session_name")),
        user=text(metadata.get("user_id")),
        status=ERROR if run.get("error") else OK,
        tags=tuple(("tag", str(tag)) for tag in tags) if isinstance(tags, list) else (),
    )
    call.key = f"span:{call.trace}/{name}"
    if run.get("run_type", _ANSWERED) not in _KINDS:
        # Sums of the runs below; with no run below, this is the only report.
        reading = _row_reading(run)
        if reading is not None:
            reading.apply_to(call)
    else:
        _apply_answer(call, run, outputs, metadata)
        if log.text:
            asked = first_mapping(extra, "invocation_params")
            set_text(call, run.get("inputs"), outputs, asked.get("tools") or asked.get("functions"))
    if cost:
        call.cost, call.cost_basis = cost, "client"
    return call


def _apply_answer(
    call: Call, run: Mapping[str, Any], outputs: Mapping[str, Any], metadata: Mapping[str, Any]
) -> None:
    """Set the usage, model and terms of a call from its answer, from the most detailed place."""
    answers = responses.read(dict(outputs))
    if answers and answers[0].usage is not None:
        answer = answers[0]
        for name in _OF_ANSWER:
            setattr(call, name, getattr(answer, name) or getattr(call, name))
        return
    message = _message(outputs)
    result = first_mapping(outputs, "llm_output", "llmOutput")
    usage_metadata = first_mapping(outputs, "usage_metadata") or first_mapping(
        metadata, "usage_metadata"
    )
    usage = (
        usage_metadata
        or first_mapping(message, "usage_metadata")
        or first_mapping(result, "token_usage", "tokenUsage", "usage")
        or first_mapping(
            first_mapping(message, "response_metadata"), "token_usage", "tokenUsage", "usage"
        )
    )
    estimate = first_mapping(result, "estimatedTokenUsage") if not usage else {}
    reading = read_usage(dict(usage or estimate), call.provider) or _row_reading(run)
    if reading is not None:
        reading.apply_to(call)
    elif (framed := answer_in(outputs)) is not None:
        copy_billing(framed, call)
    if estimate:
        call.warnings += ("tokens estimated by the client",)
    metadata_of_answer = first_mapping(message, "response_metadata")
    call.service_tier = call.service_tier or text(metadata_of_answer.get("service_tier"))
    call.response_id = text(metadata_of_answer.get("id")) or text(result.get("id"))
    call.model = (
        text(metadata_of_answer.get("model_name"))
        or text(result.get("model_name"))
        or text(result.get("model"))
        or text(metadata_of_answer.get("model"))
        or call.model
    )


def _message(outputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer in a LangChain result, as its class writes itself or as plain data."""
    batches = outputs.get("generations")
    for batch in batches if isinstance(batches, list) else ():
        for one in objects(batch if isinstance(batch, list) else [batch]):
            message = first_mapping(one, "message")
            content = first_mapping(message, "kwargs", "data") or message
            if content:
                return content
    return {}


def _row_reading(run: Mapping[str, Any]) -> UsageReading | None:
    """Return the counts of an exported row; its prompt holds the cached tokens."""
    counts = {name: first_count(run, name) for name in ("prompt_tokens", "completion_tokens")}
    if not any(counts.values()):
        return None
    details = {
        "input_token_details": json_mapping(run.get("prompt_token_details")),
        "output_token_details": json_mapping(run.get("completion_token_details")),
    }
    named = {"input_tokens": counts["prompt_tokens"], "output_tokens": counts["completion_tokens"]}
    return read_usage({**named, "total_tokens": first_count(run, "total_tokens"), **details})


READER: Final = Reader(
    "langsmith",
    "LangSmith runs",
    ("usage", "cost", "time", "session", "user", "project", "tags", "text", "latency"),
    _recognises,
    _read,
    order=56,
    where="exports of LangSmith: JSON, JSON lines, CSV",
)
