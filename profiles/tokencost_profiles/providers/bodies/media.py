"""Images, audio, video and documents inside requests: their type, size and length.

Bytes stand in a body as base64, as a data URL, or not at all (an address, a file id). A descriptor
`{media_type, width, height, duration, pages, text}` says the same in place of the bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, Final

from tokencost_profiles.calls.content import Media, text_of
from tokencost_profiles.providers.bodies.measure import measure_media

_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.+-]+)*),", re.ASCII)
_LARGEST: Final = 1e12  # bytes, pixels or seconds: more is a mistake
_HEAD: Final = 1 << 16  # characters of base64 that most often hold the size of an image
_MOST_PAGES: Final = 10_000  # that are listed one by one
_DIGEST_BYTES: Final = 12
_KINDS: Final = {"image": "image", "audio": "audio", "video": "video"}


def media_of(
    value: Any,
    place: str,
    *,
    kind: str | None = None,
    media_type: str | None = None,
    detail: str | None = None,
) -> Media:
    """Return a medium, however it is sent."""
    media_type, detail = text_of(media_type), text_of(detail)
    if isinstance(value, Mapping):
        return _from_descriptor(value, place, kind, media_type, detail)
    if not isinstance(value, str):
        return Media(kind or "document", place, media_type, detail=detail)
    match = _DATA_URL.match(value[:200])
    if match:
        media_type = match.group(1) or media_type
        data = value[match.end() :]
    elif re.match(r"[a-z][a-z0-9+.-]*://", value[:16]) or value.startswith(("file-", "files/")):
        return Media(kind or kind_of(media_type), place, media_type, detail=detail)
    else:
        data = value
    kind = kind or kind_of(media_type)
    digest = blake2b(data.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
    media = Media(kind, place, media_type, detail=detail, digest=digest)
    if kind == "image" and len(data) > _HEAD:
        media = media._replace(size=len(data) * 3 // 4 - data[-2:].count("="))
        head = measure_media(media, _decoded(data[:_HEAD]))
        if head.width is not None:
            return head
    content = _decoded(data)
    return measure_media(media._replace(size=len(content)), content)


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=False)
    except (binascii.Error, ValueError):
        return b""


def kind_of(media_type: str | None) -> str:
    """Return which kind of medium a media type is."""
    return _KINDS.get((media_type or "").partition("/")[0], "document")


def _from_descriptor(
    value: Mapping[str, Any],
    place: str,
    kind: str | None,
    media_type: str | None,
    detail: str | None,
) -> Media:
    pages = _count(value.get("pages"))
    sizes = tuple(_sizes(value.get("page_sizes")))
    if sizes and pages is not None and len(sizes) < pages <= _MOST_PAGES:
        sizes += sizes[:1] * (pages - len(sizes))  # a size that pages share is stated once
    stated = value.get("media_type") or value.get("mime_type")
    media_type = stated if isinstance(stated, str) else media_type
    return Media(
        kind=kind if kind and kind != "document" else kind_of(media_type),
        place=place,
        media_type=media_type,
        width=_count(value.get("width")),
        height=_count(value.get("height")),
        detail=detail,
        seconds=_size(value.get("duration", value.get("seconds"))),
        pages=pages,
        text=text_of(value.get("text")),
        size=_count(value.get("bytes")),
        page_sizes=sizes,
    )


def _size(value: Any) -> float | None:
    """Return a number that something can have as its size, or None."""
    sound = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if sound and 0 <= value <= _LARGEST else None


def _count(value: Any) -> int | None:
    size = _size(value)
    return None if size is None else int(size)


def _sizes(value: Any) -> Iterator[tuple[float, float]]:
    for pair in value if isinstance(value, (list, tuple)) else ():
        if isinstance(pair, (list, tuple)) and len(pair) == 2:
            width, height = _size(pair[0]), _size(pair[1])
            if width is not None and height is not None:
                yield width, height
