"""Samples for accuracy and calibration: recorded calls, or any log with text and usage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.accuracy.compare_counts import Sample
from tokencost_profiles.accuracy.recorded_calls import (
    RecordedCall,
    is_recorded,
    recorded_calls,
)
from tokencost_profiles.accuracy.session_accuracy import SessionReports
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import OK, REPORTED, Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.calls.turns import number_turns
from tokencost_profiles.files.archives import damage_errors, open_inputs
from tokencost_profiles.files.file_copies import drop_copies
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.paths import Source
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs import read as pipeline
from tokencost_profiles.tokens.logged_requests import api_of, request_of

_PROBED: Final = 5  # rows
_OUTPUT: Final = ("output", "output_audio", "output_image")


Wanted = Callable[[Call], bool]


class SampleSet(NamedTuple):
    """Samples, and how many calls could not be used."""

    samples: list[Sample]
    left_out: int
    audit: Audit
    calls: int = 0  # that were looked at
    reported: SessionReports | None = None  # sessions whose client states their cost


def read(
    sources: Iterable[Source], how: pipeline.ReadOptions, wanted: Wanted = lambda call: True
) -> SampleSet:
    """Return the samples of the wanted calls whose text and reported usage are there."""
    samples: list[Sample] = []
    logs: list[Source] = []
    audit = Audit()
    left_out, number = 0, 0
    reported = None
    has_format = how.forced is not None or how.mapped is not None
    for source in drop_copies(sources):
        recorded = [] if has_format else list(_recorded(source, audit, wanted))
        if recorded:
            usable = [call.sample for call in recorded if call.sample is not None]
            samples += usable
            number += len(recorded)
            left_out += len(recorded) - len(usable)
            audit.repeat(source.copies, source.label)
        else:
            logs.append(source)
    if logs:
        store = pipeline.read(logs, how)
        every, read_audit = settle(store)
        audit += read_audit
        number_turns(every)  # `wanted` may ask for them
        calls = [call for call in every if wanted(call)]
        usable = [sample for call in calls if (sample := _sample(call)) is not None]
        left_out += len(calls) - len(usable)
        number += len(calls)
        samples += usable
        reported = SessionReports(store.reports, every, calls) if store.reports else None
    return SampleSet(samples, left_out, audit, number, reported)


def _recorded(source: Source, audit: Audit, wanted: Wanted) -> Iterator[RecordedCall]:
    try:
        for log_file in open_inputs(source):
            if _is_recorded(log_file):
                log = Log(log_file.label, audit)
                log.start("recorded", keeps_sessions=False)
                yield from recorded_calls(log_file, log, wanted)
    except InputError:
        return  # reading it as a log will report the error
    except damage_errors():
        return


def _is_recorded(log_file: Input) -> bool:
    return any(is_recorded(row) for row in islice(log_file.objects, _PROBED))


def _sample(call: Call) -> Sample | None:
    usage = call.usage
    if not usage or not call.parts or call.usage_source != REPORTED or call.status != OK:
        return None
    if any(part.role == "attachment" and not _has_size(part) for part in call.parts):
        return None  # an image whose size is not in the log
    billed = call.prompt_tokens
    if billed <= 0 or not call.model:
        return None
    output = sum(usage.get(unit, 0) for unit in _OUTPUT)
    answered = output if call.answer and output and not usage.get("reasoning") else None
    return Sample(
        name=f"{call.file}:{call.line}",
        file=call.file,
        line=call.line,
        provider=call.provider or "",
        api=api_of(call.api),
        model=call.model,
        day=_day(call.at),
        request=request_of(call.parts, call.api, call.model),
        billed=billed,
        group=call.session or call.file or "",
        answer=request_of(call.answer, call.api) if call.answer else None,
        answered=answered,
        complete=False,
        in_session=call.session is not None,
    )


def _has_size(part: Part) -> bool:
    return bool(part.text) or (part.media is not None and part.media.width is not None)


def _day(at: float | None) -> date:
    return datetime.fromtimestamp(at, UTC).date() if at is not None else date(2026, 3, 15)
