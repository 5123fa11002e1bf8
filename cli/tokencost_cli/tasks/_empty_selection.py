"""Logs of which no call is left: what was read, and which option left the calls out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tokencost_cli.options.logs import LogOptions
from tokencost_cli.output.formatting import count
from tokencost_cli.reports._audit import audit_warnings
from tokencost_cli.reports._loaded import Filtered, Loaded
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.dimensions import Key, conditions
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.logs.selection import Selection


def alone(
    options: LogOptions, selection_of: Callable[[LogOptions], Selection]
) -> tuple[tuple[str, Selection], ...]:
    """Return each option that leaves calls out, with what it selects by itself."""
    return tuple((option, selection_of(one)) for option, one in _alone(options))


def with_calls_of(one: Filtered, other: Filtered) -> Filtered:
    """Return what each filter leaves of the calls of both."""
    firsts = [at for at in (one.first, other.first) if at is not None]
    lasts = [at for at in (one.last, other.last) if at is not None]
    pairs = zip(one.left, other.left, strict=True)
    return Filtered(
        one.calls + other.calls,
        min(firsts, default=None),
        max(lasts, default=None),
        tuple((option, calls + more) for (option, calls), (_, more) in pairs),
    )


def filtered(
    calls: Sequence[Call],
    key_of: Callable[[Call], Key],
    profiles: Iterable[Profile],
    options: LogOptions,
    selection_of: Callable[[LogOptions], Selection],
) -> Filtered:
    """Return what each filter leaves by itself. `profiles` are saved ones, which have no times."""
    cells = [item for profile in profiles for item in profile.cells.items()]
    times = [call.at for call in calls if call.at is not None]
    times += [at for _, cell in cells for at in (cell.first, cell.last) if at is not None]
    number = len(calls) + sum(cell.calls for _, cell in cells)
    left = []
    for option, alone in _alone(options):
        selection = selection_of(alone)
        is_selected, has_labels = selection.matcher(), conditions(selection.where, selection.zone)
        number_left = sum(is_selected(call.at, key_of(call)) for call in calls)
        number_left += sum(cell.calls for key, cell in cells if has_labels(key))
        left.append((option, number_left))
    return Filtered(number, min(times, default=None), max(times, default=None), tuple(left))


def refuse_empty_selection(invocation: Invocation, loaded: Loaded, subject: str = "") -> None:
    """Raise `InputError` where no call is left, after what was lost. `subject` begins the line."""
    if any(cell.calls for cell in loaded.profile.cells.values()):
        return
    for warning in (*loaded.warnings, *audit_warnings(loaded.profile.audit, rows=False)):
        invocation.context.warn(warning)
    raise InputError(subject + _reason(loaded, loaded.filtered))


def _alone(options: LogOptions) -> Iterable[tuple[str, LogOptions]]:
    """Yield each option that leaves calls out, with the options that have no other."""
    bare = replace(options, since=None, until=None, where=())
    if options.since is not None:
        yield f"--since {options.since}", replace(bare, since=options.since)
    if options.until is not None:
        yield f"--until {options.until}", replace(bare, until=options.until)
    for condition in options.where:
        yield f"--where {condition}", replace(bare, where=(condition,))


def _reason(loaded: Loaded, seen: Filtered) -> str:
    if not seen.calls:
        return f"no call in what was read ({files_read(loaded.profile.audit, rows=True)})"
    span = ""
    if seen.first is not None and seen.last is not None:
        first, last = (
            f"{datetime.fromtimestamp(at, loaded.zone):%Y-%m-%d}" for at in (seen.first, seen.last)
        )
        span = f", {first}" + (f" to {last}" if last != first else "")
    read = f"{number_of(seen.calls, 'call')} in {files_read(loaded.profile.audit)}{span}"
    left = ", ".join(f"{option} leaves {_left(calls)}" for option, calls in seen.left)
    return f"nothing is left of {read}: {left}"


def files_read(audit: Audit, *, rows: bool = False) -> str:
    """Return how many files were read and as which formats; `rows`: and what they hold."""
    readers = ", ".join(sorted(audit.readers))
    text = number_of(audit.files, "file") + (f" of {readers}" if readers else "")
    if rows:
        text += f", {number_of(audit.rows, 'row')}"
    if rows and audit.skipped:
        first = audit.examples[0]
        text += f", {count(audit.skipped)} broken: {first}"
    return text


def number_of(number: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def _left(calls: int) -> str:
    return count(calls) if calls else "none of the calls"
