"""Mistral's OCR: by the pages processed, dearer with annotations, which the request asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage_fields.unknown_keys import keys, unknown_counts
from tokencost_profiles.providers.usage_fields.usage_format import first_count, first_mapping, units

_KEYS: Final = keys("pages_processed pages_processed_annotation doc_size_bytes")


def _recognises(value: Mapping[str, Any]) -> bool:
    return "pages" in value and "pages_processed" in first_mapping(value, "usage_info")


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage_info")
    call = call_of(None, api="ocr", provider="mistral", model=value.get("model"))
    call.usage = units(
        pages=first_count(usage, "pages_processed"),
        annotated_pages=first_count(usage, "pages_processed_annotation"),
    )
    if value.get("document_annotation") and not call.usage.get("annotated_pages"):
        call.usage["annotated_pages"] = call.usage.pop("pages", 0)
    call.unknown_keys = unknown_counts(usage, _KEYS)
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("ocr", _recognises, _read, order=46)
