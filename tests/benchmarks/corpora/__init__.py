"""Seeded corpora for the benchmarks, each with its truth beside it in truth.json."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Final

# Kind: the module that writes it.
CORPORA: Final = {
    "claude": "claude",
    "chat": "chat",
    "usage_rows": "usage_rows",
    "prompts": "prompts",
    "mixed": "texts",
    "history": "texts",
}


def write_corpus(
    kind: str, folder: Path, scale: float = 1.0, seed: int | None = None
) -> dict[str, Any]:
    """Write a corpus into an empty folder, and return its truth."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    write = getattr(import_module(f"benchmarks.corpora.{CORPORA[kind]}"), f"write_{kind}")
    truth: dict[str, Any] = write(folder, scale) if seed is None else write(folder, scale, seed)
    return truth
