"""The newest models of a family: what a word such as `claude` or `sonnet` means on a day.

A word is no name: which model it means changes with every release. For people it is answered with
the newest models; in the log of a client that takes such words it means the newest of that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

_SEPARATORS: Final = re.compile(r"[^a-z0-9.]+")
_WORDS: Final = re.compile(r"[a-z]+(?:[ _-]+[a-z]+)*")
_NOT_SOLD: Final = ("removed", "retired", "deprecated")


def newest(makers: Iterable[Mapping[str, Any]], name: str, day: date | None = None) -> list[str]:
    """Return the ids of makers' chat models that a word for a family fits, newest first.

    All words of the name are words of the id. `day`: only models that were released by then;
    else those that are still sold. Nothing for a name with a version.
    """
    folded = name.strip().casefold()
    if not _WORDS.fullmatch(folded):
        return []
    words = set(_SEPARATORS.split(folded))
    dated: list[tuple[str, str]] = []
    for models in makers:
        for model_id, model in models.items():
            released = model.get("released")
            if (
                released is not None
                and model.get("kind", "chat") == "chat"
                and words <= set(_SEPARATORS.split(model_id.casefold()))
                and (model.get("status") not in _NOT_SOLD if day is None else released <= str(day))
            ):
                dated.append((released, model_id))
    dated.sort(key=lambda one: one[0], reverse=True)
    dated.sort(key=lambda one: "preview" in one[1])
    return [model_id for _, model_id in dated]
