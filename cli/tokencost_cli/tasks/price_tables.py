"""What `prices diff` and `prices doctor` do: open two tables, look at one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from tokencost_cli.options.price_tables import DiffOptions, DoctorOptions, LockOptions
from tokencost_cli.reports.price_changes import diff_report, doctor_report
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import TableError, UnknownModelError, UsageError, did_you_mean
from tokencost_pricing.price_changes import Side, rate_changes
from tokencost_pricing.table import PriceTable
from tokencost_pricing.table_files import HEAD, SHIPPED
from tokencost_pricing.table_health import WARN, Finding, findings
from tokencost_profiles.calls.typed_times import day_or_moment

_TODAY: Final = "today"
_SHIPPED: Final = "shipped"
# Where the price files lie in a checkout.
_IN_CHECKOUT: Final = Path("pricing/tokencost_pricing/tables")


def diff(invocation: Invocation, options: DiffOptions) -> None:
    """Write what differs between two tables, or between two days of one."""
    table = invocation.table(options.prices)
    base, head = (_side(invocation, table, text) for text in (options.base, options.head))
    provider = None
    if options.provider is not None:
        provider = head.table.provider_id(options.provider)
        if provider is None:
            near = did_you_mean(options.provider, head.table.providers())
            raise UsageError(f"no provider '{options.provider}'{near}")
    changes = list(rate_changes(base, head, provider))
    invocation.write(diff_report(base, head, changes, invocation.facts))


def _side(invocation: Invocation, table: PriceTable, text: str) -> Side:
    """Return the table and the moment that a word means."""
    now = invocation.context.now
    if text == _TODAY:
        return Side(table, now)
    if text == _SHIPPED:
        return Side(PriceTable.load(cache=invocation.context.cache), now)
    if text == table.version:
        return Side(table, now)
    folder = invocation.context.folder / text
    if text and folder.is_dir():
        inside = folder / _IN_CHECKOUT
        path = inside if inside.is_dir() else folder
        if not (path / HEAD).is_file() and not (path / SHIPPED).is_dir():
            raise TableError(f"no folder of price files: it has no {HEAD}", file=text)
        return Side(PriceTable.load(cache=invocation.context.cache, folder=path), now)
    return Side(table, _moment(text))


def _moment(text: str) -> datetime:
    try:
        return day_or_moment(text)[0]
    except UsageError as error:
        raise UsageError(
            f"'{text}' is neither a day nor a folder of price files",
            hint="as 2026-05-01, path/to/tables, a checkout of tokencost, or `shipped`",
        ) from error


def doctor(invocation: Invocation, options: DoctorOptions) -> int:
    """Write what the table and the user's files need; return the exit code."""
    table = invocation.table(options.prices, aliases=False)  # those are findings here
    now = invocation.terms(options.as_of, None).at
    every = [*_aliases(invocation, table), *findings(table, now.date())]
    invocation.write(doctor_report(table, every, now, invocation.facts))
    return 1 if options.strict and any(one.level == WARN for one in every) else 0


def lock(invocation: Invocation, options: LockOptions, output: Path | None) -> None:
    """Write the lock file of the table with its overlays, and say what it holds.

    `output` is as it was typed: `tokencost.lock` here is written where it was not.
    """
    from tokencost_cli.output.output_file import write_file
    from tokencost_pricing.lock import NAME, lock_of, lock_text, overlay_hash

    table = invocation.table(options.prices)
    names = options.models or invocation.settings.models
    at = invocation.terms(options.as_of, None).at
    invocation.refuse_others(table, names)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    hash_of_overlays = overlay_hash(invocation.overlays(options.prices).values())
    text = lock_text(lock_of(table, names, day, hash_of_overlays))
    if output is not None and invocation.output is None:  # stdout was typed
        invocation.write_content(text)
        return
    target = invocation.context.folder / (invocation.output or NAME)
    write_file(target, text)
    models = f"{len(names)} model{'s' * (len(names) != 1)}"
    invocation.context.inform(
        f"{target.name}: table {table.version} on {day:%Y-%m-%d}, rates of {models}"
    )


def _aliases(invocation: Invocation, table: PriceTable) -> list[Finding]:
    """Return the aliases of the settings whose model has ended or ends soon."""
    lost = []
    for name, target in invocation.settings.aliases.items():
        try:
            model = table.find(target).model
        except UnknownModelError as error:
            lost.append(Finding("alias", name, f"leads to no model: {error.reason}", WARN))
            continue
        if not model.is_served:
            lost.append(Finding("alias", name, f"leads to {target}, which has ended", WARN))
    return lost
