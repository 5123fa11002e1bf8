"""Counts of recorded calls against what was billed, less the two calls of five set aside.

    python scripts/counts_by_group.py CALLS.jsonl.gz... [--by provider,api,kind] [--no-calibration]
    python scripts/counts_by_group.py CALLS.jsonl.gz... --worst 40 --only provider=xai
    python scripts/counts_by_group.py CALLS.jsonl.gz... --pairs --only model=grok-4.3
    python scripts/counts_by_group.py CALLS.jsonl.gz... --leave-out repository
    python scripts/counts_by_group.py CALLS.jsonl.gz... --set-aside     in the last run alone

Two of five calls are set aside, by the SHA-256 of their id modulo 5: of them nothing but the table
of `--set-aside` is ever printed. Rules are learned from the rest:

- a table of groups: how many calls, share exact, median and 90th percentile of the relative miss,
  share of the bills inside the stated range, below it and above it, mean and median of the range's
  half width (as a share of the count, at most 1), and the mean width over the mean miss;
- `--leave-out`: the same with ranges fitted to the other repositories, versions (the generation of
  a model at a provider) or models, in eight folds;
- `--answers`: the known answers, as output, in place of the prompts;
- `--worst`: model by model, the differences in tokens (billed - counted) and how often each is.
  One difference for all calls is a rule that is missing;
- `--pairs`: two calls to one model that differ in one feature, with both differences;
- `--calls`: a line a call.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any, Final

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy import samples
from tokencost_profiles.accuracy.compare_counts import (
    Result,
    Sample,
    count_answers,
    count_samples,
    cross_validate,
    score,
)
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs import read
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.counter import Counter

CACHE: Final = Path.home() / ".cache" / "tokencost"
NOT_IN_BODY: Final = {
    "remote-state",
    "remote-media",
    "builtin-tools",
    "server-output",
    "pro-mode",
    "opaque-blobs",
    "placeholder-in-body",
}
SERVER_OUTPUT: Final = NOT_IN_BODY - {"remote-media", "opaque-blobs", "placeholder-in-body"} | {
    "several-choices"
}
FIGURES: Final = (
    "n",
    "exact",
    "median %",
    "p90 %",
    "inside %",
    "below",
    "above",
    "half width %",
    "median width",
    "mean miss %",
    "width / miss",
)
Row = Mapping[str, Any]
Counted = tuple[Row, Result]
Count = Callable[[Iterable[Sample], PriceTable, Counter], Iterator[Result]]


def is_set_aside(name: str) -> bool:
    """Whether a call, by its id, is one of those that no rule may be learned from."""
    return int.from_bytes(sha256(name.encode()).digest(), "big") % 5 < 2


def rows_of(paths: Iterable[Path], *, set_aside: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows of collections, either those set aside or the others."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if is_set_aside(row["id"]) == set_aside:
                    yield {**row, "file": path.name}


def counted_rows(
    rows: Iterable[dict[str, Any]],
    table: PriceTable,
    counter: Counter,
    count: Count = count_samples,
) -> Iterator[Counted]:
    """Yield the rows that can be counted, each content once for each provider."""
    by_id: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.jsonl"
        with path.open("w", encoding="utf-8") as lines:
            for row in rows:
                by_id[row["id"]] = row
                is_answer = count is count_answers  # each is another, whatever was asked
                left_out = SERVER_OUTPUT if is_answer else NOT_IN_BODY
                same = row["id"] if is_answer else row["loose_key"]
                sample = {
                    **row,
                    "group": f"{row['file']} {row['provider']} {row['api']} {same}",
                    "skip": bool(left_out & set(row["flags"])),
                }
                lines.write(json.dumps(sample) + "\n")
        calls = samples.read([from_file(path, path.name)], read.ReadOptions(text=True))
    for result in count(calls.samples, table, counter):
        yield by_id[result.sample.name], result


def value(name: str, row: Row, result: Result) -> str:
    """Return what a call has under a name that groups or conditions use."""
    match name:
        case "kind":
            return result.kind
        case "rendering":
            return str(result.counted.place.rendering if result.counted.place else None)
        case "month":
            return str(row.get("recorded") or "undated")[:7]
        case "answered":
            return str(row.get("response_model"))
        case _:
            return str(row.get(name))


def miss(result: Result) -> int:
    """Return the tokens that a count lacks."""
    return result.billed - result.counted.tokens


def print_groups(calls: list[Counted], by: list[str], least: int) -> None:
    """Print the table of groups, and all calls at its end."""
    groups: dict[tuple[str, ...], list[Result]] = defaultdict(list)
    for row, result in calls:
        groups[tuple(value(name, row, result) for name in by)].append(result)
    print(f"| {' | '.join(by)} | {' | '.join(FIGURES)} |")
    print("|---" * (len(by) + len(FIGURES)) + "|")
    small = 0
    for key, results in sorted(groups.items()):
        if len(results) >= least:
            print(f"| {' | '.join(key)} | {figures(results)} |")
        else:
            small += len(results)
    everything = [result for _, result in calls]
    print(f"| {'all calls' + ' |' * (len(by) - 1)} | {figures(everything)} |")
    if small:
        print(f"({small} calls of groups under {least} are in the last row alone)")


def figures(results: list[Result]) -> str:
    """Return the cells of one group."""
    reached = score(results)
    number = len(results)
    widths = [result.half_width for result in results]
    width = sum(widths) / number
    off = sum(min(1.0, abs(result.error)) for result in results) / number
    below = sum(result.billed < result.counted.low for result in results) / number
    above = 1 - reached.within_error - below
    shares = (reached.exact, reached.median, reached.p90, reached.within_error, below, above)
    cells = [f"{100 * cell:.1f}" for cell in (*shares, width, median(widths), off)]
    return " | ".join([str(number), *cells, f"{width / off:.1f}" if off else "-"])


def left_out(calls: list[Counted], by: str) -> list[Counted]:
    """Return calls with ranges fitted to calls of other repositories, versions or models."""
    names = [_left_out_name(by, *call) for call in calls]
    crossed = cross_validate([result for _, result in calls], names)
    return [(row, result) for (row, _), result in zip(calls, crossed, strict=True)]


def _left_out_name(by: str, row: Row, result: Result) -> str:
    place = result.counted.place
    if by == "version" and place is not None:
        return f"{place.provider} {place.series}"
    return str(row["repo"]) if by == "repository" else str(row["model"]).rpartition("/")[2]


def print_worst(calls: list[Counted], number: int) -> None:
    """Print the groups with most calls that are not exact, with their differences in tokens."""
    names = ("provider", "api", "model", "kind")
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, result in calls:
        groups[tuple(value(name, row, result) for name in names)].append(miss(result))
    wrong = {key: sum(map(bool, values)) for key, values in groups.items()}
    for key in sorted(groups, key=lambda key: (-wrong[key], key))[:number]:
        common = Tally(groups[key]).most_common(8)
        listed = " ".join(f"{value:+}x{times}" for value, times in common)
        exact = len(groups[key]) - wrong[key]
        print(f"{'/'.join(key)}: {exact} of {len(groups[key])} exact; {listed}")


def print_calls(calls: list[Counted]) -> None:
    """Print a line for each call."""
    for row, result in sorted(calls, key=lambda call: (call[0]["model"], str(call[0]["recorded"]))):
        features = " ".join(f"{name}={text}" for name, text in sorted(features_of(row).items()))
        print(
            f"{row['id'][:10]} {row.get('recorded')} {row['provider']} {row['model']}"
            f" -> {row.get('response_model')} {result.kind}: billed {result.billed}"
            f" miss {miss(result):+} | {features}"
        )


def features_of(row: Row) -> dict[str, str]:
    """Return what is in a request by name: its settings as they are, its texts by their hash."""
    features = {}
    for name, content in row["request"].items():
        text = json.dumps(content, sort_keys=True)
        is_short = len(text) <= 24
        features[name] = text if is_short else sha256(text.encode()).hexdigest()[:6]
    for name in ("model", "stream", "stream_options"):
        features.pop(name, None)
    return features


def print_pairs(calls: list[Counted]) -> None:
    """Print pairs of calls to one model that differ in one feature alone."""
    models: dict[tuple[str, str], list[Counted]] = defaultdict(list)
    for row, result in calls:
        models[row["provider"], row["model"]].append((row, result))
    for key, members in sorted(models.items()):
        for (one, first), (other, second) in combinations(members, 2):
            before, after = features_of(one), features_of(other)
            names = {name for name in before | after if before.get(name) != after.get(name)}
            if len(names) == 1 and miss(first) != miss(second):
                name = names.pop()
                print(
                    f"{'/'.join(key)} {name}: {before.get(name)} {miss(first):+} ({first.billed})"
                    f" -> {after.get(name)} {miss(second):+} ({second.billed})"
                    f" {one['id'][:10]} {other['id'][:10]}"
                )


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--by", default="provider,api,kind")
    parser.add_argument("--least", type=int, default=1, help="calls of a group of the table")
    parser.add_argument("--only", action="append", default=[], metavar="NAME=TEXT")
    parser.add_argument("--worst", type=int, metavar="N")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--calls", action="store_true")
    parser.add_argument("--answers", action="store_true")
    parser.add_argument("--no-calibration", action="store_true")
    parser.add_argument("--leave-out", choices=("repository", "version", "model"))
    parser.add_argument("--set-aside", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Count, and print what was asked for."""
    options = arguments()
    if options.set_aside and (options.worst or options.pairs or options.calls or options.only):
        raise SystemExit("of calls set aside there is the table alone")
    counter = Counter(CACHE, Calibration() if options.no_calibration or options.leave_out else None)
    rows = rows_of(options.files, set_aside=options.set_aside)
    count = count_answers if options.answers else count_samples
    calls = list(counted_rows(rows, PriceTable.load(cache=CACHE), counter, count))
    if options.leave_out:
        calls = left_out(calls, options.leave_out)
    for condition in options.only:
        name, _, text = condition.partition("=")
        calls = [call for call in calls if text in value(name, *call)]
    if options.worst:
        print_worst(calls, options.worst)
    elif options.pairs:
        print_pairs(calls)
    elif options.calls:
        print_calls(calls)
    else:
        print_groups(calls, options.by.split(","), options.least)


if __name__ == "__main__":
    main()
