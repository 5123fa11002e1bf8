"""Signed releases of a small price table, and what `prices update` makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.compile import compile_folder
from tokencost_pricing.packed import Packed, pack
from tokencost_pricing.releases.archive import Release, release_bytes
from tokencost_pricing.table_loading import LAYOUT

Cli = Callable[..., Any]
PROVIDER = """
schema: 1
provider: openai
name: OpenAI
role: maker
currency: USD
unit: per_1m_tokens
checked: "{day}"
models:
  gpt-4o:
    prices: [{{basis: documented, rates: {{input: "{rate}", output: "9"}}}}]
"""


class Keys:
    """A pair of keys made for a test."""

    def __init__(self, folder: Path, name: str) -> None:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.generate()
        self.sign = private.sign
        self.public = folder / f"{name}.pem"
        self.public.write_bytes(
            private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )


def release(folder: Path, day: str = "2099-01-01", rate: str = "7", sequence: int = 1) -> Release:
    """Return a release of one provider."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "TABLE.yaml").write_text("schema: 1\n")
    (folder / "openai.yaml").write_text(PROVIDER.format(day=day, rate=rate))
    files = pack(compile_folder(folder))
    index = Packed(files.__getitem__).index
    return Release(index["table"], LAYOUT, index["sha256"], files, sequence)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path, "team")


@pytest.fixture
def run(cli: Cli, tmp_path: Path) -> Callable[..., Any]:
    """Run the program in the test's folder, with a folder for tables."""
    return partial(cli, folder=tmp_path, tables=tmp_path / "tables")


def rate_in_use(run: Callable[..., Any]) -> str:
    document = json.loads(run("prices", "show", "gpt-4o", "-f", "json").out)
    return str(document["items"][0]["rates"]["input"])


def install_release(run: Callable[..., Any], keys: Keys, newer: Release) -> Any:
    """Put a release into the folder and run `prices update` on it."""
    (keys.public.parent / "table.zip").write_bytes(release_bytes(newer, keys.sign))
    return run("prices", "update", "--from", "table.zip", "--key", "team.pem", "--yes")
