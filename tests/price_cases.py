"""Prices as files of cases state them: who bills, the name as typed or logged, the day, the rates.

A line of `tests/pricing/cases/*.txt` has six columns with `|` between them; empty lines and lines
with `#` are left out:

    provider   who bills; `-` where the name alone must say it
    name       as typed or logged
    day        today (2026-11-27) where it is `-`
    terms      service modes, `region=eu`, `prompt=250000`, with commas between them, or `-`
    rates      input/output/cached in USD per million tokens; a rate left out is not compared, `-`
               is one that the table must not have; or a word of the reason why there is no price
    evidence   the lists or pages that have it
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tokencost_pricing.card_rates import card
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.money import plain
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms

TODAY = "2026-11-27"
KINDS = ("input", "output", "cache_read")


class Case(NamedTuple):
    """One price and its evidence."""

    provider: str | None
    name: str
    day: str
    terms: tuple[str, ...]
    rates: str
    evidence: str
    line: str  # file and line


def read_cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        provider, name, day, terms, rates, evidence = (cell.strip() for cell in line.split("|"))
        yield Case(
            provider=None if provider == "-" else provider,
            name=name,
            day=TODAY if day == "-" else day,
            terms=tuple(one.strip() for one in terms.split(",") if terms != "-"),
            rates=rates,
            evidence=evidence,
            line=f"{path.stem}:{number}",
        )


def priced(table: PriceTable, case: Case) -> str:
    """Return the rates of the table for a case, or why there are none."""
    stated = dict(term.split("=") for term in case.terms if "=" in term)
    prompt = int(stated.pop("prompt", 1000))
    modes = tuple(term for term in case.terms if "=" not in term)
    at = datetime.fromisoformat(case.day).replace(tzinfo=UTC)
    try:
        offer = table.find(case.name, case.provider, at)
    except TokencostError as refused:
        return str(refused)
    rates = card(offer, Terms(at, True, modes, tuple(stated.items())), prompt)
    if rates.unpriced is not None:
        return rates.unpriced
    kinds = KINDS[: len(case.rates.split("/"))]
    return "/".join(plain(rates.rates[kind]) if kind in rates.rates else "-" for kind in kinds)
