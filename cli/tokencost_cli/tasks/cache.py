"""What `cache info` and `cache clear` do: look at the files of the cache, remove them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tokencost_cli.reports.cache import CacheContent
from tokencost_profiles.logs.log_cache.cache_file import LARGEST, CacheFile

_LOGS: Final = "logs"
# The files of each kind. The folder may be one that holds other files, too: they are not ours.
_PATTERNS: Final = {
    _LOGS: ("logs-*.sqlite", "logs-*.sqlite-*"),
    "prices": ("prices-*",),
    "tokenizers": ("*.tcx", "calibrations-*.json", "rules-*.json", "hidden-*.json"),
    "workloads": ("workloads-*.json",),
}


def contents(folder: Path | None) -> list[CacheContent]:
    """Return what the cache holds, by kind."""
    return [_content(kind, folder) for kind in _PATTERNS]


def clear(folder: Path | None) -> None:
    """Remove the files of the cache, as far as they can be removed."""
    for kind in _PATTERNS:
        for path in _paths(kind, folder):
            with suppress(OSError):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()


def _content(kind: str, folder: Path | None) -> CacheContent:
    sizes = [size for path in _paths(kind, folder) for size in _sizes(path)]
    if kind != _LOGS:
        return CacheContent(kind, len(sizes), sum(sizes))
    entries = sum(
        CacheFile(path).count()[0]
        for path in _paths(kind, folder)
        if path.suffix == ".sqlite" and path.is_file()
    )
    return CacheContent(kind, len(sizes), sum(sizes), entries, LARGEST)


def _paths(kind: str, folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        for pattern in _PATTERNS[kind]:
            with suppress(OSError):
                yield from sorted(folder.glob(pattern))


def _sizes(path: Path) -> Iterator[int]:
    """Yield the size of a file, or of each file in a folder."""
    with suppress(OSError):
        files = path.rglob("*") if path.is_dir() else (path,)
        yield from [file.stat().st_size for file in files if file.is_file()]
