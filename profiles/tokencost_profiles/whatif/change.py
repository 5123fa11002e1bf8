"""`Change`: one thing that a scenario alters of recorded calls, described in one file.

From a change come the option of `tokencost whatif`, the key of scenario files, the term of
`--scenario`, the help, the row of docs/whatif.md, and what the advisor tries. The command line
imports every change for its help, so modules of changes import what is heavy inside functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from shlex import quote
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_profiles import discovery

if TYPE_CHECKING:
    from tokencost_profiles.whatif.call_set import CallSet
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_FOLDER: Final = "tokencost_profiles.whatif.changes"


class Step(IntEnum):
    """When a change is applied: calls go through the steps in this order."""

    CALLS = 1  # which calls are sent, and what holds for all steps
    PROMPT = 2  # what is left out of prompts
    COMPRESSION = 3  # what remains of them is shortened
    ANSWERS = 4  # which calls a cache of answers answers
    MODEL = 5  # which model they go to
    OUTPUT = 6  # how long answers are
    SERVICE = 7  # how and where they are served
    CACHE = 8  # what the provider's cache reads and writes: it sees what is sent in the end
    HARDWARE = 9  # what is not billed by a provider


class Flag(NamedTuple):
    """An option of `tokencost whatif`.

    It takes text where it has a `metavar`, an integer where it has a `least` too, and is a
    switch otherwise. Each value of a repeatable flag is a scenario, unless the values are `joined`.
    """

    help: str
    metavar: str = ""
    least: int | None = None
    repeatable: bool = False
    joined: bool = False  # all values are one scenario
    everywhere: bool = False  # no scenario by itself: part of every one that a flag makes
    short: str = ""  # as -m
    group: str = "Changes"  # of the help
    completes: str = ""  # what a shell offers: models, modes


class Setting(NamedTuple):
    """A further key of a change: a field of its value, which is a `NamedTuple`."""

    key: str
    parse: Callable[[Any, str], Any]
    example: str
    flag: Flag | None = None
    no_flag: str = ""  # why it has none


class Idea(NamedTuple):
    """A value that the advisor tries."""

    name: str  # of the scenario
    value: Any
    needs: str
    risks: str


class NotTried(NamedTuple):
    """What the advisor does not try, or not for all calls, and why."""

    text: str


class Change(NamedTuple):
    """One change. `parse(value, where)` reads what a person or a file wrote.

    It raises `UsageError`, which begins with `where`, for a value that is not valid. `apply` alters
    calls on their way through a replay and returns those that still have to be billed.
    """

    key: str  # of scenario files; with dashes: the flag and the term
    order: int  # its place in the help and in docs/whatif.md
    step: Step
    title: str  # in docs/whatif.md
    explanation: str  # what is done, in docs/whatif.md
    example: str  # a value as it is typed; empty for a switch
    flag: Flag
    parse: Callable[[Any, str], Any]
    apply: Callable[[Any, list[Portion], ReplayState], list[Portion]]
    ideas: Callable[[CallSet, Models], Iterator[Idea | NotTried]] | None = None
    no_ideas: str = ""  # why the advisor has none, where it has none
    settings: tuple[Setting, ...] = ()
    excludes: tuple[str, ...] = ()  # keys of changes that cannot stand in the same scenario
    is_bare: Callable[[str], bool] | None = None  # whether a bare term (no `=`) is a value of it
    takes_any_term: bool = False  # bare terms that no other change knows
    names_itself: bool = False  # the flag's value alone is the name of the scenario
    needs_calls: Callable[[Any], bool] | None = None  # whether sums of calls are not enough
    moves_prefix: bool = False  # prompts begin otherwise, or end earlier: caches are replayed
    refuse: Callable[[Any, CallSet, Models], None] | None = None  # raises where no call can have it

    @property
    def option(self) -> str:
        """The key as flags and terms write it."""
        return self.key.replace("_", "-")

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return not self.flag.metavar

    @property
    def flags(self) -> dict[str, Flag]:
        """The flags of it and of its settings, by key."""
        extra = {one.key: one.flag for one in self.settings if one.flag is not None}
        return {self.key: self.flag, **extra}

    @property
    def docs_row(self) -> str:
        """The row of docs/whatif.md: what it is called, how it is written, what is done."""
        forms = ", ".join(f"`{form}`" for form in self._forms())
        return f"| {self.title} | {forms} | {self.explanation} |"

    def _forms(self) -> Iterator[str]:
        """Yield examples of the flags and terms, as they are typed in a shell."""
        flag = self.flag.short or f"--{self.option}"
        if self.is_switch:
            yield from (flag, self.option)
        else:
            yield f"{flag} {quote(self.example)}"
            is_bare = self.takes_any_term or self.reads_term(self.example)
            yield self.example if is_bare else f"{self.option}={self.example}"
        for setting in self.settings:
            if setting.flag is not None:
                yield f"--{setting.key.replace('_', '-')} {quote(setting.example)}"
            yield f"{setting.key.replace('_', '-')}={setting.example}"

    def scenario_name(self, typed: str) -> str:
        """Return the name of the scenario that the flag makes of a typed value."""
        if self.is_switch:
            return self.option
        return typed if self.names_itself else f"{self.option} {typed}"

    def reads_term(self, term: str) -> bool:
        """Whether a bare term is a value of this change."""
        if self.is_switch:
            return term.replace("-", "_") == self.key
        return self.is_bare is not None and self.is_bare(term)


def changes() -> list[Change]:
    """Return every change in the order of the help: those of the folder and of entry points.

    Other packages offer theirs in the entry point group `tokencost.changes`.
    """
    every: list[Change] = list(discovery.all_plugins(_FOLDER, "CHANGE"))
    return sorted(every, key=lambda change: (change.order, change.key))
