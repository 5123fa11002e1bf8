"""Lengths, sound tracks and pixels, read from the bytes of containers written here."""

from __future__ import annotations

import base64
import random
import struct

import pytest

from tokencost_profiles.providers.bodies.containers import is_silent, pixels_of, seconds_of
from tokencost_profiles.providers.bodies.media import media_of


def avi(frames: int, microseconds: int) -> bytes:
    header = struct.pack("<10I", microseconds, 0, 0, 0, frames, 0, 1, 0, 64, 64)
    return b"RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih\x38\0\0\0" + header


def mp4(scale: int, length: int, tracks: bytes = b"videsoun", version: int = 0) -> bytes:
    times = struct.pack(">IIII", 0, 0, scale, length)
    if version:
        times = struct.pack(">QQIQ", 0, 0, scale, length)
    return (
        b"\0\0\0\x18ftypisom\0\0\0\0moov\0\0\0\x6cmvhd" + bytes([version, 0, 0, 0]) + times + tracks
    )


def adts(frames: int, rate: int = 4) -> bytes:
    length = 100
    head = bytes(
        [
            0xFF,
            0xF1,
            0x40 | rate << 2,
            0x80 | length >> 11,
            length >> 3 & 0xFF,
            (length & 7) << 5,
            0,
        ]
    )
    return (head + bytes(length - 7)) * frames


def webm(info: bytes, tracks: bytes = b"\x86\x85V_VP8\x86\x86A_OPUS") -> bytes:
    return b"\x1aE\xdf\xa3\x80" + info + tracks


LONG = b"\x44\x89\x88" + struct.pack(">d", 2500.0)
SHORT = b"\x2a\xd7\xb1\x83\x1e\x84\x80" + b"\x44\x89\x84" + struct.pack(">f", 1250.0)
STREAMED = b"\x1f\x43\xb6\x75\x01\xe7\x81\x00" + b"\x1f\x43\xb6\x75\x01\xe7\x82\x0b\xb8"


@pytest.mark.parametrize(
    ("content", "media_type", "seconds"),
    [
        (avi(50, 40_000), "video/x-msvideo", 2.0),
        (mp4(600, 900), "video/mp4", 1.5),
        (mp4(1000, 8500, version=1), "video/quicktime", 8.5),
        (adts(43), "audio/aac", 43 * 1024 / 44_100),
        (webm(LONG), "video/webm", 2.5),
        (webm(SHORT), "audio/webm", 2.5),
        (webm(b"", STREAMED), "audio/webm", 3.0),
        (bytes(96_000), "audio/L16;codec=pcm;rate=24000", 2.0),
        (bytes(96_000), "audio/pcm", 2.0),
        (webm(b""), "video/webm", None),
        (b"RIFF\0\0\0\0AVI ", "video/x-msvideo", None),
        (b"no container", "video/mp4", None),
        (b"", None, None),
    ],
)
def test_seconds(content: bytes, media_type: str | None, seconds: float | None) -> None:
    assert seconds_of(content, media_type) == (pytest.approx(seconds) if seconds else None)


def test_videos_that_have_no_sound() -> None:
    assert is_silent(mp4(600, 900, b"vide"))
    assert not is_silent(mp4(600, 900))
    assert is_silent(webm(LONG, b"\x86\x85V_VP9"))
    assert not is_silent(webm(LONG))
    assert not is_silent(avi(50, 40_000))


def test_pixels_of_the_largest_image() -> None:
    box = b"\0\0\0\x14ispe\0\0\0\0"
    content = b"\0\0\0\x18ftypheic" + box + struct.pack(">II", 320, 240)
    content += box + struct.pack(">II", 4032, 3024)
    assert pixels_of(content) == (4032, 3024)
    assert pixels_of(b"\x89PNG") is None
    media = media_of(base64.b64encode(content).decode(), "here", media_type="image/heic")
    assert (media.width, media.height) == (4032, 3024)


def test_a_body_holds_the_bytes() -> None:
    data = base64.b64encode(webm(LONG, b"\x86\x85V_VP9")).decode()
    media = media_of(data, "here", media_type="video/webm")
    assert (media.seconds, media.silent) == (2.5, True)


def test_no_bytes_make_it_fail() -> None:
    dice = random.Random(5)
    starts = (avi(5, 5), mp4(1, 1), adts(2), webm(SHORT, STREAMED), b"\0\0\0\0ftyp")
    for start in starts:
        for _ in range(200):
            at = dice.randrange(len(start) + 1)
            content = start[:at] + dice.randbytes(dice.randrange(40)) + start[at:]
            seconds_of(content, "audio/pcm")
            is_silent(content)
            pixels_of(content)
