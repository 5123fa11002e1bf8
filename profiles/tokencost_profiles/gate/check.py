"""Two measurements side by side: what is new, what is gone, what changed, and is it allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.dimensions import dimension
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.baseline_file import baseline_at
from tokencost_profiles.estimates.output_length import ASSUMED, CEILING
from tokencost_profiles.estimates.plan import call_terms, plan_of
from tokencost_profiles.estimates.prompt_sets import PromptSetup, estimate_set
from tokencost_profiles.files.paths import Source, expand
from tokencost_profiles.gate.baseline import COMPUTED, Repricer, at_prices_of, group_sides
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.effects import (
    ADDED,
    CHANGED,
    FAILED,
    FULL,
    INPUT,
    REMOVED,
    UNCHANGED,
    effects,
)
from tokencost_profiles.gate.items import Place, Side, prompt_sides
from tokencost_profiles.gate.limits import (
    NO_LIMITS,
    PASS,
    WARN,
    Limits,
    Policy,
    Reason,
)
from tokencost_profiles.gate.match import Sides, pairs
from tokencost_profiles.gate.verdict import judge
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.prompt_folders import gather

_UNCHOSEN: Final = (ASSUMED, CEILING)


def compare(
    base: Sides | None,
    head: Sides,
    *,
    against: str | None = None,
    grouped: bool = False,
    runs: tuple[int | None, int | None] = (None, None),
    per_day: int | None = None,
    texts: Mapping[str, tuple[str, str]] | None = None,
    bridges: Mapping[Place, Side] | None = None,
) -> Comparison:
    """Compare two measurements. Without a base every item stands for itself.

    `bridges`: the base's text counted on the head's model, by the place of the head.
    """
    if base is None:
        alone = tuple(_alone(place, head[place]) for place in sorted(head))
        return Comparison(alone, None, grouped, runs, per_day)
    items = tuple(
        _change(before, after, base, head, bridges or {})
        for before, after in pairs(base, head, texts)
    )
    return Comparison(items, against, grouped, runs, per_day)


def _alone(place: Place, side: Side) -> Change:
    status = FAILED if side.failure else UNCHANGED
    return Change(*place, status, None, side, problem=side.failure, judged=(None, side))


def judged_on(base: Side, head: Side) -> str:
    """Return what an increase from one side to the other is judged on: the input, or all of it.

    Recorded calls, and another model, mode or region are judged on all of it; else a side whose
    answer nobody chose leaves only the input.
    """
    if head.calls is not None or (base.model, base.terms) != (head.model, head.terms):
        return FULL
    unchosen = base.output_source in _UNCHOSEN or head.output_source in _UNCHOSEN
    return INPUT if unchosen else FULL


def _change(
    before: Place | None,
    after: Place | None,
    base: Sides,
    head: Sides,
    bridges: Mapping[Place, Side],
) -> Change:
    old = base[before] if before else None
    new = head[after] if after else None
    path, model = after or before or ("", "")
    renamed = before[0] if before and after and before[0] != after[0] else None
    problem = _problem(old, new)
    if old is None or new is None:
        if problem is not None:
            return Change(path, model, FAILED, old, new, (), problem)
        status = ADDED if new else REMOVED
        return Change(path, model, status, old, new, effects(old, new), judged=(old, new))
    basis = judged_on(old, new)
    if problem is not None:
        failed = Change(path, model, FAILED, old, new, (), problem, renamed, judged_on=basis)
        # Without a price there are only the tokens of the input.
        return failed if failed.token_growth is None else failed._replace(judged_on=INPUT)
    bridge = bridges.get(after) if after else None
    sides = (old, new)
    if basis == INPUT:
        sides = (old.input_side, new.input_side)
    causes = effects(*sides, bridge.input_side if bridge and basis == INPUT else bridge)
    same = not causes and old.usage == new.usage and old.model == new.model
    return Change(
        path,
        model,
        UNCHANGED if same else CHANGED,
        old,
        new,
        causes,
        None,
        renamed,
        "; ".join(_notes(old, new, bridge, basis)) or None,
        basis,
        sides,
    )


def _problem(old: Side | None, new: Side | None) -> str | None:
    """Say what keeps two sides from being compared."""
    if new is not None and new.failure:
        return new.failure
    if old is not None and old.failure:
        return f"in the base: {old.failure}"
    return None


def _notes(old: Side, new: Side, bridge: Side | None, basis: str) -> Iterator[str]:
    if basis == INPUT and old.output_tokens != new.output_tokens:
        yield (
            f"an answer of {new.output_tokens:,} tokens is taken, {old.output_tokens:,} before: "
            "nobody chose it, so it is not judged"
        )
    if old.tier_from != new.tier_from and old.model == new.model:
        if new.tier_from > old.tier_from:
            yield f"from {new.tier_from:,} tokens of input on, every token has another price"
        else:
            yield f"below {old.tier_from:,} tokens of input every token has another price"
    if _unclear(old, new, bridge):
        yield (
            "text and model changed at once: what another tokenizer makes of the text is among "
            "the tokens"
        )


def _unclear(old: Side, new: Side, bridge: Side | None) -> bool:
    """Whether a change of text and one of model cannot be separated."""
    if old.model == new.model or bridge is not None or not old.tokenizer or not new.tokenizer:
        return False
    if old.digest and old.digest == new.digest:
        return False
    return old.tokenizer != new.tokenizer


def compare_profiles(
    base: Profile | None,
    head: Profile,
    by: Sequence[str] = ("model",),
    *,
    zone: tzinfo = UTC,
    keep_prices: bool = False,
    cost: str = COMPUTED,
    against: str = "base",
    per_day: int | None = None,
) -> Comparison:
    """Compare recorded calls by groups. The base is priced as the head, unless `keep_prices`.

    `zone`: of days. `cost`: what unpriced calls cost, see `baseline`.
    """
    dimensions = [dimension(name, zone) for name in by]
    after = group_sides(head, by, dimensions, cost=cost)
    if base is None:
        return compare(None, after, grouped=True, runs=(None, _sessions(head)), per_day=per_day)
    repriced, _ = at_prices_of(base, head)
    before = group_sides(base, by, dimensions, repriced, keep=keep_prices, cost=cost)
    runs = (_sessions(base), _sessions(head))
    return compare(before, after, against=against, grouped=True, runs=runs, per_day=per_day)


def _sessions(profile: Profile) -> int | None:
    return len({key.session for key in profile.cells if key.session is not None}) or None


class HasProfile(Protocol):
    """What `profile` of the Python API returns."""

    @property
    def profile(self) -> Profile:
        """The cells of the calls."""


class Checked(NamedTuple):
    """The answer of the gate, why, and what was compared."""

    verdict: str  # pass, warn, fail, error
    reasons: tuple[Reason, ...]
    comparison: Comparison

    @property
    def passed(self) -> bool:
        """Whether every limit holds."""
        return self.verdict in (PASS, WARN)


# A folder or file of prompts, or what was recorded: a profile, or what `profile` returns.
Measured = Path | Profile | HasProfile


def check(
    head: Measured,
    base: Measured | None = None,
    limits: Mapping[str, Any] | Limits | Policy = NO_LIMITS,
    *,
    models: Sequence[str] = (),
    by: Sequence[str] = ("model",),
    per_day: int | None = None,
    output_tokens: int | str | None = None,
    as_of: str | None = None,
    table: PriceTable | None = None,
    counter: Counter | None = None,
    now: datetime | None = None,
) -> Checked:
    """Return whether limits hold for `head`, and for what it costs more than `base`.

    Both are paths of prompts, or both recorded calls; `base` may be a file that `tokencost
    baseline` wrote. `limits`: `{"max_increase": "10%", "budget": "5"}`, named as the flags.
    `models`: of the prompts, where their bodies name none. `by`: what groups
    recorded calls. `per_day`: calls of each prompt a day, for budgets a month. The others are
    those of `estimate`. Raise `UsageError` for two measurements of different kinds, and for a
    budget a month where `per_day` is missing; `InputError` where there is nothing to check.
    """
    stated = Limits.of(limits) if isinstance(limits, Mapping) else limits
    policy = stated if isinstance(stated, Policy) else Policy(stated)
    if per_day is None and policy.is_monthly:
        raise UsageError("a budget a month needs to know how often: state per_day")
    setup = PromptSetup(
        table or PriceTable.load(),
        plan_of(
            call_terms(now or datetime.now(UTC), as_of=as_of),
            output_tokens=None if output_tokens is None else str(output_tokens),
        ),
        counter or Counter(),
        tuple(models),
    )
    after, before = _measured(head, setup), None if base is None else _measured(base, setup)
    if isinstance(after, Profile):
        if before is not None and not isinstance(before, Profile):
            raise UsageError("calls are compared with calls, and these are prompts")
        comparison = compare_profiles(before, after, by, per_day=per_day)
    else:
        if isinstance(before, Profile):
            raise UsageError("prompts are compared with prompts, and these are calls")
        against = None if base is None else str(base)
        comparison = compare(before, after, against=against, per_day=per_day)
    answer = judge(comparison, policy)
    return Checked(answer.verdict, answer.reasons, comparison)


def _measured(measured: Measured, setup: PromptSetup) -> Profile | Sides:
    if isinstance(measured, Profile):
        return measured
    if not isinstance(measured, Path):
        return measured.profile
    saved = baseline_at(measured)
    if isinstance(saved, Profile):
        return saved
    if saved is not None:
        terms = setup.plan.terms
        return Repricer(setup.table, lambda estimates: estimates.terms_at(terms)).sides(saved)
    gathered = gather(expand([str(measured)], Path(), _no_stdin), setup.how, keep_malformed=True)
    prompts = estimate_set(gathered, setup)
    if not prompts.prompts and not prompts.unreadable:
        raise InputError("nothing to check: it holds no prompt", file=measured)
    return prompt_sides(prompts, setup)


def _no_stdin() -> Source:
    raise UsageError("standard input is for the command line")
