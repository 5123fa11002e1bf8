"""Cache reads and writes that providers reported, against what the simulator makes of the calls.

    TOKENCOST_CORPORA=FOLDER PYTHONPATH=tests python -m benchmarks.cache_truth [--write FILE]

Sessions come from recorded logs (FOLDER/samples) and from recorded request bodies (FOLDER/truth).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks.cache_sessions import Seen, Session, sessions_of_bodies, sessions_of_logs
from tokencost_pricing.caching import CacheRule
from tokencost_pricing.table import PriceTable
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.prompt_cache.blocks import CacheRequest
from tokencost_profiles.whatif.prompt_cache.cache_outcome import CacheOutcome
from tokencost_profiles.whatif.prompt_cache.simulator import simulate

TAIL = 16  # tokens that a provider adds after the last mark
WARM = "written before the log begins"


class Row(NamedTuple):
    """Sessions compared: tokens, and why calls differ."""

    name: str
    calls: int
    prompt: int
    seen: Seen
    simulated: Seen
    apart: int  # tokens by which the reads of single calls differ
    warm: int  # of these, what was written before the log begins
    causes: Counts[str]

    @property
    def error(self) -> float:
        """The tokens that were read wrongly, of all prompt tokens, but for what no log can tell."""
        return (self.apart - self.warm) / self.prompt if self.prompt else 0.0


def compared(session: Session) -> Row:
    """Simulate a session and compare it with what was reported."""
    outcomes = simulate(session.requests, session.policy).outcomes
    causes: Counts[str] = Counts()
    apart = prompt = warm = 0
    begun: set[str] = set()
    for request, outcome, seen in zip(session.requests, outcomes, session.seen, strict=True):
        prompt += sum(entry.tokens for entry in request.blocks)
        apart += abs(outcome.read - seen.read)
        cause = _cause(request, outcome, seen, begun)
        causes[cause] += 1
        warm += abs(outcome.read - seen.read) if cause == WARM else 0
        begun.add(request.session)
    total = Seen(sum(seen.read for seen in session.seen), sum(s.written for s in session.seen))
    ours = Seen(sum(out.read for out in outcomes), sum(out.written for out in outcomes))
    return Row(session.name, len(outcomes), prompt, total, ours, apart, warm, causes)


def _cause(request: CacheRequest, outcome: CacheOutcome, seen: Seen, begun: set[str]) -> str:
    off = outcome.read - seen.read
    if abs(off) <= TAIL:
        return "as reported"
    prompt = sum(entry.tokens for entry in request.blocks)
    rule: CacheRule | None = request.rules[0] if request.rules else None
    if off < 0 and request.session not in begun:
        return WARM
    if off < 0 and outcome.missed == "expired":
        return "stored longer than promised"
    if off < 0 and outcome.missed == "below the minimum":
        return "read below the minimum"
    if off > 0 and not seen.read:
        return "missed by the provider"
    if rule is not None and abs(off) <= max(rule.increment, prompt // 50):
        return "a block cut or counted otherwise"
    return "read less than was there" if off > 0 else "read more than was known"


def summed(name: str, rows: Iterable[Row]) -> Row:
    """Add up rows."""
    results = list(rows)
    causes: Counts[str] = Counts()
    for row in results:
        causes.update(row.causes)
    return Row(
        name,
        sum(row.calls for row in results),
        sum(row.prompt for row in results),
        Seen(sum(row.seen.read for row in results), sum(row.seen.written for row in results)),
        Seen(
            sum(row.simulated.read for row in results),
            sum(row.simulated.written for row in results),
        ),
        sum(row.apart for row in results),
        sum(row.warm for row in results),
        causes,
    )


def measure(corpora: Path, cache: Path | None = None) -> list[Row]:
    """Return a row for each log, one for the bodies of each provider, and the sum of all."""
    table, counter = PriceTable.load(cache=cache), Counter(cache)
    logs = [compared(session) for session in sessions_of_logs(corpora / "samples", table, counter)]
    grouped: dict[str, list[Row]] = defaultdict(list)
    for session in sessions_of_bodies(corpora / "truth" / "dev.jsonl.gz", table, counter):
        grouped[session.group].append(compared(session))
    bodies = [summed(f"{name} ({len(rows)})", rows) for name, rows in sorted(grouped.items())]
    return [*logs, *bodies, summed("all", [*logs, *bodies])]


def as_markdown(rows: Iterable[Row]) -> str:
    """Return the rows as a table, and why calls differ as another."""
    results = list(rows)
    lines = [
        "| sessions | calls | prompt tokens | read | simulated | written | simulated "
        "| before the log | error |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in results:
        lines.append(
            f"| {row.name.split('/')[0]} | {row.calls:,} | {row.prompt:,} | {row.seen.read:,} "
            f"| {row.simulated.read:,} | {row.seen.written:,} | {row.simulated.written:,} "
            f"| {row.warm:,} | {row.error:.1%} |"
        )
    lines += ["", "| cause | calls |", "|---|---:|"]
    lines += [f"| {cause} | {calls:,} |" for cause, calls in results[-1].causes.most_common()]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the tables into a document between its marks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    text = as_markdown(measure(Path(os.environ["TOKENCOST_CORPORA"])))
    sys.stdout.write(text + "\n")
    if options.write:
        before, rest = options.write.read_text().split("<!-- table -->", 1)
        after = rest.split("<!-- end -->", 1)[1]
        options.write.write_text(f"{before}<!-- table -->\n{text}\n<!-- end -->{after}")


if __name__ == "__main__":
    main()
