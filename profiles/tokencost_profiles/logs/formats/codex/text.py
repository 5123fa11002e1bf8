"""The context of a Codex session: the prompt and the answer of each response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import COUNTED, Call
from tokencost_profiles.calls.content import Part, arguments_text
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.providers.usage_fields.usage_format import objects, text

_CALLS: Final = ("function_call", "custom_tool_call", "local_shell_call", "web_search_call")
_ANSWERS: Final = frozenset({"assistant", "tool_call", "reasoning"})


class Context:
    """The text parts of a session so far, stored only where they are requested."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._before: list[Part] = []
        self._answer: list[Part] = []
        self._tokens = 0  # of what stands before the answer, where it is counted
        self._error = 0.0
        self.has_answer = False

    def add(self, item: Mapping[str, Any]) -> str | None:
        """Take an item. Return the name of the tool that it calls."""
        name = text(item.get("name")) if item.get("type") in _CALLS else None
        for part in _parts(item):
            if part.role in _ANSWERS:
                self._answer.append(part)
                self.has_answer = True
            else:
                self._before.append(part)
                self._count(part)
        return name

    def ends_answer(self, item: Mapping[str, Any]) -> bool:
        """Whether an item shows that the answer before it was complete."""
        return self.has_answer and any(part.role not in _ANSWERS for part in _parts(item))

    def compact(self, payload: Mapping[str, Any]) -> None:
        """Begin again with a summary."""
        self._before, self._answer, self._tokens = [], [], 0
        summary = text(payload.get("message"))
        if summary:
            self._before.append(Part("user", summary, "compacted"))

    def close(self, call: Call) -> None:
        """Set the text of a call, and add its answer to the context."""
        if self._log.text:
            call.parts, call.answer = tuple(self._before), tuple(self._answer)
        if call.usage is not None:
            self._append_answer()

    def count(self, call: Call) -> None:
        """Count a call that reports nothing, each text once."""
        if self._log.count is not None:
            tokens = 0
            for part in self._answer:
                counted = self._log.count(call.model, part.text)
                tokens += counted.tokens
                self._error = max(self._error, counted.error)
            call.usage = {"input": self._tokens, "output": tokens}
            call.usage_source, call.error = COUNTED, self._error
            self._tokens += tokens
        self._append_answer()

    def _append_answer(self) -> None:
        self._before += self._answer
        self._answer = []
        self.has_answer = False

    def _count(self, part: Part) -> None:
        if self._log.count is not None:
            counted = self._log.count(None, part.text)
            self._tokens += counted.tokens
            self._error = max(self._error, counted.error)


def _parts(item: Mapping[str, Any]) -> list[Part]:
    kind = item.get("type")
    if kind == "message":
        role = text(item.get("role")) or "user"
        role = {"developer": "system"}.get(role, role)
        return [
            Part(role, str(block["text"]), "message")
            for block in objects(item.get("content"))
            if isinstance(block.get("text"), str)
        ]
    if kind in _CALLS:
        arguments = item.get("arguments", item.get("input", item.get("action")))
        return [Part("tool_call", f"{item.get('name') or kind}{arguments_text(arguments)}", "call")]
    if kind in ("function_call_output", "custom_tool_call_output"):
        output = item.get("output")
        return [Part("tool_result", arguments_text(output), "output")]
    if kind == "reasoning":
        return [
            Part("reasoning", str(block["text"]), "reasoning")
            for block in (*objects(item.get("summary")), *objects(item.get("content")))
            if isinstance(block.get("text"), str)
        ]
    return []
