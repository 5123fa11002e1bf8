"""Prompts of JSON lines: one request a line, in memory that grows with what is said only once.

The log of an agent that sends its history with every request holds a text hundreds of times; the
requests that are read from a large one share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source, text_blocks
from tokencost_profiles.tokens import prompt_documents
from tokencost_profiles.tokens.not_prompts import refuse_log, refuse_trained
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompt_documents import Entry

ENDINGS: Final = (".jsonl", ".ndjson")
_SHARED: Final = 64  # characters of a text from which on it is held once


def line_prompts(text: str, source: Source, how: ReadOptions) -> list[Prompt]:
    """Return the request of each line; none where they are examples, counted as text.

    Raise `InputError` for a line that is no request, naming it.
    """
    lines = Lines(source, how)
    for number, line in enumerate(text.split("\n"), 1):
        lines.take(number, line)
    return lines.prompts()


def large_prompts(source: Source, how: ReadOptions) -> list[Prompt] | None:
    """Return the same of a file that is large; None where it is no such file, or has one line."""
    if not source.label.casefold().endswith(ENDINGS):
        return None
    numbered = source_lines(source)
    number, line = next((one for one in numbered if one[1].strip()), (0, ""))
    try:
        if prompt_documents.entry_of(prompt_documents.decode(line)) is None:
            return None
    except (ValueError, RecursionError):
        return None
    lines = Lines(source, how, share=True)
    lines.take(number, line)
    for number, line in numbered:
        lines.take(number, line)
    return lines.prompts() if len(lines) > 1 else None


def source_lines(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the lines of a source with their numbers, one in memory at a time."""
    begun: list[str] = []  # of a line that goes on in the next block
    number = 0
    for block in text_blocks(source):
        *ended, rest = block.split("\n")
        for line in ended:
            number += 1
            yield number, "".join((*begun, line)) if begun else line
            begun = []
        begun.append(rest)
    yield number + 1, "".join(begun)


class Lines:
    """Takes the lines of a file of requests and says at the end what they are.

    `share`: texts are held once, and of a line its hash instead of its text.
    """

    def __init__(self, source: Source, how: ReadOptions, *, share: bool = False) -> None:
        self._source, self._how, self._share = source, how, share
        self._texts: dict[str, str] = {}
        self._rows: list[tuple[int, str, Entry | None, Prompt | None]] = []
        self._trained = self._pairs = True  # as far as lines have been taken
        # Where a log is taken as text, it does not matter what looks like one.
        self._is_log = how.tokens_only and source.named

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, number: int, line: str) -> None:
        """Take the next line. Raise `InputError` where it is not JSON."""
        if not line.strip():
            return
        source, how = self._source, self._how
        try:
            value = prompt_documents.decode(line)
        except (ValueError, RecursionError) as error:
            refuse_log(source, how)
            raise InputError(f"not JSON: {error}", file=source.label, line=number) from error
        if self._share:
            _share(value, self._texts)
        self._trained = self._trained and prompt_documents.is_training([value])
        self._pairs = self._trained and self._pairs and prompt_documents.is_pairs([value])
        entry = prompt_documents.entry_of(value)
        if entry is not None and self._share:
            self._rows.append((number, "", None, self._shared_prompt(number, line, entry)))
        else:
            self._rows.append((number, line.strip(), entry, None))
        self._is_log = (
            self._is_log
            or entry is None
            or prompt_documents.is_answered(value)
            or prompt_documents.has_usage(line)
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

    def _shared_prompt(self, number: int, line: str, entry: Entry) -> Prompt:
        prompt = prompt_documents.prompt_of(entry, self._source.label, number, "", self._how)
        if self._how.tokens_only:
            return prompt
        digest = sha256(line.strip().encode("utf-8", "surrogatepass")).hexdigest()
        return prompt._replace(known_digest=digest)


def _share(value: Any, texts: dict[str, str]) -> None:
    """Put one text into the place of all that are equal."""
    items: Iterable[tuple[Any, Any]]
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return
    for key, item in items:
        if isinstance(item, str):
            if len(item) >= _SHARED:
                value[key] = texts.setdefault(item, item)
        else:
            _share(item, texts)
