"""The Images API: images are billed by their tokens. The request names the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.hosted_tools import image_units
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects


def _recognises(value: Mapping[str, Any]) -> bool:
    usage = first_mapping(value, "usage")
    data = objects(value.get("data"))
    return (
        "object" not in value
        and "output_tokens" in usage
        and bool(data)
        and all("b64_json" in item or "url" in item for item in data)
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    call = call_of(
        read_usage(dict(first_mapping(value, "usage"))),
        api="images",
        provider=None,
        model=value.get("model"),
        at=moment(value.get("created")),
    )
    call.usage = image_units(call.usage or {})
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("openai-images", _recognises, _read, order=42)
