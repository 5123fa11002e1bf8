"""Write the JSON Schema that editors use for price files, from `tokencost_pricing.schema`."""

from __future__ import annotations

import json

from tokencost_pricing.schema import editor_schema
from tokencost_pricing.table import TABLES

if __name__ == "__main__":
    path = TABLES.parent / "schema" / "price.schema.json"
    path.write_text(json.dumps(editor_schema(), indent=1) + "\n", encoding="utf-8")
    print(path.name)
