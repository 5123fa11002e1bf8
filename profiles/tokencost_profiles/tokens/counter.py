"""From a request to the tokens that it is billed as."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_pricing.offer import Offer
from tokencost_profiles.calls.content import USER, Request
from tokencost_profiles.files.paths import text_blocks
from tokencost_profiles.files.progress import Watch, report_progress
from tokencost_profiles.providers.bodies.references import references
from tokencost_profiles.tokens import prompt_rules as rules
from tokencost_profiles.tokens.calibration import (
    ANSWER,
    INPUT,
    Calibration,
    CalibrationKey,
    api_of,
    kind_of,
    series,
    shipped_entries,
)
from tokencost_profiles.tokens.margin import even
from tokencost_profiles.tokens.markup.prompt_format import FRAME
from tokencost_profiles.tokens.prompt import Prompt
from tokencost_profiles.tokens.prompt_count import PromptCount, Unknown, first_warnings
from tokencost_profiles.tokens.prompt_formats import (
    PromptFormat,
    Segment,
    Subject,
    prompt_format_of,
)
from tokencost_profiles.tokens.prompt_parts import Roles, share_out
from tokencost_profiles.tokens.template_engines.template import Template
from tokencost_profiles.tokens.tokenizers import FALLBACK, Tokenizer, tokenizer

if TYPE_CHECKING:
    from tokencost_pricing.model import Model
    from tokencost_profiles.tokens.served_model import ServedModel, ServedModels

ESTIMATED: Final = "estimated"  # the method of a count of something that is not all known


class Target(NamedTuple):
    """What a request is counted for."""

    model: str  # the table's id
    provider: str  # who serves it, as the table calls it
    tokenizer: str | None  # family
    day: date
    name: str = ""  # that was asked for, where another model answers


class Counter:
    """Counts requests. A tokenizer counts a text once, however often it is sent."""

    def __init__(self, cache: Path | None = None, calibration: Calibration | None = None) -> None:
        self._cache = cache
        self._calibration = calibration
        self.served: ServedModels | None = None  # models that the user serves

    @property
    def calibration(self) -> Calibration:
        """The corrections fitted to recorded calls: the user's, or those inside the install."""
        if self._calibration is None:
            self._calibration = Calibration(shipped_entries(self._cache))
        return self._calibration

    def tokenizer(self, name: str | None) -> Tokenizer:
        """Return the tokenizer of a model; one with a wide error where it is not known."""
        custom = self.served.tokenizer(name) if self.served is not None else None
        return custom or tokenizer(name or FALLBACK, self._cache)

    def text(self, text: str, name: str | None) -> int:
        """Count one text with a tokenizer family."""
        return self.tokenizer(name).tokens(text)

    def prompt(
        self,
        prompt: Prompt,
        offer: Offer,
        day: date,
        *,
        raw: bool = False,
        watch: Watch | None = None,
    ) -> PromptCount:
        """Count a prompt as the model of an offer reads it on a day.

        `raw` leaves out what a request adds around the text.
        """
        return self.prompt_for(prompt, self.target(offer, day), raw=raw, watch=watch)

    def target(self, offer: Offer, day: date) -> Target:
        """Return whom an offer's requests are counted for: the model that answers on a day."""
        model = offer.model
        return Target(model.answering(day), offer.provider, model.tokenizer, day, model.id)

    def prompt_for(
        self, prompt: Prompt, target: Target, *, raw: bool = False, watch: Watch | None = None
    ) -> PromptCount:
        """Count a prompt for a model, which need not be one of the table."""
        counted = self.request(prompt.request, target, raw=raw)
        if prompt.template is not None:
            return self._template(counted, prompt.template, target, raw=raw)
        if prompt.source is None:
            return counted
        blocks: Iterable[str] = text_blocks(prompt.source)
        served = self._served(target)
        family_tokenizer = served.tokenizer if served else self.tokenizer(target.tokenizer)
        content = family_tokenizer.count_blocks(
            report_progress(blocks, watch) if watch else blocks
        ).tokens
        return counted._replace(
            tokens=content + counted.added,
            content=content,
            kinds={"text": content},
            margin=even(family_tokenizer.family.error),
            parts=share_out({USER: content, FRAME: counted.added}, content + counted.added),
        )

    def _template(
        self, counted: PromptCount, template: Template, target: Target, *, raw: bool
    ) -> PromptCount:
        """Return the count of a template: nothing bounds what its open places will hold."""
        if template.is_sure:
            return counted._replace(warnings=(*counted.warnings, *template.notes))
        least = self.request(template.shortest, target, raw=raw)
        below = max(counted.unknown.below, counted.tokens - least.tokens + least.unknown.below)
        return counted._replace(
            method=ESTIMATED,
            unknown=Unknown(below, math.inf),
            warnings=(*template.warnings, *template.notes, *counted.warnings),
        )

    def family(self, model: Model) -> str | None:
        """Return the tokenizer of a model by name: that of its user, where one serves it."""
        served = self.served.of(model.id) if self.served is not None else None
        return served.tokenizer.name if served is not None else model.tokenizer

    def request(self, request: Request, target: Target, *, raw: bool = False) -> PromptCount:
        """Count a request as a model reads it."""
        served = self._served(target)
        if served is not None:
            return served.prompt(request, target.day, raw=raw)
        prompt_format = prompt_format_of(target.model, target.provider, self._cache)
        subject = self._subject(prompt_format, request, target)
        segments = chain(prompt_format.render(request, subject), self._hidden_text(request, target))
        counted = self._segments(
            prompt_format, segments, subject, target, INPUT, Roles(request), raw=raw
        )
        names = references(request)
        if not names:
            return counted
        return counted._replace(
            method=ESTIMATED,
            unknown=counted.unknown._replace(above=math.inf),
            warnings=(*counted.warnings, f"{', '.join(names)}: what it refers to is not counted"),
        )

    def _hidden_text(self, request: Request, target: Target) -> Iterator[Segment]:
        """Yield the tokens of text that the provider adds and does not publish."""
        asked = rules.Asked(target.model, target.name or target.model, target.provider, target.day)
        hidden = rules.hidden_text(request, asked, self._cache)
        if hidden is not None:
            yield Segment(FRAME, tokens=hidden.tokens, low=hidden.low, high=hidden.high)

    def _served(self, target: Target) -> ServedModel | None:
        return self.served.of(target.model, target.name or target.model) if self.served else None

    def answer(self, answer: Request, target: Target) -> PromptCount:
        """Count a known answer: a request that holds the answer as its only message."""
        served = self._served(target)
        if served is not None:
            return served.answer(answer)
        prompt_format = prompt_format_of(target.model, target.provider, self._cache)
        subject = self._subject(prompt_format, answer, target)
        render = prompt_format.answer or prompt_format.render
        segments = render(answer, subject)
        return self._segments(prompt_format, segments, subject, target, ANSWER, Roles(answer))

    def _subject(self, prompt_format: PromptFormat, request: Request, target: Target) -> Subject:
        place = (prompt_format.name, target.model, target.provider, request.api, target.day)
        return Subject(
            target.model,
            target.provider,
            request.api,
            target.day,
            rules.values(*place, cache=self._cache),
        )

    def _segments(
        self,
        prompt_format: PromptFormat,
        segments: Iterable[Segment],
        subject: Subject,
        target: Target,
        of: str,
        roles: Roles,
        *,
        raw: bool = False,
    ) -> PromptCount:
        kinds: dict[str, float] = {}
        by_part: dict[tuple[str, str], float] = {}
        content = 0.0
        below = above = 0.0
        unsure: dict[str, float] = {}  # of `kinds`, what has a range
        warnings: dict[str, None] = {}
        for segment in segments:
            if raw and not segment.text:
                continue
            tokens = segment.tokens if not raw else 0
            if segment.text:
                counted = segment.scale * self.text(segment.text, target.tokenizer)
                content += counted
                tokens += counted
            kinds[segment.kind] = kinds.get(segment.kind, 0.0) + tokens
            if segment.low is not None and segment.high is not None and not raw:
                is_read = math.isfinite(segment.low)
                below += segment.tokens - segment.low if is_read else tokens
                above += segment.high - segment.tokens
                unsure[segment.kind] = unsure.get(segment.kind, 0.0) + segment.tokens
            owner = roles.part(segment), segment.kind
            by_part[owner] = by_part.get(owner, 0.0) + tokens
            if segment.warning:
                warnings[
                    f"{segment.place}: {segment.warning}" if segment.place else segment.warning
                ] = None
        family = self.tokenizer(target.tokenizer).family
        place = CalibrationKey(
            of,
            prompt_format.name,
            target.provider,
            api_of(subject.api, target.provider, prompt_format.name),
            series(target.model),
            kind_of(kinds, guess=bool(below or above)),
        )
        entry = None if raw else self.calibration.find(place)
        exact = sum(kinds.values()) if entry is None else entry.corrected_tokens(kinds)
        total = max(0, round(exact))
        if raw:
            margin = even(family.error)
        elif entry is None:
            sure = {kind: tokens - unsure.get(kind, 0.0) for kind, tokens in kinds.items()}
            error = _error(sure, self._stated_errors(prompt_format, subject), family.error)
            margin = even(error * (1 - min(1.0, sum(unsure.values()) / max(total, 1))))
        else:
            margin = entry.margin(total, family.error * content)
        return PromptCount(
            total,
            round(content),
            total - round(content),
            ESTIMATED if below or above else family.method,
            margin,
            family.name,
            first_warnings(warnings),
            kinds,
            place,
            _parts(by_part, entry.scale if entry else {}, total),
            Unknown(below, above),
        )

    def _stated_errors(self, prompt_format: PromptFormat, subject: Subject) -> Mapping[str, float]:
        place = (prompt_format.name, subject.model, subject.provider, subject.api, subject.day)
        return rules.errors(*place, cache=self._cache)


def _parts(
    tokens_by_part: Mapping[tuple[str, str], float], scale: Mapping[str, float], total: int
) -> dict[str, int]:
    exact: dict[str, float] = {}
    for (part, kind), tokens in tokens_by_part.items():
        exact[part] = exact.get(part, 0.0) + tokens * scale.get(kind, 1)
    return share_out(exact, total)


def _error(kinds: Mapping[str, float], stated: Mapping[str, float], family: float) -> float:
    """Return the relative error of a total: that of each kind, by its share of the tokens.

    The error of the tokenizer and those of the kinds are taken to add: they have one cause as often
    as two.
    """
    total = sum(abs(tokens) for tokens in kinds.values())
    if not total:
        return 0.0
    uncertain = sum(abs(tokens) * stated.get(kind, 0.0) for kind, tokens in kinds.items())
    return family + uncertain / total
