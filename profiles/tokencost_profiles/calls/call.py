"""`Call`: one billable request to a model, in one form whatever log it comes from.

All token counts are disjoint and per billable unit. What a log does not hold is None or absent,
which is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from tokencost_pricing.units import PROMPT_UNITS
from tokencost_profiles.calls.content import Part

# What a record stands for. Wider ones are used only where no narrower one is known.
CALL: Final = "call"
PASS: Final = "pass"  # one of several passes inside a response, each billed
TURN: Final = "turn"
SESSION: Final = "session"
RUN: Final = "run"
SCOPES: Final = (PASS, CALL, TURN, SESSION, RUN)

# Who a call is for and where it was sent from.
OWNER_LABELS: Final = ("project", "user", "team", "environment", "branch", "agent")

# How a call ended.
OK: Final = "ok"
ERROR: Final = "error"
ABORTED: Final = "aborted"
CACHED = "cached"  # answered by the client's cache: nothing is billed

# Where the numbers come from.
REPORTED: Final = "reported"
PARTIAL: Final = "partial"  # the log was cut before the final numbers
DERIVED: Final = "derived"  # the change of a running total
DISTRIBUTED: Final = "distributed"  # a session's total, shared out
COUNTED: Final = "counted"  # by our tokenizer, from the text
GUESSED: Final = "guessed"  # by the generic walker

# What is noted of output that was counted because a log ends before the provider's last number.
LOG_ENDS: Final = "output counted from its text: the log ends before the last number"

# Who says what a call cost.
BY_PROVIDER: Final = "provider"  # who bills it
BY_GATEWAY: Final = "gateway"  # who passes it on
BY_CLIENT: Final = "client"  # a program that multiplied tokens by its prices

# No request counts as much: a larger number is a mistake of the log, and is not believed.
ABSURD_COUNT: Final = 10**12
_ABSURD_SECONDS: Final = 1e9

_PROMPT: Final = frozenset(PROMPT_UNITS)
_SUMS: Final = frozenset({SESSION, RUN})


class Call(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One billable request (or pass of one), as a log records it.

    `key` names the response: records of one key are one call, and their numbers merge. A record
    that has no key is one call.
    """

    reader: str = ""
    file: str = ""
    line: int | None = None
    key: str | None = None
    copies: tuple[str, ...] = ()  # every file with a record of it, where that is more than one
    copy_of: str | None = None  # a session whose history this may repeat
    final: bool = True  # a record that closes the response wins over one written while it ran
    scope: str = CALL
    status: str = OK

    # Where it belongs.
    session: str | None = None
    sessions: tuple[str, ...] = ()  # every session with a record of it, where that is more than one
    trace: str | None = None
    span: str | None = None
    parent: str | None = None  # span
    response_id: str | None = None

    # What was bought.
    provider: str | None = None  # who bills, as the log calls it
    host: str | None = None  # that answered behind a router, as the log calls it
    api: str | None = None
    model: str | None = None  # that answered; else the one asked for
    service_tier: str | None = None
    batch: bool = False
    speed: str | None = None
    region: str | None = None
    search_context: str | None = None
    media_size: str | None = None  # of images and videos, as requests write it: 1024x1024
    media_quality: str | None = None

    # When: UTC seconds. `at` decides the price.
    at: float | None = None
    latency: float | None = None  # seconds from request to the end of the answer
    first_token: float | None = None  # seconds to the first token

    # How much.
    usage: dict[str, int] | None = None
    usage_source: str = REPORTED
    semantics: str = "profile"  # which rule decided what is inside what
    error: float = 0.0  # relative, of counts that are estimated
    unknown_keys: dict[str, int] | None = None  # counts of the log that nobody reads, by key
    containers: tuple[str, ...] = ()  # that code ran in, each as `unit:id`; billed once a container

    # What the log says it cost.
    cost: Decimal | None = None
    cost_basis: str | None = None  # provider, gateway, client

    # Labels.
    project: str | None = None
    user: str | None = None
    team: str | None = None
    environment: str | None = None
    branch: str | None = None
    agent: str | None = None  # its type: main, explore, reviewer
    thread: str | None = None  # one of several conversations of agents of that type
    started_by: str | None = None  # the session whose call started this one, as a sub-agent
    turn: str | None = None  # the user's message that the call works on, by an id of the log
    # The session that it stands in: the outermost that started it; its trace or file where it has
    # none. This and what follows is computed: see `turns`.
    root: str | None = None
    turn_number: int | None = None  # in its root, from 1
    step: int | None = None  # of its turn, from 1; of a sub-agent that of the call that started it
    substep: int | None = None  # of a sub-agent: which of its calls, from 1
    tools: tuple[str, ...] = ()  # that the answer calls: each as often as the log tells
    tags: tuple[tuple[str, str], ...] = ()

    # Text, where the log holds it and the reader was asked for it.
    parts: Sequence[Part] | None = None
    answer: tuple[Part, ...] | None = None
    has_request: bool = False  # whether the log holds the complete request, tools and all
    max_output: int | None = None

    warnings: tuple[str, ...] = ()

    @property
    def tier_tokens(self) -> int:
        """The length that decides the price tier: that of a single request, 0 where it is unknown.

        A turn, a session or a run is a sum of many requests, none of which need have been long.
        """
        return self.prompt_tokens if self.scope in (CALL, PASS) else 0

    @property
    def charge(self) -> Decimal | None:
        """What the log says that this very call cost, in USD; None where it does not.

        The cost of a session or a run is none of a call. 0 counts only where the provider says so:
        gateways and clients write 0 for a model that they know no price of.
        """
        if self.cost is None or self.scope in _SUMS:
            return None
        is_known = self.cost > 0 or (self.cost == 0 and self.cost_basis == BY_PROVIDER)
        return self.cost if is_known else None

    @property
    def prompt_tokens(self) -> int:
        """Every token on the input side, fresh, cached or written."""
        total = 0
        for unit, count in (self.usage or {}).items():
            if unit in _PROMPT:
                total += count
        return total


def drop_absurd_numbers(call: Call) -> str | None:
    """Take from a call what no request can have, and return what is wrong with its counts."""
    if call.latency is not None and call.latency >= _ABSURD_SECONDS:
        call.latency = None
    if call.first_token is not None and call.first_token >= _ABSURD_SECONDS:
        call.first_token = None
    if call.max_output is not None and call.max_output >= ABSURD_COUNT:
        call.max_output = None
    counts = call.usage
    if not counts or max(counts.values()) < ABSURD_COUNT:
        return None
    call.usage = None
    return f"a count of {ABSURD_COUNT:,} or more: not believed"


class Link(msgspec.Struct, frozen=True):
    """A span that reports no usage: it only names its parent."""

    trace: str
    span: str
    parent: str


class Alias(msgspec.Struct, frozen=True):
    """A session that continues another one's history; calls with `copy_of` may stand in both."""

    session: str
    origin: str


class ModelCost(msgspec.Struct, frozen=True):
    """What a client states that one model cost in a session, and for which usage."""

    model: str
    cost: Decimal | None = None  # USD
    usage: dict[str, int] = msgspec.field(default_factory=dict)


class SessionReport(msgspec.Struct, frozen=True):
    """What a client states that a session cost so far: none of its calls has this cost.

    It holds calls that the log does not: those of helpers, retries, turns that were aborted.
    """

    session: str
    cost: Decimal  # USD
    models: tuple[ModelCost, ...] | None = None  # None: it does not say of which
    is_estimate: bool = False  # the client did not know the price of some model
    reader: str = ""
    file: str = ""
    line: int | None = None


Record = Call | Link | Alias | SessionReport
