"""Facts that follow from a model's name, by the rules of `families.yaml`.

They serve names that stand in no table, and models whose row leaves the fact out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Final

_LARGEST: Final = 4096  # names that are remembered


class Families:
    """The rules of a table. In each list the first one that fits a name counts."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._rules = rules
        self.tokenizer = lru_cache(_LARGEST)(self._tokenizer)

    def thinks(self, model: str) -> bool:
        """Whether a model reasons before it answers; one that no rule names does."""
        return next(
            (thinks for expression, thinks in self._thinks if expression.match(_name(model))), True
        )

    def facts(self, model: str) -> dict[str, Any]:
        """Return what the name of a model says, as the keys of an entry."""
        facts: dict[str, Any] = {} if self.thinks(model) else {"thinks": False}
        if family := self.tokenizer(model):
            facts |= {"tokenizer": family, "tokenizer_unverified": True}
        return facts

    def _tokenizer(self, model: str) -> str | None:
        """Return the family of tokenizers that the name of a model says, or None."""
        name = _name(model)
        return next(
            (family for expression, family in self._tokenizers if expression.match(name)), None
        )

    @cached_property
    def _tokenizers(self) -> list[tuple[re.Pattern[str], str]]:
        return [
            (self._expression(rule), rule["tokenizer"])
            for rule in self._rules.get("tokenizers", ())
        ]

    @cached_property
    def _thinks(self) -> list[tuple[re.Pattern[str], bool]]:
        return [
            (self._expression(rule), rule["thinks"]) for rule in self._rules.get("thinking", ())
        ]

    def _expression(self, rule: Mapping[str, Any]) -> re.Pattern[str]:
        before: str = self._rules.get("before", "")
        return re.compile(rf"{before}(?:{rule['names']})", re.IGNORECASE)


def _name(model: str) -> str:
    """Return the last part of a name: the path of its maker or host is left out."""
    return model.rstrip("/").rsplit("/", 1)[-1]
