"""From a request to the tokens that a model will bill for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.compiled import load_compiled
from tokencost_pricing.shapes import COUNT, REGEX, TEXT, ListOf, Record
from tokencost_profiles.prompts import Prompt
from tokencost_profiles.requests.base import Request
from tokencost_profiles.sources import text_blocks
from tokencost_profiles.tokenizers import FALLBACK, Tokenizer, tokenizer

RULES: Final = Path(__file__).parent / "requests" / "rules"
_FRAME: Final = Record(
    {
        "models": REGEX, "start": COUNT, "per_message": COUNT, "system": COUNT,
        "evidence": TEXT,
    },
    required=("models", "evidence"),
)  # fmt: skip
_FRAMES_FILE: Final = Record({"frames": ListOf(_FRAME)}, required=("frames",))
_KNOWN_TEXTS: Final = 100_000


class Counted(NamedTuple):
    """The tokens of one request for one model."""

    tokens: int  # of the whole input
    content: int  # of the text alone
    added: int  # by the provider, around the text
    method: str  # the least sure of the methods that were used
    error: float  # relative, of `tokens`
    tokenizer: str
    warnings: tuple[str, ...] = ()


class Watch(NamedTuple):
    """Told how many characters of a large text have been read."""

    advance: Any


class Counter:
    """Counts requests. A text is counted once a tokenizer, however often it is sent."""

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = cache
        self._known: dict[tuple[str, str], int] = {}

    def tokenizer(self, name: str | None) -> Tokenizer:
        """Return the tokenizer of a model; one with a wide error where it is not known."""
        return tokenizer(name or FALLBACK, self._cache)

    def text(self, text: str, name: str | None) -> int:
        """Count one text with a tokenizer family."""
        found = self.tokenizer(name)
        key = (found.name, text)
        tokens = self._known.get(key)
        if tokens is None:
            tokens = found.count(text).tokens
            if len(self._known) < _KNOWN_TEXTS:
                self._known[key] = tokens
        return tokens

    def prompt(
        self, prompt: Prompt, model: str, name: str | None, *, raw: bool = False,
        watch: Watch | None = None,
    ) -> Counted:  # fmt: skip
        """Count a prompt as `model`, whose tokenizer family is `name`, reads it.

        `raw` leaves out what a chat request adds around the text.
        """
        found = self.tokenizer(name)
        request = prompt.request
        if prompt.source is not None:
            blocks: Iterable[str] = text_blocks(prompt.source)
            content = found.count_blocks(watched(blocks, watch) if watch else blocks).tokens
        else:
            content = sum(self.text(part.text, name) for part in request.parts)
        added = 0 if raw else frame(request, model, self._cache)
        warnings = request.warnings
        if request.uncounted:
            places = ", ".join(request.uncounted[:3])
            more = len(request.uncounted) - 3
            warnings += (f"not counted yet: {places}{f' and {more} more' if more > 0 else ''}",)
        family = found.family
        return Counted(
            content + added, content, added, family.method, family.error, family.name, warnings
        )


def frame(request: Request, model: str, cache: Path | None = None) -> int:
    """Return the tokens that the provider adds around the text of a request."""
    rule = _frame_rule(model, cache)
    if rule is None:
        return 0
    system = rule.get("system", 0) if request.has_system else 0
    messages = len(request.roles)
    return int(rule.get("start", 0) + rule.get("per_message", 0) * messages + system)


@lru_cache(maxsize=1024)
def _frame_rule(model: str, cache: Path | None) -> dict[str, Any] | None:
    rules: dict[str, Any]
    for rules in _frames(cache):
        if re.fullmatch(rules["models"], model):
            return rules
    return None


@lru_cache(maxsize=4)
def _frames(cache: Path | None) -> tuple[dict[str, Any], ...]:
    content = load_compiled(RULES, compile_rules, layout="rules-1", cache=cache)
    return tuple(content["frames"])


def compile_rules(folder: Path) -> dict[str, Any]:
    """Read and check the rule files of a folder."""
    from tokencost_pricing.yaml_loader import load

    document = load(folder / "frames.yaml", "frames.yaml")
    _FRAMES_FILE.check(document.data, (), document)
    content: dict[str, Any] = document.data
    return content


def watched(blocks: Iterable[str], watch: Watch) -> Iterator[str]:
    """Pass blocks on, telling the watch of each."""
    for block in blocks:
        watch.advance(len(block))
        yield block
