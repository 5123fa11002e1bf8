"""Values of options as a user types them: aliases of models, amounts of money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from tokencost_pricing.errors import UsageError


def aliases_of(texts: Sequence[str]) -> dict[str, str]:
    """Read `NAME=MODEL`. Raise `UsageError` for what is none."""
    aliases: dict[str, str] = {}
    for text in texts:
        name, _, model = text.partition("=")
        if not name.strip() or not model.strip():
            raise UsageError(
                f"'{text}' is no alias", hint="as coder-model=alibaba/qwen3-coder-plus"
            )
        aliases[name.strip()] = model.strip()
    return aliases


def usd(text: str) -> Decimal:
    """Read an amount of US dollars as the user types it: `0.05`, `$1,200`."""
    try:
        return Decimal(text.strip().removeprefix("$").replace(",", ""))
    except InvalidOperation:
        raise UsageError(f"'{text}' is not an amount in USD") from None
