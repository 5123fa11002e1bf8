"""The numbers of prompt formats: YAML by family, dated like prices, each with its evidence.

    serves:                          the models that are sent requests so
      - models: ".*(?:qwen|qwq).*"   the complete name or its last part, in capitals or not
        providers: [alibaba]         only where served by these
        not_providers: [google]      or by any but these
    rules:
      - models: "gpt-5.*|o[134].*"   the first entry that matches the name counts
        providers: [openai, azure]   only where served by these
        apis: [openai-chat]          only where sent to these
        from: 2025-08-07             not before this day
        values: {start: 2, message: 4, tool_scale: "1.06"}
        error: {text: "0.001", tools: "0.06"}   relative; nine of ten calls stay within it
        evidence: "recorded calls: exact on plain text"

Values of every matching entry are laid over each other, the first entry strongest.

Text that a maker or a host adds and does not publish stands apart, in `hidden_texts/*.yaml`: one
number of a model at a host, whatever its format, beside what the format counts.

    facts:
      - models: "grok-4[.-]3.*"      the complete name, in capitals or not; the first fact counts
        providers: [xai]             who serves it
        names: ".*non-reasoning.*"   only where this was asked for: a maker may redirect it
        apis: [openai-chat]          only where sent to these
        from: 2026-05-01             not before this day; `until`: before this one
        system: false                only of requests without a system prompt (true: with one)
        tools: true                  only of requests that declare functions
        thinking: false              only where thinking is turned off
        off: extras.own_prompt       only where this setting of the body is false
        tokens: 130                  more, or fewer, than the format of the model adds
        low: 120                     with `high`: where recordings differ, what they lie between
        calls: 12                    recorded calls that the number explains
        of: 13                       that the fact is about
        evidence: "2026-05-29 to 05-30"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import ascii_letters, digits
from typing import Any, Final, NamedTuple

from tokencost_pricing.compiled import load_compiled
from tokencost_pricing.shapes import DAY, REGEX, TEXT, ListOf, MapOf, Record, Scalar
from tokencost_profiles.calls.content import SYSTEM, Request

HERE: Final = Path(__file__).parent
HIDDEN_TEXTS: Final = HERE.parent / "hidden_texts"
_NUMBER: Final = re.compile(r"-?[0-9]+\.[0-9]+")
_TERMS: Final = re.compile(r":[a-z]+$")
_PLAIN: Final = frozenset(f"{ascii_letters}{digits}-_/\0")  # mean themselves in an expression
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

_TOKENS: Final = Scalar("an integer", lambda value: type(value) is int, {"type": "integer"})
_FLAG: Final = Scalar("true or false", lambda value: type(value) is bool, {"type": "boolean"})
_FACT: Final = Record(
    {
        "models": REGEX,
        "providers": ListOf(TEXT, at_least=1),
        "names": REGEX,
        "apis": ListOf(TEXT, at_least=1),
        "from": DAY,
        "until": DAY,
        "system": _FLAG,
        "tools": _FLAG,
        "thinking": _FLAG,
        "off": TEXT,
        "tokens": _TOKENS,
        "low": _TOKENS,
        "high": _TOKENS,
        "calls": _TOKENS,
        "of": _TOKENS,
        "evidence": TEXT,
    },
    required=("models", "tokens", "calls", "of", "evidence"),
)
_FACTS: Final = Record({"facts": ListOf(_FACT)}, required=("facts",))


def serves(family: str, model: str, provider: str, cache: Path | None = None) -> bool:
    """Whether a model at a provider is sent requests in the way of a family."""
    bare = _bare(model)
    return any(
        provider in entry.get("providers", (provider,))
        and provider not in entry.get("not_providers", ())
        and any(fits(entry["models"], name, any_case=True) for name in (model, bare))
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


def _bare(model: str) -> str:
    """Return a name less what a router writes before it, its maker, and behind it, the terms."""
    return _TERMS.sub("", model.rsplit("/", 1)[-1])


def _applies(entry: Mapping[str, Any], model: str, provider: str, api: str, day: str) -> bool:
    return (
        provider in entry.get("providers", (provider,))
        and api in entry.get("apis", (api,))
        and entry.get("from", "") <= day < entry.get("until", "9999")
        and any(fits(entry["models"], name) for name in (model, _bare(model)))
    )


def fits(pattern: str, name: str, *, any_case: bool = False) -> bool:
    """Whether a name matches an expression from its beginning to its end.

    Most expressions are a list of names that begin, end or go on as they like: those need not be
    compiled, which takes longer than a plain estimate asks of them.
    """
    choices = _plain_choices(pattern) if name.isascii() and name.isprintable() else None
    if choices is None:
        return re.fullmatch(pattern, name, re.IGNORECASE if any_case else 0) is not None
    name = name.lower() if any_case else name
    for begins, core, ends in choices:
        text = core.lower() if any_case else core
        if begins:
            matches = text in name if ends else name.endswith(text)
        else:
            matches = name.startswith(text) if ends else name == text
        if matches:
            return True
    return False


@lru_cache(maxsize=4096)
def _plain_choices(pattern: str) -> tuple[tuple[bool, str, bool], ...] | None:
    """Return, of each choice, whether anything may stand before it, its text, or after it."""
    if "(" in pattern:
        return None
    choices = []
    for choice in pattern.split("|"):
        core = choice.removeprefix(".*").removesuffix(".*").replace("[.]", "\0")
        if not _PLAIN.issuperset(core):
            return None
        choices.append((choice[:2] == ".*", core.replace("\0", "."), choice[-2:] == ".*"))
    return tuple(choices)


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


class HiddenText(NamedTuple):
    """The tokens of hidden text, and between what they lie where recordings differ."""

    tokens: int
    low: int | None = None
    high: int | None = None


class Asked(NamedTuple):
    """What a request is sent to."""

    model: str  # that answers, by the table's id
    name: str  # that was asked for
    provider: str
    day: date


def hidden_text(request: Request, asked: Asked, cache: Path | None = None) -> HiddenText | None:
    """Return the hidden text of a request; None where none is known of."""
    for fact in _facts_of(asked, cache):
        if _is_about(fact, request):
            return HiddenText(fact["tokens"], fact.get("low"), fact.get("high"))
    return None


@lru_cache(maxsize=1024)
def _facts_of(asked: Asked, cache: Path | None) -> tuple[Mapping[str, Any], ...]:
    """Return the facts of a model on a day, strongest first."""
    day = asked.day.isoformat()
    return tuple(
        fact
        for fact in _facts(cache)
        if asked.provider in fact.get("providers", (asked.provider,))
        and fact.get("from", "") <= day < fact.get("until", "9999")
        and fits(fact["models"], asked.model, any_case=True)
        and fits(fact.get("names", ".*"), asked.name, any_case=True)
    )


def _is_about(fact: Mapping[str, Any], request: Request) -> bool:
    if request.api == "texts" or request.api not in fact.get("apis", (request.api,)):
        return False
    if "system" in fact and fact["system"] != (bool(request.system) or SYSTEM in request.roles):
        return False
    if "tools" in fact and fact["tools"] != (bool(request.tools) and request.choice != "none"):
        return False
    if "off" in fact and _setting(request.options, fact["off"]) is not False:
        return False
    return "thinking" not in fact or fact["thinking"] == _thinks(request)


def _setting(options: Any, path: str) -> Any:
    """Return the setting of a body at a path of names with points between them, or None."""
    for name in path.split("."):
        options = options.get(name) if isinstance(options, Mapping) else None
    return options


def _thinks(request: Request) -> bool:
    """Whether a request leaves thinking on: nothing is stated, or it is not turned off."""
    thinking = request.thinking
    if thinking is None and _setting(request.options, "thinking.type") == "disabled":
        return False
    return thinking is None or (thinking.on and thinking.effort != "none")


@lru_cache(maxsize=4)
def _facts(cache: Path | None) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        load_compiled(HIDDEN_TEXTS, compile_facts, layout="hidden-1", cache=cache)["facts"]
    )


def compile_facts(folder: Path) -> dict[str, Any]:
    """Read and check the facts of a folder."""
    from tokencost_pricing.yaml_loader import load

    facts: list[Any] = []
    for path in sorted(folder.glob("*.yaml")):
        document = load(path, path.name)
        _FACTS.check(document.data, (), document)
        facts += document.data["facts"]
    return {"facts": facts}
