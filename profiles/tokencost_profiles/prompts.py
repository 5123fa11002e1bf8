"""Prompts: what a file, a request body or standard input asks a model to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles import requests
from tokencost_profiles.requests.base import Request
from tokencost_profiles.sources import Source, read_text, text_blocks

# An escaped pair of surrogates is a character (kept), one alone is half of one.
_HALF: Final = re.compile(
    r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
# A body larger than this is not parsed: it is counted as text. Providers refuse far smaller ones.
_LARGEST_BODY: Final = 64 << 20
# Text larger than this is counted piece by piece, never held whole.
LARGE_TEXT: Final = 16 << 20


class Prompt(NamedTuple):
    """One request to estimate. `source` is set when the text is too large to hold in `request`."""

    shown: str
    request: Request
    source: Source | None = None
    text: str = ""  # that it was read from; with `source` it is not held

    @property
    def digest(self) -> str:
        """What tells the content from every other: the same for a file of any name."""
        import hashlib

        found = hashlib.sha256(self.text.encode("utf-8", "surrogatepass"))
        if self.source is not None:
            with self.source.open() as file:
                while block := file.read(1 << 20):
                    found.update(block)
        return found.hexdigest()


def read_prompts(source: Source) -> Iterator[Prompt]:
    """Yield the prompts of one input: one, or one a line of a JSONL file of request bodies.

    Raise `InputError` when it is empty, binary, or JSON that breaks off.
    """
    if source.size > LARGE_TEXT and not _maybe_body(source):
        _refuse_empty(source)
        yield Prompt(source.shown, requests.of_text(""), source)
        return
    text = read_text(source)
    if not text.strip():
        raise InputError(f"{source.shown}: is empty")
    found = list(_bodies(text, source))
    if len(found) == 1 and not found[0].text:
        yield found[0]._replace(text=text)
    elif found:
        yield from found
    else:
        yield Prompt(source.shown, requests.of_text(text), text=text)


def _bodies(text: str, source: Source) -> Iterator[Prompt]:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start not in ("{", "["):
        return
    lines_wanted = source.shown.endswith((".jsonl", ".ndjson"))
    try:
        body = _decoded(text)
    except RecursionError:
        raise InputError(f"{source.shown}: nested too deeply to be a request") from None
    except ValueError as error:
        if lines_wanted:
            yield from _lines(text, source)
        elif source.shown.endswith(".json"):
            line = getattr(error, "lineno", 1)
            reason = getattr(error, "msg", str(error))
            raise InputError(f"{source.shown}:{line}: not JSON: {reason}") from error
        return
    prompt = _prompt(body, source.shown)
    if prompt is not None:
        yield prompt
    elif isinstance(body, list) and _is_conversation(body):
        request = requests.read({"messages": body})
        if request is not None:
            yield Prompt(source.shown, request)


def _lines(text: str, source: Source) -> Iterator[Prompt]:
    """Yield the request of each line; a line that is none is an error that names it."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        shown = f"{source.shown}:{number}"
        try:
            body = _decoded(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{shown}: not JSON: {error}") from error
        prompt = _prompt(body, shown)
        if prompt is None:
            raise InputError(f"{shown}: not a request that tokencost knows")
        yield prompt._replace(text=line.strip())


def _decoded(text: str) -> Any:
    """Decode JSON. Halves of characters, which no encoding can hold, become question marks."""
    if _HALF.search(text):
        text = _HALF.sub(lambda match: match.group(1) or "\\ufffd", text)
    return json.loads(text)


def _prompt(body: Any, shown: str) -> Prompt | None:
    """Return the prompt of a body, taking off the wrapper of a batch line or a logged call."""
    if isinstance(body, dict):
        for wrapper in ("body", "request", "params"):
            inner = body.get(wrapper)
            if isinstance(inner, dict) and (request := requests.read(inner)):
                return Prompt(shown, request)
        if request := requests.read(body):
            return Prompt(shown, request)
    return None


def _is_conversation(body: list[Any]) -> bool:
    return bool(body) and all(
        isinstance(item, dict) and "role" in item and "content" in item for item in body
    )


def _maybe_body(source: Source) -> bool:
    if source.size > _LARGEST_BODY:
        return False
    with source.open() as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _refuse_empty(source: Source) -> None:
    if not any(block.strip() for block in text_blocks(source)):
        raise InputError(f"{source.shown}: is empty")
