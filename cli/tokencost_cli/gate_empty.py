"""Sides that hold no call: the gate refuses them with exit 3, and never passes on them."""

from __future__ import annotations

from tokencost_cli.formatting import count
from tokencost_cli.gate_request import Request
from tokencost_pricing.errors import InputError
from tokencost_profiles.audit import Audit
from tokencost_profiles.profile import Profile


def refuse_empty(profile: Profile, name: str | None, request: Request) -> None:
    """Raise `InputError` where a profile holds no call.

    `name`: of a saved file; None: the logs that the paths name.
    """
    if any(cell.calls for cell in profile.cells.values()):
        return
    filters = _filters(request)
    if name is not None:
        audit = profile.audit
        reason = (
            f"none of its calls meets {filters}" if filters and audit.calls else "holds no call"
        )
        raise InputError(
            f"{name}: nothing to compare: {reason}",
            hint=f"make it anew with: tokencost baseline --logs PATHS -o {name}",
        )
    raise InputError(f"nothing to check: {_reason(profile.audit, filters)}")


def _reason(audit: Audit, filters: str) -> str:
    read = f"{_number(audit.files, 'file')}, {_number(audit.rows, 'row')}"
    if audit.skipped:
        first = audit.examples[0]
        read += f", {count(audit.skipped)} broken: {first.file}:{first.line}: {first.reason}"
    if not audit.calls or not filters:
        return f"no call in what was read ({read})"
    records = _number(audit.calls, "record")
    return f"{filters} leaves none of the calls that were read ({records} of calls in {read})"


def _filters(request: Request) -> str:
    """Return the options that leave calls out, as they were given."""
    options = [f"--where {condition}" for condition in request.where]
    options += [f"--since {request.since}"] if request.since else []
    options += [f"--until {request.until}"] if request.until else []
    return ", ".join(options)


def _number(number: int, noun: str) -> str:
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"
