"""What a Responses answer was billed for beside its tokens: tools that the host ran.

Searches and containers are counted on the answer. An image comes from another model, so its
tokens are a separate call. A tool whose fee is not known here is named in a warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.call import PASS, Call
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_count,
    first_mapping,
    objects,
    text,
)

PREVIEW: Final = "web_search_preview"  # a tool, and the unit that it is billed in
IMAGE_AGENT: Final = "image_generation"  # the label of calls that generated images
# Items that are billed by number, and those that are paid with their tokens alone.
_BILLED: Final = {
    "web_search_call": "web_search",
    "file_search_call": "file_search",
    "x_search_call": "x_search",
}
_TOKENS_ONLY: Final = frozenset(
    {
        "function_call",
        "custom_tool_call",
        "mcp_call",
        "computer_call",
        "local_shell_call",
        "apply_patch_call",
        "tool_search_call",
        "program_call",
        "code_interpreter_call",
        "shell_call",
        "image_generation_call",
    }
)
_MEMORY: Final = {"4g": "_4g", "16g": "_16g", "64g": "_64g"}
# Stands for the model where nothing names it, so that it is not that of the answer.
UNNAMED_MODEL: Final = "image-generation (model not named)"
UNNAMED_IMAGE_MODEL: Final = "an image was generated: the log does not name the image model"
_UNCOUNTED: Final = "images were generated: their tokens are not in the log and are left out"


def add_tools(call: Call, value: Mapping[str, Any]) -> None:
    """Add to a call the searches and containers that its answer reports."""
    items, tools = objects(value.get("output")), objects(value.get("tools"))
    if call.search_context is None:
        sizes = (text(tool.get("search_context_size")) for tool in tools)
        call.search_context = next((size for size in sizes if size), None)
    notes = tuple(_tools_without_price(items))
    if _count(items, "image_generation_call") and not _image_usage(value):
        notes += (_UNCOUNTED,)
    call.warnings += notes
    if call.usage is None:
        return
    counts = _searches(value, items, tools)
    if call.provider != "xai":
        units = _containers(items, tools)
        call.containers = tuple(f"{unit}:{name}" for name, unit in units.items() if name)
        counts.update(units.values())
    elif "server_side_tool_usage_details" in first_mapping(value, "usage"):
        counts = Counter()  # it says how many of its tools answered: only those are billed
    else:
        counts["code_execution"] = _count(items, "code_interpreter_call")
    call.usage = {**call.usage, **{unit: count for unit, count in counts.items() if count}}


def image_calls(call: Call, value: Mapping[str, Any]) -> list[Call]:
    """Return the call of the model that generated an answer's images, where tokens are reported."""
    usage = _image_usage(value)
    reading = read_usage(dict(usage)) if usage else None
    if reading is None:
        return []
    model = image_model((*objects(value.get("tools")), *objects(value.get("output"))))
    return [
        msgspec.structs.replace(
            call,
            usage=image_units(reading.usage),
            model=model or UNNAMED_MODEL,
            scope=PASS,
            key=f"{call.key}#image" if call.key else None,
            provider=call.provider or "openai",
            agent=IMAGE_AGENT,
            service_tier=None,
            tools=(),
            answer=None,
            parts=None,
            latency=None,
            first_token=None,
            cost=None,
            cost_basis=None,
            containers=(),
            unknown_keys=reading.unknown_keys,
            warnings=() if model else (UNNAMED_IMAGE_MODEL,),
        )
    ]


def image_units(usage: Mapping[str, int]) -> dict[str, int]:
    """Return the units of an image model: where its output is not divided, all of it is image."""
    units = dict(usage)
    if "output_image" not in units:
        units["output_image"] = units.pop("output", 0)
    return units


def _image_usage(value: Mapping[str, Any]) -> Mapping[str, Any]:
    usage = first_mapping(first_mapping(value, "tool_usage"), "image_gen")
    counted = (first_count(usage, key) for key in ("input_tokens", "output_tokens", "total_tokens"))
    return usage if any(counted) else {}


def image_model(entries: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the model that tools or items of an answer name for images, or None."""
    for entry in entries:
        if str(entry.get("type", "")).startswith(IMAGE_AGENT):
            model = text(entry.get("model"))
            if model:
                return model
    return None


def has_preview(tools: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the web was searched with the preview tool, which has another price."""
    return any(str(tool.get("type", "")).startswith(PREVIEW) for tool in tools)


def _searches(
    value: Mapping[str, Any], items: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]
) -> Counter[str]:
    """Count searches by unit. What the answer reports beats what its items show."""
    counts: Counter[str] = Counter()
    for item in items:
        unit = _BILLED.get(str(item.get("type")))
        if unit == "web_search":
            # Opening a page and finding in it are part of the search they follow.
            counts[unit] += first_mapping(item, "action").get("type", "search") == "search"
        elif unit is not None:
            counts[unit] += 1
    reported = first_count(
        first_mapping(first_mapping(value, "tool_usage"), "web_search"), "num_requests"
    )
    if reported is not None:
        counts["web_search"] = reported
    if has_preview(tools):
        counts[PREVIEW] = counts.pop("web_search", 0)
    return counts


def _containers(
    items: Iterable[Mapping[str, Any]], tools: Iterable[Mapping[str, Any]]
) -> dict[str | None, str]:
    """Return the containers that code ran in, with their units; None is one that has no id."""
    memory = {str(tool.get("type")): _memory(tool) for tool in tools}
    containers: dict[str | None, str] = {}
    for item in items:
        kind = str(item.get("type"))
        name = text(item.get("container_id")) or text(
            first_mapping(item, "environment").get("container_id")
        )
        if kind == "code_interpreter_call" or (kind == "shell_call" and name):
            containers[name] = f"code_container{memory.get(kind.removesuffix('_call'), '')}"
    return containers


def _memory(tool: Mapping[str, Any]) -> str:
    """Return what a container's memory adds to the name of its unit."""
    place = first_mapping(tool, "container", "environment")
    return _MEMORY.get(str(place.get("memory_limit")).lower(), "")


def _count(items: Iterable[Mapping[str, Any]], kind: str) -> int:
    return sum(item.get("type") == kind for item in items)


def _tools_without_price(items: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Name the tools in an answer whose price is not known here."""
    kinds = Counter(str(item.get("type") or "") for item in items)
    for kind in sorted(kinds):
        if kind.endswith("_call") and kind not in _BILLED and kind not in _TOKENS_ONLY:
            yield f"'{kind[:40]}' in the answer may be billed: its fee is not metered"
