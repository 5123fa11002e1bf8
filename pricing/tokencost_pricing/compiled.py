"""Keeping a parsed form of YAML files, so that YAML is never read on the way to an answer.

A wheel carries `_compiled.json` in the folder of the files. A checkout keeps the parsed form in a
cache folder, under a checksum of the files' content, so an edit is seen at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from tokencost_pricing.errors import TableError

SHIPPED: Final = "_compiled.json"


def load_compiled(
    folder: Path, build: Callable[[Path], dict[str, Any]], *, layout: str, cache: Path | None
) -> dict[str, Any]:
    """Return what `build` makes of the YAML files below `folder`.

    `layout` names the layout of the compiled form, such as `prices-1`: caches of another layout are
    left alone.
    """
    shipped = folder / SHIPPED
    if shipped.is_file():
        return _read(shipped)
    cached = cache / f"{layout}-{_digest(folder)}.json" if cache else None
    if cached is not None and cached.is_file():
        return _read(cached)
    content = build(folder)
    if cached is not None:
        _save(cached, content)
    return content


def write_compiled(path: Path, content: dict[str, Any]) -> None:
    """Write a compiled form, as the build of a wheel does."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")


def _digest(folder: Path) -> str:
    paths = sorted(folder.rglob("*.yaml"))
    if not paths:
        raise TableError("no YAML files here", file=str(folder))
    # A checksum is enough against an editor's changes, and importing hashlib costs 5 ms a start.
    check, size = 0, 0
    for path in paths:
        content = path.name.encode() + b"\0" + path.read_bytes() + b"\0"
        check, size = crc32(content, check), size + len(content)
    return f"{check:08x}-{size:x}"


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TableError(f"cannot read the compiled form: {error}", file=str(path)) from error
    return content


def _save(path: Path, content: dict[str, Any]) -> None:
    """Write a cache file completely or not at all; a cache that cannot be written is no error."""
    partial = path.with_suffix(f".{id(content):x}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_compiled(partial, content)
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
