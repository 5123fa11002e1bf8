"""What a shell offers to complete: names of models, modes, formats, dimensions and the like.

Each function takes what has been typed so far. Nothing is read but the price table, and no log.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import typer

_LIST: Final = ","


def models(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the models that have a price; with a provider once a slash has been typed."""
    from tokencost_pricing.table import PriceTable

    table = PriceTable.load(cache=getattr(ctx.obj, "cache", None))
    served = [model for model in table.models() if model.is_served]
    if "/" in incomplete:
        return matching((f"{model.provider}/{model.id}" for model in served), incomplete)
    return matching((model.id for model in served), incomplete)


def providers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the providers of the price table."""
    from tokencost_pricing.table import PriceTable

    return matching(PriceTable.load(cache=getattr(ctx.obj, "cache", None)).providers(), incomplete)


def modes(incomplete: str) -> list[str]:
    """Return the modes of service."""
    from tokencost_pricing.modes import MODES

    return matching(MODES, incomplete)


def formats(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the formats that a command writes."""
    from tokencost_cli.output.renderers import names

    return matching(names(ctx.info_name), incomplete)


def documents(incomplete: str) -> list[str]:
    """Return the JSON documents that have a schema."""
    from tokencost_cli.reports.documents.schemas import DOCUMENTS

    return matching(DOCUMENTS, incomplete)


def dimensions(incomplete: str) -> list[str]:
    """Return what calls can be grouped by; names that stand before a comma are left there."""
    before, comma, last = incomplete.rpartition(_LIST)
    return [f"{before}{comma}{name}" for name in matching(_dimensions(), last)]


def conditions(incomplete: str) -> list[str]:
    """Return the beginnings of conditions on calls."""
    return matching((f"{name}=" for name in _dimensions() if name != "tag:"), incomplete)


def sorts(incomplete: str) -> list[str]:
    """Return what groups can be sorted by."""
    from tokencost_profiles.costs.grouping import SORTS

    return matching(SORTS, incomplete)


def input_formats(incomplete: str) -> list[str]:
    """Return the formats of logs."""
    from tokencost_profiles.discovery import names
    from tokencost_profiles.logs import formats as readers

    return matching(names(readers.__name__), incomplete)


def runners(incomplete: str) -> list[str]:
    """Return who may read logs."""
    from tokencost_profiles.logs.runners import names

    return matching(names(), incomplete)


def tokenizers(incomplete: str) -> list[str]:
    """Return the families of tokenizers."""
    from tokencost_profiles.tokens.tokenizers import families

    return matching((family.name for family in families()), incomplete)


def workloads(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the described loads."""
    from tokencost_profiles.estimates.workloads import workloads as described

    return matching(described(getattr(ctx.obj, "cache", None)), incomplete)


def findings(incomplete: str) -> list[str]:
    """Return the names of findings."""
    from tokencost_profiles.findings import detector_names

    return matching(detector_names(), incomplete)


def times(incomplete: str) -> list[str]:
    """Return the words for days."""
    from tokencost_profiles.logs.time_range import FORMS

    return matching((form for form in FORMS if form.islower()), incomplete)


def _dimensions() -> list[str]:
    from tokencost_profiles.costs.dimensions import NAMES

    return [name.removesuffix("KEY") for name in NAMES if "~" not in name]


def matching(names: Iterable[str], incomplete: str) -> list[str]:
    """Return the names that begin with what has been typed, in order."""
    return sorted({name for name in names if name.startswith(incomplete)})
