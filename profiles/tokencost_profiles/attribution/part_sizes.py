"""How many tokens a part is: counted by the model's tokenizer, or taken from its bytes.

What a provider bills decides the money: sizes only share it out among the parts of one prompt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.content import TOOL_CALL, USER, Media, Message, Part, Request
from tokencost_profiles.tokens.counter import Counter, Target

# Bytes of English text and code a token. JSON, which tool calls and schemas are, has fewer.
_BYTES_PER_TOKEN: Final = 3.7
_OF_JSON: Final = 3.2
_JSON_ROLES: Final = frozenset({"tools", TOOL_CALL})
# Of an image whose size no log has: a screenshot as agents send it.
UNKNOWN_MEDIA: Final = 1_500


class PartSizes:
    """Tokens of parts. `counted`: by the tokenizer of the model; else from their bytes."""

    def __init__(
        self, table: PriceTable, day: date, cache: Path | None = None, *, counted: bool = True
    ) -> None:
        self.counted = counted
        self._table, self._day = table, day
        self._counter = Counter(cache)
        self._targets: dict[str | None, Target] = {}
        self._known: dict[tuple[bytes, str | None], int] = {}

    def tokens(self, part: Part, model: str | None) -> int:
        """Return the tokens of a part as a model reads it: of its text, or as was counted once."""
        target = self._target(model)
        key = (part.hash, target.tokenizer)
        known = self._known.get(key)
        if known is None:
            known = self._tokens(part, target)
            if part.hash:
                self._known[key] = known
        return known

    def _tokens(self, part: Part, target: Target) -> int:
        if part.media is not None:
            return self._of_media(part.media._replace(text=part.text or None), target)
        if not self.counted or not part.text:
            return _from_bytes(part)
        return self._counter.text(countable_text(part), target.tokenizer)

    def _of_media(self, media: Media, target: Target) -> int:
        request = Request(api="text", messages=(Message(USER, (media,)),))
        counted = self._counter.request(request, target, raw=True)
        return counted.tokens or UNKNOWN_MEDIA

    def _target(self, model: str | None) -> Target:
        target = self._targets.get(model)
        if target is None:
            target = self._targets[model] = self._new_target(model)
        return target

    def _new_target(self, model: str | None) -> Target:
        try:
            offer = self._table.find(model) if model else None
        except UnknownModelError:
            offer = None
        if offer is None:
            return Target(model or "", "", None, self._day)
        return Target(offer.model.id, offer.provider, offer.model.tokenizer, self._day)


def _from_bytes(part: Part) -> int:
    size = part.size or len(part.text.encode("utf-8", "replace"))
    per_token = _OF_JSON if part.role in _JSON_ROLES else _BYTES_PER_TOKEN
    return max(1, round(size / per_token)) if size else 0


def countable_text(part: Part) -> str:
    """Return what of a part is counted: of a tool call names and values, not escaped JSON."""
    if part.role != TOOL_CALL or not part.name or not part.text.startswith(part.name):
        return part.text
    try:
        arguments = json.loads(part.text[len(part.name) :])
    except (ValueError, RecursionError):
        return part.text
    return "\n".join((part.name, *_texts(arguments)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield value if isinstance(value, str) else json.dumps(value)
