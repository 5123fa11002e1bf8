"""Which files a table is made of, and what has been made of them before.

A wheel carries the compiled table in the folder `_compiled`. A checkout keeps it in a cache folder:
the parts by provider and the files of the compiled form, each named after a checksum of what it is
made from, so that an edit is seen at once and only what it touches is made again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from tokencost_pricing.errors import TableError

HEAD: Final = "TABLE.yaml"
FAMILIES: Final = "families.yaml"
CALENDARS: Final = "calendars"
LISTS: Final = "lists"
SHIPPED: Final = "_compiled"


def provider_files(folder: Path) -> list[Path]:
    """Return the files of a table folder that hold the prices of a provider."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name not in (HEAD, FAMILIES)]


def digest(folder: Path) -> str:
    """Return a checksum of every YAML file below a folder."""
    paths = sorted(str(path) for path in folder.rglob("*.yaml"))
    if not paths:
        raise TableError("no YAML files here", file=str(folder))
    # A checksum is enough against an editor's changes, and importing hashlib costs 5 ms a start.
    return _checksum({path.removeprefix(str(folder)): path for path in paths})


class Parts:
    """What was made of the files of each provider, in a cache folder."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._cache = cache
        common = sorted(path.name for path in folder.glob("*.yaml"))
        common += sorted(path.name for path in (folder / CALENDARS).glob("*.yaml"))
        self._common = crc32("\n".join(common).encode())
        self._folder = folder

    def get(self, provider: str) -> dict[str, Any] | None:
        """Return what was made of a provider's files as they are now, or None."""
        try:
            part: dict[str, Any] = json.loads(self._path(provider).read_bytes())
        except (OSError, ValueError):
            return None
        return part

    def put(self, provider: str, part: Mapping[str, Any]) -> None:
        """Keep what was made of a provider's files."""
        content = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
        save(self._path(provider), content.encode())

    def _path(self, provider: str) -> Path:
        folder = self._folder
        paths = {
            "file": folder / f"{provider}.yaml",
            "list": folder / LISTS / f"{provider}.yaml",
            "families": folder / FAMILIES,
        }
        check = _checksum({key: str(path) for key, path in paths.items() if path.is_file()})
        return self._cache / f"{provider}-{self._common:08x}-{check}.part.json"


def cached_files(files: Mapping[str, bytes], index: str, check: str) -> dict[str, bytes]:
    """Return the files of a compiled table under names of a cache that holds many tables.

    Those of providers are named after their content, so that tables share what did not change.
    """
    stated = json.loads(files[index])
    names = {
        name: f"{Path(name).stem}-{crc32(content):08x}-{len(content):x}{Path(name).suffix}"
        for name, content in files.items()
        if name != index
    }
    stated["files"] = {
        key: names[value] if isinstance(value, str) else {k: names[v] for k, v in value.items()}
        for key, value in stated["files"].items()
    }
    text = json.dumps(stated, ensure_ascii=False, separators=(",", ":"))
    renamed = {names[name]: content for name, content in files.items() if name != index}
    return {**renamed, index_name(index, check): text.encode()}  # the index last: it needs the rest


def index_name(index: str, check: str) -> str:
    """Return the name of the index of one table in a cache."""
    return f"{Path(index).stem}-{check}{Path(index).suffix}"


def save(path: Path, content: bytes) -> None:
    """Write a cache file completely or not at all; a cache that cannot be written is no error."""
    partial = path.with_name(f"{path.name}.{id(content):x}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink()


def _checksum(paths: Mapping[str, str]) -> str:
    check, size = 0, 0
    for name, path in paths.items():
        with open(path, "rb") as file:
            content = b"%b\0%b\0" % (name.encode(), file.read())
        check, size = crc32(content, check), size + len(content)
    return f"{check:08x}-{size:x}"
