"""A pickled table is the same one, wherever it is unpacked: overlays and aliases are in it."""

from __future__ import annotations

import pickle
from pathlib import Path

from tokencost_pricing.table import PriceTable

PRICES = Path(__file__).parents[2] / "examples" / "prices"


def test_a_pickled_table_answers_as_the_first(table: PriceTable) -> None:
    sent = pickle.loads(pickle.dumps(table))
    assert (sent.version, sent.sha256) == (table.version, table.sha256)
    assert [one.id for one in sent.models()] == [one.id for one in table.models()]
    for name in ("gpt-4o", "claude-sonnet-4-5", "anthropic/claude-haiku-4-5"):
        assert sent.find(name).key == table.find(name).key
        assert sent.find(name).rule == table.find(name).rule


def test_overlays_aliases_and_who_bills_are_in_it(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_bytes((PRICES / "overlay.yaml").read_bytes())
    table = PriceTable.load(cache=cache, overlays={"overlay.yaml": path})
    table = table.with_providers({}, "azure").with_aliases({"house": "gpt-4o"})
    table.find("house")
    content = pickle.dumps(table)
    path.unlink()
    sent = pickle.loads(content)
    assert sent.overlays == table.overlays
    assert sent.sha256 == table.sha256
    assert sent.find("house").key == table.find("house").key
    assert sent.find("gpt-4o").key == table.find("gpt-4o").key
    changed = [one for one in table.models() if one.overlay]
    assert changed
    assert [one.id for one in sent.models() if one.overlay] == [one.id for one in changed]
