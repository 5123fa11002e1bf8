"""Prompts: what a file, a request body or standard input asks a model to read."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.content import Request
from tokencost_profiles.files.paths import Source, read_text, text_blocks
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens import attachments, prompt_documents, prompt_files
from tokencost_profiles.tokens.prompt_documents import Entry
from tokencost_profiles.tokens.template_engines import placeholders
from tokencost_profiles.tokens.template_engines.template import Template

# An escaped pair of surrogates is a character, one alone is half of one.
_HALF: Final = re.compile(
    r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_REPORT: Final = re.compile(r'\s*\{\s*"format":\s*"tokencost\.')
# What logs hold and requests seldom do: worth a look for the format of a log.
_USAGE: Final = re.compile(
    r'"(?:usage|usage_?metadata|metrics|cost|(?:input|output|prompt|total)_?tokens|tokens_?(?:in|out))"'
    r"\s*:|\Adata:|\Aevent:",
    re.IGNORECASE,
)
# A body larger than this is not parsed: it is counted as text. Providers refuse far smaller ones.
_LARGEST_BODY: Final = 64 << 20
_LARGEST_YAML: Final = 4 << 20
# Text larger than this is counted piece by piece, never held whole.
LARGE_TEXT: Final = 16 << 20

# Why a file is no prompt.
LOG: Final = "log"
TRAINING: Final = "training"
UNKNOWN: Final = "unknown"  # data in which nothing is recognised
ATTACHMENT: Final = "attachment"
EMPTY: Final = "empty"
REPORT: Final = "report"  # of ours

ANY_LOG: Final = "walker"  # what tells of calls in no format that has a name


_ARTICLES: Final = {"image": "an", "audio": "an"}


class NotAPromptError(InputError):
    """A file that is something else than a prompt. `kind` says what."""

    def __init__(self, reason: str, kind: str, *, file: str, hint: str | None = None) -> None:
        super().__init__(reason, file=file, hint=hint)
        self.kind = kind


class Prompt(NamedTuple):
    """One request to estimate. `source` is set when the text is too large to hold in `request`."""

    label: str
    request: Request
    source: Source | None = None
    text: str = ""  # that it was read from; with `source` it is not held
    template: Template | None = None  # where it is not sent as it stands, or was filled
    batch: bool = False  # it stands in a file that is sent as a batch
    line: int | None = None  # line or entry of a file of several, which ends the label

    @property
    def digest(self) -> str:
        """What tells the content from every other: the same for a file of any name."""
        import hashlib

        digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass"))
        if self.source is not None:
            with self.source.open() as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()


def batch_notes(prompts: Iterable[Prompt], modes: Iterable[str]) -> tuple[str, ...]:
    """Return a line for each file of batch requests that is not priced as a batch."""
    if "batch" in modes:
        return ()
    names = (re.sub(r":\d+\Z", "", prompt.label) for prompt in prompts if prompt.batch)
    text = "a batch request file: --mode batch prices it as it will be billed"
    return tuple(
        CodedText("batch-price", f"{name}: {text}", file=name) for name in dict.fromkeys(names)
    )


class ReadOptions(NamedTuple):
    """How prompts are read."""

    values: Mapping[str, Any] = {}  # of placeholders
    # What tells the format of a log, None for what is no log.
    log_of: Callable[[Source], str | None] | None = None
    # Of named files, logs are taken as text, and examples for fine-tuning are read.
    tokens_only: bool = False


def read_prompts(source: Source, how: ReadOptions | None = None) -> Iterator[Prompt]:
    """Yield the prompts of one input: one, or one a line of a JSONL file of request bodies.

    Raise `InputError` when it is empty, binary, or JSON that breaks off; `NotAPromptError` for a
    log, for examples to fine-tune with, and for data that is no prompt and was not named.
    """
    how = how or ReadOptions()
    kind = attachments.media_type(source)
    name = _file_name(source)
    if kind is None and not source.named and prompt_files.kind_of(name) == prompt_files.ATTACHMENT:
        kind = mimetypes.guess_type(name)[0] or "application"
    if kind is not None:
        yield from _attachment(source, kind)
        return
    if source.size > LARGE_TEXT and not _maybe_body(source):
        _refuse_empty(source)
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
        yield _template(form.read, text, text, source, how)
        return
    prompts = list(_bodies(text, source, how))
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


def _template(
    read: Callable[..., Template], data: Any, text: str, source: Source, how: ReadOptions
) -> Prompt:
    from tokencost_profiles.tokens import templates

    file = templates.File(source.label, source.path.parent if source.path else None)
    try:
        template = read(data, how.values, file)
    except templates.TemplateError as error:
        raise InputError(error.reason, file=source.label, line=error.line) from error
    return Prompt(source.label, template.request, text=text, template=template)


def _bodies(text: str, source: Source, how: ReadOptions) -> Iterator[Prompt]:
    folded = source.label.casefold()
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if folded.endswith((".yaml", ".yml")):
        yield from _yaml(text, source, how)
        return
    if start not in ("{", "["):
        if _USAGE.match(text):  # the events of a stream
            _refuse_log(source, how)
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
            _refuse_log(source, how)
            line = getattr(error, "lineno", 1)
            reason = getattr(error, "msg", str(error))
            raise InputError(f"not JSON: {reason}", file=source.label, line=line) from error
        return
    if lines_wanted:
        _refuse_training([body], source, how)
    yield from _document(body, text, source, how)


def _is_lines(text: str) -> bool:
    """Whether every line of a text is JSON of its own: standard input has no name to tell it."""
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
        yield _template(form.read_data, body, text, source, how)
        return
    entries = list(prompt_documents.entries_of(body))
    if not entries or _is_answered(body) or _USAGE.search(text):
        _refuse_log(source, how)
    if not entries and isinstance(body, list):
        _refuse_training(body, source, how)
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
            _refuse_log(source, how)
            raise InputError(f"not JSON: {error}", file=source.label, line=number) from error
    values = [value for _, _, value in rows]
    _refuse_training(values, source, how)
    if how.tokens_only and prompt_documents.is_pairs(values):
        return  # of two texts, a request holds only one
    entries = [prompt_documents.entry_of(value) for value in values]
    if not all(entries) or any(map(_is_answered, values)) or _USAGE.search(text):
        _refuse_log(source, how)
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


def _decode(text: str) -> Any:
    """Decode JSON. Halves of characters, which no encoding can hold, become question marks."""
    if _HALF.search(text):
        text = _HALF.sub(lambda match: match.group(1) or "\\ufffd", text)
    return json.loads(text.removeprefix("\ufeff"))


def _maybe_body(source: Source) -> bool:
    if source.size > _LARGEST_BODY:
        return False
    with source.open() as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _refuse_empty(source: Source) -> None:
    if not any(block.strip() for block in text_blocks(source)):
        raise NotAPromptError("is empty", EMPTY, file=source.label)


def _refuse_log(source: Source, how: ReadOptions) -> None:
    """Raise `NotAPromptError` for a log."""
    if how.tokens_only and source.named:
        return
    name = how.log_of(source) if how.log_of else None
    if name is not None:
        raise NotAPromptError(
            f"a log{'' if name == ANY_LOG else f' ({name})'}, not a prompt",
            LOG,
            hint=f"use `tokencost profile {source.label}`",
            file=source.label,
        )


def _refuse_training(rows: list[Any], source: Source, how: ReadOptions) -> None:
    """Raise `NotAPromptError` for examples to fine-tune a model with."""
    if (how.tokens_only and source.named) or not prompt_documents.is_training(rows):
        return
    raise NotAPromptError(
        f"a fine-tuning file ({len(rows):,} examples), not a prompt",
        TRAINING,
        hint="the price table holds no rates of training; `tokencost count` tells its tokens",
        file=source.label,
    )
