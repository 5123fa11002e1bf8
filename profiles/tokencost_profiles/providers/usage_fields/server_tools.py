"""Tools that the provider runs during a request, as usage objects count them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import first_count, first_mapping

_XAI: Final = "server_side_tool_usage_details"
_REQUESTS: Final = ("server_tool_use", "server_tool_use_details")

# The keys that are read here, by the path of the object that holds them. Bare counts of all tools
# together, and tools that bill nothing but tokens (MCP servers, fetched pages), are known as well.
SERVER_TOOL_KEYS: Final[dict[str, str]] = {
    "": "num_search_queries num_server_side_tools_used num_sources_used connectors",
    _XAI: (
        "web_search_calls x_search_calls code_interpreter_calls file_search_calls "
        "document_search_calls mcp_calls"
    ),
    "connectors": "web_search web_search_premium code_interpreter",
    "server_tool_use": "web_search_requests web_fetch_requests",
    "server_tool_use_details": (
        "web_search_requests web_fetch_requests tool_calls_executed tool_calls_requested"
    ),
}


def server_tools(usage: Mapping[str, Any], details: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the calls of tools that are billed by number, by unit.

    `details`: those of the input, where LiteLLM counts the searches of every provider.
    """
    xai, mistral = first_mapping(usage, _XAI), first_mapping(usage, "connectors")
    searches = first_count(usage, "num_search_queries")
    for counted in (
        first_count(xai, "web_search_calls"),
        first_count(first_mapping(usage, *_REQUESTS), "web_search_requests"),
        first_count(details, "web_search_requests"),
        first_count(mistral, "web_search", "web_search_premium"),
    ):
        searches = counted if searches is None else searches
    return {
        "web_search": searches,
        "x_search": first_count(xai, "x_search_calls"),
        "search_sources": _sources(usage, xai),
        "file_search": first_count(xai, "file_search_calls"),
        "document_search": first_count(xai, "document_search_calls"),
        "code_execution": first_count(xai, "code_interpreter_calls")
        or first_count(mistral, "code_interpreter"),
    }


def _sources(usage: Mapping[str, Any], xai: Mapping[str, Any]) -> int | None:
    """Return the sources that xAI's Live Search used; its later tools bill a call, no source."""
    if xai or first_count(usage, "num_server_side_tools_used"):
        return None
    return first_count(usage, "num_sources_used")
