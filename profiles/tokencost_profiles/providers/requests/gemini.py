"""Gemini generateContent, on AI Studio and Vertex."""

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
    text_of,
)
from tokencost_profiles.providers.bodies.blocks import (
    as_list,
    as_mapping,
    builtin_tool,
    function_tool,
    numbered_mappings,
    rest,
    seal_length,
    string,
)
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.bodies.request_format import RequestFormat

NAME: Final = "gemini"
_READ: Final = (
    "model",
    "contents",
    "systemInstruction",
    "system_instruction",
    "tools",
    "toolConfig",
    "tool_config",
    "generationConfig",
    "generation_config",
    "safetySettings",
    "labels",
)

_MOST_FRAMES: Final = 60  # a second
_USUAL_SEAL: Final = 530  # characters of a signature
_LONGEST_WORD: Final = 40  # characters of what stands in for a signature
_EMPTY_THOUGHT: Final = frozenset({"thought", "thoughtSignature", "thought_signature"})
# What a tool of the provider was asked, and gave back: sent back, it is not billed.
_CODE_PARTS: Final = frozenset(
    {"executableCode", "executable_code", "codeExecutionResult", "code_execution_result"}
)
_SERVER_PARTS: Final = frozenset({"toolCall", "tool_call", "toolResponse", "tool_response"})
_JSON_SCHEMA: Final = ("responseJsonSchema", "response_json_schema")


def _recognises(body: dict[str, Any]) -> bool:
    body = _counted_body(body)
    return "contents" in body and isinstance(body["contents"], (list, dict, str))


def first_value(entry: Mapping[str, Any], *names: str) -> Any:
    """Return the first field there is: the API takes camel and snake case."""
    return next((entry[name] for name in names if name in entry), None)


def _counted_body(body: dict[str, Any]) -> dict[str, Any]:
    """Return the request inside one that asks for its count."""
    inner = first_value(body, "generateContentRequest", "generate_content_request")
    return inner if isinstance(inner, dict) else body


def _read(body: dict[str, Any]) -> Request:
    body = _counted_body(body)
    config = as_mapping(first_value(body, "generationConfig", "generation_config"))
    contents = body["contents"]
    turns = contents if isinstance(contents, list) else [contents]
    calling = as_mapping(
        first_value(
            as_mapping(first_value(body, "toolConfig", "tool_config")),
            "functionCallingConfig",
            "function_calling_config",
        )
    )
    allowed = as_list(first_value(calling, "allowedFunctionNames", "allowed_function_names"))
    mode = string(calling.get("mode")).casefold()
    system = first_value(body, "systemInstruction", "system_instruction")
    return Request(
        api=NAME,
        model=text_of(body.get("model")),
        system=tuple(message_blocks(system, "systemInstruction")) if system else (),
        messages=tuple(_turns(turns)),
        tools=tuple(_tools(body.get("tools"))),
        choice=allowed[0]
        if len(allowed) == 1 and isinstance(allowed[0], str)
        else {"any": "required", "": None}.get(mode, mode),
        schema=_schema(config),
        thinking=_thinking(config),
        max_output=output_limit(body),
        options={
            **rest(body, *_READ),
            "generationConfig": dict(config),
            "contentsWithoutRole": sum(map(_no_role, (*turns, system) if system else turns)),
            "responseJsonSchema": first_value(config, *_JSON_SCHEMA) is not None,
        },
    )


def _no_role(content: Any) -> bool:
    """Whether a content says no role: such a one is not framed."""
    return not (isinstance(content, Mapping) and content.get("role"))


def _schema(config: Mapping[str, Any]) -> Schema | None:
    schema = first_value(config, "responseSchema", "response_schema", *_JSON_SCHEMA)
    if isinstance(schema, Mapping):
        return Schema(schema)
    kind = first_value(config, "responseMimeType", "response_mime_type")
    return Schema(None) if kind == "application/json" else None


def _thinking(config: Mapping[str, Any]) -> Thinking | None:
    entry = as_mapping(first_value(config, "thinkingConfig", "thinking_config"))
    if not entry:
        return None
    budget = first_value(entry, "thinkingBudget", "thinking_budget")
    level = string(first_value(entry, "thinkingLevel", "thinking_level")) or None
    return Thinking(budget != 0, budget if type(budget) is int else None, level)


def _tools(value: Any) -> Iterator[Tool]:
    entries = [value] if isinstance(value, Mapping) else value
    for place, entry in numbered_mappings(entries, "tools"):
        for kind, declared in entry.items():
            if kind in ("functionDeclarations", "function_declarations"):
                for where, one in numbered_mappings(declared, f"{place}.{kind}"):
                    tool = function_tool(one, one, where)
                    other = first_value(one, "parametersJsonSchema", "parameters_json_schema")
                    yield tool._replace(parameters=other) if isinstance(other, Mapping) else tool
            else:
                yield builtin_tool(as_mapping(declared), kind, f"{place}.{kind}")


def _turns(turns: list[Any]) -> Iterator[Message]:
    for at, turn in enumerate(turns):
        place = f"contents[{at}]"
        role = ASSISTANT if as_mapping(turn).get("role") == "model" else USER
        yield Message(role, tuple(message_blocks(turn, place)), place=place)


def message_blocks(content: Any, place: str) -> Iterator[Block]:
    """Yield the blocks of a content: a text, or a list of parts."""
    if isinstance(content, str):
        yield Text(content, place)
        return
    blocks = as_mapping(content).get("parts", content if isinstance(content, list) else None)
    for at, block in enumerate(blocks if isinstance(blocks, list) else [blocks]):
        if block is not None:
            where = f"{place}.parts[{at}]"
            read = _block(block, where)
            sealed = _sealed_size(as_mapping(block)) if _may_be_sealed(read) else 0
            if sealed:
                yield Reasoning("", sealed, where)
            yield read


def _may_be_sealed(block: Block) -> bool:
    """Whether the signature of a block is apart from it, and may be billed."""
    return not isinstance(block, Reasoning) and not (
        isinstance(block, Other) and block.kind in _SERVER_PARTS
    )


def _sealed_size(entry: Mapping[str, Any]) -> int:
    """Return the length of the signature that seals the thoughts before a block."""
    signature = string(first_value(entry, "thoughtSignature", "thought_signature"))
    # A text that can be no signature stands in for one that was taken out of a recording.
    replaced = "REDACTED" in signature[:_LONGEST_WORD].upper()
    return _USUAL_SEAL if replaced else seal_length(signature)


def _block(block: Any, place: str) -> Block:
    if isinstance(block, str):
        return Text(block, place)
    entry = as_mapping(block)
    if isinstance(entry.get("text"), str):
        if entry.get("thought") is True:
            return Reasoning(entry["text"], _sealed_size(entry), place)
        return Text(entry["text"], place)
    if entry.get("thought") is True and set(entry) <= _EMPTY_THOUGHT:
        return Reasoning("", _sealed_size(entry), place)
    call = as_mapping(first_value(entry, "functionCall", "function_call"))
    if call:
        name, arguments = string(call.get("name")), call.get("args")
        return ToolCall(
            name, {} if arguments is None else arguments, text_of(call.get("id")), place
        )
    result = as_mapping(first_value(entry, "functionResponse", "function_response"))
    if result:
        return _result(result, place)
    data = as_mapping(first_value(entry, "inlineData", "inline_data"))
    if data:
        media_type = text_of(first_value(data, "mimeType", "mime_type"))
        medium = media_of(data.get("data"), place, media_type=media_type, detail=_detail(entry))
        return _clipped(medium, entry)
    file = as_mapping(first_value(entry, "fileData", "file_data"))
    if file:
        media_type = text_of(first_value(file, "mimeType", "mime_type"))
        uri = first_value(file, "fileUri", "file_uri")
        medium = media_of(uri, place, media_type=media_type, detail=_detail(entry))
        return _clipped(medium, entry)
    if entry and set(entry) <= {"videoMetadata", "video_metadata"}:
        return Other("videoMetadata", None, place)
    server = next((name for name in entry if name in _SERVER_PARTS | _CODE_PARTS), None)
    if server:
        return Other(server, None, place)
    return Other(next(iter(entry), "part"), block, place)


def _clipped(media: Media, entry: Mapping[str, Any]) -> Media:
    """Return a medium as `videoMetadata` asks for it: from one moment to another, at a rate."""
    wanted = as_mapping(first_value(entry, "videoMetadata", "video_metadata"))
    if not wanted:
        return media
    start = _moment(first_value(wanted, "startOffset", "start_offset")) or 0.0
    end = _moment(first_value(wanted, "endOffset", "end_offset"))
    ends = [moment for moment in (end, media.seconds) if moment is not None]
    # What begins behind the end of a video is not looked for: it is read from its beginning.
    seconds = min(ends) - start if ends and min(ends) > start else media.seconds
    fps = wanted.get("fps")
    rate = float(fps) if isinstance(fps, (int, float)) and 0 < fps <= _MOST_FRAMES else None
    return media._replace(seconds=seconds, fps=rate)


def _moment(value: Any) -> float | None:
    """Return the seconds of an offset, as the API writes it: `12.5s`."""
    try:
        return float(string(value).removesuffix("s")) if value else None
    except ValueError:
        return None


def _detail(entry: Mapping[str, Any]) -> str | None:
    asked = first_value(entry, "mediaResolution", "media_resolution")
    return text_of(as_mapping(asked).get("level", asked))


def _result(result: Mapping[str, Any], place: str) -> ToolResult:
    content: list[Block] = [Other("response", result.get("response"), place)]
    for where, part in numbered_mappings(result.get("parts"), f"{place}.parts"):
        content.append(_block(part, where))
    return ToolResult(
        tuple(content), text_of(result.get("id")), text_of(result.get("name")), place=place
    )


REQUEST_FORMAT: Final = RequestFormat(NAME, _recognises, _read, order=30)
