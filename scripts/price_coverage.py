"""Report how much of what public lists and recorded calls name the price table prices.

    python scripts/price_coverage.py                      offers, shares, agreement with the lists
    python scripts/price_coverage.py --missing together   and which ids of a provider are missing
    python scripts/price_coverage.py --calls FOLDER...    share of recorded calls that are priced

A call of a recording counts where it names a real model: one that any list, or the table, knows at
any provider. It is priced where its provider (the host that answered, where the log names it) and
its model resolve to one offer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tokencost_pricing.errors import AmbiguousModelError, TokencostError
from tokencost_pricing.imports.coverage import Coverage, offers
from tokencost_pricing.imports.facts import read_facts
from tokencost_pricing.imports.names import weights
from tokencost_pricing.table import PriceTable

FACTS = Path(__file__).resolve().parents[1] / "tests" / "pricing" / "facts" / "facts.tsv.xz"
TODAY = "2026-11-27"
PROVIDERS = {"gemini": "google", "azure-openai": "azure"}


def calls(folders: list[Path]) -> Iterator[tuple[str | None, str]]:
    """Yield provider and model of every recorded call of the truth files below some folders."""
    for folder in folders:
        for path in sorted(folder.glob("*.jsonl.gz")):
            for line in gzip.decompress(path.read_bytes()).splitlines():
                call = json.loads(line)
                if model := call.get("response_model") or call.get("model"):
                    provider = call.get("provider")
                    yield PROVIDERS.get(provider, provider), model


def report_calls(table: PriceTable, folders: list[Path]) -> None:
    """Print how many recorded calls name a real model, and how many of these are priced."""
    known = {weights(fact.id) for fact in read_facts(FACTS)}
    known |= {weights(model.id) for model in table.models()}
    counts: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for provider, model in calls(folders):
        try:
            table.find(model, provider if provider and table.provider_id(provider) else None)
            counts["priced"] += 1
        except AmbiguousModelError:
            counts["ambiguous"] += 1
        except TokencostError:
            is_real = weights(model) in known
            counts["missing" if is_real else "no real model"] += 1
            if is_real:
                missing[f"{provider}/{model}"] += 1
    real = counts["priced"] + counts["ambiguous"] + counts["missing"]
    share = 100 * counts["priced"] / real if real else 0
    print(
        f"calls that name a real model: {counts['priced']} of {real} priced, {share:.1f} %",
        dict(counts),
    )
    print(*(f"  {count} {name}" for name, count in missing.most_common(30)), sep="\n")


def _share(part: int, total: int) -> str:
    return f"{part} of {total}" + (f", {100 * part / total:.0f} %" if total else "")


def main() -> int:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--missing", nargs="*", default=[], metavar="PROVIDER")
    parser.add_argument("--calls", nargs="*", type=Path, default=[], metavar="FOLDER")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="other price files")
    options = parser.parse_args()
    table = PriceTable.load(folder=options.tables)
    if options.calls:
        report_calls(table, options.calls)
        return 0
    coverage = Coverage(table, read_facts(FACTS), TODAY)
    held, inherited = offers(table), coverage.inherited()
    print(
        f"{sum(held.values())} models of {len(held)} providers, {sum(inherited.values())} more by"
        f" patterns that inherit: {sum(held.values()) + sum(inherited.values())} offers"
    )
    for share in coverage.shares():
        name = share.provider
        counts = f"{held[name]:4} models, {inherited[name]:3} inherited"
        print(f"{name:20} {counts}, of two families {_share(share.priced, share.known)}")
        if name in options.missing:
            print("   ", *share.missing, sep="\n    ")
    for row in coverage.agreements():
        print(f"{row.list:40} {row.role:7} agree {_share(row.agree, row.shared)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
