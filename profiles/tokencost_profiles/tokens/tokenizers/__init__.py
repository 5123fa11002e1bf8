"""Tokenizers: one file a family, each with a `FAMILY`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles import discovery
from tokencost_profiles.calls.token_count import Count
from tokencost_profiles.tokens.encoders.tokenizer import Family, Tokenizer

__all__ = ["Count", "Family", "Tokenizer", "families", "family", "from_path", "tokenizer"]

# What stands in for a model whose tokenizer nobody knows.
FALLBACK: Final = "unknown"


def families() -> Iterator[Family]:
    """Yield every family, sorted by module name, then those of other packages."""
    yield from discovery.all_plugins(__name__, "FAMILY")


def family(name: str) -> Family:
    """Return a family by name. Raise `UsageError` for a name that none has."""
    match: Family | None = discovery.find_plugin(__name__, _module(name), "FAMILY")
    if match is not None and match.name == name:
        return match
    known = {entry.name: entry for entry in families()}
    if name in known:
        return known[name]
    raise UsageError(
        f"no tokenizer '{name}'{did_you_mean(name, known)}",
        hint="`tokencost tokenizers` lists them",
    )


@lru_cache(maxsize=64)
def tokenizer(name: str, cache: Path | None = None) -> Tokenizer:
    """Return a family's tokenizer, built once. It may store files in the folder `cache`."""
    chosen = family(name)
    return Tokenizer(chosen, chosen.make(cache))


def from_path(path: Path, label: str, special: tuple[str, ...] = ()) -> Tokenizer:
    """Return a tokenizer over a file of the user's: `tokenizer.json`, or `.tiktoken` ranks.

    `special`: special tokens that a tokenizer.json may lack.
    """
    from tokencost_profiles.tokens.encoders.published_files import engine_of

    engine = engine_of(path, special)
    custom = Family(label, "a file of the user", "exact", str(path), "", lambda _: engine)
    return Tokenizer(custom, engine)


def _module(name: str) -> str:
    return name.replace("-", "_").replace(".", "_")
