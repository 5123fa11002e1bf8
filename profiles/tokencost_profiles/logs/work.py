"""What a runner does: it reads, settles and prices the logs of a command, here or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, Protocol

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.parts import Part, ReadSource, price_part
from tokencost_profiles.logs.read import ReadOptions


class Pricing(Protocol):
    """Makes sums of what was read, and more of them than is asked for."""

    def price(self, read: list[ReadSource], formats: Set[str], process: int, /) -> tuple[Part, Any]:
        """Return the sum of sources, and what the caller has to know. `process`: its number."""

    def take(self, notes: Any, /) -> None:
        """Take what a process has to say. The caller does so before it prices anything itself."""


class Work(NamedTuple):
    """Logs, how they are read, and what is asked for.

    `done` is called with the number of bytes that were read. `alone`: within it, no other thread
    of ours runs, so that the process can be copied. `warn` is called with what a user should know.
    `pricing`: what makes sums, where it is not `price_part` alone.
    """

    sources: Sequence[Source]
    how: ReadOptions
    plan: Plan
    table: PriceTable
    jobs: int = 1
    done: Callable[[int], None] | None = None
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    warn: Callable[[str], None] = lambda text: None
    pricing: Pricing | None = None
    scheduler: str | None = None  # the address of a cluster that runs already

    def price(
        self, sources: list[ReadSource], session_formats: Set[str], process: int
    ) -> tuple[Part, Any]:
        """Return the sum of sources that no other is joined to, and what the caller takes."""
        if self.pricing is not None:
            return self.pricing.price(sources, session_formats, process)
        return price_part(sources, session_formats, self.plan, self.table), None

    def take(self, notes: Any) -> None:
        """Take what a process had to say with a sum."""
        if self.pricing is not None:
            self.pricing.take(notes)


class Done(NamedTuple):
    """The calls of all logs, summed, and the saved profiles among them."""

    part: Part
    saved: Sequence[Saved] = ()


class Records(NamedTuple):
    """The records of all logs, and the saved profiles among them."""

    store: Store
    saved: Sequence[Saved] = ()


class Runner(NamedTuple):
    """One way to do the work. All give the same result."""

    name: str
    title: str
    run: Callable[[Work], Done]
