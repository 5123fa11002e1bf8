"""Images, documents, audio and video that are named as files: attachments, measured."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.calls.content import USER, Media, Message, Request
from tokencost_profiles.files.paths import Source

_HEAD: Final = 16
LARGEST: Final = 256 << 20
# (what a file begins with, from where), its media type
_MAGIC: Final = (
    (b"\x89PNG\r\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"BM", 0, "image/bmp"),
    (b"II*\x00", 0, "image/tiff"),
    (b"MM\x00*", 0, "image/tiff"),
    (b"%PDF", 0, "application/pdf"),
    (b"WAVE", 8, "audio/wav"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"fLaC", 0, "audio/flac"),
    (b"OggS", 0, "audio/ogg"),
    (b"ftypM4A", 4, "audio/mp4"),
    (b"ftypheic", 4, "image/heic"),
    (b"ftypavif", 4, "image/avif"),
    (b"ftyp", 4, "video/mp4"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
)


def media_type(source: Source) -> str | None:
    """Return the media type of a file that is sent as an attachment, or None."""
    with source.open() as file:
        head = file.read(_HEAD)
    return next((kind for magic, at, kind in _MAGIC if head[at:].startswith(magic)), None)


def request_of(source: Source, kind: str) -> Request:
    """Return the request that holds a file as its only content."""
    family = kind.partition("/")[0]
    media = Media(
        family if family in ("image", "audio", "video") else "document",
        source.label,
        kind,
        size=source.size,
    )
    if source.size <= LARGEST:
        from tokencost_profiles.providers.bodies.measure import measure_media

        with source.open() as file:
            media = measure_media(media, file.read())
    return Request(api="text", messages=(Message(USER, (media._replace(place=""),)),))
