"""A file that was saved to be compared with: an estimate of prompts, or a profile of calls."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.costs import saved_profile, session_spans
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.saved_estimate import ESTIMATE, Estimates, read_estimate
from tokencost_profiles.files.log_file import decode
from tokencost_profiles.files.paths import Source, from_file

_HEAD: Final = 64  # bytes: the format stands first
_PROFILE_REPORT: Final = "tokencost.profile/"


def baseline_at(path: Path) -> Estimates | Profile | None:
    """Return what is saved in a file; None where it is no document of tokencost, or a folder."""
    if not path.is_file():
        return None
    source = from_file(path, str(path))
    if not saved_profile.is_or_holds_saved(source) and not is_estimate(source):
        return None
    return read_baseline(source)


def is_estimate(source: Source) -> bool:
    """Whether a file is a saved estimate, of any version: that stands at its beginning."""
    with source.open() as file:
        return ESTIMATE.partition("/")[0].encode() in file.read(_HEAD)


def read_baseline(source: Source) -> Estimates | Profile:
    """Return a saved estimate or profile. Raise `InputError` for anything else."""
    label = source.label
    saved = saved_profile.load_source(source)
    if saved:
        return session_spans.added([(one.label, one.profile) for one in saved])
    with source.open() as file:
        text = file.read()
    try:
        document = decode(text, label)
    except InputError as error:
        if not text.strip():
            raise
        raise InputError(
            f"not a document of tokencost ({error.reason})",
            hint=f"make one of logs with: tokencost baseline --logs {label} --save FILE",
            file=label,
        ) from error
    form = str(document.get("format")) if isinstance(document, dict) else ""
    if form.startswith(_PROFILE_REPORT):
        raise saved_profile.refused_report(label)
    if not form.startswith("tokencost."):
        raise InputError(
            "not a document of tokencost",
            hint=f"make one with: tokencost baseline PATHS -o {label}",
            file=label,
        )
    return read_estimate(document, label)
