"""Prompts: what a file, a request body or standard input asks a model to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tokencost_profiles.files.paths import Source, read_text
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens import attachments, prompt_files
from tokencost_profiles.tokens.not_prompts import (
    ATTACHMENT,
    EMPTY,
    REPORT,
    UNKNOWN,
    NotAPromptError,
    refuse_empty,
)
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompt_bodies import body_prompts, template_prompt
from tokencost_profiles.tokens.template_engines import placeholders
from tokencost_profiles.tokens.template_engines.template import Template

_REPORT: Final = re.compile(r'\s*\{\s*"format":\s*"tokencost\.')
# A body larger than this is not parsed: it is counted as text. Providers refuse far smaller ones.
_LARGEST_BODY: Final = 64 << 20
# Text larger than this is counted in blocks, never held in memory.
LARGE_TEXT: Final = 16 << 20
_ARTICLES: Final = {"image": "an", "audio": "an"}


def read_prompts(source: Source, how: ReadOptions | None = None) -> Iterator[Prompt]:
    """Yield the prompts of one input: one, or one a line of a JSONL file of request bodies.

    Raise `InputError` when it is empty, binary, or JSON that breaks off; `NotAPromptError` for a
    log, for examples to fine-tune with, and for data that is no prompt and was not named.
    """
    how = how or ReadOptions()
    kind = attachments.media_type(source)
    name = _file_name(source)
    if kind is None and not source.named and prompt_files.kind_of(name) == prompt_files.ATTACHMENT:
        import mimetypes

        kind = mimetypes.guess_type(name)[0] or "application"
    if kind is not None:
        yield from _attachment(source, kind)
        return
    lines = _large_lines(source, how) if source.size > LARGE_TEXT else None
    if lines is not None:
        yield from lines
        return
    if source.size > LARGE_TEXT and not _maybe_body(source):
        refuse_empty(source)
        yield Prompt(source.label, requests.text_request(""), source)
        return
    text = read_text(source)
    if _REPORT.match(text) and not (how.tokens_only and source.named):
        raise NotAPromptError("a report of tokencost, not a prompt", REPORT, file=source.label)
    if not text.strip():
        raise NotAPromptError("is empty", EMPTY, file=source.label)
    yield from _prompts(text, source, how)


def _file_name(source: Source) -> str:
    return source.label.replace("\\", "/").rpartition("/")[2]


def _attachment(source: Source, kind: str) -> Iterator[Prompt]:
    if not source.named:
        family = kind.partition("/")[0].replace("application", "PDF")
        raise NotAPromptError(
            f"{_ARTICLES.get(family, 'a')} {family}",
            ATTACHMENT,
            hint="name the file to have it measured",
            file=source.label,
        )
    yield Prompt(source.label, attachments.request_of(source, kind))


def _prompts(text: str, source: Source, how: ReadOptions) -> Iterator[Prompt]:
    from tokencost_profiles.tokens import templates

    name = _file_name(source)
    form = templates.format_of(name)
    if form is not None and form.read is not None:
        yield template_prompt(form.read, text, text, source, how)
        return
    prompts = list(body_prompts(text, source, how))
    if len(prompts) == 1 and not prompts[0].text:
        yield prompts[0]._replace(text=text)
    elif prompts:
        yield from prompts
    elif not source.named and prompt_files.kind_of(name) == prompt_files.DATA:
        raise NotAPromptError("no prompt is recognised in it", UNKNOWN, file=source.label)
    else:
        yield text_prompt(text, source.label, how)


def text_prompt(text: str, label: str, how: ReadOptions) -> Prompt:
    """Return a prompt that is its text, with the placeholders that have a value filled."""
    written = placeholders.fill(text, how.values)
    names = placeholders.open_places(written)
    request = requests.text_request(written)
    if not names and written is text:
        return Prompt(label, request, text=text)
    shortest = requests.text_request(placeholders.without_places(written))
    return Prompt(label, request, text=text, template=Template(request, shortest, names))


def _large_lines(source: Source, how: ReadOptions) -> list[Prompt] | None:
    """Return the requests of a large file of them, None where it is something else."""
    if how.values:
        return None  # what they fill is looked for in the text
    from tokencost_profiles.tokens.prompt_lines import large_prompts

    return large_prompts(source, how)


def _maybe_body(source: Source) -> bool:
    if source.size > _LARGEST_BODY:
        return False
    with source.open() as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
