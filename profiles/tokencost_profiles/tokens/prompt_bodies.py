"""Prompts in data: request bodies, batches of them, templates; as JSON, JSON lines or YAML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source
from tokencost_profiles.tokens import prompt_documents
from tokencost_profiles.tokens.not_prompts import refuse_log, refuse_training
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.template_engines.template import Template

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
        if prompt_documents.begins_with_usage(text):  # the events of a stream
            refuse_log(source, how)
        return
    lines_wanted = folded.endswith((".jsonl", ".ndjson"))
    try:
        body = prompt_documents.decode(text)
    except RecursionError:
        raise InputError("nested too deeply to be a request", file=source.label) from None
    except ValueError as error:
        if lines_wanted or (not folded.endswith(".json") and _is_lines(text)):
            from tokencost_profiles.tokens.prompt_lines import line_prompts

            yield from line_prompts(text, source, how)
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
            isinstance(prompt_documents.decode(line), (dict, list))
            for line in text.split("\n")
            if line.strip()
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
    if not entries or prompt_documents.is_answered(body) or prompt_documents.has_usage(text):
        refuse_log(source, how)
    if not entries and isinstance(body, list):
        refuse_training(body, source, how)
    for at, entry in enumerate(entries):
        number = None if len(entries) == 1 else at + 1
        text_of = "" if len(entries) == 1 else json.dumps(entry.data, sort_keys=True)
        yield prompt_documents.prompt_of(entry, source.label, number, text_of, how)
