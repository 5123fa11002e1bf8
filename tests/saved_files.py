"""Saved profiles taken apart and put together again, for tests that change what is in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from tokencost_profiles.costs.saved_container import pack, unpack
from tokencost_profiles.costs.saved_profile import load


def blocks_of(path: Path) -> dict[str, Any]:
    """Return the blocks of a saved profile, decoded."""
    with path.open("rb") as file:
        blocks = unpack(file, str(path))
    return {name: msgspec.msgpack.decode(data) for name, data in blocks.items()}


def write_blocks(path: Path, blocks: dict[str, Any]) -> None:
    """Write a saved profile of decoded blocks."""
    path.write_bytes(pack({name: msgspec.msgpack.encode(data) for name, data in blocks.items()}))


def change(path: Path, target: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Write a saved profile with its blocks changed."""
    blocks = blocks_of(path)
    edit(blocks)
    write_blocks(target, blocks)


def cells_of(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a saved profile with their labels that are known."""
    with path.open("rb") as file:
        profile = load(file, str(path)).profile
    return [
        {**{name: value for name, value in key._asdict().items() if value}, "calls": cell.calls}
        for key, cell in profile.cells.items()
    ]
