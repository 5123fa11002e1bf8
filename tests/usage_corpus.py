"""Recorded usage objects of another project's tests, each with what its extractors read in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.answers.response_format import call_of
from tokencost_profiles.providers.usage import read_usage

# How the collection calls clouds -> how the price table does.
_PROVIDERS: Final = {"aws": "bedrock"}
_USAGES: Final = ("usage", "usageMetadata", "meta")


def call_of_body(row: Mapping[str, Any]) -> Call | None:
    """Return the call of a recorded body, read by nothing but the rules of the product."""
    body, provider = row["body"], _provider(row["extracted"])
    calls = responses.read(body)
    if calls and calls[0].usage is not None:
        call = calls[0]
    else:
        usage = next((body[key] for key in _USAGES if isinstance(body.get(key), dict)), None)
        reading = read_usage(usage, provider)
        if reading is None or not reading.usage:
            return None
        call = call_of(reading, api="", provider=provider, model=body.get("model"))
    call.provider = provider or call.provider
    return call


def _provider(extracted: list[Any]) -> str | None:
    """Return who answered, where only one provider's rules could read the body."""
    names = set(_provider_ids(extracted))
    name = names.pop() if len(names) == 1 else None
    return _PROVIDERS.get(name, name) if name else None


def _provider_ids(extracted: list[Any]) -> Iterator[str]:
    for entry in extracted:
        for rule in entry.get("extractors") or ():
            if isinstance(rule, Mapping) and isinstance(rule.get("provider_id"), str):
                yield rule["provider_id"]
