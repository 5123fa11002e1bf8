"""Pictures, sound, films and documents inside requests: what can be told of them.

Bytes stand in a body as base64, as a data URL, or not at all (an address, a file id). A descriptor
`{media_type, width, height, duration, pages, text}` says the same without the bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.requests._measure import measured
from tokencost_profiles.requests.base import Media

_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.+-]+)*),", re.ASCII)
_KINDS: Final = {"image": "image", "audio": "audio", "video": "video"}


def media_of(
    value: Any, place: str, *, kind: str | None = None, media_type: str | None = None,
    detail: str | None = None,
) -> Media:  # fmt: skip
    """Return what can be told of a medium, however it is sent."""
    if isinstance(value, Mapping):
        return _described(value, place, kind, media_type, detail)
    if not isinstance(value, str):
        return Media(kind or "document", place, media_type, detail=detail, remote=True)
    match = _DATA_URL.match(value[:200])
    if match:
        media_type = match.group(1) or media_type
        data = value[match.end() :]
    elif re.match(r"[a-z][a-z0-9+.-]*://", value[:16]) or value.startswith(("file-", "files/")):
        return Media(kind or kind_of(media_type), place, media_type, detail=detail, remote=True)
    else:
        data = value
    try:
        content = base64.b64decode(data, validate=False)
    except (binascii.Error, ValueError):
        content = b""
    kind = kind or kind_of(media_type)
    return measured(Media(kind, place, media_type, detail=detail, size=len(content)), content)


def kind_of(media_type: str | None) -> str:
    """Return which kind of medium a media type is."""
    return _KINDS.get((media_type or "").partition("/")[0], "document")


def _described(
    value: Mapping[str, Any], place: str, kind: str | None, media_type: str | None,
    detail: str | None,
) -> Media:  # fmt: skip
    media_type = value.get("media_type") or value.get("mime_type") or media_type
    sizes = value.get("page_sizes") or ()
    return Media(
        kind=kind if kind and kind != "document" else kind_of(media_type),
        place=place, media_type=media_type, width=value.get("width"), height=value.get("height"),
        detail=detail, seconds=value.get("duration", value.get("seconds")),
        pages=value.get("pages"), text=value.get("text"), size=value.get("bytes"),
        page_sizes=tuple((float(a), float(b)) for a, b in sizes),
        remote=not ({"bytes", "width", "pages", "duration", "text"} & set(value)),
    )  # fmt: skip
