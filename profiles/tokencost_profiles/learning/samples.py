"""Samples for accuracy and calibration: recorded calls, or any log with text and usage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles import pipeline
from tokencost_profiles.audit import Audit
from tokencost_profiles.calls import OK, REPORTED, Call
from tokencost_profiles.containers import broken, open_inputs
from tokencost_profiles.file_copies import without_copies
from tokencost_profiles.inputs import Input
from tokencost_profiles.learning import recorded
from tokencost_profiles.learning.accuracy import Sample
from tokencost_profiles.learning.recalled import api_of, request_of
from tokencost_profiles.readers.base import Log
from tokencost_profiles.sources import Source
from tokencost_profiles.store import settle

_PROBED: Final = 5  # rows
_OUTPUT: Final = ("output", "output_audio", "output_image")


class Found(NamedTuple):
    """Samples, and how many calls could not be used."""

    samples: list[Sample]
    left_out: int
    audit: Audit


def read(sources: Iterable[Source], how: pipeline.How) -> Found:
    """Return the samples of sources: calls whose text and reported usage are there."""
    samples: list[Sample] = []
    logs: list[Source] = []
    audit = Audit()
    left_out = 0
    for source in without_copies(sources):
        found = list(_recorded(source, audit)) if how.forced is None else []
        if found:
            samples += found
            audit.repeat(source.copies, source.shown)
        else:
            logs.append(source)
    if logs:
        calls, read_audit = settle(pipeline.read(logs, how))
        audit += read_audit
        usable = [sample for call in calls if (sample := _sample(call)) is not None]
        left_out = len(calls) - len(usable)
        samples += usable
    return Found(samples, left_out, audit)


def _recorded(source: Source, audit: Audit) -> Iterator[Sample]:
    try:
        for log_file in open_inputs(source):
            if _is_recorded(log_file):
                log = Log(log_file.shown, audit)
                log.start("recorded")
                yield from recorded.samples_of(log_file, log)
    except InputError:
        return  # reading it as a log will say what is wrong
    except broken():
        return


def _is_recorded(log_file: Input) -> bool:
    return any(recorded.is_recorded(row) for row in islice(log_file.objects, _PROBED))


def _sample(call: Call) -> Sample | None:
    usage = call.usage
    if not usage or not call.parts or call.usage_source != REPORTED or call.status != OK:
        return None
    if any(part.role == "attachment" and not part.text for part in call.parts):
        return None  # a picture whose size the log does not keep
    billed = call.prompt_tokens
    if billed <= 0 or not call.model:
        return None
    output = sum(usage.get(unit, 0) for unit in _OUTPUT)
    answered = output if call.answer and output and not usage.get("reasoning") else None
    return Sample(
        name=f"{call.file}:{call.line}", provider=call.provider or "",
        api=api_of(call.api), model=call.model,
        day=_day(call.at), request=request_of(call.parts, call.api, call.model), billed=billed,
        group=call.session or call.file or "",
        answer=request_of(call.answer, call.api) if call.answer else None,
        answered=answered, whole=False,
    )  # fmt: skip


def _day(at: float | None) -> date:
    return datetime.fromtimestamp(at, UTC).date() if at is not None else date(2026, 1, 1)
