"""The context of a Codex session: the prompt and the answer of each response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import COUNTED, Call
from tokencost_profiles.calls.content import (
    ASSISTANT,
    REASONING,
    SUMMARY,
    SYSTEM,
    TOOL_CALL,
    TOOL_RESULT,
    TOOLS,
    USER,
    Part,
    json_text,
)
from tokencost_profiles.calls.message_parts import block_parts, sealed_part, tool_call_part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.providers.requests.openai_responses import item_messages
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_CALLS: Final = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call")
_ANSWERS: Final = frozenset({ASSISTANT, TOOL_CALL, REASONING})
_COMPACTIONS: Final = ("compaction", "compaction_summary", "context_compaction")
# Characters of the user's messages that a compaction on the client keeps: 20,000 tokens.
_REMAINING: Final = 80_000


class Context:
    """The text parts of a session so far, stored only where they are requested.

    `is_counted`: whether the build reports no usage, so that texts are counted.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._head: tuple[Part, ...] = ()  # instructions and tools, where the log has them
        self._thread = ThreadParts([])
        self._answer: list[Part] = []
        self._results: list[Part] = []  # of tools of the answer at hand
        self._prompts: list[int] = []  # where the messages of the user begin
        self._closed: tuple[ThreadParts, tuple[Part, ...]] | None = None  # the last response
        self._items = 0
        self._tokens = 0  # of what stands before the answer, where it is counted
        self._error = 0.0
        self.is_counted = False
        self.has_answer = False

    def begin(self, meta: Mapping[str, Any]) -> None:
        """Take the head of the session."""
        if self._log.text:
            self._head = tuple(_head_parts(meta))
            self._thread = ThreadParts(list(self._head))

    def add(self, item: Mapping[str, Any]) -> str | None:
        """Take an item. Return the name of the tool that it calls."""
        name = text(item.get("name")) if item.get("type") in _CALLS else None
        if not (self._log.text or self.is_counted):
            return name
        self._closed = None
        self._items += 1
        parts = tuple(item_parts(item, self._items))
        if parts and parts[0].role in _ANSWERS:
            self._answer += parts
            self.has_answer = True
        elif self._is_early(parts):
            self._results += parts
        else:
            if parts and parts[0].role == USER:
                self._append_answer()  # of a response that was aborted
                if not parts[0].text.startswith("<"):
                    self._prompts.append(self._thread.end)
            self._thread = self._thread.followed_by(parts)
        for part in parts if self.is_counted else ():
            if part.role not in _ANSWERS:
                self._count(part)
        return name

    def _is_early(self, parts: tuple[Part, ...]) -> bool:
        """Whether an item is the result of a tool that the answer at hand called."""
        first = parts[0].id if parts and parts[0].role == TOOL_RESULT else ""
        return bool(first) and any(part.id == first for part in self._answer)

    def ends_answer(self, item: Mapping[str, Any]) -> bool:
        """Whether an item shows that the answer before it was complete."""
        return self.has_answer and any(part.role not in _ANSWERS for part in item_parts(item, 0))

    def compact(self, payload: Mapping[str, Any]) -> None:
        """Begin again with what a compaction left."""
        self._tokens, self.has_answer = 0, False
        if self._log.text:
            self._append_answer()
            self._thread = ThreadParts([*self._head, *self._compacted(payload)])
            self._prompts, self._closed = [], None

    def _compacted(self, payload: Mapping[str, Any]) -> Iterator[Part]:
        summary = text(payload.get("message")) or ""
        history = payload.get("replacement_history")
        if isinstance(history, list):
            for at, item in enumerate(objects(history)):
                for part in item_parts(item, at):
                    is_summary = part.role == USER and summary and part.text.endswith(summary)
                    yield part._replace(role=SUMMARY) if is_summary else part
            return
        yield from _newest(part for part in self._thread if part.role == USER)
        if summary:
            yield Part(SUMMARY, summary, "compacted")

    def roll_back(self, turns: Any) -> None:
        """Forget the last messages of the user and all behind them."""
        if self._log.text and type(turns) is int and 0 < turns <= len(self._prompts):
            self._append_answer()
            end = self._prompts[-turns]
            self._thread = ThreadParts(self._thread.parts[:end])
            self._prompts, self._closed = self._prompts[:-turns], None

    def close(self, call: Call) -> None:
        """Set the text of a call, and add its answer to the context.

        A response that is reported twice has the same text both times.
        """
        if self._log.text:
            if self._closed is None:
                self._closed = (self._thread, tuple(self._answer))
            prompt, answer = self._closed
            if prompt or answer:
                call.parts, call.answer = prompt, answer
        if call.usage is not None:
            self._append_answer()

    def count(self, call: Call) -> None:
        """Count a call that reports nothing, each text once."""
        if self._log.counter is not None:
            counted = self._log.counter.answer(call.model, self._answer)
            self._error = max(self._error, counted.error)
            call.usage = {"input": self._tokens, "output": counted.tokens}
            call.usage_source, call.error = COUNTED, self._error
            self._tokens += counted.tokens
        self._append_answer()

    def _append_answer(self) -> None:
        self._thread = self._thread.followed_by((*self._answer, *self._results))
        self._answer, self._results = [], []
        self.has_answer = False

    def _count(self, part: Part) -> None:
        if self._log.counter is not None:
            counted = self._log.counter.text(None, part.text)
            self._tokens += counted.tokens
            self._error = max(self._error, counted.error)


def _head_parts(meta: Mapping[str, Any]) -> Iterator[Part]:
    """Yield what newer builds write of the request: its instructions, and tools of the client."""
    for at, tool in enumerate(objects(meta.get("dynamic_tools"))):
        yield Part(TOOLS, json_text(tool), f"tools[{at}]", text(tool.get("name")) or "")
    stated = meta.get("base_instructions")
    instructions = text(first_mapping(meta, "base_instructions").get("text")) or text(stated)
    if instructions:
        yield Part(SYSTEM, instructions, "instructions")


def _newest(parts: Iterable[Part]) -> list[Part]:
    """Return the newest parts, as many as a compaction keeps."""
    remaining: list[Part] = []
    size = 0
    for part in reversed(tuple(parts)):
        size += len(part.text)
        if size > _REMAINING:
            break
        remaining.append(part)
    return remaining[::-1]


def item_parts(item: Mapping[str, Any], number: int) -> Iterator[Part]:
    """Yield the parts of an item. `number`: its place in the session."""
    kind, place = item.get("type"), f"input[{number:06}]"
    if kind == "web_search_call":
        yield tool_call_part("web_search", item.get("action"), None, place)
    elif kind in _COMPACTIONS:
        sealed = sealed_part(text(item.get("encrypted_content")) or "", place)
        if sealed.size:
            yield sealed._replace(role=SUMMARY)
    elif isinstance(kind, str):
        output = first_mapping(item, "output")
        if output:
            item = {**item, "output": text(output.get("content")) or json_text(output)}
        for message in item_messages([item]):
            for part in block_parts(message.blocks, message.role):
                yield part._replace(place=part.place.replace("input[0]", place))
