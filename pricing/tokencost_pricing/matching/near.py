"""Names of the table that are nearly one that it does not have. For messages alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tokencost_pricing.matching.directory import Directory

_ALIKE: Final = 0.7
_MOST: Final = 3
_FIRST_LETTERS: Final = 3


# From a word for a family and a provider the newest models.
Newest = Callable[[str, str | None], list[str]]


def near_names(
    directory: Directory, newest: Newest, name: str, provider: str | None = None
) -> list[str]:
    """Return up to three models whose names are nearly `name`; of one provider if named.

    Names with another beginning are looked at only where none has that of `name`.
    """
    from difflib import get_close_matches

    if family := newest(name, provider):
        return family[:_MOST]
    known = dict(directory.names.keys(None if provider is None else (provider,)))
    beginning = name.rsplit("/", 1)[-1][:_FIRST_LETTERS]
    alike = [one for one in known if one.rsplit("/", 1)[-1].startswith(beginning)]
    near = get_close_matches(name, alike or list(known), n=6, cutoff=_ALIKE)
    return list(dict.fromkeys(known[one] for one in near if one != name))[:_MOST]
