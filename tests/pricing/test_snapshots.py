"""A dated snapshot has a past of its own: it shares no row that began before it was released."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tokencost_pricing.model import Model
from tokencost_pricing.moments import ALWAYS
from tokencost_pricing.table import TABLES, PriceTable

_DATED = re.compile(r".*?[-@](20\d\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])(?:-v\d.*)?")
NEAR = timedelta(days=45)  # the day in the name may be some weeks from the launch

# The fault as it was: the snapshot of August began with the price of May.
SHARED = """\
schema: 1
provider: acme
name: Acme
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-11-22"
models:
  anvil-4:
    aliases: {exact: [anvil-4-2024-05-13, anvil-4-2024-08-06]}
    prices:
      - {from: "2024-05-13", basis: release, rates: {input: "5", output: "15"}}
      - {from: "2024-10-02", basis: release, rates: {input: "2.5", output: "10"}}
"""


def later_snapshots(model: Model) -> Iterator[str]:
    """Yield the dated names of a model whose price changed that are younger than its first row."""
    changes = {(row.rates.get("input"), row.rates.get("output")) for row in model.prices}
    first = model.prices[0].start
    if len(changes) < 2 or first == ALWAYS:
        return
    for name in model.aliases.exact:
        dated = _DATED.fullmatch(name)
        if dated and date(*map(int, dated.groups())) > first.date() + NEAR:
            yield name


def shared_rows(table: PriceTable) -> dict[str, list[str]]:
    names = {model.key: list(later_snapshots(model)) for model in table.models()}
    return {key: later for key, later in names.items() if later}


def test_no_snapshot_shares_the_rows_of_a_pointer(table: PriceTable) -> None:
    assert shared_rows(table) == {}


def test_a_snapshot_that_does_is_reported(tmp_path: Path) -> None:
    shutil.copy(TABLES / "TABLE.yaml", tmp_path)
    (tmp_path / "acme.yaml").write_text(SHARED, "utf-8")
    table = PriceTable.load(folder=tmp_path)
    assert shared_rows(table) == {"acme/anvil-4": ["anvil-4-2024-08-06"]}
