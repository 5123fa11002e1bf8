"""Fits the calibration that is shipped to recorded calls, less the two calls of five set aside.

    python scripts/fit_calibration.py CALLS.jsonl.gz... -o CALIBRATION.yaml

`counts_by_group.py --leave-out repository` holds such a calibration against calls left out of it.
"""

from __future__ import annotations

import argparse
import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import count_answers, count_samples, fitted_call
from tokencost_profiles.accuracy.fit import calibrate
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.calibration_yaml import write
from tokencost_profiles.tokens.counter import Counter

CACHE: Final = Path.home() / ".cache" / "tokencost"
CALLS: Final[dict[str, Any]] = runpy.run_path(str(Path(__file__).with_name("counts_by_group.py")))


def calibration_of(files: list[Path]) -> str:
    """Return the YAML of the calibration that requests and answers lead to."""
    counter, table = Counter(CACHE, Calibration()), PriceTable.load(cache=CACHE)
    entries, number, repositories = [], 0, set()
    for count in (count_samples, count_answers):
        rows = CALLS["rows_of"](files, set_aside=False)
        counted = CALLS["counted_rows"](rows, table, counter, count)
        calls = [fitted_call(result) for _, result in counted]
        entries += calibrate(calls)
        number += len(calls)
        repositories |= {call.group for call in calls}
    source = f"{number:,} requests and answers of {len(repositories)} repositories"
    print(f"{len(entries):,} entries, from {source}")
    return write(entries, datetime.now(UTC).date().isoformat(), source)


def main() -> None:
    """Fit, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("-o", "--output", required=True, type=Path)
    options = parser.parse_args()
    options.output.write_text(calibration_of(options.files), encoding="utf-8")


if __name__ == "__main__":
    main()
