"""Terms of a call that only its request states: search context, preview tools, image model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.hosted_tools import (
    PREVIEW,
    UNNAMED_IMAGE_MODEL,
    UNNAMED_MODEL,
    has_preview,
    image_model,
)
from tokencost_profiles.providers.answers.media_terms import apply_media_terms, is_measured
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_PRO: Final = "pro_"  # Perplexity: a search of several steps, dearer at every size
_ANNOTATIONS: Final = ("document_annotation_format", "bbox_annotation_format")
_PLACES: Final = ("extra_body", "optional_params", "model_parameters")


def apply_request(call: Call, request: Mapping[str, Any]) -> None:
    """Take from a request what its answer leaves open: search context, tools, image model."""
    asked = search_context(request)
    if call.search_context is None:
        call.search_context = asked
    elif asked and asked.startswith(_PRO) and not call.search_context.startswith(_PRO):
        call.search_context = _PRO + call.search_context
    if is_measured(call):
        apply_media_terms(call, request)
    if call.usage and "pages" in call.usage and any(request.get(key) for key in _ANNOTATIONS):
        call.usage["annotated_pages"] = call.usage.pop("pages")
    tools = objects(request.get("tools"))
    if call.api == "responses" and call.usage and has_preview(tools):
        call.usage = {
            PREVIEW if unit == "web_search" else unit: count for unit, count in call.usage.items()
        }
    if call.model == UNNAMED_MODEL:
        named = image_model(tools)
        if named:
            call.model = named
            call.warnings = tuple(n for n in call.warnings if n != UNNAMED_IMAGE_MODEL)


def search_context(request: Mapping[str, Any]) -> str | None:
    """Return how much a search was asked to bring into the context; with `pro_`, in many steps."""
    for place in (request, *(first_mapping(request, name) for name in _PLACES)):
        options = first_mapping(place, "web_search_options")
        size = text(options.get("search_context_size"))
        for tool in objects(place.get("tools")):
            size = size or text(tool.get("search_context_size"))
        if options.get("search_type") == "pro":
            return _PRO + (size or "low")
        if size:
            return size
    return None
