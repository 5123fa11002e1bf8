"""Lines and warnings that account for every file and row."""

from __future__ import annotations

from collections.abc import Sequence

from tokencost_cli.output.formatting import count
from tokencost_pricing.coded_text import CodedText
from tokencost_profiles.calls.audit import Audit, Skip
from tokencost_profiles.costs.model_notes import taken_models
from tokencost_profiles.costs.profile import Profile

_FIRST = 3
_MOST_KEYS = 8


def audit_lines(audit: Audit) -> tuple[str, ...]:
    """Return the lines that account for files and rows."""
    readers = ", ".join(
        f"{count(number)} {name}" if len(audit.readers) > 1 else name
        for name, number in sorted(audit.readers.items())
    )
    files = f"{count(audit.files)} file{'s' if audit.files != 1 else ''}"
    rows = f"{count(audit.rows)} row{'s' if audit.rows != 1 else ''}"
    line = f"read {files} ({readers}), {rows}" if readers else f"read {files}"
    taken = [
        f"{count(number)} {what}"
        for number, what in (
            (audit.merged, "merged as parts of one response"),
            (audit.replayed, "copies in other files"),
            (audit.rolled_up, "sums of others"),
            (audit.cached, "answered by the client's cache"),
            (audit.skipped, "broken"),
        )
        if number
    ]
    if taken:
        line += f": {', '.join(taken)}"
    lines = [line]
    if audit.passed_over:
        many = f"{count(audit.passed_over)} files that are no logs"
        lines.append(f"passed over {many if audit.passed_over > 1 else '1 file that is no log'}")
    if audit.duplicate_files:
        many = f"{count(audit.duplicate_files)} copies"
        lines.append(f"left out {many if audit.duplicate_files > 1 else '1 copy'} of files read")
    return tuple(lines)


def audit_warnings(audit: Audit, *, rows: bool = True) -> list[str]:
    """Return a warning for each kind of loss, with the first places.

    `rows`: rows that could not be read, too.
    """
    warnings = _copies(audit)
    if rows and audit.skipped:
        examples = "; ".join(map(str, audit.examples[:_FIRST]))
        more = f"; {count(audit.skipped - _FIRST)} more" if audit.skipped > _FIRST else ""
        first = audit.examples[0] if audit.examples else None
        text = f"skipped {examples}{more}"
        warnings.append(_at("skipped-rows", text, first if audit.skipped == 1 else None))
    warnings += _places("unreadable-file", audit.unreadable, "more files could not be read")
    warnings += _places("no-call-read", audit.unread, "more files count tokens, but gave no call")
    unknown = sorted(audit.unknown_keys.items(), key=lambda item: (-item[1], item[0]))
    texts = [
        f"usage key '{key}' is not understood: {count(number)} not charged by a rate of their own"
        for key, number in unknown[:_MOST_KEYS]
    ]
    if len(unknown) > _MOST_KEYS:
        texts.append(f"{len(unknown) - _MOST_KEYS} more usage keys are not understood")
    return [*warnings, *(CodedText("unknown-usage-key", text) for text in texts)]


def _copies(audit: Audit) -> list[str]:
    copies: list[str] = [
        CodedText(
            "duplicate-file",
            f"{copy.file}: the very content of {copy.reason}, so it was read once",
            file=copy.file,
        )
        for copy in audit.duplicates[:_FIRST]
    ]
    if audit.duplicate_files > len(copies) > 0:
        left = audit.duplicate_files - len(copies)
        text = f"{count(left)} more copies; --count-copies reads each"
        copies.append(CodedText("duplicate-file", text))
    return copies


def _places(code: str, places: Sequence[Skip], more: str) -> list[str]:
    """Return a warning for each of the first places, and one for the rest."""
    warnings: list[str] = [_at(code, str(place), place) for place in places[:_FIRST]]
    if len(places) > _FIRST:
        warnings.append(CodedText(code, f"{len(places) - _FIRST} {more}"))
    return warnings


def _at(code: str, text: str, place: Skip | None) -> str:
    if place is None:
        return CodedText(code, text)
    return CodedText(code, text, file=place.file, line=place.line or None)


def taken_warnings(profile: Profile, *, aliases: bool = False) -> list[str]:
    """Return which models calls were taken for, whose log names none or only a word for one."""
    return [
        CodedText("model-taken-for", f"{note} ({count(calls)} call{'s' if calls != 1 else ''})")
        for note, calls in taken_models(profile, aliases=aliases).items()
    ]
