"""The terms of future calls: their day, their mode of service, their region."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tokencost_pricing.cost import Terms
from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_pricing.modes import MODES, STANDARD
from tokencost_pricing.regions import AREAS, REGIONS, is_region
from tokencost_profiles.calls.typed_times import day_or_moment


def call_terms(
    now: datetime,
    *,
    as_of: str | None = None,
    modes: Iterable[str] = (),
    region: str | None = None,
) -> Terms:
    """Return the terms of a call of now, at an hour nobody knows; or of another day.

    `as_of`: `2026-05-01`, or `2026-05-01T02:00` in UTC. `modes`: batch, flex and the like.
    `region`: where the call is served, such as us. Raise `UsageError` for what there is not.
    """
    names = list(modes)
    for mode in names:
        if mode not in (*MODES, STANDARD):
            raise UsageError(
                f"no mode '{mode}'{did_you_mean(mode, MODES)}", hint=f"modes: {', '.join(MODES)}"
            )
    if region is not None:
        region = region.casefold()
        if not is_region(region):
            raise UsageError(f"no region '{region}'{did_you_mean(region, AREAS)}", hint=REGIONS)
    at, has_hour = day_or_moment(as_of) if as_of else (now, False)
    conditions = (("region", region), ("inference_geo", region)) if region else ()
    return Terms(at, has_hour, tuple(mode for mode in names if mode != STANDARD), conditions)
