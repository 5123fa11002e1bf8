"""Prices of today and of past days, each with its evidence: see `tests/price_cases.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from price_cases import Case, priced, read_cases
from tokencost_pricing.table import PriceTable

FOLDER = Path(__file__).parent / "cases"
CASES = [case for path in sorted(FOLDER.glob("*.txt")) for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line} {case.name} {case.day}")
def test_a_price(table: PriceTable, case: Case) -> None:
    answer = priced(table, case)
    if case.rates[0].isdigit():
        assert answer == case.rates, case.evidence
    else:
        assert case.rates in answer, case.evidence
