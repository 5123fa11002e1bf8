"""What a name turned out to mean, and the question that was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from tokencost_pricing.moments import ALWAYS

MAKER: Final = "maker"

# The levels that are looked up in the index of names, strongest first.
ID: Final = "id"
ALIAS: Final = "alias"
FLOATING: Final = "floating"
PREFIX: Final = "prefix"
PATTERN: Final = "pattern"
SNAPSHOT: Final = "snapshot"
INHERITED: Final = "inherited"
VARIANT: Final = "variant"
BARE: Final = "bare"
LEVELS: Final = (ID, ALIAS, FLOATING, PREFIX, PATTERN, SNAPSHOT, INHERITED, VARIANT, BARE)

# The region of an id of a cloud that names no profile.
NO_PROFILE: Final = "in_region"

Conditions = tuple[tuple[str, str], ...]


class Match(NamedTuple):
    """Which model a name means, and why."""

    provider: str
    model: str
    rule: str  # the level and what fired it, for people
    level: str = ID
    conditions: Conditions = ()  # stated by the name: region, deployment
    host: str | None = None  # the provider who bills, when the price is inherited
    inherit: int | None = None  # which `inherits` rule of the host
    multiply: str = "1"  # a factor on the price for what the end of the name asks for; 0: free
    # From when until when the name means this model, where that changes.
    since: datetime = ALWAYS
    until: datetime | None = None

    @property
    def billed_by(self) -> str:
        """The provider who bills."""
        return self.host or self.provider


@dataclass
class Question:
    """A name to resolve, and what is known beside it."""

    name: str
    at: datetime  # the moment of the call
    billed: bool  # whether it is known who bills: what is free has a price only then
    reasons: list[str] = field(default_factory=list)  # why a rule that nearly fired did not

    starts: list[datetime] = field(default_factory=list)  # of pointers that are not there yet

    def knowing(self, billed: bool) -> Question:
        """Return the same question where it is known who bills, or where it is not."""
        return Question(self.name, self.at, billed, self.reasons, self.starts)
