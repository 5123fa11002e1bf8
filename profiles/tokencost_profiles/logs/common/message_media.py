"""Images, recordings and documents in messages, however logs write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Media
from tokencost_profiles.providers.bodies.media import kind_of, media_of
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_KINDS: Final = {
    "image": "image", "image_url": "image", "input_image": "image", "image-url": "image",
    "image_file": "image", "computer_screenshot": "image", "audio": "audio",
    "input_audio": "audio", "audio-url": "audio", "video": "video", "video_url": "video",
    "file": "", "input_file": "document", "document": "document", "document-url": "document",
    "blob": "", "uri": "", "media": "", "binary": "",
}  # fmt: skip
# Objects that hold it, under the key that says what it is, where there is no type.
_HOLDERS: Final = {
    "inlineData": "", "inline_data": "", "fileData": "", "file_data": "", "image": "image",
    "document": "document", "video": "video",
}  # fmt: skip
_INSIDE: Final = ("source", "image_url", "image", "input_audio", "file", "video_url", "audio")
_VALUES: Final = (
    "data", "bytes", "base64", "url", "uri", "content", "image_url", "image", "file_data",
    "file_url", "file_id", "fileUri", "file_uri", "id",
)  # fmt: skip
_TYPES: Final = ("media_type", "mime_type", "mimeType", "mediaType", "format")
_DEEPEST: Final = 3
# What an observability tool leaves where it has stored a file elsewhere.
_STORED: Final = re.compile(r"@@@langfuseMedia:type=([\w.+/-]+)\|")


def media_in(entry: Mapping[str, Any], kind: str, place: str) -> Media | None:
    """Return what a block shows or plays; None where it is a block of another kind."""
    if kind in _KINDS:
        return _media(entry, _KINDS[kind], place)
    if kind:
        return None
    for name, medium in _HOLDERS.items():
        inner = first_mapping(entry, name)
        if inner:
            return _media(inner, medium, place)
    return None


def _media(entry: Mapping[str, Any], kind: str, place: str) -> Media:
    inner: Mapping[str, Any] = entry
    media_type = detail = None
    for _ in range(_DEEPEST):
        media_type = next((one for key in _TYPES if (one := text(inner.get(key)))), media_type)
        detail = text(inner.get("detail")) or detail
        below = first_mapping(inner, *_INSIDE)
        if not below:
            break
        inner = below
    if media_type and "/" not in media_type:
        media_type = f"{kind or 'application'}/{media_type}"
    value: Any = inner if "width" in inner else None
    if value is None:
        value = next((inner[key] for key in _VALUES if _holds(inner.get(key))), None)
    if inner.get("type") == "text" and isinstance(value, str):
        return Media("document", place, media_type, text=value)
    if isinstance(value, str) and (stored := _STORED.match(value)):
        value, media_type = None, stored[1]
    named = kind or text(inner.get("modality")) or kind_of(media_type)
    if kind == "document" and isinstance(inner.get("text"), str):
        return Media("document", place, media_type, text=inner["text"])
    return media_of(value, place, kind=named, media_type=media_type, detail=detail)


def _holds(value: Any) -> bool:
    """Whether a value is the medium: its bytes or address, or an object that describes it."""
    if isinstance(value, Mapping):
        return "media_type" in value or "mime_type" in value
    return isinstance(value, str)
