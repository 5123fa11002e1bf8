"""Bodies that only hold texts: embeddings, rerankers, completions, Titan and Llama on Bedrock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tokencost_profiles.calls.content import (
    TOKEN_IDS,
    USER,
    Block,
    Message,
    Other,
    Request,
    Text,
    text_of,
)
from tokencost_profiles.providers.bodies.blocks import as_list, as_mapping, rest
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.bodies.request_format import RequestFormat

NAME: Final = "texts"
_FIELDS: Final = (
    "input",
    "texts",
    "prompt",
    "inputText",
    "suffix",
    "query",
    "documents",
    "queries",
    "inputs",
)
_KNOWN: Final = frozenset(
    {
        "input",
        "texts",
        "inputText",
        "prompt",
        "query",
        "documents",
        "inputs",
        "singleEmbeddingParams",
    }
)


def _recognises(body: dict[str, Any]) -> bool:
    if not _KNOWN & set(body):
        return False
    return any(isinstance(body.get(name), (str, list)) for name in _FIELDS) or bool(
        as_mapping(as_mapping(body.get("singleEmbeddingParams")).get("text"))
    )


def _read(body: dict[str, Any]) -> Request:
    texts: list[Block] = []
    for name in _FIELDS:
        texts += [Text(text, place) for place, text in _texts(body.get(name), name)]
        texts += [Other(TOKEN_IDS, count, place) for place, count in _ids(body.get(name), name)]
    inner = as_mapping(as_mapping(body.get("singleEmbeddingParams")).get("text")).get("value")
    if isinstance(inner, str):
        texts.append(Text(inner, "singleEmbeddingParams.text.value"))
    return Request(
        api=NAME,
        model=text_of(body.get("model")),
        messages=tuple(Message(USER, (text,), place=text.place) for text in texts),
        max_output=output_limit(body),
        options=rest(body, "model", *_FIELDS),
    )


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    for at, item in enumerate(as_list(value)):
        text = item if isinstance(item, str) else as_mapping(item).get("text")
        if isinstance(text, str):
            yield f"{place}[{at}]", text


def _ids(value: Any, place: str) -> Iterator[tuple[str, int]]:
    """Yield (place, tokens) of texts that are sent as the numbers of their tokens."""
    if as_list(value) and all(type(item) is int for item in value):
        yield place, len(value)
        return
    for at, item in enumerate(as_list(value)):
        if as_list(item) and all(type(number) is int for number in item):
            yield f"{place}[{at}]", len(item)


REQUEST_FORMAT: Final = RequestFormat(NAME, _recognises, _read, order=70)
