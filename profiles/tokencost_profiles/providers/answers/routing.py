"""Which router passed a call on, and which host answered it, as answers and headers state it.

A router bills the call and passes it on to a host (OpenRouter, Vercel's AI Gateway, Hugging Face).
A gateway passes it on to a provider that bills it to the key of the user (LiteLLM, Cloudflare,
Portkey): there the provider is who bills.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.call import BY_GATEWAY, Call
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_mapping,
    objects,
    text,
)

OPENROUTER: Final = "openrouter"
VERCEL: Final = "vercel"
HUGGING_FACE: Final = "huggingface"
METADATA: Final = "openrouter_metadata"
PROVIDER_METADATA: Final = ("provider_metadata", "providerMetadata")
# Behind the name of a model Hugging Face is asked for a host, or for one that fits a wish.
_WISHES: Final = frozenset({"fastest", "cheapest", "preferred", "auto"})
_HEADER: Final = "x-inference-provider"
_LITELLM_PREFIX: Final = "llm_provider-"  # before headers that LiteLLM passes on


class Routing(NamedTuple):
    """A router and the host behind it, each None where it is not stated."""

    router: str | None = None
    host: str | None = None


def routing_of(answer: Mapping[str, Any]) -> Routing:
    """Return what an answer states of its way."""
    metadata = answer.get(METADATA)
    if isinstance(metadata, Mapping):
        return Routing(OPENROUTER, _selected(metadata) or text(answer.get("provider")))
    for passed_on in _provider_metadata(answer):
        routing = metadata_routing(passed_on)
        if routing.router is not None:
            return routing
    return Routing(None, text(answer.get("provider")))


def metadata_routing(metadata: Mapping[str, Any]) -> Routing:
    """Return the way of a call from what the AI SDK calls the metadata of its provider."""
    routing = first_mapping(first_mapping(metadata, "gateway"), "routing")
    if routing:
        return Routing(
            VERCEL, text(routing.get("finalProvider")) or text(routing.get("resolvedProvider"))
        )
    if host := text(first_mapping(metadata, OPENROUTER).get("provider")):
        return Routing(OPENROUTER, host)
    return Routing()


def apply_routing(call: Call, answer: Mapping[str, Any]) -> None:
    """Set on a call the router that its answer names, the host and the cost that it states."""
    router, host = routing_of(answer)
    if router is not None:
        call.provider = router
    if host is not None and host != call.provider:
        call.host = host
    if call.cost is None and router == VERCEL:
        for metadata in _provider_metadata(answer):
            cost = amount(first_mapping(metadata, "gateway").get("cost"))
            if cost:
                call.cost, call.cost_basis = cost, BY_GATEWAY


def header_host(headers: Mapping[str, Any]) -> str | None:
    """Return the host that a router names in the headers of an answer; names in lower case."""
    return text(headers.get(_HEADER)) or text(headers.get(f"{_LITELLM_PREFIX}{_HEADER}"))


def asked_host(model: str | None) -> str | None:
    """Return the host that the name of a model at Hugging Face asks for, `NAME:HOST`."""
    _, colon, host = (model or "").rpartition(":")
    return host if colon and host.lower() not in _WISHES else None


def ask_hugging_face(call: Call, asked: str | None) -> None:
    """Set the model of a call to Hugging Face, and the host that its name asks for.

    Its answers name the model as the host does; its prices are by the name that was asked for.
    """
    if call.provider != HUGGING_FACE or not asked:
        return
    call.host = call.host or asked_host(asked)
    call.model = asked.partition(":")[0]


def _selected(metadata: Mapping[str, Any]) -> str | None:
    """Return the host of the endpoint that OpenRouter chose, else of the attempt that worked."""
    endpoints = objects(first_mapping(metadata, "endpoints").get("available"))
    chosen = [text(one.get("provider")) for one in endpoints if one.get("selected") is True]
    if not chosen:
        attempts = objects(metadata.get("attempts"))
        chosen = [text(one.get("provider")) for one in attempts if one.get("status") == 200]
    return chosen[-1] if chosen else None


def _provider_metadata(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if metadata := first_mapping(answer, *PROVIDER_METADATA):
        yield metadata
    choices = answer.get("choices")
    for choice in objects(choices)[:1]:
        message = first_mapping(choice, "message", "delta")
        if metadata := first_mapping(message, *PROVIDER_METADATA):
            yield metadata
