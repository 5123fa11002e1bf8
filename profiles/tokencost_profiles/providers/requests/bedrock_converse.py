"""Amazon Bedrock Converse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    USER,
    Block,
    Media,
    Message,
    Other,
    Reasoning,
    Request,
    Schema,
    Text,
    Thinking,
    Tool,
    ToolCall,
    ToolResult,
    json_text,
    text_of,
)
from tokencost_profiles.providers.bodies.blocks import (
    as_list,
    as_mapping,
    builtin_tool,
    choice,
    numbered_mappings,
    rest,
    string,
)
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.bodies.request_format import RequestFormat

NAME: Final = "bedrock-converse"
_READ: Final = ("modelId", "model", "messages", "system", "toolConfig", "inferenceConfig")


def _recognises(body: dict[str, Any]) -> bool:
    if not isinstance(body.get("messages"), list):
        return False
    if "toolConfig" in body or "inferenceConfig" in body or "modelId" in body:
        return True
    return any(
        isinstance(entry, Mapping) and "text" in entry and "type" not in entry
        for message in body["messages"]
        for entry in as_list(as_mapping(message).get("content"))
    )


def _read(body: dict[str, Any]) -> Request:
    tools = as_mapping(body.get("toolConfig"))
    picked = as_mapping(tools.get("toolChoice"))
    more = as_mapping(body.get("additionalModelRequestFields"))
    return Request(
        api=NAME,
        model=text_of(body.get("modelId", body.get("model"))),
        system=tuple(content_blocks(body.get("system"), "system")),
        messages=tuple(_messages(body["messages"])),
        tools=tuple(_tools(tools.get("tools"))),
        choice="required"
        if "any" in picked
        else text_of(as_mapping(picked.get("tool")).get("name")) or choice(more.get("tool_choice")),
        schema=_schema(body),
        thinking=_thinking(more),
        max_output=output_limit(body),
        options=rest(body, *_READ),
    )


def _thinking(more: Mapping[str, Any]) -> Thinking | None:
    names = ("thinking", "reasoning_config", "reasoningConfig")  # the last is Nova's
    entry = as_mapping(next((more[name] for name in names if more.get(name)), None))
    if not entry:
        return None
    budget = entry.get("budget_tokens")
    on = entry.get("type") in ("enabled", "adaptive")
    return Thinking(on, budget if type(budget) is int else None)


def _schema(body: Mapping[str, Any]) -> Schema | None:
    form = as_mapping(as_mapping(body.get("outputConfig")).get("textFormat"))
    inner = as_mapping(as_mapping(form.get("structure")).get("jsonSchema"))
    schema = inner.get("schema")
    if isinstance(schema, Mapping):
        return Schema(schema, text_of(inner.get("name")), text_of(inner.get("description")))
    return Schema({"": schema}, text_of(inner.get("name"))) if isinstance(schema, str) else None


def _tools(value: Any) -> Iterator[Tool]:
    for place, entry in numbered_mappings(value, "toolConfig.tools"):
        spec = as_mapping(entry.get("toolSpec"))
        if not spec:
            if "cachePoint" not in entry:
                yield builtin_tool(entry, next(iter(entry), "tool"), place)
            continue
        schema = as_mapping(spec.get("inputSchema")).get("json")
        yield Tool(
            string(spec.get("name")),
            string(spec.get("description")),
            schema if isinstance(schema, Mapping) else None,
            raw=spec,
            place=place,
        )


def _messages(value: Any) -> Iterator[Message]:
    for place, entry in numbered_mappings(value, "messages"):
        role = ASSISTANT if entry.get("role") == "assistant" else USER
        yield Message(
            role, tuple(content_blocks(entry.get("content"), f"{place}.content")), place=place
        )


def content_blocks(content: Any, place: str) -> Iterator[Block]:
    """Yield the blocks of a message."""
    for where, entry in numbered_mappings(content, place):
        block = _block(entry, where)
        if block is not None:
            yield block


def _block(entry: Mapping[str, Any], place: str) -> Block | None:
    if isinstance(entry.get("text"), str):
        return Text(entry["text"], place)
    if "cachePoint" in entry:
        return None
    if isinstance(entry.get("json"), (dict, list)):
        return Text(json_text(entry["json"]), place)
    for kind in ("image", "video", "document", "audio"):
        inner = as_mapping(entry.get(kind))
        if inner:
            return _media(inner, kind, place)
    call, result = as_mapping(entry.get("toolUse")), as_mapping(entry.get("toolResult"))
    if call:
        return ToolCall(
            string(call.get("name")), call.get("input"), text_of(call.get("toolUseId")), place
        )
    if result:
        return ToolResult(
            tuple(content_blocks(result.get("content"), f"{place}.toolResult.content")),
            text_of(result.get("toolUseId")),
            None,
            result.get("status") == "error",
            place,
        )
    thought = as_mapping(entry.get("reasoningContent"))
    if thought:
        inner = as_mapping(thought.get("reasoningText"))
        seal = string(inner.get("signature")) + string(thought.get("redactedContent"))
        return Reasoning(string(inner.get("text")), len(seal), place, seal)
    return Other(next(iter(entry), "block"), entry, place)


def _media(inner: Mapping[str, Any], kind: str, place: str) -> Media:
    source = as_mapping(inner.get("source"))
    form = string(inner.get("format"))
    cited = as_mapping(inner.get("citations")).get("enabled") is True
    detail = "citations" if cited else None
    if isinstance(source.get("text"), str):
        return Media(kind, place, "text/plain", detail=detail, text=source["text"])
    if isinstance(source.get("content"), list):
        texts = [string(as_mapping(one).get("text")) for one in source["content"]]
        return Media(kind, place, "text/plain", detail=detail, text="".join(texts))
    return media_of(
        source.get("bytes", source.get("s3Location")),
        place,
        kind=kind,
        detail=detail,
        media_type=f"{kind}/{form}" if kind != "document" else f"application/{form}",
    )


REQUEST_FORMAT: Final = RequestFormat(NAME, _recognises, _read, order=35)
