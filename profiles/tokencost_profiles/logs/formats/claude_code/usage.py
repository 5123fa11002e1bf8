"""The usage object of Claude Code's rows, decoded by type: hundreds of thousands are read.

A typed decoder ignores unknown keys. Objects of one version differ only in their digits, so each
form is checked once: only where it has an unknown key that names a count is the object decoded
again, with all keys.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.usage.anthropic import BESIDE, USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import geography, unknown_counts

_DIGITS: Final = b"0123456789"
_NUMBER: Final = re.compile(rb"(?<=[:\s])\d+(?:\.\d+)?")  # a value, not a part of a key
# Keys that differ only in their digits: those that are known.
_LIFETIME: Final = b"ephemeral_"
_5M: Final = b"ephemeral_5m_"
_1H: Final = b"ephemeral_1h_"
_MOST_FORMS: Final = 4096


class _Split(msgspec.Struct, gc=False):
    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class _ServerTools(msgspec.Struct, gc=False):
    web_search_requests: int | None = None
    code_execution_requests: int | None = None


class Usage(msgspec.Struct, omit_defaults=True, gc=False):
    """What a row reports, as it stands there."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: _Split | None = None
    server_tool_use: _ServerTools | None = None
    iterations: list[dict[str, Any]] | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None


class AnyUsage(Usage, gc=False):
    """What a row reports whose keys are not all known."""

    output_tokens_details: dict[str, Any] | None = None


class _KnownSplit(_Split, gc=False, forbid_unknown_fields=True):
    pass


class _KnownServerTools(_ServerTools, gc=False, forbid_unknown_fields=True):
    web_fetch_requests: int | None = None


class _KnownDetails(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    thinking_tokens: int | None = None
    text_tokens: int | None = None


class KnownUsage(Usage, gc=False, forbid_unknown_fields=True):
    """What a row reports that has no key but those that are read: no count can go unnoticed."""

    cache_creation: _KnownSplit | None = None
    server_tool_use: _KnownServerTools | None = None
    output_tokens_details: _KnownDetails | None = None


_counts_of: Final = attrgetter(
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "cache_creation",
    "server_tool_use",
    "output_tokens_details",
)
_lifetimes_of: Final = attrgetter("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
_USAGE: Final = msgspec.json.Decoder(AnyUsage | None, strict=False)
_DOUBTFUL: Final = -1
# Forms that have been looked at: how many lifetimes stand in them, or that an unknown key does.
_forms: dict[bytes, int] = {}


def usage_of(data: bytes) -> AnyUsage | None:
    """Return the usage of a row, or None where it reports none. Raise `msgspec.DecodeError`."""
    return _USAGE.decode(data) if data else None


def unknown_keys(data: bytes) -> dict[str, int] | None:
    """Return the counts of a usage object under unknown keys."""
    form = data.translate(None, _DIGITS)
    lifetimes = _forms.get(form)
    if lifetimes is None:
        if len(_forms) >= _MOST_FORMS:
            _forms.clear()
        lifetimes = _forms[form] = _lifetimes(data)
    if lifetimes and (lifetimes == _DOUBTFUL or (_5M in data) + (_1H in data) != lifetimes):
        return _unknown(data)
    return None


def largest_counts(known: dict[str, int] | None, counts: dict[str, int]) -> dict[str, int]:
    """Return the larger count of each key: rows of one response repeat or raise them."""
    if not known:
        return counts
    return {key: max(known.get(key, 0), counts.get(key, 0)) for key in {**known, **counts}}


def _lifetimes(data: bytes) -> int:
    """Return how many lifetimes an object of a form has, or that an unknown key is in it."""
    # With a 1 for every number, whatever it is in this row.
    if _unknown(_NUMBER.sub(b"1", data)) is not None:
        return _DOUBTFUL
    return data.count(_LIFETIME)


def _unknown(data: bytes) -> dict[str, int] | None:
    value = msgspec.json.decode(data)
    return unknown_counts(value, USAGE_FORMAT.keys) if isinstance(value, dict) else None


def apply_usage(usage: Usage, call: Call) -> None:
    """Set usage and terms of a call from its usage object; quickly for the usual form."""
    counts = _usual_form_usage(usage)
    if counts is None:
        reading = USAGE_FORMAT.extract(msgspec.to_builtins(usage), "anthropic")
        # Passes beside the message are read apart.
        warnings = tuple(note for note in reading.warnings if note != BESIDE)
        reading._replace(warnings=warnings).apply_to(call)
        return
    call.usage = counts
    call.service_tier, call.speed = usage.service_tier or None, usage.speed or None
    call.region = geography(usage.inference_geo) if usage.inference_geo else None


def _usual_form_usage(usage: Usage) -> dict[str, int] | None:
    """Return the usage of an object of the usual form; None for other forms."""
    fresh, output, written, read, split, tools, details = _counts_of(usage)
    if fresh is None or output is None or details or fresh < 0 or output < 0:
        return None
    counts = {"input": fresh}
    if read:
        if read < 0:
            return None
        counts["cache_read"] = read
    if split is not None:
        short, long = _lifetimes_of(split)
        if short:
            if short < 0:
                return None
            counts["cache_write_5m"] = short
            written = (written or 0) - short
        if long:
            if long < 0:
                return None
            counts["cache_write_1h"] = long
            written = (written or 0) - long
    if written:
        return None
    counts["output"] = output
    if tools is not None:
        searches = tools.web_search_requests
        if tools.code_execution_requests or (searches or 0) < 0:
            return None
        if searches:
            counts["web_search"] = searches
    return counts
