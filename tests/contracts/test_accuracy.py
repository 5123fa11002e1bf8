"""Counts of recorded calls, against what their providers billed: never worse than promised."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy import samples
from tokencost_profiles.accuracy.compare_counts import Result, count_samples, cross_validate, score
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.logs import read
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.counter import Counter

# Flags of calls whose billed text is not, or not only, what stands in the body.
NOT_IN_BODY = {
    "remote-state",
    "remote-media",
    "builtin-tools",
    "server-output",
    "pro-mode",
    "opaque-blobs",
    "placeholder-in-body",
}
# provider, API (its beginning), kind -> least share exact, most median and 90th percentile error
FLOORS = {
    ("openai", "chat", "text"): (0.97, 0.0, 0.001),
    ("openai", "chat", "tools"): (0.80, 0.0, 0.01),
    ("openai", "responses", "text"): (0.95, 0.0, 0.001),
    ("openai", "responses", "tools"): (0.90, 0.0, 0.005),
    ("anthropic", "messages", "text"): (0.96, 0.0, 0.001),
    ("anthropic", "messages", "tools"): (0.88, 0.0, 0.005),
    ("gemini", "generateContent", "text"): (0.95, 0.0, 0.001),
    ("gemini", "generateContent", "schema"): (0.97, 0.0, 0.001),
    ("gemini", "generateContent", "other"): (0.94, 0.0, 0.001),
    ("gemini", "generateContent", "tools"): (0.94, 0.0, 0.001),
    ("openai", "chat", "images"): (0.9, 0.0, 0.06),
    ("anthropic", "messages", "images"): (0.9, 0.0, 0.06),
    ("gemini", "generateContent", "images"): (0.95, 0.0, 0.001),
    ("mistral", "chat", ""): (0.9, 0.0, 0.01),
    ("deepseek", "", ""): (0.85, 0.0, 0.01),
    ("bedrock", "", ""): (0.5, 0.01, 0.2),
    ("groq", "", ""): (0.8, 0.0, 0.02),
    ("xai", "", ""): (0.3, 0.01, 0.1),
    ("cohere", "cohere.chat", ""): (0.6, 0.0, 0.04),
}


@pytest.fixture(scope="module")
def results(
    corpora: Path, table: PriceTable, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Result]:
    path = tmp_path_factory.mktemp("truth") / "calls.jsonl"
    with gzip.open(corpora / "truth" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        path.write_text("".join(recorded_row(line) for line in lines), "utf-8")
    calls = samples.read([from_file(path, path.name)], read.ReadOptions(text=True))
    assert (len(calls.samples), calls.left_out) == (3370, 1018)
    return cross_validate(list(count_samples(calls.samples, table, Counter(cache, Calibration()))))


def recorded_row(line: str) -> str:
    """Return a row of the collection by the names of docs/accuracy.md."""
    row = json.loads(line)
    row["group"], flags = row.pop("loose_key"), row.pop("flags")
    row["skip"] = bool(NOT_IN_BODY & set(flags))
    return json.dumps(row) + "\n"


@pytest.mark.parametrize("place", FLOORS, ids="/".join)
def test_counts_are_as_near_as_promised(results: list[Result], place: tuple[str, str, str]) -> None:
    provider, api, kind = place
    selected = [
        result
        for result in results
        if result.sample.provider == provider
        and result.sample.api.startswith(api)
        and kind in ("", result.kind)
    ]
    exact, median, p90 = FLOORS[place]
    reached = score(selected)
    assert reached.exact >= exact
    assert reached.median <= median
    assert reached.p90 <= p90


def test_the_stated_error_holds_for_nine_of_ten(results: list[Result]) -> None:
    assert score(results).within_error >= 0.93
    for kind in ("text", "tools", "schema", "images"):
        assert score([result for result in results if result.kind == kind]).within_error >= 0.9, (
            kind
        )
