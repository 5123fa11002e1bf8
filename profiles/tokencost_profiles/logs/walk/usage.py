"""Usage objects anywhere in JSON, recognised by the words in their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import GUESS, INCLUSIVE, PROFILE, Numbers, read
from tokencost_profiles.logs.walk.labels import Above, maker_of, names_usage
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    keys,
    number,
    units,
    unknown_counts,
)

_NO_KEYS: Final = keys("")
_UNCERTAIN: Final = "cached tokens taken as part of the input: no total to check it by"
_DETAILS: Final = re.compile(r"details?$|counts$", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^a-z]")
_INPUT: Final = frozenset({
    "inputtokens", "prompttokens", "tokensin", "tokensinput", "tokensprompt", "tokenssent",
    "inputtokencount", "prompttokencount", "inputtokensused", "prompttokensused", "tokensevaluated",
    "ninputtokens", "nprompttokens", "numinputtokens", "numprompttokens", "totalinputtokens",
    "totalprompttokens", "inputtokenstotal", "prompttokenstotal", "tokinput", "intokens",
})  # fmt: skip
_OUTPUT: Final = frozenset({
    "outputtokens", "completiontokens", "tokensout", "tokensoutput", "tokenscompletion",
    "tokensreceived", "outputtokencount", "completiontokencount", "candidatestokencount",
    "candidatestokens",
    "outputtokensused", "completiontokensused", "generatedtokens", "tokensgenerated",
    "tokenspredicted", "noutputtokens", "ncompletiontokens", "numoutputtokens",
    "numcompletiontokens", "totaloutputtokens", "totalcompletiontokens", "outputtokenstotal",
    "completiontokenstotal", "tokoutput", "outtokens", "responsetokens",
})  # fmt: skip
_READ: Final = frozenset({
    "cacheread", "cachereadtokens", "cachereadinputtokens", "cachedtokens", "cachedinputtokens",
    "inputcachedtokens", "ncachetokens", "totalcachedtokens", "cachereads", "prompttokenscached",
    "cachedcontenttokencount", "cachedcontenttokens", "cachedprompttokens", "cachedtokencount",
    "cachedinputtokencount", "cachereadinputtokencount", "cachehittokens", "cachedreadtokens",
})  # fmt: skip
_WRITTEN: Final = frozenset({
    "cachewrite", "cachewritetokens", "cachewriteinputtokens", "cachecreationtokens",
    "cachecreationinputtokens", "cachewrites", "cachecreation", "cachecreationinputtokencount",
    "cachewriteinputtokencount", "cachewritetokencount",
})  # fmt: skip
_THOUGHT: Final = frozenset({
    "reasoningtokens", "thinkingtokens", "thoughtstokens", "reasoningoutputtokens",
    "outputreasoningtokens", "thoughtstokencount", "reasoningtokencount", "thoughttokens",
})  # fmt: skip
_DETAILED: Final = _READ | _WRITTEN | _THOUGHT
_TOTAL: Final = frozenset({"totaltokens", "tokenstotal", "totaltokencount", "tokencount"})
# Inside an object that is called usage or tokens, plain words do.
_PLAIN: Final = ({"input", "prompt", "in"}, {"output", "completion", "out"}, {"total"})


def usage_of(value: Mapping[str, Any], key: str = "", around: Above = ()) -> UsageReading | None:
    """Return the counts of an object, or None where it is no usage object or counts nothing.

    `around`: the objects around it, whose provider or model decides between two conventions.
    """
    reading = _known_reading(value, around)
    if reading is not None and reading.unknown_keys and not names_usage(key):
        reading = reading._replace(unknown_keys=_token_counts(reading.unknown_keys))
    if reading is None or not _counts(reading) or reading.unknown_keys:
        by_words = _reading_by_words(value, names_usage(key))
        if by_words is not None and (reading is None or not by_words.unknown_keys):
            reading = by_words
    return reading if reading is not None and _counts(reading) else None


def _token_counts(unknown: Mapping[str, int]) -> dict[str, int] | None:
    """Return the unknown token counts of a row that is no usage object itself.

    Other counts of a row (tools, pages) may be anything; objects inside it are read separately.
    """
    return {
        path: count
        for path, count in unknown.items()
        if "token" in path.lower()
        and ("." not in path or path.partition(".")[0].lower().endswith(("details", "detail")))
    } or None


def _known_reading(value: Mapping[str, Any], around: Above) -> UsageReading | None:
    if not isinstance(value, dict) or set(value) == {"total_tokens"}:
        return None
    reading = read_usage(value)
    if reading is None or not any(unit.startswith("cache_") for unit in reading.usage):
        return reading
    maker = maker_of(around)
    return read_usage(value, maker) if maker else reading


def _counts(reading: UsageReading) -> bool:
    usage = reading.usage
    return ("input" in usage or "output" in usage) and any(usage.values())


def _reading_by_words(value: Mapping[str, Any], named: bool) -> UsageReading | None:
    counts: dict[str, int] = {}
    unknown: dict[str, Any] = {}
    for key, count in _counts_in(value):
        word = _LETTERS.sub("", key.rpartition(".")[2].lower())
        for name, words in _WORDS.items():
            if word in words or (named and word in _plain_words(name)):
                counts.setdefault(name, count)
                break
        else:
            unknown[key] = count
    if "input" not in counts or "output" not in counts:
        return None
    numbers = Numbers(
        counts["input"],
        counts["output"],
        counts.get("total"),
        counts.get("read"),
        counts.get("written"),
        counts.get("thought"),
    )
    reading = read(numbers, INCLUSIVE)
    uncertain = (numbers.read or numbers.written) and not numbers.total and reading.rule == PROFILE
    usage = units(
        input=reading.fresh,
        cache_read=numbers.read,
        cache_write_other=numbers.written,
        output=reading.output,
        reasoning=reading.reasoning,
    )
    warnings = (reading.warning, _UNCERTAIN if uncertain else None)
    return UsageReading(
        usage,
        GUESS if uncertain else reading.rule,
        tuple(warning for warning in warnings if warning),
        unknown_keys=unknown_counts(unknown, _NO_KEYS),
    )


def _counts_in(value: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the counts of an object and of the details in it, by key."""
    for key, held in value.items():
        count = number(held) if type(held) in (int, float) else None
        if count is not None:
            yield str(key), count
        elif isinstance(held, Mapping) and _DETAILS.search(str(key)):
            for inside, more in held.items():
                word = _LETTERS.sub("", str(inside).rpartition(".")[2].lower())
                count = number(more) if type(more) in (int, float) else None
                if count is not None and word in _DETAILED:
                    yield str(inside), count


_WORDS: Final = {
    "input": _INPUT,
    "output": _OUTPUT,
    "read": _READ,
    "written": _WRITTEN,
    "thought": _THOUGHT,
    "total": _TOTAL,
}


def _plain_words(name: str) -> set[str]:
    return dict(zip(("input", "output", "total"), _PLAIN, strict=True)).get(name, set())
