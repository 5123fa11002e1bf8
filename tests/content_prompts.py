"""Prompts whose parts can be counted by hand, and what they cost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tokencost_pricing.table import PriceTable
from tokencost_profiles.attribution.content import ContentRow, ContentView
from tokencost_profiles.attribution.content_view import content_view
from tokencost_profiles.attribution.digest import Digest
from tokencost_profiles.attribution.part_sizes import PartSizes
from tokencost_profiles.attribution.threads import threads_of
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.costs.call_pricer import Pricer

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TABLE = PriceTable.load()
OPUS = "claude-opus-4-5"


class OneTokenACharacter(PartSizes):
    """Sizes that can be seen: a character is a token."""

    def __init__(self) -> None:
        super().__init__(TABLE, NOW.date())

    def tokens(self, part: Part, model: str | None) -> int:
        return part.size or len(part.text)


def view_of(calls: list[Call], selected: list[Call] | None = None) -> ContentView:
    pricer, sizes = Pricer(TABLE, NOW), OneTokenACharacter()
    Digest(sizes).take(calls)
    ids = None if selected is None else {id(call) for call in selected}
    return content_view(threads_of(calls, pricer, ids), sizes.tokens, is_counted=True)


def row(view: ContentView, kind: str, name: str = "", size: int | None = None) -> ContentRow:
    (match,) = (
        one
        for one in view.rows
        if one.kind == kind and one.name == name and size in (None, one.tokens)
    )
    return match


def call(parts: Any, answer: Any = (), **usage: int) -> Call:
    return Call(
        model=OPUS, session="s", api="messages", usage=usage, parts=parts, answer=tuple(answer)
    )


def text(size: int, role: str = "user", mark: str = "x", name: str = "", call_id: str = "") -> Part:
    return Part(role, mark * size, "", name, call_id)
