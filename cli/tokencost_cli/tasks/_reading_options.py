"""The options that say what is read: every command on logs has them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Reading(NamedTuple):
    """The options that say what is read, and which calls of it are looked at."""

    paths: tuple[str, ...] = ()
    input_format: str | None = None
    mapping: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    timezone: str | None = None
    where: tuple[str, ...] = ()
    as_of: str | None = None
    prices: tuple[Path, ...] = ()
    strict: bool = False
    text: bool = False
    by: tuple[str, ...] | None = None  # the dimensions that sums are wanted by; None: all
    count_copies: bool = False  # read files of the very same content each
