"""Over every recorded log: the parts of prompts sum to the bill, and so does the tree of causes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from conftest import Cli


def test_both_views_sum_to_the_bill(cli: Cli, corpora: Path) -> None:
    looked_at = 0
    for path in sorted((corpora / "samples").rglob("*")):
        if not path.is_file():
            continue
        run = cli("profile", str(path), "--segments", "1000000", "--tree", "-q", "-f", "json")
        assert "bug in tokencost" not in run.err, path
        if run.code != 0:
            continue
        document = json.loads(run.out)
        cost = Decimal(document["total"]["cost"] or 0)
        assert _sum(document["segments"]) == cost, path
        assert Decimal(document["tree"]["cost"] or 0) == cost, path
        _check_children(document["tree"])
        looked_at += 1
    assert looked_at > 50


def _sum(parts: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(part["cost"] or 0) for part in parts), Decimal(0))


def _check_children(node: dict[str, Any]) -> None:
    """Check that what a node comes to is the sum of what is below it; a call also costs itself."""
    if node["children"] and node["kind"] != "call":
        assert _sum(node["children"]) == Decimal(node["cost"] or 0), node["name"]
    for child in node["children"]:
        _check_children(child)
