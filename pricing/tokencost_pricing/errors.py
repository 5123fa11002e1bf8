"""Everything a user can do wrong, one class each.

TokencostError
├── UsageError             2   wrong flags or arguments
├── InputError             3   a file that cannot be read as any known format, or is empty
├── UnpricedError          4   a model or mode that has no price
│   └── UnknownModelError  4   a name that no table knows
│       └── AmbiguousModelError 4   the name of weights that many sell, each at its price
├── ConfigError            5   a configuration or budget file is wrong
└── TableError             5   a price table or overlay is wrong

The command line catches `TokencostError` in one place and exits with its code; anything else
that escapes is a bug (70).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import PurePath

TYPE_CHECKING = False  # `--version` is spared the import of `typing`
if TYPE_CHECKING:
    from datetime import datetime

    from tokencost_pricing.offer import Offer

# How many hosts a message names before it counts the rest.
_NAMED_HOSTS = 6
_LOOK_UP = "`tokencost models --search TEXT` lists names; `--prices FILE` adds a price"
_NAME_HOST = "`--provider NAME` says who bills"


def placed(reason: str, file: object = None, line: int | None = None) -> str:
    """Return a reason with the place it is about before it: `file:line: reason`."""
    if file is None:
        return reason
    return f"{file}:{line}: {reason}" if line else f"{file}: {reason}"


class TokencostError(Exception):
    """An error that the user can mend.

    `reason` says what is wrong, `file` (as the user named it) and `line` (from 1) where; `message`
    is all three. `hint` says how to mend it, `also` what else is wrong.
    """

    exit_code = 1

    def __init__(
        self,
        reason: str,
        *,
        file: str | PurePath | None = None,
        line: int | None = None,
        hint: str | None = None,
        also: Iterable[str] = (),
    ) -> None:
        self._reason = reason
        self.file = None if file is None else str(file)
        self.line = line
        self.hint = hint
        self.also = tuple(also)
        super().__init__(reason)

    @property
    def reason(self) -> str:
        """What is wrong."""
        return self._reason

    @property
    def message(self) -> str:
        """What is wrong, with its place."""
        return placed(self.reason, self.file, self.line)

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything there is to say, a line each."""
        return (str(self), *self.also)

    @property
    def advice(self) -> str:
        """The reason and the hint, where the place is stated beside it."""
        return f"{self.reason} — {self.hint}" if self.hint else self.reason

    def __str__(self) -> str:
        return f"{self.message} — {self.hint}" if self.hint else self.message


class UsageError(TokencostError):
    """The command was called with flags or arguments that make no sense together."""

    exit_code = 2


class InputError(TokencostError):
    """An input file is missing, empty, binary, or in no known format."""

    exit_code = 3


class UnpricedError(TokencostError):
    """The table knows no price for what was asked."""

    exit_code = 4


class UnknownModelError(UnpricedError):
    """No provider in the table has a model of this name.

    Near names are looked for when they are asked for: a log of many unknown names needs none.
    `starts`: from when on the name has a meaning, where it is a pointer that had none before.
    """

    def __init__(
        self,
        name: str,
        *,
        near: Iterable[str] | Callable[[], Iterable[str]] = (),
        detail: str = "",
        hint: str | None = None,
        starts: datetime | None = None,
    ) -> None:
        text = f"no price for model '{name}'"
        super().__init__(f"{text}: {detail}" if detail else text, hint=hint or _LOOK_UP)
        self.name = name
        self.starts = starts
        self._near = near

    @cached_property
    def near(self) -> list[str]:
        """Names of the table that are nearly this one."""
        return list(self._near() if callable(self._near) else self._near)

    @property
    def reason(self) -> str:
        """What is wrong, and what may have been meant."""
        return super().reason + self._asked

    @property
    def _asked(self) -> str:
        return f"; did you mean {_listed(self.near)}?" if self.near else ""


class AmbiguousModelError(UnknownModelError):
    """A name that several providers sell, each at its price, and nothing says which one bills.

    `candidates` are what they sell under it, cheapest first, and last what has no price on `day`;
    there may be others that no table has.
    """

    def __init__(
        self,
        name: str,
        *,
        candidates: Callable[[], Iterable[Offer]],
        day: str,
        near: Iterable[str] = (),
    ) -> None:
        super().__init__(name, hint=_NAME_HOST, near=near)
        self.day = day
        self._candidates = candidates

    @cached_property
    def candidates(self) -> tuple[Offer, ...]:
        """What the name may mean, cheapest first."""
        return tuple(self._candidates())

    @cached_property
    def bounds(self) -> dict[str, tuple[str, str]]:
        """The lowest and the highest rate of each of `input` and `output`, as texts, in USD."""
        from tokencost_pricing.rate_bounds import rate_bounds

        return rate_bounds(self.candidates, self.day)

    @property
    def reason(self) -> str:
        """Who sells it, between which rates."""
        from tokencost_pricing.moments import moment

        offers = [one for one in self.candidates if one.model.price_on(moment(self.day))]
        hosts = list(dict.fromkeys(one.provider for one in offers or self.candidates))
        rest = len(hosts) - _NAMED_HOSTS
        listed = ", ".join(hosts[:_NAMED_HOSTS]) + (f" and {rest} more" if rest > 0 else "")
        rates = ", ".join(
            f"{kind} {low}" + (f" to {high}" if high != low else "")
            for kind, (low, high) in self.bounds.items()
        )
        verb = "sell" if len(hosts) > 1 else "sells"
        text = f"'{self.name}' does not say who bills: {listed} {verb} it"
        priced = f"{text}; USD per million tokens on {self.day}: {rates}" if rates else text
        return priced + self._asked


class ConfigError(TokencostError):
    """A configuration or budget file is wrong."""

    exit_code = 5


class TableError(TokencostError):
    """A price table or overlay is wrong."""

    exit_code = 5


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest of `known`, or an empty string."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(dict.fromkeys(known)), n=3, cutoff=0.6)
    return f"; did you mean {_listed(near)}?" if near else ""


def _listed(names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
