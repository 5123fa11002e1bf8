"""A folder of 500 prompts of about 4 KB, as text files."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora.truth import Truth

PROMPTS: Final = 500
SIZE: Final = 4096
_SENTENCE: Final = (
    "the support team answers in at most six sentences and never guesses a price or a date when "
    "customers ask about an invoice refund delivery account password contract or subscription"
)


def write_prompts(folder: Path, scale: float = 1.0, seed: int = 17) -> dict[str, Any]:
    """Write the prompts and their truth; another seed gives other texts of the same size."""
    drawn = random.Random(seed)
    truth = Truth((), corpus="prompts", scale=scale, seed=seed)
    place = folder / "prompts"
    place.mkdir(parents=True, exist_ok=True)
    for number in range(max(round(PROMPTS * scale), 1)):
        text = " ".join(drawn.choices(_SENTENCE.split(), k=SIZE))[:SIZE]
        (place / f"prompt{number:03}.txt").write_text(text)
        truth.counts.update(files=1, bytes=len(text))
    return truth.save(folder)
