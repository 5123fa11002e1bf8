"""The format of a log, told without reading it."""

from __future__ import annotations

from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.files.archives import damage_errors, open_inputs
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.formats import detect

# Formats that are recognised only to be refused.
_NO_LOGS: Final = ("prompts", "bills")


def log_format_of(source: Source) -> str | None:
    """Return the name of the format that a log has, or None for what is no log of calls."""
    if source.size == 0:
        return None
    unreadable: tuple[type[BaseException], ...] = (InputError, *damage_errors())
    try:
        readers = []
        for log_file in open_inputs(source):
            if saved_profile.is_saved(log_file):
                return "saved profile"
            readers.append(detect(log_file))
    except unreadable:
        return None
    names = (reader.name for reader in readers if reader is not None)
    return next((name for name in names if name not in _NO_LOGS), None)
