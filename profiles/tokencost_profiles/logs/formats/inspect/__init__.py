"""Inspect AI evaluation logs: `.json` documents and `.eval` archives.

The same tokens stand in three places: in the model events of each sample, in the sample's sum, and
in the header's. Events are taken; a sum only where what it sums up is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.call import RUN, SESSION, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.model_names import split_provider
from tokencost_profiles.logs.formats.inspect.events import (
    Agent,
    agents_of,
    calls_of,
    events_of,
    usage_reading,
)
from tokencost_profiles.logs.formats.inspect.text import answer_parts, prompt_parts
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text


def _recognises(log_file: Input) -> bool:
    if log_file.is_zip:
        return True  # other archives are unpacked before
    if not log_file.is_document:
        return False
    return log_file.has("version", "eval", "task", "created") or (
        log_file.has("epoch", "target", "messages")
        and not log_file.has("eval")
        and (log_file.has("model_usage") or log_file.has("scores", "output"))
    )


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if not log_file.is_zip:
        document = log_file.document
        header = document if isinstance(document, dict) else {}
        if isinstance(header.get("eval"), dict):
            samples = header.get("samples")
            yield from _calls(
                header, enumerate(samples, 1) if isinstance(samples, list) else (), log
            )
        else:
            yield from _calls({}, [(1, document)], log)  # one sample, taken out of an archive
        return
    from tokencost_profiles.logs.formats.inspect.archive import Archive

    with log_file.open() as file:
        archive = Archive(log_file.label, file, log)
        yield from _calls(archive.header(), archive.samples(), log)


class _Run(NamedTuple):
    """The labels of every call, from the header."""

    name: str
    task: str | None
    solver: str | None
    tags: tuple[tuple[str, str], ...]
    batch: bool


def _run(header: Mapping[str, Any]) -> _Run:
    spec = first_mapping(header, "eval")
    stated_tags = spec.get("tags")
    tags = [
        ("tag", tag) for tag in (stated_tags if isinstance(stated_tags, list) else ()) if text(tag)
    ]
    name = text(spec.get("eval_id")) or text(spec.get("run_id"))
    task = text(spec.get("task"))
    return _Run(
        name or f"{task}:{spec.get('created')}",
        task,
        text(spec.get("solver")),
        tuple(tags),
        bool(first_mapping(spec, "model_generate_config").get("batch")),
    )


def _calls(
    header: Mapping[str, Any], samples: Iterable[tuple[int, Any]], log: Log
) -> Iterator[Call]:
    """Yield the calls of a log, and the header's sums only where no sample has usage."""
    log.row()
    run, any_usage = _run(header), False
    waiting: list[Call] = []  # no usage: yielded only where no sum is reported
    for at, sample in samples:
        log.row()
        for call in _sample_calls(sample, run, log.text) if isinstance(sample, Mapping) else ():
            set_location(call, log, at)
            any_usage = any_usage or call.usage is not None
            if any_usage:
                yield from waiting
                waiting.clear()
                yield call
            else:
                waiting.append(call)
    sums = () if any_usage else [set_location(call, log, 1) for call in _header_calls(header, run)]
    yield from sums or waiting


def _header_calls(header: Mapping[str, Any], run: _Run) -> Iterator[Call]:
    """Yield the sums of a run."""
    stats = first_mapping(header, "stats")
    at = moment(stats.get("completed_at")) or moment(stats.get("started_at"))
    at = at or moment(first_mapping(header, "eval").get("created"))
    for call in _sums(stats.get("model_usage"), run.name, RUN):
        call.at, call.project, call.tags, call.batch = at, run.task, run.tags, run.batch
        yield call


def _sample_calls(sample: Mapping[str, Any], run: _Run, want_text: bool) -> Iterator[Call]:
    name = f"{sample.get('id')}:{sample.get('epoch')}"
    # A retried evaluation copies finished samples, under the same name.
    session = text(sample.get("uuid")) or f"{run.name}:{name}"
    tags = (*run.tags, ("epoch", str(sample.get("epoch"))), ("sample", str(sample.get("id"))))
    calls: list[Call] = []
    agents = agents_of(sample.get("events"))
    for at, event in enumerate(events_of(sample)):
        for part, call in enumerate(calls_of(event, batch=run.batch)):
            call.session, call.project, call.tags = session, run.task, tuple(sorted(tags))
            call.key = call.key or f"inspect:{session}:{event.get('uuid') or at}:{part}"
            agent = agents.get(str(event.get("span_id")), Agent())
            call.agent = text(event.get("role")) or call.agent or agent.name or run.solver
            call.thread = agent.thread
            if want_text and part == 0:
                call.parts, call.answer = prompt_parts(event, sample), answer_parts(event, sample)
                call.has_request = isinstance(event.get("tools"), list)
            calls.append(call)
    if any(call.usage is not None for call in calls):
        yield from calls
        return
    sums = list(_sums(sample.get("model_usage"), session, SESSION))
    for call in sums:
        call.at = moment(sample.get("completed_at")) or moment(sample.get("started_at"))
        call.project, call.tags, call.agent = run.task, tuple(sorted(tags)), run.solver
        call.batch = run.batch
    yield from sums or calls


def _sums(usages: Any, session: str, scope: str) -> Iterator[Call]:
    """Yield the sums of a sample or a run, one a model."""
    for name, usage in usages.items() if isinstance(usages, dict) else ():
        provider, model = split_provider(text(name), prefixed=True)
        reading = usage_reading(usage, provider)
        if reading is not None:
            call = Call(
                provider=provider,
                model=model,
                session=session,
                scope=scope,
                key=f"inspect:{session}:{scope}:{name}",
            )
            yield reading.apply_to(call)


READER: Final = Reader(
    "inspect",
    "Inspect AI evaluation logs",
    ("usage", "time", "session", "tools", "agent", "text", "latency", "tags", "cost", "project"),
    _recognises,
    _read,
    order=60,
    where="logs/*.eval, logs/*.json",
)
