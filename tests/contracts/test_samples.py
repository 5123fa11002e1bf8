"""Real traces and logs of every format: read with the right numbers, or refused with one line.

The totals stand in `samples.json`; most were reckoned by hand from the files, by a few lines of
JSON that know nothing of this project, or follow from the file itself (a sum, an invoice).
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from logs.reading import calls_of, store_of, totals
from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import settle
from usage_corpus import call_of_body

HERE = Path(__file__).parent
WANTED: dict[str, Any] = json.loads((HERE / "samples.json").read_text("utf-8"))
COLLECTION = "usage-corpus"  # test data of another project, no log
OUTPUT = ("output", "reasoning", "output_audio", "output_image")


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_sample_is_read_right_or_refused(name: str, corpora: Path) -> None:
    path = corpora / "samples" / name
    wanted = WANTED[name]
    if "refused" in wanted:
        with pytest.raises(InputError, match=wanted["refused"]) as refused:
            calls_of(path)
        assert "\n" not in str(refused.value)
        return
    store = store_of(path)
    calls, audit = settle(store)
    assert dict(audit.readers) == {wanted["reader"]: 1}
    assert len(calls) == wanted["calls"]
    assert totals(calls) == wanted["usage"]
    costs = [call.cost for call in calls if call.cost is not None]
    costs += [report.cost for report in store.reports.values()]
    assert (str(sum(costs, Decimal(0)).normalize()) if costs else None) == wanted["cost"]
    assert audit.skipped == 0


def test_every_sample_is_known(corpora: Path) -> None:
    files = {
        path.relative_to(corpora / "samples").as_posix()
        for path in (corpora / "samples").glob("*/*")
        if path.is_file() and path.parent.name != COLLECTION
    }
    assert files == set(WANTED)


def test_a_fork_and_its_parent_share_their_history(corpora: Path) -> None:
    folder = corpora / "samples" / "codex-rollout-jsonl"
    parent, child = next(folder.glob("*parent*")), next(folder.glob("*child*"))
    alone, _ = calls_of(child)
    for order in ((parent, child), (child, parent)):
        together, audit = calls_of(*order)
        assert totals(together) == totals(alone)
        assert audit.replayed == 178
        assert {call.session for call in together} == {"parent-session", "child-session"}


def as_the_collection_counts(call: Call) -> dict[str, int]:
    """Return our counts as the collection writes them: caches inside the input."""
    usage = call.usage or {}
    prompt = sum(n for unit, n in usage.items() if unit.startswith(("input", "cache_")))
    return {
        "input_tokens": prompt,
        "output_tokens": sum(usage.get(unit, 0) for unit in OUTPUT),
        "cache_read_tokens": sum(n for u, n in usage.items() if u.startswith("cache_read")),
        "cache_write_tokens": sum(n for u, n in usage.items() if u.startswith("cache_write")),
    }


def test_recorded_usage_objects_are_extracted_alike(corpora: Path) -> None:
    """At least 97 % of the collection's bodies; the others are listed in docs/formats.md."""
    (path,) = (corpora / "samples" / COLLECTION).glob("*.json")
    rows = json.loads(path.read_text("utf-8"))
    alike = sum(_agrees(row, call_of_body(row)) for row in rows)
    assert len(rows) == 1577
    assert alike == 1546


def _agrees(row: dict[str, Any], call: Call | None) -> bool:
    if call is None:
        return False
    ours = as_the_collection_counts(call)
    return any(
        all(ours[name] == (entry["usage"].get(name) or 0) for name in ours)
        for entry in row["extracted"]
    )
