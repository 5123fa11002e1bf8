"""Sides that hold no call: the gate refuses them with exit 3, and never passes on them."""

from __future__ import annotations

from collections.abc import Mapping

from tokencost_cli.tasks._gate_request import Request
from tokencost_pricing.errors import InputError
from tokencost_profiles.costs.profile import Profile


def refuse_empty(profile: Profile, name: str, request: Request) -> None:
    """Raise `InputError` where a saved profile holds no call. `name`: of its file."""
    if any(cell.calls for cell in profile.cells.values()):
        return
    filters = _filters(request)
    reason = (
        f"none of its calls meets {filters}" if filters and profile.audit.calls else "holds no call"
    )
    raise InputError(
        f"nothing to compare: {reason}",
        hint=f"make it anew with: tokencost baseline --logs PATHS -o {name}",
        file=name,
    )


def refuse_no_case(
    case: str, name: str, base: Mapping[str, object], head: Mapping[str, object]
) -> None:
    """Raise `InputError` where the runs of no case can be compared. `name`: of the base."""
    if base.keys() & head.keys():
        return
    sides = " and ".join(side for side, runs in ((name, base), ("the logs", head)) if not runs)
    reason = f"no session with a price has one in {sides}" if sides else "none is on both sides"
    raise InputError(f"--case {case}: nothing to compare: {reason}")


def _filters(request: Request) -> str:
    """Return the options that leave calls out, as they were given."""
    options = [f"--where {condition}" for condition in request.where]
    options += [f"--since {request.since}"] if request.since else []
    options += [f"--until {request.until}"] if request.until else []
    return ", ".join(options)
