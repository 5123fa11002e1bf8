"""What `whatif` does between its options and its report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tokencost_cli.options.logs import CallOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports import whatif as view
from tokencost_cli.runtime.context import is_file
from tokencost_cli.runtime.invocation import Invocation, moment
from tokencost_cli.runtime.progress import stage
from tokencost_cli.tasks._unpriced import WARN, check_policy, unpriced_error
from tokencost_cli.tasks._whatif_calls import Prompted, book_of
from tokencost_pricing.errors import ConfigError, TokencostError, UsageError
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.whatif.advisor import suggestions
from tokencost_profiles.whatif.call_set import Book
from tokencost_profiles.whatif.other_model import Desk, refuse_mode
from tokencost_profiles.whatif.outcome import BASE, REPLAYED_BASE
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import Scenario, from_documents, of, parse
from tokencost_profiles.whatif.unchanged import Unchanged


class Flags(NamedTuple):
    """The changes asked for, as typed."""

    model: Sequence[str] = ()
    mode: Sequence[str] = ()
    region: Sequence[str] = ()
    cache: Sequence[str] = ()
    route: Sequence[str] = ()
    cascade: Sequence[str] = ()
    self_hosted: Sequence[str] = ()
    scenario: Sequence[str] = ()
    compress: Sequence[str] = ()
    compressor: Decimal | None = None
    max_output: int | None = None
    keep_turns: int | None = None
    drop_results: int | None = None
    prune_tools: bool = False
    no_retries: bool = False
    hit_rate: str | None = None
    keep_reasoning: bool = False


class Request(NamedTuple):
    """The options of `whatif`."""

    reading: CallOptions
    flags: Flags = Flags()
    base: str | None = None
    output_tokens: str | None = None
    input_tokens: int | None = None
    per_day: int | None = None
    suggest: bool = False
    pareto: bool = False
    per_month: bool = False
    unpriced: str = WARN  # or FAIL


def run(invocation: Invocation, request: Request) -> tuple[Report, TokencostError | None]:
    """Replay the calls under every scenario asked for. The error is to end with afterwards."""
    check_policy(request.unpriced)
    scenarios = _scenarios(invocation, request.flags)
    if not scenarios and not request.suggest:
        raise UsageError(
            "nothing to compare with", hint="-m MODEL, --mode batch, --cache best, or --suggest"
        )
    prompted = Prompted(request.base, request.output_tokens, request.input_tokens, request.per_day)
    counter = invocation.counter()
    loaded = book_of(invocation, request.reading, prompted, counter)
    reading = request.reading
    now = moment(reading.as_of)[0] if reading.as_of else invocation.context.now
    table = invocation.table(reading.prices)
    pricer = Pricer(table, invocation.context.now, now if reading.as_of else None)
    desk = Desk(table, pricer, counter, loaded.book, now)
    if not request.suggest:
        _refuse_modes(scenarios, desk, loaded.book)
    unchanged = Unchanged(loaded.book, desk)
    outcomes = []
    with stage(invocation.context, "comparing", len(scenarios), "scenarios") as watch:
        for scenario in scenarios:
            outcomes.append(replay(loaded.book, scenario, desk))
            if watch:
                watch.advance(1)
    with stage(invocation.context, "trying changes") as watch:
        done = invocation.context.progress.reach if watch and invocation.context.progress else None
        advice = suggestions(loaded.book, unchanged, desk, done) if request.suggest else None
    shown = view.Shown(
        loaded.book,
        unchanged,
        outcomes,
        advice,
        table,
        now,
        request.pareto,
        loaded.said,
        request.per_month,
    )
    report = view.report(shown)
    bill = unchanged.recorded.bill
    problem = unpriced_error(request.unpriced, bill.unpriced, bill.unpriced_calls)
    return report._replace(warnings=(*loaded.warnings, *report.warnings)), problem


def _refuse_modes(scenarios: Sequence[Scenario], desk: Desk, book: Book) -> None:
    """Raise `UsageError` where nothing is asked for but modes that no model of the calls has.

    Beside other scenarios such a mode is a row without a cost: the others are compared.
    """
    modes = [
        scenario.mode
        for scenario in scenarios
        if scenario.mode and not (scenario.model or scenario.route or scenario.cascade)
    ]
    if len(modes) < len(scenarios):
        return
    refused: list[UsageError] = []
    for mode in modes:
        try:
            refuse_mode(book, mode, desk)
        except UsageError as error:
            refused.append(error)
    if refused and len(refused) == len(modes):
        raise refused[0]


def _scenarios(invocation: Invocation, flags: Flags) -> list[Scenario]:
    """Return one scenario for each flag that is a change of its own, then those with a name."""
    found: list[Scenario] = []
    common: dict[str, Any] = {"keep_reasoning": True} if flags.keep_reasoning else {}
    for field in ("model", "mode", "region", "cache", "route", "cascade", "self_hosted"):
        for value in getattr(flags, field):
            name = value if field in ("model", "mode") else f"{field.replace('_', '-')} {value}"
            found.append(of({**common, field: value}, name, f"--{field.replace('_', '-')}"))
    found += [
        of({**common, **given}, name, f"--{name.partition(' ')[0]}")
        for name, given in _single(flags)
    ]
    for text in flags.scenario:
        path = invocation.context.folder / text
        if Path(text).suffix in (".yaml", ".yml") or is_file(path):
            found += from_documents([(text, _yaml(path, text))])
        else:
            found.append(parse(text))
    names = [BASE, REPLAYED_BASE, *(scenario.name for scenario in found)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two scenarios are named '{twice}'", hint="a YAML file gives them names")
    return found


def _single(flags: Flags) -> list[tuple[str, dict[str, Any]]]:
    """Return the changes that can be given once."""
    found: list[tuple[str, dict[str, Any]]] = []
    if flags.compressor is not None and not flags.compress:
        raise UsageError(
            "--compressor without --compress",
            hint="--compress tool_result:0.5 says what it shortens",
        )
    if flags.compress:
        given: dict[str, Any] = {"compress": list(flags.compress)}
        if flags.compressor is not None:
            given["compressor"] = flags.compressor
        found.append((f"compress {', '.join(flags.compress)}", given))
    for field in ("max_output", "keep_turns", "drop_results", "hit_rate"):
        value = getattr(flags, field)
        if value is not None:
            found.append((f"{field.replace('_', '-')} {value}", {field: value}))
    for field in ("prune_tools", "no_retries"):
        if getattr(flags, field):
            found.append((field.replace("_", "-"), {field: True}))
    return found


def _yaml(path: Path, shown: str) -> Any:
    from tokencost_pricing.errors import TableError
    from tokencost_pricing.yaml_loader import load

    if not is_file(path):
        raise ConfigError(f"{shown}: no such scenario file")
    try:
        return load(path, shown).data
    except TableError as error:
        raise ConfigError(str(error)) from error
