"""Sizes of media, read from their bytes: pixels, pages, seconds. Heavy libraries load on use."""

from __future__ import annotations

import io
import warnings
from typing import Final

from tokencost_profiles.calls.content import Media

_LARGEST: Final = 1 << 30


def measure_media(media: Media, content: bytes) -> Media:
    """Return a medium with the size, length and pages of its bytes; None where unreadable."""
    if not content or len(content) > _LARGEST:
        return media
    if content.startswith(b"%PDF"):
        return _pdf(media._replace(kind="document", media_type="application/pdf"), content)
    if media.kind == "image":
        return _image(media, content)
    if media.kind in ("audio", "video"):
        return _recording(media, content)
    if media.kind == "document":
        return media._replace(text=content.decode("utf-8", "replace"))
    return media


def _image(media: Media, content: bytes) -> Media:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as image:
                return media._replace(width=image.width, height=image.height)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        from tokencost_profiles.providers.bodies.containers import pixels_of

        width, height = pixels_of(content) or (None, None)
        return media._replace(width=width, height=height)


def _pdf(media: Media, content: bytes) -> Media:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = PdfReader(io.BytesIO(content)).pages
        sizes = tuple((float(p.mediabox.width), float(p.mediabox.height)) for p in pages)
        text = "\n".join(page.extract_text() for page in pages)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return media
    return media._replace(pages=len(sizes), page_sizes=sizes, text=text)


def _recording(media: Media, content: bytes) -> Media:
    from tinytag import TinyTag
    from tinytag.tinytag import TinyTagException

    from tokencost_profiles.providers.bodies.containers import is_silent, seconds_of

    silent = media.kind == "video" and is_silent(content)
    try:
        seconds = TinyTag.get(file_obj=io.BytesIO(content)).duration
    except (TinyTagException, OSError, ValueError):
        seconds = None
    return media._replace(seconds=seconds or seconds_of(content, media.media_type), silent=silent)
