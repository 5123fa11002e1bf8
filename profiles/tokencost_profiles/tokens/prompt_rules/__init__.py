"""The numbers of prompt formats: YAML by family, dated like prices, each with its evidence.

    serves:                          the models that are sent requests so
      - models: ".*(?:qwen|qwq).*"   the complete name, in capitals or not
        providers: [alibaba]         only where served by these
        not_providers: [google]      or by any but these
    rules:
      - models: "gpt-5.*|o[134].*"   the first entry that matches the complete name counts
        providers: [openai, azure]   only where served by these
        apis: [openai-chat]          only where sent to these
        from: 2025-08-07             not before this day
        values: {start: 2, message: 4, tool_scale: "1.06"}
        error: {text: "0.001", tools: "0.06"}   relative; nine of ten calls stay within it
        evidence: "recorded calls: exact on plain text"

Values of every matching entry are laid over each other, the first entry strongest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.compiled import load_compiled
from tokencost_pricing.shapes import DAY, REGEX, TEXT, ListOf, MapOf, Record, Scalar

HERE: Final = Path(__file__).parent
_NUMBER: Final = re.compile(r"-?[0-9]+\.[0-9]+")
_VALUE: Final = Scalar(
    'an integer, a quoted decimal such as "1.06", a word, true or false',
    lambda value: isinstance(value, (int, str)),
    {"type": ["integer", "string", "boolean"]},
)
_ENTRY: Final = Record(
    {
        "models": REGEX,
        "providers": ListOf(TEXT),
        "apis": ListOf(TEXT),
        "from": DAY,
        "until": DAY,
        "values": MapOf(_VALUE),
        "error": MapOf(_VALUE),
        "evidence": TEXT,
    },
    required=("models", "evidence"),
)
_SERVED: Final = Record(
    {"models": REGEX, "providers": ListOf(TEXT), "not_providers": ListOf(TEXT)},
    required=("models",),
)
_FILE: Final = Record(
    {"serves": ListOf(_SERVED, at_least=1), "rules": ListOf(_ENTRY)}, required=("serves", "rules")
)


def serves(family: str, model: str, provider: str, cache: Path | None = None) -> bool:
    """Whether a model at a provider is sent requests in the way of a family."""
    return any(
        re.fullmatch(entry["models"], model, re.IGNORECASE)
        and provider in entry.get("providers", (provider,))
        and provider not in entry.get("not_providers", ())
        for entry in _families(cache).get(family, {}).get("serves", ())
    )


@lru_cache(maxsize=4096)
def values(
    family: str, model: str, provider: str, api: str, day: date, cache: Path | None = None
) -> Mapping[str, Any]:
    """Return the numbers of a family for one model, API and day."""
    numbers: dict[str, Any] = {}
    for entry in reversed(_families(cache).get(family, {}).get("rules", ())):
        if _applies(entry, model, provider, api, day.isoformat()):
            numbers.update(entry.get("values", {}))
    return {name: _read(value) for name, value in numbers.items()}


def _read(value: Any) -> Any:
    """Return a decimal as a number, anything else as it stands."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


@lru_cache(maxsize=4096)
def errors(
    family: str, model: str, provider: str, api: str, day: date, cache: Path | None = None
) -> Mapping[str, float]:
    """Return the relative error by kind that nine of ten calls stay within."""
    shares: dict[str, float] = {}
    for entry in reversed(_families(cache).get(family, {}).get("rules", ())):
        if _applies(entry, model, provider, api, day.isoformat()):
            shares.update(entry.get("error", {}))
    return {kind: float(value) for kind, value in shares.items()}


def _applies(entry: Mapping[str, Any], model: str, provider: str, api: str, day: str) -> bool:
    return (
        re.fullmatch(entry["models"], model) is not None
        and provider in entry.get("providers", (provider,))
        and api in entry.get("apis", (api,))
        and entry.get("from", "") <= day < entry.get("until", "9999")
    )


@lru_cache(maxsize=4)
def _families(cache: Path | None) -> dict[str, Any]:
    return load_compiled(HERE, compile_rules, layout="rules-3", cache=cache)


def compile_rules(folder: Path) -> dict[str, Any]:
    """Read and check the rule files of a folder."""
    from tokencost_pricing.yaml_loader import load

    content: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = load(path, path.name)
        _FILE.check(document.data, (), document)
        content[path.stem] = document.data
    return content
