"""The cost of a call, where the log writes it beside the usage object and not inside it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_profiles.calls.call import BY_CLIENT, BY_GATEWAY, Call
from tokencost_profiles.providers.usage_fields.reported_cost import COST_KEYS
from tokencost_profiles.providers.usage_fields.usage_format import (
    Reported,
    amount,
    first_mapping,
    reported_cost,
)

COST_HEADER: Final = "x-litellm-response-cost"
_HIDDEN: Final = ("_hidden_params", "hidden_params")
_METADATA: Final = ("providerMetadata", "experimental_providerMetadata", "provider_metadata")


def metadata_cost(metadata: Mapping[str, Any]) -> Reported:
    """Return the cost in what the AI SDK passes on from a provider or a gateway."""
    if not metadata:
        return Reported()
    gateway = amount(first_mapping(metadata, "gateway").get("cost"))
    if gateway is not None:
        return Reported(gateway, BY_GATEWAY)
    for billed in (
        first_mapping(first_mapping(metadata, "openrouter"), "usage"),
        first_mapping(metadata, "xai"),
        first_mapping(metadata, "perplexity"),
    ):
        reported = reported_cost(billed)
        if reported.cost is not None:
            return reported
    return Reported()


def cost_in(value: Mapping[str, Any]) -> Decimal | None:
    """Return the cost that an object states for its contents, in USD; None where it is 0."""
    hidden = first_mapping(value, *_HIDDEN)
    for stated in (*(value.get(key) for key in COST_KEYS), hidden.get("response_cost")):
        if isinstance(stated, (int, float, str, Decimal)) and not isinstance(stated, bool):
            cost = amount(stated)
            if cost is not None and cost > 0:
                return cost
    return metadata_cost(first_mapping(value, *_METADATA)).cost or None


def apply_cost(call: Call, value: Mapping[str, Any]) -> None:
    """Set the cost of a call that has none to the one stated in an object around it."""
    if call.cost is not None:
        return
    call.cost = cost_in(value)
    if call.cost is not None:
        metadata_cost = "response_cost" in value or any(name in value for name in _HIDDEN)
        call.cost_basis = BY_GATEWAY if metadata_cost else BY_CLIENT


def apply_header(call: Call, headers: Mapping[str, str]) -> None:
    """Set the cost of a call that has none to the one in a gateway's response headers."""
    cost = amount(headers.get(COST_HEADER)) if call.cost is None else None
    if cost is not None and cost > 0:
        call.cost, call.cost_basis = cost, BY_GATEWAY
