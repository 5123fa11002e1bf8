"""What a generator knows of its corpus: the totals that every program must arrive at."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

NAME = "truth.json"


class Truth:
    """Calls, rows and tokens, by day and model, while a corpus is written."""

    def __init__(self, units: tuple[str, ...], **facts: Any) -> None:
        self.units = units
        self.facts = facts  # of what kind, size and seed the corpus is
        self.counts: Counter[str] = Counter()  # files, rows, calls and what else there is
        self.days: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(units))

    def document(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        days = {
            f"{day} {model}": dict(zip(self.units, counts, strict=True))
            for (day, model), counts in sorted(self.days.items())
        }
        total: Counter[str] = Counter()
        for counts in days.values():
            total.update(counts)
        return {**self.facts, **dict(sorted(self.counts.items())), "usage": total, "days": days}

    def save(self, folder: Path) -> dict[str, Any]:
        """Write truth.json and return what is in it."""
        document = self.document()
        (folder / NAME).write_text(json.dumps(document, indent=1), "utf-8")
        return document


def read_truth(folder: Path) -> dict[str, Any]:
    """Return the truth of a corpus."""
    truth: dict[str, Any] = json.loads((folder / NAME).read_text("utf-8"))
    return truth
