"""How a call is sent, and which entry of the table its price comes from."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from tokencost_pricing.offer import Conditions


class Terms(NamedTuple):
    """How a call was sent, as far as it changes the price."""

    at: datetime  # UTC
    timed: bool = True  # False: the day is known, the time of day is not
    modes: tuple[str, ...] = ()  # batch, flex, priority, fast, ultrafast; empty is standard
    conditions: Conditions = ()  # region, inference_geo, deployment, search_context


class Evidence(NamedTuple):
    """Which entry of the table gave the price, and what was applied to it."""

    provider: str
    model: str
    rule: str
    price_from: str | None
    basis: str | None
    tier_from: int | None = None
    modes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    schedule: str | None = None
    overlay: str | None = None
    unverified: str | None = None
    router: str | None = None  # who passed the call on to this provider, and bills at its price
