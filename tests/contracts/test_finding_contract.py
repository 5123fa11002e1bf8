"""The contract of every finding, tried on its cases.

`tests/findings/NAME/` holds small logs written by us: `hit.*`, in which the finding is, `clean.*`,
the nearest ones in which it is not, and `expected.json`:

    {"how": "the sum by hand", "lines": [5], "cost": "0.0625", "saved": "0.0575"}
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import NOW, Cli
from profiles.attribution.test_causes import CALLS
from tokencost_pricing.money import ZERO
from tokencost_pricing.table import PriceTable
from tokencost_profiles.attribution.finding import ESTIMATED, MEASURED, Detector
from tokencost_profiles.attribution.hits import total_cost
from tokencost_profiles.attribution.inspected import Inspected
from tokencost_profiles.attribution.threads import threads_of
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.turns import number_turns
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.discovery import names
from tokencost_profiles.findings import detector_names, detectors, find_all

FOLDER = "tokencost_profiles.findings"
ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "findings"
MODULES = names(FOLDER)
NAMES = [name.replace("_", "-") for name in MODULES]


def logs(kind: str) -> list[Path]:
    return sorted(CASES.glob(f"*/{kind}.*"))


def findings_of(cli: Cli, log: Path) -> dict[str, dict[str, Any]]:
    """Return the findings of a log by name, beside what it costs."""
    ran = cli("profile", str(log), "--findings", "-f", "json")
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    total = Decimal(document["total"]["cost"] or 0)
    for one in document["findings"]:
        assert one["evidence"]
        for hit in one["evidence"]:
            assert hit["file"] == str(log)
            assert hit["line"] >= 1
            assert hit["calls"] >= 1
            assert hit.get("subject")
            if hit["saved"] is not None:
                assert ZERO < Decimal(hit["saved"]) <= Decimal(hit["cost"])
        assert Decimal(one["cost"] or 0) <= total  # hits are disjoint
    return {one["id"]: one for one in document["findings"]}


@pytest.mark.parametrize("module", MODULES)
def test_its_fields_are_filled(module: str) -> None:
    detector: Detector = import_module(f"{FOLDER}.{module}").FINDING
    assert detector.name == module.replace("_", "-")
    assert detector.name in detector_names()
    assert re.fullmatch(r"[a-z][^.]+[^.\s]", detector.title)
    assert re.fullmatch(r"[A-Z][^.]+\.", detector.advice), "one sentence"
    assert re.search(r"\b[Cc]osts?\b", detector.explanation), "how its dollars are computed"
    assert re.search(r"[Ss]aved|no dollars", detector.explanation), "how its dollars are computed"
    assert detector.confidence in (MEASURED, ESTIMATED)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_its_cases(name: str) -> None:
    missing = [kind for kind in ("hit", "clean") if not list(CASES.glob(f"{name}/{kind}.*"))]
    assert not missing, f"tests/findings/{name}: no {' and no '.join(missing)} log"
    assert (CASES / name / "expected.json").is_file(), f"tests/findings/{name}: no expected.json"


@pytest.mark.parametrize("name", NAMES)
def test_it_stands_in_the_page(name: str) -> None:
    page = (ROOT / "docs" / "findings.md").read_text("utf-8")
    assert f"| {name} | " in page, f"{name}: no row in docs/findings.md"
    assert f"## {name}\n" in page, f"{name}: no section in docs/findings.md"


@pytest.mark.parametrize("log", logs("hit"), ids=lambda log: log.parent.name)
def test_it_is_in_its_log(cli: Cli, log: Path) -> None:
    expected = json.loads((log.parent / "expected.json").read_text("utf-8"))
    finding = findings_of(cli, log)[log.parent.name]
    assert expected["how"]
    assert sorted(hit["line"] for hit in finding["evidence"]) == expected["lines"]
    assert finding["cost"] == expected["cost"]
    if "saved" in expected:
        assert finding["saved"] == expected["saved"]


@pytest.mark.parametrize("log", logs("clean*"), ids=lambda log: f"{log.parent.name}-{log.stem}")
def test_it_is_not_in_innocent_logs(cli: Cli, log: Path) -> None:
    assert log.parent.name not in findings_of(cli, log)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_explained_with_its_places(cli: Cli, name: str) -> None:
    (log,) = CASES.glob(f"{name}/hit.*")
    ran = cli("explain", name, str(log), "-f", "csv")
    assert ran.code == 0, ran.err
    assert str(log) in ran.out


@settings(max_examples=100, deadline=None)
@given(calls=st.lists(CALLS, max_size=40))
def test_no_more_is_saved_than_was_paid(table: PriceTable, calls: list[Call]) -> None:
    """In whatever order calls come, with or without times, sessions, prices and text."""
    calls.sort(key=lambda one: one.at or 0.0)
    number_turns(calls)
    pricer = Pricer(table, NOW)
    selected = {id(call) for call in calls[::2]}
    inspected = Inspected(threads_of(calls, pricer, selected), pricer, NOW)
    paid = total_cost(inspected.calls)
    for finding in find_all(inspected):
        assert not finding.detector.needs_text
        assert (finding.cost or ZERO) <= paid
        for hit in finding.hits:
            assert hit.file
            assert hit.line
            assert hit.calls <= len(selected)
            if hit.saved is not None:
                assert hit.cost is not None
                assert ZERO < hit.saved <= hit.cost


def test_an_unknown_name_is_refused_with_the_nearest(cli: Cli) -> None:
    ran = cli("explain", "rereads")
    assert ran.code == 2
    assert "did you mean 'reread'" in ran.err
    assert [one.name for one in detectors(["loop"])] == ["loop"]
