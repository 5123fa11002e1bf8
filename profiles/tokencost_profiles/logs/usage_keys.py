"""Whether a file of any format counts tokens: checked where no call was read from it."""

from __future__ import annotations

import re
from typing import Final

from tokencost_profiles.calls.audit import Audit, Skip
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.providers.usage_fields.unknown_keys import is_limit

_BLOCK: Final = 1 << 20
_OVERLAP: Final = 1 << 10
# A key of JSON (its quote is not escaped, so it stands in no text) that counts at least one token,
# or an object called usage that counts anything.
_COUNT: Final = re.compile(
    rb'(?<!\\)"([\w.]*[Tt]okens?[\w.]*)"\s*:\s*"?[1-9]\d{0,11}["\s,}\]]'
    rb'|(?<!\\)"([\w.]*(?:[Uu]sage|[Tt]okens?)[\w.]*)"\s*:\s*\{[^{}]{0,800}?:\s*[1-9]\d{0,11}[\s,}]'
)


def counting_key(log_file: Input, *, all_blocks: bool = True) -> str | None:
    """Return a key of a JSON file that counts tokens, or None where there is none.

    `all_blocks`: search the complete file, not only its beginning.
    """
    if log_file.head.lstrip()[:1] not in (b"{", b"["):
        return None
    if not all_blocks:
        return _first_key(log_file.head)
    with log_file.open() as file:
        held = b""
        while block := file.read(_BLOCK):
            key = _first_key(held + block)
            if key is not None:
                return key
            held = block[-_OVERLAP:]
    return None


def is_silent(log_file: Input) -> bool:
    """Whether a JSON file counts no tokens anywhere. False for other files."""
    is_json = log_file.head.lstrip()[:1] in (b"{", b"[")
    return is_json and counting_key(log_file) is None


def _first_key(data: bytes) -> str | None:
    for match in _COUNT.finditer(data):
        key = (match[1] or match[2]).decode("ascii", "replace")
        if not is_limit(key):
            return key
    return None


def note_unread(log_file: Input, reason: str, audit: Audit, *, all_blocks: bool = True) -> None:
    """Note a file with token counts from which no call was read."""
    key = counting_key(log_file, all_blocks=all_blocks)
    if key is not None:
        audit.unread = sorted(
            [*audit.unread, Skip(log_file.label, 0, f"counts tokens ('{key}'), {reason}")]
        )
