"""Parts of prompts are compressed, which may cost something itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_pricing.errors import UsageError
from tokencost_profiles.whatif.change import Change, Flag, Setting, Step
from tokencost_profiles.whatif.parse_numbers import dollars, one_of, share

if TYPE_CHECKING:
    from tokencost_profiles.calls.content import Part
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

ROLES: Final = (
    "system",
    "tools",
    "user",
    "assistant",
    "reasoning",
    "tool_call",
    "tool_result",
    "attachment",
)


class Compression(NamedTuple):
    """What is left of the tokens of each role, and what compressing costs."""

    shares: tuple[tuple[str, Decimal], ...]
    compressor: Decimal | None = None  # USD for a million tokens that are compressed


def _parse(value: Any, where: str) -> Compression:
    entries = value if isinstance(value, (list, tuple)) else [value]
    if isinstance(value, Mapping):
        entries = [f"{role}:{left}" for role, left in value.items()]
    shares = []
    for entry in entries:
        role, _, left = str(entry).partition(":")
        shares.append((one_of(ROLES)(role, where), share(left, where)))
    twice = [role for role, _ in shares if sum(role == other for other, _ in shares) > 1]
    if twice:
        raise UsageError(f"{where}: says {twice[0]} twice")
    return Compression(tuple(shares))


def _apply(compression: Compression, portions: list[Portion], state: ReplayState) -> list[Portion]:
    from tokencost_profiles.whatif.shorter_prompts import shorten

    shares = dict(compression.shares)

    def shares_left(parts: Sequence[Part]) -> list[Decimal]:
        return [shares.get(part.role, Decimal(1)) for part in parts]

    shortened = shorten(CHANGE.key, shares_left, portions, state)
    if compression.compressor is not None:
        for portion in shortened:
            _pay(compression.compressor, portion, frozenset(shares), state)
    return shortened


def _pay(price: Decimal, portion: Portion, roles: frozenset[str], state: ReplayState) -> None:
    """Add what the compressor costs: it reads what it shortens."""
    from tokencost_pricing.money import per_million
    from tokencost_profiles.whatif.shorter_prompts import part_tokens

    entry = portion.entry
    if entry.left is None:
        return
    read = sum(
        tokens
        for part, tokens, left in zip(
            entry.parts(), part_tokens(entry, state), entry.left, strict=True
        )
        if part.role in roles and left
    )
    state.totals.add_extra("compressor", per_million(read * entry.calls, price))


CHANGE = Change(
    key="compress",
    order=80,
    step=Step.COMPRESSION,
    title="compressed prompts",
    explanation="that share of the tokens of a role is left; the compressor may cost something",
    example="tool_result:0.5",
    flag=Flag(
        help="Shorten parts: tool_result:0.5 leaves half of their tokens. Repeatable.",
        metavar="ROLE:SHARE",
        repeatable=True,
        joined=True,
    ),
    parse=_parse,
    apply=_apply,
    no_ideas="what a compressor leaves, and whether answers stay as good, no log tells",
    settings=(
        Setting(
            "compressor",
            dollars,
            example="0.02",
            flag=Flag(help="Cost of a million tokens compressed.", metavar="USD"),
        ),
    ),
    moves_prefix=True,
)
