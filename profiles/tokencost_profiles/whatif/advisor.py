"""Which single change would save most, what it needs and what it risks, and the best together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import TokencostError
from tokencost_pricing.offer import Offer
from tokencost_profiles.whatif.call_set import Book
from tokencost_profiles.whatif.other_model import Desk
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.reshape import unused_tools
from tokencost_profiles.whatif.scenario import Scenario
from tokencost_profiles.whatif.unchanged import Unchanged
from tokencost_profiles.whatif.waiting import waiting_calls

_MODELS: Final = 4  # other models that are tried
_LONG_ANSWER: Final = 95  # percentile at which answers are cut
_WORTH: Final = Decimal("0.005")  # share of the cost that a change must save to be shown
_RANK: Final = {"model": 0, "mode": 1, "cache": 2}


class Suggestion(NamedTuple):
    """A change, what it saves, what it needs, and what may go wrong."""

    outcome: Outcome
    saved: Decimal  # USD, over the time of the calls
    needs: str
    risks: str


class Advice(NamedTuple):
    """Suggestions, the best first, the best of them together, and what was not tried."""

    found: list[Suggestion]
    best: Suggestion | None
    left_out: tuple[str, ...] = ()


class _Idea(NamedTuple):
    kind: str  # changes of one kind exclude each other
    scenario: Scenario
    needs: str
    risks: str


def suggestions(
    book: Book, unchanged: Unchanged, desk: Desk, done: Callable[[int, int], None] | None = None
) -> Advice:
    """Try every change that applies, and combine those that save most.

    `done` hears how many changes were tried, and how many there are.
    """
    if not unchanged.recorded.cost:
        return Advice([], None)
    tried: list[tuple[_Idea, Suggestion]] = []
    ideas = list(_ideas(book, desk))
    for at, idea in enumerate(ideas, 1):
        suggestion = _tried(idea, book, unchanged, desk)
        if suggestion is not None:
            tried.append((idea, suggestion))
        if done is not None:
            done(at, len(ideas))
    tried.sort(key=lambda pair: (-pair[1].saved, pair[0].scenario.name))
    best = _together(tried, book, unchanged, desk)
    return Advice([suggestion for _, suggestion in tried], best, tuple(_left_out(book)))


def _left_out(book: Book) -> Iterator[str]:
    waiting = waiting_calls(book.entries)
    if waiting and waiting == book.calls:
        yield (f"batch: not advised, all {waiting:,} calls wait for another call of their session")
    elif waiting:
        yield (
            f"batch: tried without the {waiting:,} of {book.calls:,} calls that wait for another "
            "call of their session"
        )


def _tried(idea: _Idea, book: Book, unchanged: Unchanged, desk: Desk) -> Suggestion | None:
    try:
        outcome = replay(book, idea.scenario, desk)
    except TokencostError:
        return None  # it does not apply to these calls
    base = unchanged.of(outcome)
    delta = outcome.delta(base)
    usable = outcome.bill.unpriced_calls <= base.bill.unpriced_calls and not (
        outcome.over_window > base.over_window
    )
    if delta is None or base.cost is None or not usable or -delta < _WORTH * base.cost:
        return None
    return Suggestion(outcome, -delta, idea.needs, idea.risks)


def _together(
    tried: list[tuple[_Idea, Suggestion]], book: Book, unchanged: Unchanged, desk: Desk
) -> Suggestion | None:
    """Add changes, the best first, as long as each of them makes the total cheaper.

    Every combination is replayed as one scenario: savings of single changes do not add up.
    """
    chosen: list[_Idea] = []
    best: Suggestion | None = None
    for idea, _ in tried:
        if any(idea.kind == other.kind for other in chosen):
            continue
        both = _joined([*chosen, idea])
        suggestion = _tried(both, book, unchanged, desk)
        if suggestion is not None and (best is None or suggestion.saved > best.saved):
            chosen, best = [*chosen, idea], suggestion
    return best if len(chosen) > 1 else None


def _joined(ideas: list[_Idea]) -> _Idea:
    changed: dict[str, Any] = {}
    usual = Scenario("")
    for idea in ideas:
        for name, value in idea.scenario._asdict().items():
            if name != "name" and value != getattr(usual, name):
                changed[name] = value
    ordered = sorted(ideas, key=lambda idea: _RANK.get(idea.kind, 9))
    name = " + ".join(idea.scenario.name for idea in ordered)
    scenario = Scenario(name)._replace(**changed)
    return _Idea(
        "all",
        scenario,
        "; ".join(dict.fromkeys(idea.needs for idea in ordered)),
        "; ".join(dict.fromkeys(idea.risks for idea in ordered)),
    )


def _ideas(book: Book, desk: Desk) -> Iterator[_Idea]:
    if waiting_calls(book.entries) < book.calls:
        yield _Idea(
            "mode",
            Scenario("batch", mode="batch", only_independent=True),
            "answers may come up to 24 hours later",
            "nothing that a person waits for can go there",
        )
    yield _Idea(
        "mode",
        Scenario("flex", mode="flex"),
        "slow answers, and retries when it is busy",
        "calls may be refused at busy hours",
    )
    if book.whole:
        yield _Idea(
            "cache",
            Scenario("cache best", cache="best"),
            "a stable beginning of the prompt, and cache marks where the provider asks for them",
            "what changes early in the prompt breaks it",
        )
        yield from _shorter(book)
    for offer in _cheaper(book, desk):
        yield _Idea(
            "model",
            Scenario(offer.key, model=offer.key),
            "an evaluation on your own cases",
            "answers may be worse",
        )


def _shorter(book: Book) -> Iterator[_Idea]:
    if unused_tools(book):
        yield _Idea(
            "tools",
            Scenario("prune-tools", prune_tools=True),
            "leave out the tools that these calls never used",
            "a rare case may need one",
        )
    if any(part.role == "tool_result" for entry in book.entries for part in entry.parts()):
        yield _Idea(
            "results",
            Scenario("drop-results 3", drop_results=3),
            "an agent loop that drops results of tools after three turns",
            "the model may ask for a result again",
        )
    yield _Idea(
        "retries",
        Scenario("no-retries", no_retries=True),
        "find out why calls are repeated",
        "none",
    )
    limit = _percentile([_answer(entry.call.usage) for entry in book.entries], _LONG_ANSWER)
    if limit:
        yield _Idea(
            "output",
            Scenario(f"max-output {limit}", max_output=limit),
            f"a limit of {limit:,} tokens: the length of 95 % of the answers",
            "the longest answers are cut",
        )


def _answer(usage: dict[str, int] | None) -> int:
    return sum((usage or {}).get(unit, 0) for unit in ("output", "reasoning"))


def _percentile(values: list[int], rank: int) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * rank // 100)] if ordered else 0


def _cheaper(book: Book, desk: Desk) -> list[Offer]:
    """Return models of the same providers that list lower prices and hold the same prompts."""
    used = {
        offer.key: offer for entry in book.entries if (offer := desk.offer(entry.call)) is not None
    }
    providers = {offer.provider for offer in used.values()}
    dearest = max((_listed(offer, desk) or 0.0 for offer in used.values()), default=0.0)
    longest = max((entry.prompt for entry in book.entries), default=0)
    found: list[tuple[str, float, Offer]] = []
    for provider in sorted(providers):
        for model in desk.table.models(provider):
            if model.kind != "chat" or model.status:
                continue
            offer = desk.table.find(f"{provider}/{model.id}")
            listed = _listed(offer, desk)
            fits = (model.context_window or 0) >= longest
            if offer.key not in used and listed is not None and fits and listed < dearest:
                found.append((str(model.released or ""), listed, offer))
    newest = sorted(found, key=lambda item: item[0], reverse=True)[: 3 * _MODELS]
    return [offer for _, _, offer in sorted(newest, key=lambda item: item[1])[:_MODELS]]


def _listed(offer: Offer, desk: Desk) -> float | None:
    """Return one number for the price of a model: input and a quarter as much output."""
    price = offer.model.price_on(desk.now)
    if price is None or not {"input", "output"} <= price.rates.keys():
        return None
    return float(price.rates["input"]) + float(price.rates["output"]) / 4
