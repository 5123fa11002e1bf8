"""The npm package speedscope, where the environment names its folder: its schema and its page."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


def release() -> Path:
    """Return the folder of its page. Skip where there is none."""
    root = os.environ.get("SPEEDSCOPE") or "node_modules/speedscope"
    path = Path(root) / "dist" / "release"
    if not path.is_dir():
        pytest.skip("SPEEDSCOPE names no folder of the npm package speedscope")
    return path


def schema() -> dict[str, Any]:
    """Return the schema of its files."""
    content: dict[str, Any] = json.loads((release() / "file-format-schema.json").read_text("utf-8"))
    return content
