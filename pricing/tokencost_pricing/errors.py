"""Everything a user can do wrong, one class each.

TokencostError
├── UsageError             2   wrong flags or arguments
├── InputError             3   a file that cannot be read as any known format, or is empty
├── UnpricedError          4   a model or mode that has no price
│   └── UnknownModelError  4   a name that no table knows
├── ConfigError            5   a configuration or budget file is wrong
└── TableError             5   a price table or overlay is wrong

The command line catches `TokencostError` in one place and exits with its code; anything else
that escapes is a bug (70).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath


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
        self.reason = reason
        self.file = None if file is None else str(file)
        self.line = line
        self.message = placed(reason, self.file, line)
        self.hint = hint
        self.also = tuple(also)
        super().__init__(self.message)

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
    """No provider in the table has a model of this name."""

    def __init__(self, name: str, *, near: Iterable[str] = (), detail: str = "") -> None:
        near = list(near)
        text = f"no price for model '{name}'"
        if detail:
            text += f": {detail}"
        if near:
            text += f"; did you mean {_listed(near)}?"
        super().__init__(
            text,
            hint="`tokencost models --search TEXT` lists names; `--prices FILE` adds a price",
        )
        self.name = name
        self.near = near


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
