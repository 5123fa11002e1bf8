"""What prompts will cost: every prompt on every model asked for.

Two kinds of number are separate: what is counted (input), and what is assumed (the length of an
answer that does not exist yet).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.cost import Cost, cost_of
from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import add, complete_total
from tokencost_pricing.offer import Offer
from tokencost_pricing.regions import LIST_REGION
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage
from tokencost_profiles.calls.call import ABSURD_COUNT
from tokencost_profiles.estimates import by_kind
from tokencost_profiles.estimates.cached_input import NOTHING, Cached, cached_input
from tokencost_profiles.estimates.output_length import STATED, Answer, Limits, Output, output_of
from tokencost_profiles.files.progress import Watch
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.margin import Margin
from tokencost_profiles.tokens.prompt import Prompt
from tokencost_profiles.tokens.prompt_count import PromptCount


class Plan(NamedTuple):
    """How the prompts will be called."""

    terms: Terms
    answer: Answer
    cached: Cached = Cached()
    raw: bool = False


class Item(NamedTuple):
    """One prompt on one model."""

    path: str
    asked: str  # the model as it was asked for
    offer: Offer
    counted: PromptCount
    usage: Usage
    output: Output
    cost: Cost
    warnings: tuple[str, ...]
    prompt: Prompt | None = None  # None: a count that was typed
    ceiling_cost: Cost | None = None  # with the longest answer allowed, where that is longer

    @property
    def most(self) -> Decimal | None:
        """What the longest answer costs; None where the request allows one of any length."""
        if self.ceiling_cost is not None:
            return self.ceiling_cost.total
        return None if self.output.high is None else self.cost.total

    @property
    def digest(self) -> str | None:
        """What tells the prompt's content from every other."""
        return self.prompt.digest if self.prompt else None

    @property
    def window_share(self) -> float | None:
        """Input and output as a share of the model's context window."""
        window = self.offer.model.context_window
        if not window:
            return None
        return (self.usage.input_tokens + self.usage.output_tokens) / window


class Total(NamedTuple):
    """All prompts on one model. `cost` is None when any of them could not be priced."""

    asked: str
    offer: Offer
    items: tuple[Item, ...]
    usage: Usage
    cost: Decimal | None
    low: Decimal | None
    high: Decimal | None
    margin: Margin  # of counting the input
    ceiling_cost: Decimal | None = None  # with the longest answers; None where one has no limit

    @property
    def low_tokens(self) -> int:
        """The fewest input tokens that it may be."""
        return sum(item.counted.low for item in self.items)

    @property
    def high_tokens(self) -> int | None:
        """The most input tokens that it may be; None where there is no bound."""
        highs = [item.counted.high for item in self.items]
        bounded = [high for high in highs if high is not None]
        return sum(bounded) if len(bounded) == len(highs) else None

    @property
    def unpriced(self) -> str | None:
        """Why there is no cost, or None."""
        return next((i.cost.unpriced for i in self.items if i.cost.unpriced), None)


class Load(NamedTuple):
    """Prompts that one model is asked to answer."""

    asked: str
    offer: Offer
    prompts: tuple[Prompt, ...]


def estimate(
    loads: Sequence[Load], plan: Plan, counter: Counter, watch: Watch | None = None
) -> list[Total]:
    """Price the prompts of every load; one `Total` a model, in the order asked."""
    return [
        _total(
            load.asked,
            load.offer,
            [_item(prompt, load, plan, counter, watch) for prompt in load.prompts],
        )
        for load in loads
    ]


def typed(
    tokens: int, offers: Sequence[tuple[str, Offer]], plan: Plan, counter: Counter
) -> list[Total]:
    """Price a count of input tokens that the user typed. Raise `UsageError` for an absurd one."""
    if tokens >= ABSURD_COUNT:
        raise UsageError(f"no prompt has {tokens:,} tokens: only counts below 10^12 are believed")
    totals = []
    for asked, offer in offers:
        counted = PromptCount(
            tokens, tokens, 0, "typed", Margin(), offer.model.tokenizer or "unknown"
        )
        item = _priced("typed", Load(asked, offer, ()), counted, None, plan, counter)
        totals.append(_total(asked, offer, [item]))
    return totals


def _item(prompt: Prompt, load: Load, plan: Plan, counter: Counter, watch: Watch | None) -> Item:
    raw = plan.raw or not load.offer.model.is_chat
    counted = counter.prompt(prompt, load.offer, plan.terms.at.date(), raw=raw, watch=watch)
    return _priced(prompt.label, load, counted, prompt, plan, counter)


def _priced(
    path: str, load: Load, counted: PromptCount, prompt: Prompt | None, plan: Plan, counter: Counter
) -> Item:
    offer = load.offer
    model = offer.model
    warnings = _coded("count", path, offer, counted.warnings)
    output = _output(path, load, counted, prompt, plan, counter)
    warnings += _coded("output-length", path, offer, _output_warnings(output, offer))
    cached = 0
    if plan.cached != NOTHING:
        cached, cache_warnings = cached_input(
            plan.cached,
            counted.tokens,
            offer,
            plan.terms.at,
            lambda text: counter.text(text, counter.family(model)),
        )
        warnings += _coded("cached-input", path, offer, cache_warnings)
    read = {"cache_read": cached} if cached else {}
    answer = {"output": output.tokens} if offer.model.is_chat else {}
    usage = Usage({"input": counted.tokens - cached, **read, **answer})
    is_text = model.kind == "chat"
    length = None if is_text else by_kind.characters(offer, plan.terms, prompt)
    if length is not None:
        usage, output = Usage({by_kind.CHARACTERS: length}), Output(0, 0, 0, STATED)
    window = model.context_window
    if window and usage.input_tokens > window:
        excess = f"the input does not fit the context window of {model.id} ({window:,})"
        warnings += _coded("context-window", path, offer, [excess])
    cost = cost_of(offer, usage, plan.terms)
    missing = None if is_text or length is not None else by_kind.unstated(offer, plan.terms)
    if missing is not None:
        cost = cost._replace(total=None, lines=(), unpriced=missing)
    if not is_text and (note := by_kind.text_note(offer)):
        warnings += _coded("price", path, offer, [note])
    about_price = (
        *_coded("price", None, offer, cost.warnings),
        *_coded("region", None, offer, _region_warnings(offer, plan.terms)),
    )
    cost = cost._replace(warnings=about_price)
    longest = None
    if output.excess is not None:
        longest = cost_of(offer, Usage({**usage, "output": output.excess}), plan.terms)
    return Item(
        path, load.asked, offer, counted, usage, output, cost, tuple(warnings), prompt, longest
    )


def _coded(code: str, path: str | None, offer: Offer, texts: Iterable[str]) -> list[str]:
    """Return warnings with a code, about a prompt (or any) on a model."""
    return [CodedText(code, text, file=path, model=offer.key) for text in texts]


def _output(
    path: str, load: Load, counted: PromptCount, prompt: Prompt | None, plan: Plan, counter: Counter
) -> Output:
    model = load.offer.model
    if not load.offer.model.is_chat:
        return Output(0, 0, 0, STATED)
    limits = Limits(prompt.request.max_output if prompt else None, model.limits.get("output"))

    def count(text: str) -> tuple[int, Margin]:
        from tokencost_profiles.tokens.known_answers import answer_request

        asked = prompt.request if prompt else None
        target = counter.target(load.offer, plan.terms.at.date())
        if plan.raw:
            answer = counter.request(answer_request(text), target, raw=True)
        else:
            answer = counter.answer(answer_request(text, asked), target)
        return answer.tokens, answer.margin

    try:
        return output_of(plan.answer, counted.tokens, count, limits)
    except UsageError as error:
        raise UsageError(
            f"{path}, {load.asked}: {error.message}", hint="give a number: --output-tokens N"
        ) from None


def _region_warnings(offer: Offer, terms: Terms) -> Iterator[str]:
    asked = dict(terms.conditions)
    region = asked.get("region")
    there = {**dict(offer.conditions), **asked}
    if region not in (None, LIST_REGION) and not offer.differs_under(there, terms.at):
        yield f"no price of its own in {region}"


def _output_warnings(output: Output, offer: Offer) -> Iterator[str]:
    model = offer.model
    most = model.limits.get("output")
    if most is not None and output.tokens > most:
        yield f"{model.id} writes at most {most:,} tokens; {output.tokens:,} were asked for"
    if output.ceiling is not None and output.tokens > output.ceiling:
        yield (
            f"the request allows an answer of {output.ceiling:,} tokens at most; "
            f"{output.tokens:,} were asked for"
        )


def _total(asked: str, offer: Offer, items: list[Item]) -> Total:
    cost: Decimal | None = Decimal(0)
    low, high = Decimal(0), Decimal(0)
    for item in items:
        if item.cost.total is None or cost is None:
            cost = None
            continue
        low = add(low, item.cost.total if item.cost.low is None else item.cost.low)
        high = add(high, item.cost.total if item.cost.high is None else item.cost.high)
        cost = add(cost, item.cost.total)
    is_range = cost is not None and any(item.cost.high is not None for item in items)
    usage = sum((item.usage for item in items), Usage())
    return Total(
        asked,
        offer,
        tuple(items),
        usage,
        cost,
        low if is_range else None,
        high if is_range else None,
        _margin([item.counted for item in items]),
        _ceiling_cost(items),
    )


def _margin(counts: Sequence[PromptCount]) -> Margin:
    """Return the margin of a sum: counts for one model err alike."""
    tokens = sum(counted.tokens for counted in counts)
    below = sum(counted.margin.below * counted.tokens for counted in counts)
    above = sum(counted.margin.above * counted.tokens for counted in counts)
    return Margin(below / tokens, above / tokens) if tokens else Margin()


def _ceiling_cost(items: Sequence[Item]) -> Decimal | None:
    return complete_total(item.most for item in items)


def notes(totals: Sequence[Total]) -> Iterator[str]:
    """Yield what a reader must know, each once: warnings of the items and of their prices."""
    seen: set[str] = set()
    for total in totals:
        lines: list[str] = []
        for item in total.items:
            lines += [f"{item.path}: {text}" for text in item.warnings]
            lines += [f"{total.offer.key}: {text}" for text in item.cost.warnings]
        for line in lines:
            if line not in seen:
                seen.add(line)
                yield line
