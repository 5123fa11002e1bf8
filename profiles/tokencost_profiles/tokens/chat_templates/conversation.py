"""A request as a chat template reads it: messages, tools and settings, in OpenAI's form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    SYSTEM,
    TOOL,
    USER,
    Block,
    Media,
    Other,
    Reasoning,
    Request,
    Text,
    ToolCall,
    ToolResult,
    arguments_text,
    json_text,
)
from tokencost_profiles.tokens.markup.chat_template import json_value

# Settings of a body that servers hand on to the template under their names.
_HANDED_ON: Final = ("documents", "add_generation_prompt", "continue_final_message")
KWARGS: Final = "chat_template_kwargs"


def messages_of(
    request: Request, *, in_parts: bool = False, as_text: bool = False
) -> list[dict[str, Any]]:
    """Return the messages of a request.

    `in_parts`: texts stay parts of a message, for a template that goes through them; else they are
    joined by line breaks. `as_text`: the arguments of calls as the text that was sent.
    """
    messages: list[dict[str, Any]] = []
    if request.system:
        messages += _messages(SYSTEM, request.system, None, in_parts, as_text)
    for message in request.messages:
        messages += _messages(message.role, message.blocks, message.name, in_parts, as_text)
    return messages


def tools_of(request: Request) -> list[Any] | None:
    """Return the functions that may be called, as they were sent; None where there are none."""
    tools = [tool for tool in request.tools if tool.builtin is None]
    return [_tool(tool.raw, tool) for tool in tools] or None


def settings_of(request: Request) -> dict[str, Any]:
    """Return what else of a body its template reads: `chat_template_kwargs`, documents."""
    extra = request.options.get("extra_body")
    options = {**extra, **request.options} if isinstance(extra, Mapping) else request.options
    settings = {name: options[name] for name in _HANDED_ON if name in options}
    named = options.get(KWARGS)
    if isinstance(named, Mapping):
        settings |= {str(name): value for name, value in named.items()}
    effort = request.thinking.effort if request.thinking is not None else None
    if effort is not None:
        settings.setdefault("reasoning_effort", effort)
    return settings


def uncounted(request: Request) -> list[Media]:
    """Return media, of which a template writes no more than that they are there."""
    every = (block for _, block in request.blocks())
    inner = (
        one
        for block in every
        for one in ((block, *block.content) if isinstance(block, ToolResult) else (block,))
    )
    return [block for block in inner if isinstance(block, Media)]


def _tool(raw: Mapping[str, Any] | None, tool: Any) -> Any:
    if raw is not None and isinstance(raw.get("function"), Mapping):
        return raw
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": {key: function[key] for key in function}}


def _messages(
    role: str, blocks: Iterable[Block], name: str | None, in_parts: bool, as_text: bool
) -> Iterator[dict[str, Any]]:
    content: list[Block] = []
    answered = False
    for block in blocks:
        if isinstance(block, ToolResult):
            answered = True
            yield _result(block, in_parts)
        else:
            content.append(block)
    if not content and answered:
        return
    message: dict[str, Any] = {"role": USER if role == TOOL else role}
    if name:
        message["name"] = name
    message["content"] = _content(content, in_parts)
    thought = "".join(block.text for block in content if isinstance(block, Reasoning))
    if thought:
        message |= dict.fromkeys(("reasoning_content", "reasoning", "thinking"), thought)
    calls = [_call(block, as_text) for block in content if isinstance(block, ToolCall)]
    if calls:
        message["tool_calls"] = calls
    yield message


def _result(block: ToolResult, in_parts: bool) -> dict[str, Any]:
    message: dict[str, Any] = {"role": TOOL}
    if block.name:
        message["name"] = block.name
    message["content"] = _content(block.content, in_parts)
    if block.id is not None:
        message["tool_call_id"] = block.id
    return message


def _content(blocks: Iterable[Block], in_parts: bool) -> Any:
    parts = [part for block in blocks for part in _parts(block)]
    texts = [part["text"] for part in parts if "text" in part]
    if in_parts and (len(parts) > 1 or len(texts) < len(parts)):
        return parts
    return "\n".join(texts)


def _parts(block: Block) -> Iterator[dict[str, Any]]:
    if isinstance(block, Text):
        yield {"type": "text", "text": block.text}
    elif isinstance(block, Media):
        yield {"type": block.kind}
    elif isinstance(block, Other) and block.value is not None:
        text = block.value if isinstance(block.value, str) else json_text(block.value)
        yield {"type": "text", "text": text}


def _call(block: ToolCall, as_text: bool) -> dict[str, Any]:
    if as_text:
        arguments: Any = arguments_text(block.arguments)
    else:
        arguments = json_value(block.arguments) if block.arguments != "" else {}
    function = {"name": block.name, "arguments": arguments}
    named = {"id": block.id} if block.id is not None else {}
    return {**named, "type": "function", "function": function}
