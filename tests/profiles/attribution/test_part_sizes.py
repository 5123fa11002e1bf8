"""How many tokens parts are: attachments by their size, their text or a default."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.attribution.digest import Digest
from tokencost_profiles.attribution.part_sizes import UNKNOWN_MEDIA, PartSizes
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Media, Part
from tokencost_profiles.calls.message_parts import attachment_part, sealed_part

MODEL = "claude-opus-4-5"
NOTES = "The quick brown fox. " * 40


@pytest.fixture
def sizes(table: PriceTable, cache: Path) -> PartSizes:
    return PartSizes(table, date(2026, 11, 28), cache)


def digested(part: Part, sizes: PartSizes) -> Part:
    call = Call(model=MODEL, parts=(part,))
    Digest(sizes).take([call])
    assert call.parts is not None
    return call.parts[0]


@pytest.mark.parametrize(
    ("media", "least", "most"),
    [
        (Media("image", width=1000, height=1000, digest=b"abc"), 1200, 1500),
        (Media("image"), UNKNOWN_MEDIA, UNKNOWN_MEDIA),
        (Media("document", media_type="text/plain", text=NOTES, digest=b"abc"), 160, 260),
    ],
)
def test_an_attachment_is_as_long_as_it_is_billed(
    sizes: PartSizes, media: Media, least: int, most: int
) -> None:
    part = digested(attachment_part(media), sizes)
    assert (part.text, part.media is not None and part.media.text) == ("", None)
    assert least <= sizes.tokens(part, MODEL) <= most


def test_encrypted_thinking_is_as_long_as_its_bytes(sizes: PartSizes) -> None:
    part = digested(sealed_part("QUJD" * 1000), sizes)
    assert part.size == 3000
    assert 700 < sizes.tokens(part, MODEL) < 900
