"""What JSON and YAML hold: requests, messages, batches, templates, examples for fine-tuning."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.content import Request
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.template_engines import placeholders
from tokencost_profiles.tokens.template_engines.template import Template

# An escaped pair of surrogates is a character, one alone is half of one.
_HALF: Final = re.compile(
    r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
# What logs hold and requests seldom do: worth a look for the format of a log.
_USAGE: Final = (
    "usage(?:_?metadata)?|metrics|cost|(?:input|output|prompt|total)_?tokens|tokens_?(?:in|out)"
)
_FOLDED: Final = {"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"}  # what case ignores, too
_EVENTS: Final = re.compile("data:|event:", re.IGNORECASE)
_WRAPPERS: Final = ("body", "request", "params", "modelInput")
# What only an answer brings into a row.
_ANSWERED: Final = ("response", "usage", "output", "modelOutput", "result", "completion", "error")
# What nobody gives an example to learn from.
_SETTINGS: Final = (
    "model",
    "modelId",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "temperature",
    "top_p",
    "stream",
    "generationConfig",
    "inferenceConfig",
    "anthropic_version",
    "n",
    "stop",
)
_ANSWERING: Final = ("assistant", "model", "gpt", "chatbot")


class Entry(NamedTuple):
    """One request of a document."""

    request: Request
    data: Any  # that it was read from
    batch: bool = False  # it stands in a file that is sent as a batch


def entry_of(data: Any) -> Entry | None:
    """Return the request that a value is, the wrapper of a batch taken off; None for no request."""
    if isinstance(data, list) and is_conversation(data):
        data = {"messages": data}
    if not isinstance(data, Mapping):
        return None
    for name in _WRAPPERS:
        inner = data.get(name)
        if isinstance(inner, dict) and (request := requests.read(inner)):
            return Entry(request, inner, is_batch_row(data, name))
    request = requests.read(data)
    return Entry(request, data) if request else None


def entries_of(document: Any) -> Iterator[Entry]:
    """Yield the requests of a document: one, or those of a batch."""
    rows = _batch_rows(document)
    if rows is None:
        entry = entry_of(document)
        if entry is not None:
            yield entry
        return
    for row in rows:
        entry = entry_of(row)
        if entry is not None:
            yield entry._replace(batch=True)


def _batch_rows(document: Any) -> list[Any] | None:
    """Return the rows of a batch that stands in one document; None where it is none."""
    inner = document
    for name in ("batch", "input_config", "inputConfig"):
        if isinstance(inner, Mapping) and isinstance(inner.get(name), Mapping):
            inner = inner[name]
    for _ in range(2):
        if isinstance(inner, Mapping) and isinstance(inner.get("requests"), (list, Mapping)):
            inner = inner["requests"]
    if not isinstance(inner, list) or not inner:
        return None
    wrapped = all(
        isinstance(row, Mapping) and any(isinstance(row.get(name), dict) for name in _WRAPPERS)
        for row in inner
    )
    return inner if wrapped and (inner is not document or _has_ids(inner)) else None


def _has_ids(rows: list[Any]) -> bool:
    return all(is_batch_row(row, _wrapper(row)) for row in rows)


def _wrapper(row: Mapping[str, Any]) -> str:
    return next(name for name in _WRAPPERS if isinstance(row.get(name), dict))


def is_batch_row(row: Mapping[str, Any], wrapper: str) -> bool:
    """Whether a row is one of a batch that is still to be sent, by the keys beside its body."""
    if any(name in row for name in _ANSWERED):
        return False
    if "custom_id" in row or "recordId" in row:
        return True
    return wrapper == "request" and set(row) <= {"key", "request", "metadata", "id"}


def is_conversation(data: list[Any]) -> bool:
    """Whether a list is one of messages."""
    return bool(data) and all(
        isinstance(item, Mapping)
        and "role" in item
        and ("content" in item or "parts" in item or "tool_calls" in item)
        for item in data
    )


def is_training(rows: list[Any]) -> bool:
    """Whether rows are examples to fine-tune a model with: each holds the answer to learn."""
    return bool(rows) and all(_is_example(row) for row in rows)


def is_pairs(rows: list[Any]) -> bool:
    """Whether rows are examples that are not written as messages."""
    return is_training(rows) and not any("messages" in row or "contents" in row for row in rows)


def _is_example(row: Any) -> bool:
    if not isinstance(row, Mapping) or any(name in row for name in _SETTINGS):
        return False
    keys = set(row)
    pairs = (
        {"prompt", "completion"},
        {"instruction", "output"},
        {"text_input", "output"},
        {"prompt", "chosen", "rejected"},
        {"preferred_output", "non_preferred_output"},
        {"chosen", "rejected"},
    )
    if any(pair <= keys for pair in pairs):
        return True
    lists = (row.get(name) for name in ("messages", "conversations", "contents"))
    turns = next((turns for turns in lists if isinstance(turns, list) and turns), [None])
    last = turns[-1]
    if not isinstance(last, Mapping):
        return False
    role = last.get("role", last.get("from"))
    return isinstance(role, str) and role.casefold() in _ANSWERING


def fill(entry: Entry, values: Mapping[str, Any]) -> tuple[Request, Template | None]:
    """Return a request with its placeholders filled, and the template that it is.

    Only double braces are placeholders: bodies are full of single ones.
    """
    from tokencost_profiles.calls.message_parts import request_parts  # not of plain text

    request, data = entry.request, entry.data
    if values:
        data = _map_texts(data, lambda text: placeholders.fill(text, values, single=False))
        written = entry_of(data)
        request = written.request if written else request
    texts = (part.text for part in request_parts(request) if part.role in ("system", "user"))
    names = dict.fromkeys(
        name for text in texts for name in placeholders.open_places(text, single=False)
    )
    if not names:
        return request, None
    shortest = entry_of(_map_texts(data, _without_places))
    return request, Template(request, shortest.request if shortest else request, tuple(names))


def _without_places(text: str) -> str:
    return placeholders.without_places(text, single=False)


def _map_texts(data: Any, change: Callable[[str], str]) -> Any:
    """Return a document with every text in it changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, Mapping):
        return {key: _map_texts(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [_map_texts(value, change) for value in data]
    return data


def is_answered(body: Any) -> bool:
    """Whether a request has its answer beside it, as logs have."""
    return isinstance(body, Mapping) and any(
        name in body for name in ("response", "usage", "modelOutput")
    )


def prompt_of(entry: Entry, label: str, number: int | None, text: str, how: ReadOptions) -> Prompt:
    """Return the prompt of an entry; `number`: its place in a file of several."""
    request, template = fill(entry, how.values)
    place = label if number is None else f"{label}:{number}"
    return Prompt(place, request, text=text, template=template, batch=entry.batch, line=number)


def has_usage(text: str) -> bool:
    """Whether a text has what logs hold and requests seldom do."""
    return _EVENTS.match(text) is not None or _usage_key().search(text) is not None


def begins_with_usage(text: str) -> bool:
    """Whether a text that is not JSON begins as a log does: with an event of a stream."""
    return bool(_EVENTS.match(text) or (text[:1] == '"' and _usage_key().match(text)))


@cache
def _usage_key() -> re.Pattern[str]:
    """Return the expression of a key of usage, in any case.

    Where case is ignored, `re` looks closely at every character; where it is written out, only at
    what follows a quote.
    """
    written = re.sub("[a-z]", lambda match: _any_case(match[0]), _USAGE)
    return re.compile(f'"(?:{written})"\\s*:')


def _any_case(letter: str) -> str:
    return f"[{letter}{letter.upper()}{_FOLDED.get(letter, '')}]"


def decode(text: str) -> Any:
    """Decode JSON. Halves of characters, which no encoding can hold, become question marks."""
    text = text.removeprefix("\ufeff")
    value = json.loads(text)
    if "\\u" not in text or ("\\ud" not in text and "\\uD" not in text):
        return value
    text, changes = _HALF.subn(lambda match: match.group(1) or "\\ufffd", text)
    return json.loads(text) if changes else value
