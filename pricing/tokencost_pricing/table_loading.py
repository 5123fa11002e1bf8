"""From a folder of price files to the compiled table: the shipped one, the cached, or a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tokencost_pricing.packed import INDEX, Packed, pack
from tokencost_pricing.table_files import (
    SHIPPED,
    Parts,
    cached_files,
    digest,
    index_name,
    save,
)

# Of the compiled form in a cache. 5: an index, and a file a provider with facts shared.
LAYOUT: Final = "prices-5"


def load_packed(folder: Path, cache: Path | None) -> Packed:
    """Return the compiled form of a folder: the shipped one, the cached one, or a new one."""
    shipped = folder / SHIPPED
    if (shipped / INDEX).is_file():
        return Packed(lambda name: (shipped / name).read_bytes())
    if cache is None:
        from tokencost_pricing.compile import compile_folder

        return Packed(pack(compile_folder(folder)).__getitem__)
    cached, check = cache / LAYOUT, digest(folder)
    index = index_name(INDEX, check)
    if (cached / index).is_file():
        return Packed(lambda name: (cached / name).read_bytes(), index)
    return _compile(folder, cached, check)


def _compile(folder: Path, cached: Path, check: str) -> Packed:
    from tokencost_pricing.compile import compile_folder

    files = cached_files(pack(compile_folder(folder, Parts(folder, cached))), INDEX, check)
    for name, content in files.items():
        save(cached / name, content)
    return Packed(files.__getitem__, index_name(INDEX, check))
