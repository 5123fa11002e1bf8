"""What Claude Code sends beside a message, in a row of its own: files, reminders, hooks' output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import USER, Part, json_text
from tokencost_profiles.calls.message_parts import attachment_part
from tokencost_profiles.calls.tool_targets import tool_target
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

# Notes of the client to itself.
_UNSENT: Final = frozenset(
    {
        "already_read_file",
        "command_permissions",
        "hook_cancelled",
        "hook_error_during_execution",
        "hook_non_blocking_error",
        "hook_permission_decision",
        "hook_system_message",
        "structured_output",
    }
)
_TEXTS: Final = ("content", "prompt", "snippet", "text", "stdout")
_MEDIA: Final = {"image": "image", "pdf": "document"}
_DEEPEST: Final = 5


def attached_parts(attachment: Any) -> tuple[Part, ...]:
    """Return the parts of an attachment; each has its kind as the name."""
    if not isinstance(attachment, Mapping):
        return ()
    kind = text(attachment.get("type")) or "attachment"
    if kind in _UNSENT:
        return ()
    content = first_mapping(attachment, "content")
    medium = _MEDIA.get(str(content.get("type")))
    target = tool_target(attachment)
    if medium is not None:
        file = first_mapping(content, "file")
        source = media_of(file.get("base64"), "0000", kind=medium, media_type=file.get("type"))
        return (attachment_part(source, kind)._replace(target=target),)
    value = next((attachment[name] for name in _TEXTS if attachment.get(name)), None)
    sent = "\n".join(_texts(value)) if value is not None else _rest(attachment)
    return (Part(USER, sent, "0000", kind, target=target),) if sent else ()


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts inside a value: its content, where it names one."""
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for name in ("file", *_TEXTS):
            if value.get(name):
                yield from _texts(value[name], depth + 1)
                return
        yield json_text(value)


def _rest(attachment: Mapping[str, Any]) -> str:
    """Return an attachment that has no text as what else it holds: it is written out of that."""
    rest = {name: value for name, value in attachment.items() if value and name != "type"}
    return json_text(rest) if any(isinstance(v, (list, Mapping)) for v in rest.values()) else ""
