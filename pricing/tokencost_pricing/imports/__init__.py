"""From public price lists to rows of the table.

A reader (`lists/NAME.py`, recognised by its file's contents) turns one public list into `Fact`s,
`facts.py` keeps them in a table of text, `names.py` says which ids mean one model, `history.py`
decides which values held when, `offers.py` writes them as entries of the schema, and `generated.py`
puts them into the files of `tables/lists/`.

A check of a change is a function of two lists of dated rows as the schema has them (oldest first,
the rates as text), those of the table and those proposed, and yields one line a suspicion:
`check(model: str, old: Sequence[Row], new: Sequence[Row]) -> Iterator[str]`.
"""

from __future__ import annotations

from typing import Any

# One dated row as the table's files write it: `{"from": ..., "basis": ..., "rates": {...}}`.
Row = dict[str, Any]
