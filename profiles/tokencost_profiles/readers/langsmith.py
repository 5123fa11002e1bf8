"""LangSmith runs: exported rows, pages, and the halves of a run as the SDK sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles import responses
from tokencost_profiles.calls import ERROR, OK, Call, Record
from tokencost_profiles.inputs import Input
from tokencost_profiles.mapped_rows import rows_of
from tokencost_profiles.meters import measure
from tokencost_profiles.meters.base import amount, first, inner, objects, text, units
from tokencost_profiles.readers._exports import (
    between,
    first_rows,
    header_of,
    listed,
    opened,
    opened_mapping,
    parts_of_value,
    without_sums,
)
from tokencost_profiles.readers.base import Log, Reader, placed
from tokencost_profiles.responses.base import moment
from tokencost_profiles.semantics import INCLUSIVE, Numbers, read

_LISTS: Final = ("runs", "data", "post", "results")


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return {"run_type", "trace_id"} <= header
    return any(_is_run(row) for row in first_rows(log_file, *_LISTS))


def _is_run(row: Mapping[str, Any]) -> bool:
    if isinstance(row.get("post"), list) or isinstance(row.get("patch"), list):
        return any(_is_run(one) for one in (*objects(row.get("post")), *objects(row.get("patch"))))
    return "run_type" in row and bool({"dotted_order", "trace_id", "parent_run_id"} & row.keys())


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    runs: dict[str, dict[str, Any]] = {}
    places: dict[str, int] = {}
    for number, row in _rows(log_file, log):
        for one in _halves(row) if isinstance(row, Mapping) else ():
            name = str(one.get("id") or f"{log.shown}:{number}")
            if name in runs:
                log.audit.calls += 1
            places.setdefault(name, number)
            told = {key: value for key, value in one.items() if value not in (None, "", {}, [])}
            runs.setdefault(name, {}).update(told)
    found = [(name, run) for name, run in runs.items() if run.get("run_type")]
    calls = [
        (placed(_call(name, run, log), log, places[name]), text(run.get("parent_run_id")))
        for name, run in found
    ]
    yield from without_sums(calls, log)


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
    return listed(document, *_LISTS)


def _call(name: str, run: Mapping[str, Any], log: Log) -> Call:
    extra = opened_mapping(run.get("extra"))
    metadata = inner(extra, "metadata")
    outputs = opened_mapping(run.get("outputs"))
    begun, ended = moment(run.get("start_time")), moment(run.get("end_time"))
    cost = amount(run.get("total_cost"))
    tags = opened(run.get("tags"))
    call = Call(
        span=name, trace=text(run.get("trace_id")) or name,
        parent=text(run.get("parent_run_id")), at=begun, latency=between(begun, ended),
        first_token=between(begun, moment(run.get("first_token_time"))),
        model=text(metadata.get("ls_model_name"))
        or text(inner(extra, "invocation_params").get("model")),
        provider=text(metadata.get("ls_provider")),
        session=text(metadata.get("thread_id")) or text(metadata.get("session_id"))
        or text(metadata.get("conversation_id")),
        project=text(run.get("session_name")), user=text(metadata.get("user_id")),
        status=ERROR if run.get("error") else OK, cost=cost or None,
        cost_basis="client" if cost else None,
        tags=tuple(("tag", str(tag)) for tag in tags) if isinstance(tags, list) else (),
    )  # fmt: skip
    call.key = f"span:{call.trace}/{name}"
    if run.get("run_type") not in ("llm", "embedding"):
        # Sums of what stands below; with nothing below, what was bought is told here only.
        call.usage = _row_usage(run)
    else:
        call.usage, call.response_id, served = _usage(run, outputs, metadata)
        call.model = served or call.model
        if log.text:
            call.parts = parts_of_value(opened(run.get("inputs")), "user")
            call.answer = parts_of_value(outputs, "assistant")
    return call


def _usage(
    run: Mapping[str, Any], outputs: Mapping[str, Any], metadata: Mapping[str, Any]
) -> tuple[dict[str, int] | None, str | None, str | None]:
    """Return (units, response id, model), from where they are told best."""
    told = inner(outputs, "usage_metadata") or inner(metadata, "usage_metadata") or _deep(outputs)
    answers = responses.read(dict(outputs))
    if answers and answers[0].usage is not None:
        return answers[0].usage, answers[0].response_id, answers[0].model
    if told:
        return _of_metadata(told), None, None
    counted = inner(inner(outputs, "llm_output"), "token_usage", "usage")
    metered = measure(dict(counted)) if counted else None
    if metered is not None:
        return metered.usage, None, text(inner(outputs, "llm_output").get("model_name"))
    return _row_usage(run), None, None


def _deep(outputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the usage of a LangChain generation."""
    batches = outputs.get("generations")
    for batch in batches if isinstance(batches, list) else ():
        for one in objects(batch if isinstance(batch, list) else [batch]):
            found = inner(inner(inner(one, "message"), "kwargs"), "usage_metadata")
            if found:
                return found
    return {}


def _of_metadata(told: Mapping[str, Any]) -> dict[str, int] | None:
    """Read `usage_metadata`: the input holds what the cache gave and took, by definition."""
    given, made = inner(told, "input_token_details"), inner(told, "output_token_details")
    short = first(given, "ephemeral_5m_input_tokens")
    long = first(given, "ephemeral_1h_input_tokens")
    written = first(given, "cache_creation", "cache_write")
    if not written and (short or long):
        written = (short or 0) + (long or 0)
    cached, reasoning = first(given, "cache_read"), first(made, "reasoning")
    found = read(
        Numbers(
            first(told, "input_tokens"), first(told, "output_tokens"), first(told, "total_tokens"),
            cached, written, reasoning,
        ), INCLUSIVE,
    )  # fmt: skip
    audio_in, audio_out = first(given, "audio"), first(made, "audio")
    fresh, output = found.fresh, found.output
    return units(
        input=max(0, fresh - (audio_in or 0)) if fresh is not None else None,
        cache_read=cached, cache_write_5m=short, cache_write_1h=long,
        cache_write_other=max(0, (written or 0) - (short or 0) - (long or 0)) or None,
        input_audio=audio_in, reasoning=reasoning, output_audio=audio_out,
        output=max(0, output - (audio_out or 0)) if output is not None else None,
    ) or None  # fmt: skip


def _row_usage(run: Mapping[str, Any]) -> dict[str, int] | None:
    given, made = first(run, "prompt_tokens"), first(run, "completion_tokens")
    if not given and not made:
        return None
    details = opened_mapping(run.get("prompt_token_details"))
    cached = first(details, "cache_read")
    return units(
        input=None if given is None else max(0, given - (cached or 0)), cache_read=cached,
        output=made,
    )  # fmt: skip


READER: Final = Reader(
    "langsmith",
    "LangSmith runs",
    ("usage", "cost", "time", "session", "user", "project", "tags", "text", "latency"),
    _recognises,
    _read,
    order=56,
    where="exports of LangSmith: JSON, JSON lines, CSV",
)
