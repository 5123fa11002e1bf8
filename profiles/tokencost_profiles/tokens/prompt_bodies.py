"""Prompts in data: request bodies, batches of them, templates; as JSON, JSON lines or YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source
from tokencost_profiles.tokens import prompt_documents
from tokencost_profiles.tokens.not_prompts import refuse_log, refuse_training
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompt_documents import Entry
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
_LARGEST_YAML: Final = 4 << 20


def template_prompt(
    read: Callable[..., Template], data: Any, text: str, source: Source, how: ReadOptions
) -> Prompt:
    """Return the prompt of a template. Raise `InputError` naming file and line where it is none."""
    from tokencost_profiles.tokens import templates

    file = templates.File(source.label, source.path.parent if source.path else None)
    try:
        template = read(data, how.values, file)
    except templates.TemplateError as error:
        raise InputError(error.reason, file=source.label, line=error.line) from error
    return Prompt(source.label, template.request, text=text, template=template)


def body_prompts(text: str, source: Source, how: ReadOptions) -> Iterator[Prompt]:
    """Yield the prompts of JSON, JSON lines or YAML; none of a text that is not data.

    Raise `InputError` for JSON that breaks off, `NotAPromptError` for logs and fine-tuning files.
    """
    folded = source.label.casefold()
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if folded.endswith((".yaml", ".yml")):
        yield from _yaml(text, source, how)
        return
    if start not in ("{", "["):
        if _EVENTS.match(text) or _usage_key().match(text):  # the events of a stream
            refuse_log(source, how)
        return
    lines_wanted = folded.endswith((".jsonl", ".ndjson"))
    try:
        body = _decode(text)
    except RecursionError:
        raise InputError("nested too deeply to be a request", file=source.label) from None
    except ValueError as error:
        if lines_wanted or (not folded.endswith(".json") and _is_lines(text)):
            yield from _lines(text, source, how)
        elif folded.endswith(".json"):
            refuse_log(source, how)
            line = getattr(error, "lineno", 1)
            reason = getattr(error, "msg", str(error))
            raise InputError(f"not JSON: {reason}", file=source.label, line=line) from error
        return
    if lines_wanted:
        refuse_training([body], source, how)
    yield from _document(body, text, source, how)


def _is_lines(text: str) -> bool:
    """Whether every line of a text is JSON: standard input has no name with an ending."""
    try:
        return all(
            isinstance(_decode(line), (dict, list)) for line in text.split("\n") if line.strip()
        )
    except (ValueError, RecursionError):
        return False


def _yaml(text: str, source: Source, how: ReadOptions) -> Iterator[Prompt]:
    from tokencost_profiles.tokens.template_engines.front_matter import load_yaml
    from tokencost_profiles.tokens.template_engines.template import TemplateError

    if len(text) > _LARGEST_YAML:
        return
    try:
        data = load_yaml(text)
    except TemplateError:
        return  # not YAML, or not of one document
    if isinstance(data, (dict, list)):
        yield from _document(data, text, source, how)


def _document(body: Any, text: str, source: Source, how: ReadOptions) -> Iterator[Prompt]:
    """Yield the prompts of a decoded document: a template, a request, a batch of them."""
    from tokencost_profiles.tokens import templates

    form = templates.document_format(body)
    if form is not None and form.read_data is not None:
        yield template_prompt(form.read_data, body, text, source, how)
        return
    entries = list(prompt_documents.entries_of(body))
    if not entries or _is_answered(body) or _has_usage(text):
        refuse_log(source, how)
    if not entries and isinstance(body, list):
        refuse_training(body, source, how)
    for at, entry in enumerate(entries):
        number = None if len(entries) == 1 else at + 1
        text_of = "" if len(entries) == 1 else json.dumps(entry.data, sort_keys=True)
        yield _prompt(entry, source.label, number, text_of, how)


def _is_answered(body: Any) -> bool:
    """Whether a request has its answer beside it, as logs have."""
    return isinstance(body, Mapping) and any(
        name in body for name in ("response", "usage", "modelOutput")
    )


def _lines(text: str, source: Source, how: ReadOptions) -> Iterator[Prompt]:
    """Yield the request of each line; a line that is none is an error that names it."""
    rows: list[tuple[int, str, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append((number, line.strip(), _decode(line)))
        except (ValueError, RecursionError) as error:
            refuse_log(source, how)
            raise InputError(f"not JSON: {error}", file=source.label, line=number) from error
    values = [value for _, _, value in rows]
    refuse_training(values, source, how)
    if how.tokens_only and prompt_documents.is_pairs(values):
        return  # of two texts, a request holds only one
    entries = [prompt_documents.entry_of(value) for value in values]
    if not all(entries) or any(map(_is_answered, values)) or _has_usage(text):
        refuse_log(source, how)
    if not any(entries):
        return  # counted as text where it is named
    for (number, line, _), entry in zip(rows, entries, strict=True):
        if entry is None:
            raise InputError("not a request that tokencost knows", file=source.label, line=number)
        yield _prompt(entry, source.label, number, line, how)


def _prompt(entry: Entry, label: str, number: int | None, text: str, how: ReadOptions) -> Prompt:
    """Return the prompt of an entry; `number`: its place in a file of several."""
    request, template = prompt_documents.fill(entry, how.values)
    place = label if number is None else f"{label}:{number}"
    return Prompt(place, request, text=text, template=template, batch=entry.batch, line=number)


def _has_usage(text: str) -> bool:
    return _EVENTS.match(text) is not None or _usage_key().search(text) is not None


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


def _decode(text: str) -> Any:
    """Decode JSON. Halves of characters, which no encoding can hold, become question marks."""
    text = text.removeprefix("\ufeff")
    value = json.loads(text)
    if "\\ud" not in text and "\\uD" not in text:
        return value
    text, changes = _HALF.subn(lambda match: match.group(1) or "\\ufffd", text)
    return json.loads(text) if changes else value
