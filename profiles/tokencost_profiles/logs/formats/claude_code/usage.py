"""The usage object of Claude Code's rows, decoded by type: hundreds of thousands are read.

A typed decoder ignores unknown keys. Objects of one version differ only in their digits, so each
form is checked once: only where it has an unknown key that names a count is the object decoded
again, with all keys.
"""

from __future__ import annotations

import re
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
    output_tokens_details: dict[str, Any] | None = None
    iterations: list[dict[str, Any]] | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None


_USAGE: Final = msgspec.json.Decoder(Usage | None, strict=False)
_DOUBTFUL: Final = -1
# Forms that have been looked at: how many lifetimes stand in them, or that an unknown key does.
_forms: dict[bytes, int] = {}


def usage_of(data: bytes) -> Usage | None:
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
    call.region = geography(usage.inference_geo)


def _usual_form_usage(usage: Usage) -> dict[str, int] | None:
    """Return the usage of an object of the usual form; None for other forms."""
    fresh, output = usage.input_tokens, usage.output_tokens
    written = usage.cache_creation_input_tokens or 0
    split = usage.cache_creation
    short = (split.ephemeral_5m_input_tokens or 0) if split else 0
    long = (split.ephemeral_1h_input_tokens or 0) if split else 0
    tools = usage.server_tool_use
    if fresh is None or output is None or written != short + long or usage.output_tokens_details:
        return None
    if min(fresh, output, short, long, usage.cache_read_input_tokens or 0) < 0:
        return None
    if tools is not None and (
        tools.code_execution_requests or (tools.web_search_requests or 0) < 0
    ):
        return None
    counts = {"input": fresh}
    if usage.cache_read_input_tokens:
        counts["cache_read"] = usage.cache_read_input_tokens
    if short:
        counts["cache_write_5m"] = short
    if long:
        counts["cache_write_1h"] = long
    counts["output"] = output
    if tools is not None and tools.web_search_requests:
        counts["web_search"] = tools.web_search_requests
    return counts
