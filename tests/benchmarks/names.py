"""How long names take to resolve: every name of the table, and as many that it does not have.

    python tests/benchmarks/names.py [--cache FOLDER]

Prints the CPU seconds for about 20,000 names, of which each is asked once.
"""

from __future__ import annotations

import argparse
import time
from itertools import islice
from pathlib import Path

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable

_NAMES = 20_000


def main() -> None:
    """Resolve the names, and print how long that took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, default=None)
    table = PriceTable.load(cache=parser.parse_args().cache)
    known = [
        (model.id, provider) for model in table.models() for provider in (None, model.provider)
    ]
    unknown = [(f"{name}-nobody", provider) for name, provider in known]
    names = list(islice(dict.fromkeys([*known, *unknown]), _NAMES))
    refused, start = 0, time.process_time()
    for name, provider in names:
        try:
            table.find(name, provider)
        except UnknownModelError:
            refused += 1
    seconds = time.process_time() - start
    print(f"{len(names):,} names in {seconds:.2f} s of CPU, {refused:,} of them without a price")


if __name__ == "__main__":
    main()
