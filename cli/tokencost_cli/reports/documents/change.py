"""How a number differs from that of a base."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from tokencost_cli.reports.documents.fields import Money, about


class CostChange(Struct, kw_only=True):
    """The change of a cost."""

    cost: Annotated[Money | None, about("Difference in US dollars.")]
    relative: Annotated[float | None, about("As a ratio to the base: 0.1 is a tenth more.")]
