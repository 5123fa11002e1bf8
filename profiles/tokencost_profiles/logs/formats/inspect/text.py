"""The text of Inspect's model events, whose messages and long texts are stored separately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Part
from tokencost_profiles.logs.common.chat_parts import message_parts, parts_of
from tokencost_profiles.logs.common.tool_schemas import schema_parts
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping

_ATTACHED: Final = "attachment://"


def prompt_parts(event: Mapping[str, Any], sample: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the parts of the prompt: tools and messages."""
    parts = schema_parts(event.get("tools"))
    messages = event.get("input")
    references = event.get("input_refs")
    if not messages and isinstance(references, list):
        messages = list(_pool_messages(references, _pool(sample)))
    return _resolve_attachments((*parts, *parts_of(messages)), sample)


def answer_parts(event: Mapping[str, Any], sample: Mapping[str, Any]) -> tuple[Part, ...]:
    """Return the parts of the answer."""
    choices = first_mapping(event, "output").get("choices")
    parts: list[Part] = []
    for choice in choices if isinstance(choices, list) else ():
        message = first_mapping(choice, "message")
        parts += message_parts({"role": "assistant", **message})
    return _resolve_attachments(tuple(parts), sample)


def _pool(sample: Mapping[str, Any]) -> list[Any]:
    """Return the messages that events point at."""
    for place in (sample, first_mapping(sample, "events_data")):
        for key in ("message_pool", "messages_pool", "messages"):
            pool = place.get(key)
            if isinstance(pool, list) and (place is not sample or key != "messages"):
                return pool
    return []


def _pool_messages(references: list[Any], pool: list[Any]) -> Iterator[Any]:
    for reference in references:
        if (
            isinstance(reference, list)
            and len(reference) == 2
            and all(type(bound) is int and bound >= 0 for bound in reference)
        ):
            yield from pool[reference[0] : reference[1]]


def _resolve_attachments(parts: tuple[Part, ...], sample: Mapping[str, Any]) -> tuple[Part, ...]:
    """Put attached texts in their places."""
    attached = first_mapping(sample, "attachments")
    resolved = []
    for part in parts:
        text = part.text
        if text.startswith(_ATTACHED):
            attachment = attached.get(text.removeprefix(_ATTACHED))
            text = attachment if isinstance(attachment, str) else text
        resolved.append(part._replace(text=text))
    return tuple(resolved)
