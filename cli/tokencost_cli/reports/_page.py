"""The page of a profile: its first screen, trees, series in time, and the passport of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_cli.output.formatting import count, first_names, share_percent
from tokencost_cli.output.html.passport import command_line, inputs_text, table_text
from tokencost_cli.output.page import CAUSE, CONTENT, Fact, Miss, Moment, Page, Spend, Tree
from tokencost_cli.reports._page_findings import page_findings
from tokencost_cli.reports._profile_document import ProfileView
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing._version import __version__
from tokencost_pricing.money import ZERO, add, plain
from tokencost_profiles.attribution.frame import COST, INPUT_TOKENS, Frame, fold
from tokencost_profiles.costs.totals import Summary

if TYPE_CHECKING:
    from tokencost_profiles.attribution.content import ContentView
    from tokencost_profiles.attribution.finding import Finding

AT_LEAST: Final = "at least "
_UNITS: Final = ((10**9, "B"), (10**6, "M"), (10**3, "K"))


class Charts(NamedTuple):
    """What the charts of a profile are made from."""

    causes: Frame
    contents: Frame | None = None  # None: no text was read
    content: ContentView | None = None
    findings: Sequence[Finding] | None = None
    moments: Sequence[Moment] = ()
    spends: Sequence[Spend] = ()
    span: str = ""
    turns: int = 0
    misses: Sequence[Miss] = ()
    # USD of what is only in the profile that is compared with, by cause and by content.
    gone: tuple[Decimal | None, Decimal | None] = (None, None)
    base: str = ""  # the name of that profile


def profile_page(
    view: ProfileView, charts: Charts, headline: str, facts: Callable[[], RunFacts]
) -> Page:
    """Return the page. `headline`: the amount, a colon, and what it is of."""
    gone = charts.gone
    trees = [Tree(key=CAUSE, title="by cause", root=drawn(charts.causes), gone_cost=gone[0])]
    if charts.contents is not None:
        root = drawn(charts.contents, sort=True)
        trees.append(Tree(key=CONTENT, title="by content", root=root, gone_cost=gone[1]))
    amount, _, calls = headline.partition(": ")
    amount, _, lost = amount.partition(" (")
    cost = view.total.cost
    return Page(
        amount=amount.removeprefix(AT_LEAST),
        at_least=amount.startswith(AT_LEAST),
        exact=plain(cost) if cost is not None else "",
        subtitle=lost.rstrip(")") or f"for {calls.partition(', ')[0]}",
        bought=bought(view, charts),
        passport=passport(view, facts()),
        findings=page_findings(charts.findings, charts.content, trees),
        trees=trees,
        moments=charts.moments,
        spends=charts.spends,
        misses=charts.misses,
        span=charts.span,
        base=charts.base,
    )


def drawn(root: Frame, *, sort: bool = False) -> Frame:
    """Return a tree as it is drawn: by cost, and where nothing has a price by tokens."""
    return fold(root, COST if root.cost else INPUT_TOKENS, sort=sort)


def bought(view: ProfileView, charts: Charts) -> list[Fact]:
    """Return what the money bought."""
    total = view.total
    facts = [Fact("calls", count(total.cell.calls))]
    if total.sessions:
        facts.append(Fact("sessions", count(len(total.sessions))))
    if charts.turns:
        facts.append(Fact("turns", count(charts.turns)))
    facts.append(Fact("tokens in", brief(total.input_tokens)))
    if total.hit_rate is not None:
        facts.append(Fact("of these from a cache", share_percent(total.hit_rate)))
    facts.append(Fact("tokens out", brief(total.output_tokens)))
    models = _models(charts.spends)
    if models:
        many = len(models) > 1
        names = first_names(models, 2 if len(models) == 2 else 1)
        facts.append(Fact("models" if many else "model", names))
    if days := period(view):
        facts.append(Fact("period", days))
    return facts


def _models(spends: Sequence[Spend]) -> list[str]:
    """Return the models, the one that cost most first."""
    costs: dict[str, Decimal] = {}
    for one in spends:
        costs[one.model] = add(costs.get(one.model, ZERO), one.cost or ZERO)
    return sorted(costs, key=lambda model: (-costs[model], model))


def passport(view: ProfileView, facts: RunFacts) -> list[Fact]:
    """Return what the charts were made from, and how sure they are. No path is in it."""
    total, audit = view.total, view.loaded.profile.audit
    zone = facts.timezone or "UTC"
    entries = [
        Fact("command", command_line(facts.command, facts.options)),
        Fact("inputs", inputs_text(facts.inputs, facts.inputs_sha256)),
        Fact("period", f"{period(view) or 'times are not known'} ({zone})"),
    ]
    if facts.table is not None:
        entries.append(Fact("prices", table_text(facts.table.version, facts.as_of)))
    entries.append(Fact("how sure", certainty(total)))
    lost = [
        f"{count(number)} {what}"
        for number, what in (
            (total.unpriced_calls, "calls unpriced"),
            (total.uncosted_calls - total.unpriced_calls, "calls without usage"),
            (audit.skipped, "rows skipped"),
            (len(audit.unreadable), "files unreadable"),
        )
        if number > 0
    ]
    entries.append(Fact("left out", ", ".join(lost) or "nothing unpriced or skipped"))
    entries.append(Fact("made by", f"tokencost {__version__}"))
    return entries


def certainty(total: Summary) -> str:
    """Return the share of calls whose tokens are exact, and that of the estimated ones."""
    calls = total.cell.calls
    if not calls:
        return "no calls"
    estimated = total.estimated_calls
    exact = max(0, calls - estimated - total.uncosted_calls)
    return (
        f"{share_percent(Decimal(exact) / calls)} exact, "
        f"{share_percent(Decimal(estimated) / calls)} estimated"
    )


def period(view: ProfileView) -> str:
    """Return the days of the first and the last call."""
    first, last = view.total.cell.first, view.total.cell.last
    if first is None or last is None:
        return ""
    days = [f"{datetime.fromtimestamp(at, view.loaded.zone):%Y-%m-%d}" for at in (first, last)]
    return " to ".join(dict.fromkeys(days))


def brief(number: int) -> str:
    """Write a count with at most four digits: 62.1M."""
    for size, unit in _UNITS:
        if number >= size:
            return f"{number / size:.{1 if number < 100 * size else 0}f}{unit}"
    return str(number)
