"""A model that its user serves: the tokenizer and the chat template of its server."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from tokencost_pricing.errors import InputError, UsageError
from tokencost_profiles.calls.content import Request, json_text
from tokencost_profiles.tokens.chat_templates.chat_template import ChatTemplate
from tokencost_profiles.tokens.chat_templates.conversation import uncounted
from tokencost_profiles.tokens.chat_templates.template_file import (
    CONFIG,
    added_tokens,
    read_config,
    read_template,
    special_tokens,
)
from tokencost_profiles.tokens.margin import even
from tokencost_profiles.tokens.markup.prompt_format import FRAME, TOOLS, Segment
from tokencost_profiles.tokens.markup.text import segments_of
from tokencost_profiles.tokens.prompt_count import PromptCount, Unknown
from tokencost_profiles.tokens.prompt_parts import Roles, share_out
from tokencost_profiles.tokens.tokenizers import Tokenizer, from_path

EVERY: Final = ""  # stands for the one model that is counted, where none is named
_END: Final = 1  # the token that ends an answer


class ServedModel(NamedTuple):
    """What counts the requests to a model: exactly, but for media."""

    tokenizer: Tokenizer
    template: ChatTemplate | None = None  # None: the texts alone are counted

    def prompt(self, request: Request, day: date, *, raw: bool = False) -> PromptCount:
        """Count a request on a day. `raw`: the texts alone."""
        by_part: dict[str, float] = {}
        kinds: dict[str, float] = {}
        roles = Roles(request)
        for segment in _texts(request):
            tokens = self.tokenizer.count(segment.text).tokens
            part = roles.part(segment)
            by_part[part] = by_part.get(part, 0) + tokens
            kinds[segment.kind] = kinds.get(segment.kind, 0) + tokens
        content = total = round(sum(kinds.values()))
        if self.template is not None and not raw:
            total = self.tokenizer.count(self.template.text(request, day)).tokens
            kinds[FRAME] = by_part[FRAME] = total - content
        warnings = [
            f"{one.place}: {one.kind} not counted: taken as 0 tokens" for one in uncounted(request)
        ]
        if self.template is not None and not raw:
            warnings += self.template.warnings
        return PromptCount(
            total,
            min(content, total),
            max(0, total - content),
            self.tokenizer.family.method,
            even(self.tokenizer.family.error),
            self.tokenizer.name,
            tuple(warnings),
            kinds,
            parts=share_out(by_part, total),
            unknown=self._unknown(request, day, total, raw=raw),
        )

    def answer(self, answer: Request) -> PromptCount:
        """Count a known answer: its texts, and the token that ends it."""
        counted = self.prompt(answer, date.min, raw=True)
        end = _END if self.template is not None else 0
        parts = share_out({**counted.parts, FRAME: end}, counted.tokens + end)
        return counted._replace(tokens=counted.tokens + end, added=end, parts=parts)

    def _unknown(self, request: Request, day: date, total: int, *, raw: bool) -> Unknown:
        """Return what is not known: media, and where no tool may be called whether they are sent.

        Servers differ in whether such tools stay in the prompt.
        """
        if uncounted(request):
            return Unknown(0, math.inf)
        if raw or self.template is None or request.choice != "none" or not request.tools:
            return Unknown()
        bare = self.template.text(replace(request, tools=()), day)
        fewer = self.tokenizer.count(bare).tokens
        return Unknown(max(0, total - fewer), max(0, fewer - total))


class ServedModels:
    """The models that their user serves, by name.

    Files that name no model are those of the one model that is counted.
    """

    def __init__(self, models: Mapping[str, ServedModel]) -> None:
        self._models = models
        self._only = ""  # the model that files that name none serve

    def tokenizer(self, name: str | None) -> Tokenizer | None:
        """Return the tokenizer that is known by a name, where it is of one of these models."""
        tokenizers = (served.tokenizer for served in self._models.values())
        return next((one for one in tokenizers if one.name == name), None)

    def of(self, *names: str) -> ServedModel | None:
        """Return what counts a model, which has one of these names; None for others.

        Raise `UsageError` where files that name no model are asked for a second one.
        """
        for name in names:
            if name and name in self._models:
                return self._models[name]
        served = self._models.get(EVERY)
        if served is None or not names or not names[-1]:
            return served
        self._only = self._only or names[-1]
        if self._only != names[-1]:
            raise UsageError(
                f"{served.tokenizer.name}: which model they serve is not stated: {self._only} and "
                f"{names[-1]} are counted",
                hint="name the model with -m, or the files: --tokenizer MODEL=FILE",
            )
        return served


def served_model(
    tokenizer: tuple[Path, str] | None, template: tuple[Path, str] | None
) -> ServedModel:
    """Return a model from its files, each with the name that messages call it by.

    Raise `UsageError` for a chat template that has no tokenizer, `InputError` for files that are
    none.
    """
    if tokenizer is None:
        raise UsageError(
            "--chat-template goes with --tokenizer FILE",
            hint="the tokenizer.json beside the template counts what it writes",
        )
    path, label = tokenizer
    if template is None:
        return ServedModel(from_path(path, label))
    if path.suffix != ".json":
        raise InputError(
            "has no special tokens, which a chat template writes",
            file=label,
            hint="--chat-template goes with a tokenizer.json",
        )
    file = read_template(*template)
    beside = path.with_name(CONFIG)
    if not file.has_config and beside.is_file():
        config = read_config(beside, str(beside))
        file = file._replace(tokens=special_tokens(config), added=added_tokens(config))
    counted = from_path(path, f"{label}, {file.label}", file.added)
    return ServedModel(counted, ChatTemplate(file))


def _texts(request: Request) -> Iterator[Segment]:
    for tool in request.tools:
        yield Segment(TOOLS, json_text(tool.raw or tool.parameters or {}), place=tool.place)
    for role, block in request.blocks():
        for segment in segments_of(block):
            if segment.text:
                yield segment._replace(place=segment.place or role)
