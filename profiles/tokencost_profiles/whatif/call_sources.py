"""Whether files hold calls or prompts: both can be compared under other conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tokencost_profiles.costs.saved_profile import is_saved
from tokencost_profiles.files.archives import damage_errors, open_inputs
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.formats import detect

_OTHER_FORMATS: Final = ("prompts", "bills")  # hold no calls
_EXAMINED: Final = 20  # files


def are_prompts(sources: Sequence[Source]) -> bool:
    """Whether files are prompts: none of the first twenty is a log or a saved profile."""
    return bool(sources) and not any(_holds_calls(source) for source in sources[:_EXAMINED])


def _holds_calls(source: Source) -> bool:
    if source.size == 0:
        return False
    try:
        if is_saved(source):
            return True
        formats = [detect(log_file) for log_file in open_inputs(source)]
    except damage_errors():
        return False
    return any(one is not None and one.name not in _OTHER_FORMATS for one in formats)
