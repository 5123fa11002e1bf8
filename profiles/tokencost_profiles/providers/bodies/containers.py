"""Lengths and sizes in containers that the general readers do not know.

Of AAC in ADTS frames, AVI, Matroska and WebM, MP4 and MOV, raw samples; and pixels of HEIC, AVIF.
"""

from __future__ import annotations

import re
import struct
from typing import Final

_RATES: Final = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000),
    *(24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
_AAC_SAMPLES: Final = 1024  # of a frame
_ADTS_HEADER: Final = 7  # bytes
_HEAD: Final = 1 << 20  # bytes in which a header stands
_MILLISECOND: Final = 1_000_000  # the usual scale of times in Matroska, in nanoseconds
_RAW: Final = re.compile(r"audio/(?:l16|pcm|x-pcm|raw)\b", re.IGNORECASE)
_RAW_RATE: Final = re.compile(r"\brate=(\d{4,6})", re.IGNORECASE)
_USUAL_RATE: Final = 24_000
_CLUSTER: Final = b"\x1f\x43\xb6\x75"
_MOST_SECONDS: Final = 10.0**7


def seconds_of(content: bytes, media_type: str | None) -> float | None:
    """Return how long a recording is, None where its container does not say."""
    seconds: float | None = None
    try:
        if content.startswith(b"RIFF") and content[8:12] == b"AVI ":
            seconds = _avi(content)
        elif content.startswith(b"\x1aE\xdf\xa3"):
            seconds = _matroska(content)
        elif content[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
            seconds = _mp4(content)
        elif len(content) > 1 and content[0] == 0xFF and content[1] & 0xF6 == 0xF0:
            seconds = _adts(content)
        elif _RAW.match(media_type or ""):
            rate = _RAW_RATE.search(media_type or "")
            seconds = len(content) / 2 / int(rate.group(1) if rate else _USUAL_RATE)
    except (struct.error, IndexError, ZeroDivisionError, OverflowError):
        return None
    return seconds if seconds is not None and 0 < seconds < _MOST_SECONDS else None


def is_silent(content: bytes) -> bool:
    """Whether a video certainly has no sound track."""
    if content[4:8] == b"ftyp":
        return b"vide" in content and b"soun" not in content
    if content.startswith(b"\x1aE\xdf\xa3"):
        head = content[:_HEAD]
        return b"V_" in head and re.search(rb"\x86.A_[A-Z]", head, re.DOTALL) is None
    return False


def pixels_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height of the largest image in a HEIC or AVIF file."""
    if content[4:8] != b"ftyp":
        return None
    sizes = [
        struct.unpack(">II", match.group(1))
        for match in re.finditer(rb"ispe\0\0\0\0(.{8})", content[:_HEAD], re.DOTALL)
    ]
    width, height = max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
    return (width, height) if width and height else None


def _avi(content: bytes) -> float | None:
    at = content.find(b"avih", 0, _HEAD)
    if at < 0:
        return None
    (microseconds,) = struct.unpack_from("<I", content, at + 8)
    (frames,) = struct.unpack_from("<I", content, at + 24)
    return float(microseconds * frames / 1e6)


def _mp4(content: bytes) -> float | None:
    at = content.find(b"mvhd")
    if at < 0:
        return None
    if content[at + 4]:
        scale, length = struct.unpack_from(">IQ", content, at + 24)
    else:
        scale, length = struct.unpack_from(">II", content, at + 16)
    return float(length / scale)


def _adts(content: bytes) -> float | None:
    at = frames = 0
    rate = _RATES[content[2] >> 2 & 0xF]
    while at + _ADTS_HEADER <= len(content) and content[at] == 0xFF:
        length = (content[at + 3] & 3) << 11 | content[at + 4] << 3 | content[at + 5] >> 5
        if length < _ADTS_HEADER:
            break
        at += length
        frames += 1
    return frames * _AAC_SAMPLES / rate


def _matroska(content: bytes) -> float | None:
    head = content[:_HEAD]
    scaled = re.search(rb"\x2a\xd7\xb1([\x81-\x88])", head)
    scale = _MILLISECOND
    if scaled:
        size = scaled.group(1)[0] & 0xF
        scale = int.from_bytes(head[scaled.end() : scaled.end() + size], "big")
    stated = re.search(rb"\x44\x89(?:\x84(.{4})|\x88(.{8}))", head, re.DOTALL)
    if stated:
        short, double = stated.groups()
        (length,) = struct.unpack(">f", short) if short else struct.unpack(">d", double)
        return float(length * scale / 1e9)
    # A recording that was streamed: as long as what begins its last cluster, at least.
    last = content.rfind(_CLUSTER)
    begun = re.compile(rb"\xe7([\x81-\x88])", re.DOTALL).search(content, last, last + 64)
    if last < 0 or begun is None:
        return None
    size = begun.group(1)[0] & 0xF
    return int.from_bytes(content[begun.end() : begun.end() + size], "big") * scale / 1e9
