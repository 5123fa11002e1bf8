"""The neutral form of a request: messages of content blocks, tools, and what else is billed.

Request formats (one file an API) make it; prompt formats (one file a family of models) write what
a model reads of it. A request written for one API can so be counted for another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

SYSTEM: Final = "system"
USER: Final = "user"
ASSISTANT: Final = "assistant"
TOOL: Final = "tool"
TOKEN_IDS: Final = "token ids"  # an `Other` block of so many tokens, sent as numbers


# What a part is, beside the roles above.
TOOLS: Final = "tools"
REASONING: Final = "reasoning"
TOOL_CALL: Final = "tool_call"
TOOL_RESULT: Final = "tool_result"
ATTACHMENT: Final = "attachment"
SUMMARY: Final = "summary"  # what a compaction left of the messages before it


class Part(NamedTuple):
    """A text that the model reads, or wrote. `place` is its path in the body.

    The text of a tool call is the name and then the arguments, as JSON.
    """

    role: str  # system, tools, user, assistant, reasoning, tool_call, tool_result, attachment, ...
    text: str
    place: str
    name: str = ""  # of the tool: of its schema, a call of it, or a result where the log has it
    id: str = ""  # of the tool call; of a result, that of the call it answers
    target: str = ""  # the file or URL that a tool call names
    media: Media | None = None  # of an attachment: what is known of an image, audio, video
    hash: bytes = b""  # of kind, name and text, where the text itself is no longer held
    size: int = 0  # bytes of that text


class Text(NamedTuple):
    """Plain text."""

    text: str
    place: str = ""


class Reasoning(NamedTuple):
    """Thinking of an earlier answer that is sent back: its text, or a sealed block."""

    text: str = ""
    sealed: int = 0  # characters of a signature or an encrypted block
    place: str = ""
    seal: str = ""  # the encrypted block itself, where there is no text


class ToolCall(NamedTuple):
    """A tool call by the model. `arguments` as sent: JSON text, or a value."""

    name: str
    arguments: Any
    id: str | None = None
    place: str = ""


class ToolResult(NamedTuple):
    """The result of a tool call."""

    content: tuple[Any, ...]  # blocks
    id: str | None = None
    name: str | None = None
    error: bool = False
    place: str = ""


class Media(NamedTuple):
    """An image, audio, video or document. What is not known of it is None."""

    kind: str  # image, audio, video, document
    place: str = ""
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    detail: str | None = None  # low, high, auto, original
    seconds: float | None = None
    pages: int | None = None
    page_sizes: tuple[tuple[float, float], ...] = ()
    text: str | None = None  # of a document
    size: int | None = None  # bytes
    digest: bytes = b""  # of its bytes, where the body holds them
    fps: float | None = None  # frames a second that are asked for
    silent: bool = False  # a video that certainly has no sound track


class Other(NamedTuple):
    """A block that is billed in an unknown way: counted as its text at best."""

    kind: str
    value: Any = None
    place: str = ""


Block = Text | Reasoning | ToolCall | ToolResult | Media | Other


class Message(NamedTuple):
    """One message: system, user, assistant or tool."""

    role: str
    blocks: tuple[Block, ...]
    name: str | None = None
    place: str = ""


class Tool(NamedTuple):
    """A tool that the model may call. `builtin` names one that the provider runs or defines."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] | None = None  # JSON Schema
    strict: bool | None = None
    builtin: str | None = None
    raw: Mapping[str, Any] | None = None  # as it stands in the body
    place: str = ""


class Schema(NamedTuple):
    """The form that the answer must have."""

    schema: Mapping[str, Any] | None  # None: any JSON
    name: str | None = None
    description: str | None = None
    strict: bool | None = None


class Thinking(NamedTuple):
    """How much the model is asked to think."""

    on: bool
    budget: int | None = None
    effort: str | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request, as far as its tokens go."""

    api: str  # text, openai-chat, openai-responses, anthropic, gemini, ...
    model: str | None = None
    system: tuple[Block, ...] = ()  # a system prompt that stands outside the messages
    messages: tuple[Message, ...] = ()
    tools: tuple[Tool, ...] = ()
    choice: str | None = None  # auto, none, required, or the name of the tool that must be called
    parallel: bool | None = None  # whether several calls at once are allowed, where it is stated
    schema: Schema | None = None
    thinking: Thinking | None = None
    max_output: int | None = None
    options: dict[str, Any] = {}  # what else of the body may change the count, by its name there
    warnings: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the messages, in order."""
        return tuple(message.role for message in self.messages)

    def blocks(self) -> Iterator[tuple[str, Block]]:
        """Yield (role, block) of every block, tool results included."""
        for block in self.system:
            yield SYSTEM, block
        for message in self.messages:
            for block in message.blocks:
                yield message.role, block


def text_request(text: str) -> Request:
    """Return the request that a plain prompt makes: one user message."""
    return Request(api="text", messages=(Message(USER, (Text(text),)),))


def json_text(value: Any) -> str:
    """Write a value as compact JSON, in the order of its keys."""
    return msgspec.json.encode(value).decode()


def arguments_text(value: Any) -> str:
    """Return the arguments of a tool call as text."""
    return value if isinstance(value, str) else json_text(value)


def text_of(value: Any) -> str | None:
    """Return a text, or None."""
    return value if isinstance(value, str) else None
