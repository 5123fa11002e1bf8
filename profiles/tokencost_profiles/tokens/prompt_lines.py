"""Prompts of JSON lines: one request a line, in memory that grows with what is said only once.

The log of an agent that sends its history with every request holds a text hundreds of times; the
requests that are read from a large one share it.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source, encoding_of
from tokencost_profiles.tokens import prompt_documents
from tokencost_profiles.tokens.not_prompts import refuse_log, refuse_trained
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompt_documents import Entry

ENDINGS: Final = (".jsonl", ".ndjson")
_BLOCK: Final = 1 << 20  # bytes
_SHARED: Final = 64  # characters of a text from which on it is held once


def line_prompts(text: str, source: Source, how: ReadOptions) -> list[Prompt]:
    """Return the request of each line; none where they are examples, counted as text.

    Raise `InputError` for a line that is no request, naming it.
    """
    lines = Lines(source, how)
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            lines.take(number, line, lines.decode(number, line))
    return lines.prompts()


def large_prompts(source: Source, how: ReadOptions) -> list[Prompt] | None:
    """Return the same of a file that is large.

    None where it is no such file, has one line, or is counted as text.
    """
    if not source.label.casefold().endswith(ENDINGS):
        return None
    lines = Lines(source, how, share=True)
    for number, data in _numbered_lines(source):
        if len(lines) == 0 and not _is_request(data):
            return None
        try:
            value = _decode(data)
        except UnicodeDecodeError:
            return None  # who reads it as text says where it is none
        except (ValueError, RecursionError):
            if not data.decode().strip():
                continue
            value = lines.decode(number, data.decode())
        lines.take(number, None if lines.is_silent else data.decode(), value)
    return (lines.prompts() or None) if len(lines) > 1 else None


def _is_request(line: bytes) -> bool:
    try:
        return prompt_documents.entry_of(_decode(line)) is not None
    except (ValueError, RecursionError):
        return False


def _decode(line: bytes) -> Any:
    """Decode JSON four times as fast as from text. What is refused here may still be JSON."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return prompt_documents.decode(line.decode())


def _numbered_lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of UTF-8 that are not empty, with their numbers; nothing of other text."""
    with source.open() as file:
        block = file.read(_BLOCK)
        if encoding_of(block) not in ("utf-8", "utf-8-sig"):
            return
        block = block.removeprefix(BOM_UTF8)
        begun: list[bytes] = []  # of a line that goes on in the next block
        number = 0
        while block:
            *ended, rest = block.split(b"\n")
            for line in ended:
                number += 1
                if begun:
                    line = b"".join((*begun, line))
                    begun = []
                if line.strip():
                    yield number, line
            begun.append(rest)
            block = file.read(_BLOCK)
    line = b"".join(begun)
    if line.strip():
        yield number + 1, line


class Lines:
    """Takes the lines of a file of requests and says at the end what they are.

    `share`: texts are held once, and of a line its hash instead of its text.
    """

    def __init__(self, source: Source, how: ReadOptions, *, share: bool = False) -> None:
        self._source, self._how, self._share = source, how, share
        self._texts: dict[str, str] = {}
        self._rows: list[tuple[int, str, Entry | None, Prompt | None]] = []
        self._trained = self._pairs = True  # as far as lines have been taken
        # A log that is named is taken as text by some: what looks like one does not matter then.
        self.is_silent = how.tokens_only and source.named
        self._is_log = False

    def __len__(self) -> int:
        return len(self._rows)

    def decode(self, number: int, line: str) -> Any:
        """Decode a line. Raise `InputError` where it is not JSON."""
        try:
            return prompt_documents.decode(line)
        except (ValueError, RecursionError) as error:
            refuse_log(self._source, self._how)
            reason = f"not JSON: {error}"
            raise InputError(reason, file=self._source.label, line=number) from error

    def take(self, number: int, line: str | None, value: Any) -> None:
        """Take the next line and what it holds. The text is None where nothing asks for it."""
        if self._share:
            _share(value, self._texts)
        self._trained = self._trained and prompt_documents.is_training([value])
        self._pairs = self._trained and self._pairs and prompt_documents.is_pairs([value])
        entry = prompt_documents.entry_of(value)
        if entry is not None and self._share:
            self._rows.append((number, "", None, self._shared_prompt(number, line, entry)))
        else:
            self._rows.append((number, (line or "").strip(), entry, None))
        self._is_log = not self.is_silent and (
            self._is_log
            or entry is None
            or prompt_documents.is_answered(value)
            or (line is not None and prompt_documents.has_usage(line))
        )

    def prompts(self) -> list[Prompt]:
        """Return the prompts. Raise `InputError` for a log, and for a line that is no request."""
        source, how = self._source, self._how
        if self._trained and self._rows:
            refuse_trained(len(self._rows), source, how)
        if self._rows and self._pairs and how.tokens_only:
            return []  # of two texts, a request holds only one
        if self._is_log:
            refuse_log(source, how)
        prompts: list[Prompt] = []
        if not any(entry or prompt for _, _, entry, prompt in self._rows):
            return prompts  # counted as text where it is named
        for number, line, entry, prompt in self._rows:
            if entry is not None:
                prompt = prompt_documents.prompt_of(entry, source.label, number, line, how)
            if prompt is None:
                reason = "not a request that tokencost knows"
                raise InputError(reason, file=source.label, line=number)
            prompts.append(prompt)
        return prompts

    def _shared_prompt(self, number: int, line: str | None, entry: Entry) -> Prompt:
        prompt = prompt_documents.prompt_of(entry, self._source.label, number, "", self._how)
        if line is None or self._how.tokens_only:
            return prompt
        digest = sha256(line.strip().encode("utf-8", "surrogatepass")).hexdigest()
        return prompt._replace(known_digest=digest)


def _share(value: Any, texts: dict[str, str]) -> None:
    """Put one text into the place of all that are equal."""
    containers = [value]
    while containers:
        container = containers.pop()
        items: Iterable[tuple[Any, Any]]
        if type(container) is dict:
            items = container.items()
        elif type(container) is list:
            items = enumerate(container)
        else:
            continue
        for key, item in items:
            if type(item) is str:
                if len(item) >= _SHARED:
                    container[key] = texts.setdefault(item, item)
            else:
                containers.append(item)
