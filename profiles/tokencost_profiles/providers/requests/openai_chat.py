"""OpenAI Chat Completions, and the many hosts that speak it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    USER,
    Block,
    Message,
    Other,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    text_of,
)
from tokencost_profiles.providers.bodies.blocks import (
    answer_schema,
    as_list,
    as_mapping,
    builtin_tool,
    choice,
    content_blocks,
    effort,
    flag,
    function_tool,
    numbered_mappings,
    rest,
    string,
)
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.bodies.request_format import RequestFormat

NAME: Final = "openai-chat"
_ROLES: Final = {
    "system": SYSTEM,
    "developer": SYSTEM,
    "assistant": ASSISTANT,
    "tool": TOOL,
    "function": TOOL,
    "model": ASSISTANT,
}
_READ: Final = (
    "model",
    "messages",
    "tools",
    "functions",
    "tool_choice",
    "function_call",
    "response_format",
    "parallel_tool_calls",
    "max_completion_tokens",
    "max_tokens",
    "stream",
    "stream_options",
    "temperature",
    "top_p",
    "seed",
    "n",
    "stop",
    "user",
    "metadata",
)


def _recognises(body: dict[str, Any]) -> bool:
    return isinstance(body.get("messages"), list)


def _read(body: dict[str, Any]) -> Request:
    functions = [
        function_tool(entry, entry, place)
        for place, entry in numbered_mappings(body.get("functions"), "functions")
    ]
    thinking = effort(body.get("reasoning") or body.get("reasoning_effort"))
    if thinking is None and as_mapping(body.get("thinking")).get("type") == "enabled":
        thinking = effort({"enabled": True})
    return Request(
        api=NAME,
        model=text_of(body.get("model")),
        messages=tuple(messages_of(body["messages"])),
        tools=(*tools_of(body.get("tools")), *functions),
        choice=choice(body.get("tool_choice", body.get("function_call"))),
        parallel=flag(body.get("parallel_tool_calls")),
        schema=answer_schema(body.get("response_format")),
        thinking=thinking,
        max_output=output_limit(body),
        options=rest(body, *_READ),
    )


def tools_of(value: Any) -> Iterator[Tool]:
    """Read tools as chat (wrapped) or Responses (flat) describe them."""
    for place, entry in numbered_mappings(value, "tools"):
        inner = entry.get("function")
        if isinstance(inner, Mapping):
            yield function_tool(inner, entry, place)
        elif entry.get("type", "function") == "function":
            yield function_tool(entry, entry, place)
        else:
            yield builtin_tool(entry, string(entry.get("type")), place)


def messages_of(value: Any) -> Iterator[Message]:
    """Read messages; an answer is one, too."""
    for at, entry in enumerate(as_list(value)):
        place = f"messages[{at}]"
        if not isinstance(entry, (dict, Mapping)):
            yield Message(USER, (Other("message", entry, place),), place=place)
            continue
        role = string(entry.get("role")) or "user"
        text = entry.get("content")
        is_plain = len(entry) == 2 and "role" in entry and _ROLES.get(role) != TOOL
        if is_plain and isinstance(text, str):  # as most messages are
            yield Message(_ROLES.get(role, USER), (Text(text, f"{place}.content"),), place=place)
            continue
        blocks = tuple(content_of(entry.get("content"), f"{place}.content"))
        if _ROLES.get(role) == TOOL:
            blocks = (
                ToolResult(
                    blocks,
                    string(entry.get("tool_call_id")) or None,
                    string(entry.get("name")) or None,
                    place=place,
                ),
            )
            yield Message(TOOL, blocks, place=place)
            continue
        reasoning = entry.get("reasoning_content") or entry.get("reasoning") or _with_detail(entry)
        if isinstance(reasoning, str) and reasoning:
            blocks = (Reasoning(reasoning, place=place), *blocks)
        blocks += tuple(_calls(entry, place))
        yield Message(_ROLES.get(role, USER), blocks, string(entry.get("name")) or None, place)


def _with_detail(entry: Mapping[str, Any]) -> str:
    """Return the thinking of an answer as OpenRouter writes it: in blocks."""
    blocks = as_list(entry.get("reasoning_details"))
    return "".join(string(as_mapping(block).get("text")) for block in blocks)


def _calls(entry: Mapping[str, Any], place: str) -> Iterator[ToolCall]:
    for where, call in numbered_mappings(entry.get("tool_calls"), f"{place}.tool_calls"):
        callee = as_mapping(call.get("function")) or as_mapping(call.get("custom"))
        arguments = callee.get("arguments", callee.get("input", ""))
        yield ToolCall(string(callee.get("name")), arguments, string(call.get("id")) or None, where)
    single = as_mapping(entry.get("function_call"))
    if single:
        arguments = single.get("arguments", "")
        yield ToolCall(string(single.get("name")), arguments, None, f"{place}.function_call")


def content_of(content: Any, place: str) -> Iterator[Block]:
    """Read the content of a message: a text, or a list of blocks."""
    return content_blocks(content, place, _block)


def _block(block: Any, place: str) -> Block:
    if isinstance(block, str):
        return Text(block, place)
    entry = as_mapping(block)
    kind = string(entry.get("type"))
    if isinstance(entry.get("text"), str):
        return Text(entry["text"], place)
    if kind in ("image_url", "video_url", "document_url", "file_url"):
        value = entry.get(kind)
        inner = as_mapping(value)
        source = inner.get("url", value) if inner else value
        named = {"image_url": "image", "video_url": "video"}.get(kind, "document")
        return media_of(source, place, kind=named, detail=string(inner.get("detail")) or None)
    if kind == "input_audio":
        inner = as_mapping(entry.get(kind))
        form = string(inner.get("format"))
        return media_of(inner.get("data"), place, kind="audio", media_type=f"audio/{form}")
    if kind == "file":
        inner = as_mapping(entry.get(kind))
        return media_of(inner.get("file_data", inner.get("file_id")), place, kind="document")
    if kind == "refusal":
        return Text(string(entry.get("refusal")), place)
    if kind == "thinking":
        thought = entry.get("thinking")
        texts = [string(as_mapping(one).get("text")) for one in as_list(thought)]
        return Reasoning(thought if isinstance(thought, str) else "".join(texts), place=place)
    return Other(kind, block, place)


REQUEST_FORMAT: Final = RequestFormat(NAME, _recognises, _read, order=50)
