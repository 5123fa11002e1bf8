"""Grounding of Gemini answers: what was searched to give them, in the units that are billed.

A query is counted once, and an empty one not at all, as Google does. How many of them a prompt pays
for is a matter of the model: one up to Gemini 2.5, each from Gemini 3 on, by the price table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_USER_DATA: Final = "the answer is grounded in your data: where that has a fee, it is left out"


class Grounding(NamedTuple):
    """What the grounding of an answer is billed for."""

    usage: dict[str, int]
    warnings: tuple[str, ...] = ()


def grounding_of(value: Mapping[str, Any]) -> Grounding:
    """Return what a response, or a message of the Live API, was grounded in."""
    metadata_list: list[Mapping[str, Any]] = []
    for place in (
        value,
        first_mapping(value, "serverContent", "server_content"),
        *objects(value.get("candidates")),
    ):
        metadata = first_mapping(place, "groundingMetadata", "grounding_metadata")
        if metadata:
            metadata_list.append(metadata)
    metadata_list += objects(value.get("vertex_ai_grounding_metadata"))  # LiteLLM
    return grounding_of_metadata(metadata_list)


def grounding_of_metadata(metadata: Iterable[Mapping[str, Any]]) -> Grounding:
    """Return what grounding metadata is billed for; events of a stream may repeat each other."""
    queries: set[tuple[str, str]] = set()
    web = maps = private = False
    for entry in metadata:
        for camel, snake in (
            ("webSearchQueries", "web_search_queries"),
            ("imageSearchQueries", "image_search_queries"),
        ):
            asked = entry.get(camel, entry.get(snake))
            asked = asked if isinstance(asked, list) else ()
            queries |= {(camel, query) for query in asked if isinstance(query, str) and query}
        chunks = objects(entry.get("groundingChunks", entry.get("grounding_chunks")))
        web = web or any(chunk.get("web") or chunk.get("image") for chunk in chunks)
        private = private or any(
            chunk.get("retrievedContext", chunk.get("retrieved_context")) for chunk in chunks
        )
        maps = (
            maps
            or any(chunk.get("maps") for chunk in chunks)
            or bool(
                text(entry.get("googleMapsWidgetContextToken"))
                or text(entry.get("google_maps_widget_context_token"))
            )
        )
    usage = {"web_search": len(queries) or int(web), "maps_grounding": int(maps)}
    return Grounding(
        {unit: count for unit, count in usage.items() if count}, (_USER_DATA,) if private else ()
    )
