"""How a report tells what became of every row."""

from __future__ import annotations

from tokencost_cli.output.formatting import count
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.costs.model_notes import taken_models
from tokencost_profiles.costs.profile import Profile

_SHOWN = 3
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
    """Return a warning for each kind of loss, with the first places; `rows`: broken rows too."""
    found = [
        f"{copy.file}: the very content of {copy.reason}, so it was read once"
        for copy in audit.duplicates[:_SHOWN]
    ]
    if audit.duplicate_files > len(found) > 0:
        left = audit.duplicate_files - len(found)
        found.append(f"{count(left)} more copies; --count-copies reads each")
    if rows and audit.skipped:
        examples = "; ".join(map(str, audit.examples[:_SHOWN]))
        more = f"; {count(audit.skipped - _SHOWN)} more" if audit.skipped > _SHOWN else ""
        found.append(f"skipped {examples}{more}")
    found += map(str, audit.unreadable[:_SHOWN])
    if len(audit.unreadable) > _SHOWN:
        found.append(f"{len(audit.unreadable) - _SHOWN} more files could not be read")
    found += map(str, audit.unread[:_SHOWN])
    if len(audit.unread) > _SHOWN:
        found.append(f"{len(audit.unread) - _SHOWN} more files count tokens, but gave no call")
    unknown = sorted(audit.unknown_keys.items(), key=lambda item: (-item[1], item[0]))
    found += [
        f"usage key '{key}' is not understood: {count(number)} not charged by a rate of their own"
        for key, number in unknown[:_MOST_KEYS]
    ]
    if len(unknown) > _MOST_KEYS:
        found.append(f"{len(unknown) - _MOST_KEYS} more usage keys are not understood")
    return found


def taken_warnings(profile: Profile, *, aliases: bool = False) -> list[str]:
    """Return which models calls were taken for, whose log names none or only a word for one."""
    return [
        f"{note} ({count(calls)} call{'s' if calls != 1 else ''})"
        for note, calls in taken_models(profile, aliases=aliases).items()
    ]
