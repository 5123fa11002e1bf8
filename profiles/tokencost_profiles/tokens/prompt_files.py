"""Which files of a folder are prompts, by their names."""

from __future__ import annotations

import re
from typing import Final

TEXT: Final = "text"  # counted as it stands
TEMPLATE: Final = "template"
DATA: Final = "data"  # a prompt where a request or a template is recognised in it
ATTACHMENT: Final = "attachment"  # measured where it is named
OTHER: Final = "other"

_TEXTS: Final = (".txt", ".md", ".markdown")
DATA_ENDINGS: Final = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")
_ATTACHMENTS: Final = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".pdf",
    ".wav", ".mp3", ".m4a", ".flac", ".ogg", ".opus", ".mp4", ".mov", ".webm", ".mkv", ".avi",
)  # fmt: skip
# Papers of a project, however they are written and whatever they end in.
_PAPERS: Final = frozenset(
    {
        "readme",
        "license",
        "licence",
        "changelog",
        "copying",
        "notice",
        "contributing",
        "code_of_conduct",
        "third_party_licenses",
        "third_party_notices",
        "contributors",
    }
)
# Papers only where they are written in capitals: prompts may be called so.
_CAPITALS: Final = frozenset(
    {"AUTHORS", "CHANGES", "HISTORY", "MAINTAINERS", "SECURITY", "SUPPORT", "UPGRADING", "PATENTS"}
)
# What programs write for themselves.
_MACHINE: Final = (
    r"(?:.*[-._]lock|npm-shrinkwrap|composer|package|tsconfig.*|jsconfig.*|deno)\.jsonc?"
    r"|(?:.*[-._]lock|pnpm-workspace|mkdocs|docker-compose.*|compose)\.ya?ml"
    r"|(?:.*[-._])?requirements(?:[-._].*)?\.txt|constraints(?:[-._].*)?\.txt"
    r"|cmakelists\.txt|robots\.txt|.*\.lock(?:\..*)?|go\.sum"
)


def kind_of(name: str) -> str:
    """Return what a file of a folder is, by its name alone (no folders)."""
    from tokencost_profiles.tokens.templates import format_of

    folded = name.casefold()
    stem = name.partition(".")[0]
    if stem.casefold().replace("-", "_") in _PAPERS or stem in _CAPITALS:
        return OTHER
    if re.fullmatch(_MACHINE, name, re.IGNORECASE):
        return OTHER
    if folded.endswith(_TEXTS):
        return TEXT
    if folded.endswith(DATA_ENDINGS):
        return DATA
    if folded.endswith(_ATTACHMENTS):
        return ATTACHMENT
    return TEMPLATE if format_of(name) else OTHER
