"""A compiled table whose files are damaged, as on a full disk, is a wrong table and no bug."""

from __future__ import annotations

import pytest

from tokencost_pricing.errors import TableError
from tokencost_pricing.packed import Packed, pack
from tokencost_pricing.table import PriceTable

CONTENT = {
    "table": "2026.01.01",
    "sha256": "0",
    "day": "2026-01-01",
    "calendars": {},
    "providers": {
        "maker": {
            "name": "Maker",
            "role": "maker",
            "models": {"one": {"prices": [{"basis": "documented", "rates": {"input": "1"}}]}},
        }
    },
}


@pytest.mark.parametrize("content", [b"", b"garbage\n", b"[]", b"{}\n{}", b"1\n2\n3\n"])
@pytest.mark.parametrize("file", ["maker.json", "index.json"])
def test_a_damaged_file_is_named(file: str, content: bytes) -> None:
    files = {**pack(CONTENT), file: content}
    with pytest.raises(TableError, match=rf"{file}: cannot read the compiled form"):
        list(PriceTable(Packed(files.__getitem__)).models())
