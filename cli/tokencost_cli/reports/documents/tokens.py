"""A number of tokens that the provider did not report: with its range, method and tokenizer."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Struct

from tokencost_cli.reports.documents.fields import Count, about

Method = Literal["exact", "reconstructed", "family", "estimated", "assumed"]
# Words of the counter for the same things.
_METHODS: Final[dict[str, Method]] = {
    "exact": "exact",
    "recorded": "exact",
    "reconstructed": "reconstructed",
    "family": "family",
    "ratio": "estimated",
    "estimated": "estimated",
    "typed": "assumed",
    "assumed": "assumed",
}


class TokenRange(Struct, kw_only=True):
    """Tokens that were counted here, with what they lie between."""

    tokens: Annotated[Count, about("The count.")]
    low: Annotated[Count | None, about("The fewest; null: not known.")]
    high: Annotated[Count | None, about("The most; null: unbounded.")]
    method: Annotated[Method, about("How it was counted.")]
    tokenizer: Annotated[str | None, about("What counted it; null: nothing did.")]


def method_of(method: str, unsure: bool = False) -> Method:
    """Return the method of a count as documents call it; exact ones have no error."""
    name = _METHODS.get(method, "estimated")
    return "estimated" if name == "exact" and unsure else name
