"""Saved documents as sides of `diff` and `check`."""

from __future__ import annotations

from collections.abc import Sequence

from tokencost_cli.options.gate import CompareOptions
from tokencost_cli.reports._gate_compared import Compared
from tokencost_cli.reports.check import prices_of
from tokencost_cli.runtime.context import is_file
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import InputError
from tokencost_pricing.terms import Terms
from tokencost_profiles.calls.typed_times import day_or_moment
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.baseline_file import read_baseline
from tokencost_profiles.estimates.saved_estimate import Estimates
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.gate.baseline import Repricer
from tokencost_profiles.gate.check import compare


def read_saved(
    invocation: Invocation, label: str, paths: Sequence[str] = (), *, logs: bool = False
) -> Estimates | Profile:
    """Return a saved estimate or profile. `paths`: its source; `logs`: as logs."""
    path = invocation.context.folder / label
    if not is_file(path):
        names = " ".join(paths) or "PATHS"
        command = f"--logs {names} --save {label}" if logs else f"{names} -o {label}"
        raise InputError(
            "no such file", hint=f"make it with: tokencost baseline {command}", file=label
        )
    return read_baseline(from_file(path, label))


def two_documents(
    invocation: Invocation, base: str, head: str, options: CompareOptions
) -> Compared:
    """Compare two saved documents."""
    before, after = read_saved(invocation, base), read_saved(invocation, head)
    table = invocation.table(options.prices)
    if isinstance(before, Profile) and isinstance(after, Profile):
        from tokencost_cli.tasks._gate_logs import of_profiles, refuse_empty

        refuse_empty(after, head, options)
        return of_profiles(options, before, after, (base, head), table)
    if isinstance(before, Profile) or isinstance(after, Profile):
        raise InputError(f"{base} and {head}: one is an estimate, the other a profile")
    at = _moment_of(after, invocation)
    mine = prices_of(table, at)
    current = dict(after.prices) == mine
    same = dict(before.prices) == dict(after.prices) and not current

    def terms(document: Estimates) -> Terms:
        return document.terms_at(at)

    keep = options.keep_prices
    old = Repricer(table, terms, keep=keep, head=after, as_saved=same).sides(before)
    as_saved = same or keep or current
    new = Repricer(table, terms, as_saved=same or keep).sides(after)
    warnings: tuple[str, ...] = ()
    if not as_saved:
        warnings = (f"both sides are priced with table {table.version}, which made neither",)
    per_day = options.per_day or after.options.get("per_day")
    return Compared(
        compare(old, new, against=base, per_day=per_day),
        table,
        at,
        base,
        head,
        base_prices=before.prices,
        head_prices=after.prices,
        warnings=warnings,
    )


def _moment_of(document: Estimates, invocation: Invocation) -> Terms:
    as_of = document.prices.get("as_of")
    if not isinstance(as_of, str):
        return Terms(invocation.context.now, False)
    return Terms(*day_or_moment(as_of.replace("Z", "+00:00") if "T" in as_of else as_of))
