"""Who billed a recorded call and which host answered it: from its address, headers and request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.logs.http.hosts import Address, address, gateway_provider
from tokencost_profiles.providers.answers.routing import ask_hugging_face, header_host

_LITELLM: Final = "x-litellm-model-api-base"
# In the answer of Cloudflare's gateway, and in the request to Portkey's or its answer.
_GATEWAYS: Final = ("cf-aig-provider", "x-portkey-provider")
_COMPAT: Final = "/compat/"
_NONE: Final[Mapping[str, str]] = {}


def apply_route(
    call: Call,
    place: Address,
    url: str = "",
    *,
    headers: Mapping[str, str] = _NONE,
    sent_headers: Mapping[str, str] = _NONE,
    asked: str | None = None,
) -> None:
    """Set the provider, the region and the host of a call.

    `headers`: of the answer and of the request, names in lower case; `asked`: the model requested.
    """
    base = address(headers[_LITELLM]) if _LITELLM in headers and not place.provider else place
    named = _gateway_header(headers) or _gateway_header(sent_headers)
    if named is None and _COMPAT in url and asked and "/" in asked:
        named = gateway_provider(asked.partition("/")[0])
    call.provider = base.provider or named or call.provider
    call.region = call.region or base.region
    call.host = header_host(headers) or base.host or call.host
    ask_hugging_face(call, asked)


def _gateway_header(headers: Mapping[str, str]) -> str | None:
    return next(
        (
            gateway_provider(name.lower())
            for header in _GATEWAYS
            if (name := headers.get(header)) and not name.startswith("@")
        ),
        None,
    )
