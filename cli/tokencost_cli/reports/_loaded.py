"""The calls and the profile of logs that were read: what reports on logs hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from tokencost_pricing.errors import TokencostError
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell_table import CellTable
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.logs import agent_folders as homes

if TYPE_CHECKING:
    from tokencost_profiles.attribution.part_sizes import PartSizes


class Filtered(NamedTuple):
    """How many calls were read, when they were sent, and what each option leaves of them."""

    calls: int = 0
    first: float | None = None
    last: float | None = None
    left: tuple[tuple[str, int], ...] = ()  # each option with the calls that it leaves


class Loaded(NamedTuple):
    """What was read: the calls (a saved profile has none), and the profile of everything."""

    calls: list[Call]
    profile: Profile
    pricer: Pricer
    zone: tzinfo
    problem: TokencostError | None = None  # to end with, once the report is written
    homes: tuple[homes.AgentFolder, ...] = ()  # what was read where no path was given
    warnings: tuple[str, ...] = ()
    filtered: Filtered = Filtered()  # what the filters leave, where no call is left
    saved: tuple[Saved, ...] = ()  # the saved profiles among what was read
    table: CellTable | None = None  # the cells with all labels, where they were asked for
    every_call: Sequence[Call] = ()  # those that were not selected, too
    words: Mapping[bytes, frozenset[int]] = {}  # of answers and results, by their hashes
    sizes: PartSizes | None = None  # of parts of prompts, where their text was read
