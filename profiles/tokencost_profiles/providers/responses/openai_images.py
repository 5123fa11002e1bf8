"""The Images API: images are billed by their tokens, those of DALL-E by number and size.

The request names the model, and the size and quality that an answer without tokens leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.hosted_tools import image_units
from tokencost_profiles.providers.answers.media_terms import apply_media_terms
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects


def _recognises(value: Mapping[str, Any]) -> bool:
    if "data" not in value:
        return False
    usage = first_mapping(value, "usage")
    data = objects(value["data"])
    return (
        "object" not in value
        and ("output_tokens" in usage or (not usage and "created" in value))
        and bool(data)
        and all("b64_json" in item or "url" in item for item in data)
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage")
    call = call_of(
        read_usage(dict(usage)) if usage else None,
        api="images",
        provider=None,
        model=value.get("model"),
        at=moment(value.get("created")),
    )
    apply_media_terms(call, value)
    if any((call.usage or {}).values()):
        call.usage = image_units(call.usage or {})
    else:  # gateways write an object of zeros
        call.usage = {"output_images": len(objects(value["data"]))}
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("openai-images", _recognises, _read, order=42)
