"""A table of hosts that sell the same weights, each at its price, and of a router before them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tokencost_pricing.errors import AmbiguousModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable

WEIGHTS = "weights-1"
# Host -> rows of the weights: cheap input, cheap output, dear, not before November, a router.
ROWS = {
    "cheapin": '[{basis: documented, rates: {input: "0.1", output: "2"}}]',
    "cheapout": '[{basis: documented, rates: {input: "0.4", output: "0.5"}}]',
    "dear": '[{basis: documented, rates: {input: "1", cache_read: "0.2", output: "3"}}]',
    "late": '[{from: "2026-11-01", basis: documented, rates: {input: "9", output: "9"}}]',
}
ROUTED = """[{basis: documented, rates: {input: "0.3", output: "1"},
              range: {low: {input: "0.1", output: "0.8"}, high: {input: "0.2", output: "4"}}}]"""
_PROVIDER = """
schema: 1
provider: %s
name: %s
role: %s
currency: USD
unit: per_1m_tokens
checked: "2026-11-20"
models:
  %s:
    prices: %s
"""


def host_folder(folder: Path) -> Path:
    """Write the files of the table."""
    (folder / "TABLE.yaml").write_text("schema: 1\n")
    for host, rows in ROWS.items():
        text = _PROVIDER % (host, host.title(), "host", WEIGHTS, rows)
        (folder / f"{host}.yaml").write_text(text)
    text = _PROVIDER % ("router", "Router", "router", f"maker/{WEIGHTS}", ROUTED)
    (folder / "router.yaml").write_text(text)
    return folder


class HostTable(PriceTable):
    """A table whose weights are ambiguous where nobody says who bills."""

    def find(self, name: str, provider: str | None = None, at: datetime | None = None) -> Offer:
        """Return the offer; raise `AmbiguousModelError` for the weights alone."""
        if name == WEIGHTS and provider is None:
            raise AmbiguousModelError(name, candidates=self._sellers, day="2026-11-20")
        return super().find(name, provider, at)

    def _sellers(self) -> list[Offer]:
        return [self.find(WEIGHTS, host) for host in ROWS]


@pytest.fixture
def hosts(tmp_path_factory: pytest.TempPathFactory) -> HostTable:
    """The table of hosts."""
    table = HostTable.load(folder=host_folder(tmp_path_factory.mktemp("tables")))
    assert isinstance(table, HostTable)
    return table
