"""The billable units: what a `Usage` counts, and which rate of the table prices each.

All units of one call are disjoint: a cached token is not also an input token. A rate may be absent
in the table; `chain` then names the wider rates that stand in, nearest first. Falling back from a
*cheaper* kind (a cache read) to the input rate can overstate the cost, so the result says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Unit(NamedTuple):
    """One billable kind of thing."""

    name: str
    side: str  # "input", "output", or "fee" (not counted in tokens)
    chain: tuple[str, ...]  # rates of the table that price it, nearest first
    prompt: bool  # part of the prompt whose length decides the context tier
    noun: str  # how a report names it


_ALL: Final = (
    Unit("input", "input", ("input",), True, "input"),
    Unit("cache_read", "input", ("cache_read", "input"), True, "cached input"),
    # Read from a cache that the caller marked, where that has a price apart from an automatic one.
    Unit(
        "cache_read_explicit",
        "input",
        ("cache_read_explicit", "cache_read", "input"),
        True,
        "marked cache",
    ),
    Unit("cache_write_5m", "input", ("cache_write_5m", "cache_write", "input"), True, "write 5m"),
    Unit(
        "cache_write_30m", "input", ("cache_write_30m", "cache_write", "input"), True, "write 30m"
    ),
    Unit("cache_write_1h", "input", ("cache_write_1h", "cache_write", "input"), True, "write 1h"),
    Unit(
        "cache_write_12h", "input", ("cache_write_12h", "cache_write", "input"), True, "write 12h"
    ),
    # A write whose lifetime the log does not tell: the provider's default lifetime.
    Unit(
        "cache_write_other",
        "input",
        ("cache_write", "cache_write_5m", "cache_write_30m", "input"),
        True,
        "cache write",
    ),
    Unit("input_audio", "input", ("input_audio", "input"), True, "audio in"),
    Unit("input_image", "input", ("input_image", "input"), True, "image in"),
    Unit("input_video", "input", ("input_video", "input"), True, "video in"),
    Unit(
        "cache_read_audio",
        "input",
        ("cache_read_audio", "cache_read", "input_audio", "input"),
        True,
        "cached audio",
    ),
    Unit(
        "cache_read_image",
        "input",
        ("cache_read_image", "cache_read", "input_image", "input"),
        True,
        "cached image",
    ),
    Unit(
        "cache_read_video",
        "input",
        ("cache_read_video", "cache_read", "input_video", "input"),
        True,
        "cached video",
    ),
    Unit("output", "output", ("output",), False, "output"),
    Unit("reasoning", "output", ("output_reasoning", "output"), False, "reasoning"),
    Unit("output_audio", "output", ("output_audio", "output"), False, "audio out"),
    Unit("output_image", "output", ("output_image", "output"), False, "image out"),
    Unit("output_video", "output", ("output_video", "output"), False, "video out"),
    Unit("citation", "output", ("output_citation", "output"), False, "citation"),
    # Tokens stored in a cache object, times the hours.
    Unit("cache_storage_hour", "fee", ("cache_storage_hour",), False, "cache storage"),
    Unit("requests", "fee", (), False, "requests"),
    Unit("web_search", "fee", (), False, "web searches"),
    Unit("web_search_preview", "fee", (), False, "web searches (preview)"),
    Unit("search_sources", "fee", (), False, "search sources"),
    Unit("x_search", "fee", (), False, "X searches"),
    Unit("file_search", "fee", (), False, "file searches"),
    Unit("maps_grounding", "fee", (), False, "maps queries"),
    Unit("document_search", "fee", (), False, "document searches"),
    Unit("code_execution", "fee", (), False, "code executions"),
    # A container of 1 GB, and the larger ones by their memory.
    Unit("code_container", "fee", (), False, "code containers"),
    Unit("code_container_4g", "fee", (), False, "code containers of 4 GB"),
    Unit("code_container_16g", "fee", (), False, "code containers of 16 GB"),
    Unit("code_container_64g", "fee", (), False, "code containers of 64 GB"),
    Unit("search_units", "fee", (), False, "search units"),
    # What models that are not billed by tokens alone take and give.
    Unit("input_characters", "fee", (), False, "characters in"),
    Unit("output_characters", "fee", (), False, "characters out"),
    Unit("input_audio_seconds", "fee", (), False, "audio seconds"),
    Unit("output_audio_seconds", "fee", (), False, "audio seconds out"),
    Unit("input_images", "fee", (), False, "images in"),
    Unit("output_images", "fee", (), False, "images"),
    Unit("input_pixels", "fee", (), False, "pixels in"),
    Unit("output_pixels", "fee", (), False, "pixels"),
    Unit("input_video_seconds", "fee", (), False, "video seconds in"),
    Unit("output_video_seconds", "fee", (), False, "video seconds"),
    # A live conversation by its length, whoever speaks.
    Unit("session_seconds", "fee", (), False, "session seconds"),
    Unit("pages", "fee", (), False, "pages"),
    Unit("annotated_pages", "fee", (), False, "annotated pages"),
    Unit("training_tokens", "fee", (), False, "training tokens"),
    Unit("training_seconds", "fee", (), False, "training seconds"),
    Unit("file_storage_gb_day", "fee", (), False, "file storage GB-days"),
)

UNITS: Final[dict[str, Unit]] = {unit.name: unit for unit in _ALL}

PROMPT_UNITS: Final = tuple(unit.name for unit in _ALL if unit.prompt)
INPUT_UNITS: Final = tuple(unit.name for unit in _ALL if unit.side == "input")
OUTPUT_UNITS: Final = tuple(unit.name for unit in _ALL if unit.side == "output")
TOKEN_UNITS: Final = INPUT_UNITS + OUTPUT_UNITS
FEE_UNITS: Final = tuple(unit.name for unit in _ALL if not unit.chain)
# What is bought itself, where that is not tokens; other fees are for tools that a request uses.
MEASURED_UNITS: Final = frozenset({
    "search_units", "input_characters", "output_characters", "input_audio_seconds",
    "output_audio_seconds", "input_images", "output_images", "input_pixels", "output_pixels",
    "input_video_seconds", "output_video_seconds", "session_seconds", "pages", "annotated_pages",
    "training_tokens", "training_seconds",
})  # fmt: skip
CACHE_WRITE_UNITS: Final = tuple(name for name in INPUT_UNITS if name.startswith("cache_write"))
_READS: Final = tuple(name for name in INPUT_UNITS if name.startswith("cache_read"))
# Sums of units, by the names that OpenTelemetry has for them.
TOKEN_SUMS: Final[Mapping[str, tuple[str, ...]]] = {
    "input_tokens": INPUT_UNITS,
    "uncached_input_tokens": tuple(
        unit for unit in INPUT_UNITS if unit not in (*_READS, *CACHE_WRITE_UNITS)
    ),
    "cache_read_tokens": _READS,
    "cache_write_tokens": CACHE_WRITE_UNITS,
    "output_tokens": OUTPUT_UNITS,
    "reasoning_tokens": ("reasoning",),
}

# Every key that `rates:` may hold in a table.
RATE_NAMES: Final = tuple(dict.fromkeys(rate for unit in _ALL for rate in unit.chain))


def count_title(usage: Mapping[str, int]) -> str:
    """Return the heading of a column of counts: "tokens", where nothing else was bought."""
    return "tokens" if MEASURED_UNITS.isdisjoint(usage) else "count"
