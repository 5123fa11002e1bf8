"""How far the price table agrees with public lists, by makers and hosts, as Markdown.

    python scripts/price_agreement.py FACTS.tsv [DAY]

FACTS.tsv: facts of lists, as scripts/import_prices.py leaves them in its folder. Each id is put to
the table as a log names it, with its provider, at noon of DAY, and its input and output rates are
held against those of the list: equal within 0.5 %.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path

from tokencost_pricing.card_rates import card
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms

MAKERS = frozenset({
    "ai21", "alibaba", "anthropic", "arcee", "baidu", "byteplus", "cohere", "deepseek", "google",
    "inception", "jina", "liquid", "meta", "minimax", "mistral", "moonshotai", "openai",
    "perplexity", "reka", "stepfun", "tencent", "upstage", "volcengine", "voyageai", "writer",
    "xai", "xiaomi", "zai", "zhipuai",
})  # fmt: skip
NEAR = Decimal("0.005")
SIDES = ("input", "output")
Rates = dict[str, Decimal]


def newest(path: Path, day: str) -> dict[str, dict[tuple[str, str], Rates]]:
    """Return input and output of each model by list, as they hold on the list's newest day."""
    lists: dict[str, dict[tuple[str, str], Rates]] = defaultdict(lambda: defaultdict(dict))
    with path.open() as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            stated = "(stated" in row["list"] or "(documented" in row["list"]
            current = not row["last_seen"] and row["first_seen"] <= day
            if current and row["field"] in SIDES and not stated:
                rates = lists[row["list"]][row["provider"], row["id"]]
                rates[row["field"]] = Decimal(row["value"])
    return lists


def same(rates: Rates, theirs: Rates) -> bool:
    """Whether every rate that a list states is ours within 0.5 %."""
    return all(
        side in rates and abs(rates[side] - value) <= NEAR * max(abs(rates[side]), abs(value))
        for side, value in theirs.items()
    )


def priced(table: PriceTable, provider: str, model: str, at: datetime) -> Rates | None:
    """Return our rates of a model as a log names it, or None where it has no price."""
    try:
        return dict(card(table.find(model, provider=provider), Terms(at), 1000).rates)
    except TokencostError:
        return None


def main() -> int:
    """Print the table."""
    path, day = Path(sys.argv[1]), (sys.argv[2:] or ["2026-11-27"])[0]
    at = datetime.combine(datetime.fromisoformat(day), time(12), UTC)
    table = PriceTable.load()
    print("| list | makers: ids, priced, agree | hosts: ids, priced, agree |")
    print("|---|---:|---:|")
    for name, models in sorted(newest(path, day).items()):
        counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for (provider, model), theirs in models.items():
            count = counts[provider in MAKERS]
            count["ids"] += 1
            if (rates := priced(table, provider, model, at)) is not None:
                count["priced"] += 1
                count["agree"] += same(rates, theirs)
        print(f"| {name} | {_cell(counts[True])} | {_cell(counts[False])} |")
    return 0


def _cell(count: Counter[str]) -> str:
    if not count["ids"]:
        return "-"
    share = f"{count['agree'] / count['priced']:.0%}" if count["priced"] else "-"
    return f"{count['ids']:,}, {count['priced']:,}, {share}"


if __name__ == "__main__":
    sys.exit(main())
