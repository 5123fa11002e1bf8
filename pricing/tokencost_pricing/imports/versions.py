"""Which release of a package an archive holds, and which must never be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.imports.unpacking import Member

# Releases that carried malicious code (March 2026). Their data is not read either.
_REFUSED: Final = {("litellm", "1.82.7"), ("litellm", "1.82.8")}
_FILE: Final = re.compile(
    r"(?P<name>.+?)-(?P<version>\d[^-]*?)(?:-[^-]+){0,4}?\.(?:whl|zip|tgz|tar\.gz)"
)
_NAME: Final = re.compile(r"^Name:\s*(\S+)", re.MULTILINE)
_VERSION: Final = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)
_LONGEST_HEAD: Final = 4_000


def release_of(path: Path, members: Mapping[str, Member]) -> tuple[str, str]:
    """Return name and version of a package: as its metadata states them, else its file name."""
    for member, content in sorted(members.items()):
        depth = member.count("/")
        if depth == 1 and member.endswith((".dist-info/METADATA", "/PKG-INFO")):
            text = content.read().decode("utf-8", "replace")[:_LONGEST_HEAD]
            name, version = _NAME.search(text), _VERSION.search(text)
            if name and version:
                return _folded(name[1]), version[1]
        if member == "package/package.json":
            return _npm(content)
    if match := _FILE.fullmatch(path.name):
        return _folded(match["name"]), match["version"]
    return path.stem, ""


def _npm(content: Member) -> tuple[str, str]:
    text = content.read().decode("utf-8", "replace")
    values: dict[str, Any] = {}
    for key in ("name", "version"):
        match = re.search(rf'^\s*"{key}":\s*"([^"]+)"', text, re.MULTILINE)
        values[key] = match[1] if match else ""
    return values["name"], values["version"]


def refused(name: str, version: str) -> str | None:
    """Return why a release must not be read, or None."""
    if (_folded(name), version) in _REFUSED:
        return f"{name} {version} is refused: this release carried malicious code"
    return None


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
