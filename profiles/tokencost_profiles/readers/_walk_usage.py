"""Objects that look like usage, wherever they stand and whatever their keys are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.meters import measure
from tokencost_profiles.meters.base import Metered, keys, number, units, unknown_counts
from tokencost_profiles.semantics import INCLUSIVE, Numbers, read

_NO_KEYS: Final = keys("")
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
    "outputtokensused", "completiontokensused", "generatedtokens", "tokensgenerated",
    "tokenspredicted", "noutputtokens", "ncompletiontokens", "numoutputtokens",
    "numcompletiontokens", "totaloutputtokens", "totalcompletiontokens", "outputtokenstotal",
    "completiontokenstotal", "tokoutput", "outtokens", "responsetokens",
})  # fmt: skip
_READ: Final = frozenset({
    "cacheread", "cachereadtokens", "cachereadinputtokens", "cachedtokens", "cachedinputtokens",
    "inputcachedtokens", "ncachetokens", "totalcachedtokens", "cachereads", "prompttokenscached",
    "cachedcontenttokencount",
})  # fmt: skip
_WRITTEN: Final = frozenset({
    "cachewrite", "cachewritetokens", "cachewriteinputtokens", "cachecreationtokens",
    "cachecreationinputtokens", "cachewrites", "cachecreation",
})  # fmt: skip
_THOUGHT: Final = frozenset({
    "reasoningtokens", "thinkingtokens", "thoughtstokens", "reasoningoutputtokens",
    "outputreasoningtokens", "thoughtstokencount",
})  # fmt: skip
_TOTAL: Final = frozenset({"totaltokens", "tokenstotal", "totaltokencount", "tokencount"})
# Inside an object that is called usage or tokens, plain words do.
_PLAIN: Final = ({"input", "prompt", "in"}, {"output", "completion", "out"}, {"total"})
_NAMED: Final = re.compile(r"usage|token|metrics", re.IGNORECASE)


def is_named(key: str) -> bool:
    """Whether a key says that usage stands under it."""
    return bool(_NAMED.search(key))


def usage_of(value: Mapping[str, Any], key: str = "") -> Metered | None:
    """Return the counts of an object, or None where it is no usage, or of nothing."""
    metered = measure(value) if isinstance(value, dict) and set(value) != {"total_tokens"} else None
    if metered is None or not _counts(metered) or metered.unknown_keys:
        by_words = _by_words(value, is_named(key))
        if by_words is not None and (metered is None or not by_words.unknown_keys):
            metered = by_words
    return metered if metered is not None and _counts(metered) else None


def _counts(metered: Metered) -> bool:
    usage = metered.usage
    return ("input" in usage or "output" in usage) and any(usage.values())


def _by_words(value: Mapping[str, Any], named: bool) -> Metered | None:
    told: dict[str, int] = {}
    unknown: dict[str, Any] = {}
    for key, given in value.items():
        count = number(given) if type(given) in (int, float) else None
        if count is None:
            continue
        word = _LETTERS.sub("", str(key).lower())
        for name, words in _WORDS.items():
            if word in words or (named and word in _plain(name)):
                told.setdefault(name, count)
                break
        else:
            unknown[str(key)] = count
    if "input" not in told or "output" not in told:
        return None
    found = read(
        Numbers(
            told["input"], told["output"], told.get("total"), told.get("read"),
            told.get("written"), told.get("thought"),
        ),
        INCLUSIVE,
    )  # fmt: skip
    usage = units(
        input=found.fresh, cache_read=told.get("read"), cache_write_other=told.get("written"),
        output=found.output, reasoning=found.reasoning,
    )  # fmt: skip
    return Metered(
        usage, found.rule, (found.warning,) if found.warning else (),
        unknown_keys=unknown_counts(unknown, _NO_KEYS),
    )  # fmt: skip


_WORDS: Final = {
    "input": _INPUT, "output": _OUTPUT, "read": _READ, "written": _WRITTEN, "thought": _THOUGHT,
    "total": _TOTAL,
}  # fmt: skip


def _plain(name: str) -> set[str]:
    return dict(zip(("input", "output", "total"), _PLAIN, strict=True)).get(name, set())
