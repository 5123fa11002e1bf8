"""What a runner does: it reads, settles and prices the logs of a command, here or elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.parts import Part
from tokencost_profiles.logs.read import ReadOptions


class Work(NamedTuple):
    """Logs, how they are read, and what is asked for.

    `done` is called with the number of bytes that were read. `alone`: within it, no other thread
    of ours runs, so that the process can be copied. `warn` is called with what a user should know.
    """

    sources: Sequence[Source]
    how: ReadOptions
    plan: Plan
    table: PriceTable
    jobs: int = 1
    done: Callable[[int], None] | None = None
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    warn: Callable[[str], None] = lambda text: None


class Done(NamedTuple):
    """The calls of all logs, summed, and the saved profiles among them."""

    part: Part
    saved: Sequence[Saved] = ()


class Runner(NamedTuple):
    """One way to do the work. All give the same result."""

    name: str
    title: str
    run: Callable[[Work], Done]
