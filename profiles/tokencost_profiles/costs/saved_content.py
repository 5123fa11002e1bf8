"""The content of prompts in a saved profile: rows of parts, those too small to stand alone in one.

A profile has them only where the text of its calls was read. They hold names, hashes and sizes,
never text.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_pricing.money import ZERO, is_plausible

MOST_ROWS: Final = 1000  # that are written; smaller parts are folded into one

_Count = Annotated[int, msgspec.Meta(ge=0)]


class SavedContentRow(msgspec.Struct, omit_defaults=True):
    """One part, and what it cost in all prompts. Money is in USD, exact."""

    kind: str
    name: str = ""  # of the tool, of the fee
    target: str = ""  # the file or URL that the tool call names
    hash: bytes = b""  # of kind, name and text
    tokens: _Count = 0
    instances: _Count = 0
    copies: _Count = 0
    calls_carried: _Count = 0
    input_tokens: _Count = 0
    output_tokens: _Count = 0
    carrying_cost: Decimal = ZERO
    made_cost: Decimal = ZERO
    fee_cost: Decimal = ZERO
    folded: _Count = 0  # how many parts it stands for, where it is not one
    # Counts by the name of the rates and by unit; those without a price have the name "".
    usage: dict[str, dict[str, _Count]] = msgspec.field(default_factory=dict)
    charged: Decimal | None = None  # what logs state that calls without a price cost


def checked_rows(rows: Sequence[SavedContentRow]) -> tuple[SavedContentRow, ...]:
    """Return rows that were read. Raise `InputError` for what is no amount."""
    for row in rows:
        charged = row.charged or ZERO
        for amount in (row.carrying_cost, row.made_cost, row.fee_cost, charged):
            if not is_plausible(amount):
                raise InputError(f"content: '{amount}' is no amount")
    return tuple(rows)
