"""Make the generated price files (tables/lists/) again from the dated facts of public lists.

    python scripts/make_price_lists.py                 every provider that has a file
    python scripts/make_price_lists.py novita groq     some
    python scripts/make_price_lists.py --check         report files that would change; ends with 1

The facts lie in tests/pricing/facts/. What the hand-written files name is left out, so this runs
after a change of them, too.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tokencost_pricing.imports.facts import read_facts
from tokencost_pricing.imports.generated import SUBSCRIPTIONS, Import, list_texts
from tokencost_pricing.imports.hand_table import HandTable

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "pricing" / "tokencost_pricing" / "tables"
FACTS = ROOT / "tests" / "pricing" / "facts" / "facts.tsv.xz"
TODAY = "2026-11-27"  # of the facts: later first days are announced prices


def main() -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("providers", nargs="*", metavar="PROVIDER")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    result = Import(read_facts(FACTS), HandTable(TABLES, TODAY))
    providers = options.providers or [
        name for name in result.providers if name not in SUBSCRIPTIONS
    ]
    changed = []
    for provider, text in list_texts(providers, result):
        path = TABLES / "lists" / f"{provider}.yaml"
        if text == (path.read_text(encoding="utf-8") if path.exists() else ""):
            continue
        changed.append(provider)
        if options.check:
            continue
        if text:
            path.write_text(text, encoding="utf-8")
        else:
            path.unlink()
    print(f"{len(changed)} of {len(providers)} files changed", *changed)
    return int(options.check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
