"""Conversations in OpenAI's form, by hypothesis: roles, tools, calls, results, thinking, parts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

PARTS = "texts of several parts"
THINKING = "thinking sent back"
SYSTEM = "a system prompt"
NO_SYSTEM = "no system prompt"
TOOLS = "tools"
SEVERAL_TOOLS = "several tools"
CALLS = "calls of tools"
PARALLEL = "several calls at once"
BESIDE = "a text beside a call"
NESTED = "nested arguments"
NO_ARGUMENTS = "calls without arguments"
EDGES = "white space around a text"
USERS = "neighbouring messages of the user"
NO_PROPERTIES = "functions of no properties"
DEFAULTS = "defaults in schemas"
SCHEMAS = "schemas with more than types"
SYSTEM_AND_TOOLS = "a system prompt beside tools"

_CHARACTERS = "abcdeXYZ   ..,:;!?'\"()[]{}0123456789\né中文😀-_/\\=*#"
_NAMES = ("city", "n", "unit", "days", "items")


def texts(*, edges: bool) -> st.SearchStrategy[str]:
    """Return texts, which hold no special token of any family."""
    plain = st.text(_CHARACTERS, min_size=1, max_size=24)
    stripped = plain.map(lambda text: text.strip() or "a")
    return plain.map(lambda text: text if text.strip() else "a") if edges else stripped


def _schema(rich: bool, defaults: bool) -> st.SearchStrategy[dict[str, Any]]:
    text = texts(edges=False)
    kinds = st.sampled_from(("string", "integer", "number", "boolean"))
    described = st.fixed_dictionaries({"type": kinds, "description": text})
    if not rich:
        return described
    bare = st.fixed_dictionaries({"type": kinds})
    values = st.lists(st.sampled_from(("a", "b c", "d")), min_size=1, max_size=3, unique=True)
    choices = st.fixed_dictionaries({"type": st.just("string"), "enum": values})
    lists = st.fixed_dictionaries({"type": st.just("array"), "items": bare})
    number = {"type": st.just("integer"), "minimum": st.integers(0, 9)}
    limits = st.fixed_dictionaries(
        {**number, **({"default": st.integers(0, 9)} if defaults else {})}
    )
    return st.one_of(described, bare, choices, lists, limits)


@st.composite
def tools(draw: st.DrawFn, differs: frozenset[str]) -> list[dict[str, Any]]:
    """Return tools in OpenAI's form, their keys in the usual order."""
    most, least = 1 if SEVERAL_TOOLS in differs else 3, int(NO_PROPERTIES in differs)
    rich, defaults = SCHEMAS not in differs, DEFAULTS not in differs
    names = ["weather", "add_item", "now"][: draw(st.integers(1, most))]
    result = []
    for name in names:
        keys = draw(st.lists(st.sampled_from(_NAMES), min_size=least, max_size=3, unique=True))
        parameters: dict[str, Any] = {
            "type": "object",
            "properties": {key: draw(_schema(rich, defaults)) for key in keys},
        }
        if keys and (not rich or draw(st.booleans())):
            parameters["required"] = keys[:1]
        description = draw(texts(edges=False))
        function = {"name": name, "description": description, "parameters": parameters}
        result.append({"type": "function", "function": function})
    return result


def _values(nested: bool) -> st.SearchStrategy[Any]:
    plain = st.one_of(st.text("abc 1.", min_size=1, max_size=9), st.integers(0, 999), st.booleans())
    if not nested:
        return plain
    return st.one_of(plain, st.lists(plain, max_size=2), st.dictionaries(st.just("a"), plain))


@st.composite
def conversations(
    draw: st.DrawFn,
    differs: frozenset[str] = frozenset(),
    call_id: Callable[[str, int], str] = lambda _, at: f"call{at:05d}",
) -> dict[str, Any]:
    """Return the body of a request that has nothing of what `differs` names."""

    def has(feature: str) -> bool:
        return feature not in differs and draw(st.booleans())

    text = texts(edges=EDGES not in differs)
    body: dict[str, Any] = {"messages": []}
    messages = body["messages"]
    system = NO_SYSTEM in differs or has(SYSTEM)
    if has(TOOLS) and not (system and SYSTEM_AND_TOOLS in differs):
        body["tools"] = draw(tools(differs))
    if system:
        messages.append({"role": "system", "content": draw(text)})
    number = 0
    for at in range(draw(st.integers(1, 3))):
        if at:
            messages.append(_answer(draw, text, thinks=has(THINKING)))
        for _ in range(2 if has(USERS) else 1):
            messages.append({"role": "user", "content": _content(draw, text, has(PARTS))})
        for _ in range(draw(st.integers(0, 2)) if "tools" in body and has(CALLS) else 0):
            calls = 2 if has(PARALLEL) else 1
            round_ = []
            for _ in range(calls):
                name = draw(st.sampled_from([one["function"]["name"] for one in body["tools"]]))
                round_.append((call_id(name, number), name))
                number += 1
            answer = _answer(draw, text, thinks=has(THINKING))
            answer["content"] = answer["content"] if has(BESIDE) else ""
            least = 1 if NO_ARGUMENTS in differs else 0
            pairs = st.dictionaries(
                st.sampled_from(_NAMES), _values(NESTED not in differs), min_size=least, max_size=3
            )
            answer["tool_calls"] = [
                {
                    "id": name_id,
                    "type": "function",
                    "function": {"name": name, "arguments": json.dumps(draw(pairs))},
                }
                for name_id, name in round_
            ]
            messages.append(answer)
            messages += [
                {"role": "tool", "tool_call_id": name_id, "name": name, "content": draw(text)}
                for name_id, name in round_
            ]
    return body


def _answer(draw: st.DrawFn, text: st.SearchStrategy[str], *, thinks: bool) -> dict[str, Any]:
    answer = {"role": "assistant", "content": draw(text)}
    return {**answer, "reasoning_content": draw(texts(edges=False))} if thinks else answer


def _content(draw: st.DrawFn, text: st.SearchStrategy[str], parts: bool) -> Any:
    if not parts:
        return draw(text)
    return [{"type": "text", "text": draw(text)} for _ in range(2)]
