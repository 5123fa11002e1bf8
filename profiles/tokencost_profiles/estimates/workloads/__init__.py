"""Workloads: described loads, one YAML file each, or a file of the user."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.compiled import load_compiled
from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_pricing.money import decimal
from tokencost_pricing.shapes import COUNT, MONEY, TEXT, Either, Record
from tokencost_pricing.yaml_loader import Document, load

HERE: Final = Path(__file__).parent
_SHAPE: Final = Record(
    {
        "workload": TEXT,
        "about": TEXT,
        "output_tokens": Either(int, COUNT, TEXT),
        "calls_per_day": COUNT,
        "cached_share": MONEY,
    },
    required=("workload", "about", "output_tokens"),
)


class Workload(NamedTuple):
    """A load: how long answers are, how often it is called, how much of a prompt is cached."""

    name: str
    about: str
    output: str  # a number of tokens, or a multiple of the input such as "0.5x"
    calls_per_day: int | None = None
    cached_share: Decimal = Decimal(0)


def workloads(cache: Path | None = None) -> dict[str, Workload]:
    """Return the workloads that are shipped, by name."""
    content = load_compiled(HERE, compile_workloads, layout="workloads-1", cache=cache)
    return {name: _workload(entry) for name, entry in content.items()}


def workload(name: str, cache: Path | None = None, folder: Path | None = None) -> Workload:
    """Return a workload by name, or from the YAML file of that path, as seen from a folder."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return _workload(_checked(load((folder or Path()) / path, name)))
    known = workloads(cache)
    if name not in known:
        raise UsageError(
            f"no workload '{name}'{did_you_mean(name, known)}",
            hint=f"workloads: {', '.join(known)}; or the path of a YAML file",
        )
    return known[name]


def compile_workloads(folder: Path) -> dict[str, Any]:
    """Read and check the workload files of a folder."""
    documents = [_checked(load(path, path.name)) for path in sorted(folder.glob("*.yaml"))]
    return {entry["workload"]: entry for entry in documents}


def _checked(document: Document) -> dict[str, Any]:
    _SHAPE.check(document.data, (), document)
    content: dict[str, Any] = document.data
    return content


def _workload(entry: dict[str, Any]) -> Workload:
    return Workload(
        name=entry["workload"],
        about=entry["about"],
        output=str(entry["output_tokens"]),
        calls_per_day=entry.get("calls_per_day"),
        cached_share=decimal(entry.get("cached_share", "0")),
    )
