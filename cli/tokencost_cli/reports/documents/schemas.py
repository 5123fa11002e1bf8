"""The JSON Schema of every document, from its struct."""

from __future__ import annotations

import json
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, cast

from tokencost_pricing.errors import UsageError, did_you_mean

# Each document with the module of this package and the struct that describe it.
DOCUMENTS: Final = MappingProxyType(
    {
        "estimate": ("estimate", "EstimateDocument"),
        "count": ("count", "CountDocument"),
        "profile": ("profile", "ProfileDocument"),
        "explain": ("explain", "ExplainDocument"),
        "whatif": ("whatif", "WhatifDocument"),
        "diff": ("diff", "DiffDocument"),
        "check": ("check", "CheckDocument"),
        "accuracy": ("accuracy", "AccuracyDocument"),
        "models": ("models", "ModelsDocument"),
        "price": ("models", "PriceDocument"),
        "prices": ("models", "ProvidersDocument"),
        "prices-diff": ("price_changes", "PricesDiffDocument"),
        "prices-history": ("price_changes", "PricesHistoryDocument"),
        "prices-doctor": ("price_changes", "PricesDoctorDocument"),
        "tokenizers": ("tokenizers", "TokenizersDocument"),
        "formats": ("formats", "FormatsDocument"),
        "config": ("config", "ConfigDocument"),
        "cache": ("cache", "CacheDocument"),
    }
)
VERSION: Final = 2


def struct_of(name: str) -> type[Any]:
    """Return the struct of a document. Raise `UsageError` for a name that none has."""
    if name not in DOCUMENTS:
        raise UsageError(
            f"no document '{name}'{did_you_mean(name, DOCUMENTS)}",
            hint=f"documents: {', '.join(DOCUMENTS)}",
        )
    module, struct = DOCUMENTS[name]
    return cast("type[Any]", getattr(import_module(f"{__package__}.{module}"), struct))


def schema_of(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a document. Raise `UsageError` for a name that none has."""
    from msgspec.json import schema

    struct = struct_of(name)
    schema_ = schema(struct)
    properties = schema_["$defs"][struct.__name__]["properties"]
    properties["format"] = {**properties["format"], "const": f"tokencost.{name}/{VERSION}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"tokencost.{name}/{VERSION}",
        **schema_,
    }


def schema_text(name: str) -> str:
    """Return the JSON Schema of a document as text."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"
