"""Fine-tuning jobs: by the tokens that were trained on, every epoch counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage_fields.usage_format import first_count

_OBJECT: Final = "fine_tuning.job"
_BY_TIME: Final = "reinforcement"
_UNKNOWN_TIME: Final = "reinforcement fine-tuning is billed by time, which the job does not hold"


def _recognises(value: Mapping[str, Any]) -> bool:
    return value.get("object") == _OBJECT and isinstance(value.get("model"), str)


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    trained = first_count(value, "trained_tokens")
    finished = moment(value.get("finished_at"))
    if trained is None and finished is None:
        return []  # not finished: a later state of the job has its tokens
    call = call_of(
        None,
        api="fine-tuning",
        provider=None,
        model=value["model"],
        response_id=value.get("id"),
        at=finished or moment(value.get("created_at")),
    )
    method = value.get("method")
    if isinstance(method, Mapping) and method.get("type") == _BY_TIME:
        call.warnings = (_UNKNOWN_TIME,)
    elif trained is not None:
        call.usage = {"training_tokens": trained}
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("fine-tuning-jobs", _recognises, _read, order=47)
