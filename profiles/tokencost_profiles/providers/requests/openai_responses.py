"""OpenAI Responses."""

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
    ToolCall,
    ToolResult,
    text_of,
)
from tokencost_profiles.providers.bodies.blocks import (
    answer_schema,
    as_list,
    as_mapping,
    choice,
    content_blocks,
    effort,
    flag,
    rest,
    seal_length,
    string,
)
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.bodies.request_format import RequestFormat
from tokencost_profiles.providers.requests.openai_chat import tools_of

NAME: Final = "openai-responses"
_ROLES: Final = {"system": SYSTEM, "developer": SYSTEM, "assistant": ASSISTANT}
_READ: Final = (
    "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text",
    "reasoning", "max_output_tokens", "stream", "store", "temperature", "top_p", "include",
    "metadata", "user",
)  # fmt: skip
_CALLS: Final = ("function_call", "custom_tool_call", "mcp_call", "local_shell_call", "shell_call",
                 "apply_patch_call", "computer_call")  # fmt: skip


def _recognises(body: dict[str, Any]) -> bool:
    content = body.get("input")
    if isinstance(content, list):
        return any(isinstance(item, dict) for item in content)
    return isinstance(content, str) and (
        "instructions" in body
        or "max_output_tokens" in body
        or "reasoning" in body
        or "tools" in body
        or "text" in body
        or "store" in body
        or "include" in body
    )


def _read(body: dict[str, Any]) -> Request:
    instructions = body.get("instructions")
    content = body.get("input")
    items = content if isinstance(content, list) else [{"role": "user", "content": content}]
    system = (Text(instructions, "instructions"),) if isinstance(instructions, str) else ()
    return Request(
        api=NAME,
        model=text_of(body.get("model")),
        system=system if instructions else (),
        messages=tuple(item_messages(items)),
        tools=tuple(tools_of(body.get("tools"))),
        choice=choice(body.get("tool_choice")),
        parallel=flag(body.get("parallel_tool_calls")),
        schema=answer_schema(as_mapping(body.get("text")).get("format")),
        thinking=effort(body.get("reasoning")),
        max_output=output_limit(body),
        options={**rest(body, *_READ), **_sent_back_calls(items)},
    )


def _sent_back_calls(items: list[Any]) -> dict[str, Any]:
    """Return how many calls are sent back as the items they were, with an id, each alone."""
    is_call = [False, *(as_mapping(item).get("type") in _CALLS for item in items), False]
    number = sum(
        called and not before and not after and bool(string(as_mapping(item).get("id")))
        for item, before, called, after in zip(
            items, is_call, is_call[1:], is_call[2:], strict=False
        )
    )
    return {"kept_calls": number} if number else {}


def item_messages(items: list[Any]) -> Iterator[Message]:
    """Yield the messages that the items of an input, or of an output, are."""
    for at, item in enumerate(items):
        place = f"input[{at}]"
        entry = as_mapping(item)
        kind = string(entry.get("type"))
        if isinstance(item, str):
            yield Message(USER, (Text(item, place),), place=place)
        elif kind in _CALLS:
            arguments = entry.get("arguments", entry.get("input", entry.get("action", "")))
            name = string(entry.get("name")) or kind
            call = ToolCall(name, arguments, string(entry.get("call_id")) or None, place)
            yield Message(ASSISTANT, (call,), place=place)
        elif kind.endswith("_call_output"):
            content = tuple(_content(entry.get("output"), f"{place}.output"))
            result = ToolResult(content, string(entry.get("call_id")) or None, place=place)
            yield Message(TOOL, (result,), place=place)
        elif kind == "reasoning":
            yield Message(ASSISTANT, (_reasoning(entry, place),), place=place)
        elif "content" in entry:
            role = _ROLES.get(string(entry.get("role")), USER)
            yield Message(role, tuple(_content(entry["content"], f"{place}.content")), place=place)
        else:
            yield Message(ASSISTANT, (Other(kind or "item", item, place),), place=place)


def _reasoning(entry: Mapping[str, Any], place: str) -> Reasoning:
    texts = [
        string(as_mapping(block).get("text"))
        for block in (*as_list(entry.get("summary")), *as_list(entry.get("content")))
    ]
    seal = string(entry.get("encrypted_content"))
    return Reasoning("\n".join(texts), seal_length(seal), place, seal)


def _content(content: Any, place: str) -> Iterator[Block]:
    return content_blocks(content, place, _block)


def _block(block: Any, place: str) -> Block:
    if isinstance(block, str):
        return Text(block, place)
    entry = as_mapping(block)
    kind = string(entry.get("type"))
    if isinstance(entry.get("text"), str):
        return Text(entry["text"], place)
    if kind == "refusal":
        return Text(string(entry.get("refusal")), place)
    if kind in ("input_image", "computer_screenshot"):
        source = entry.get("image_url", entry.get("file_id"))
        return media_of(source, place, kind="image", detail=string(entry.get("detail")) or None)
    if kind == "input_file":
        source = entry.get("file_data", entry.get("file_url", entry.get("file_id")))
        return media_of(source, place, kind="document")
    if kind == "input_audio":
        inner = as_mapping(entry.get("input_audio"))
        return media_of(inner.get("data"), place, kind="audio")
    return Other(kind, block, place)


REQUEST_FORMAT: Final = RequestFormat(NAME, _recognises, _read, order=45)
