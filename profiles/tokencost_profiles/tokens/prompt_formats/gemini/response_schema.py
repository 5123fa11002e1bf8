"""The schema of what a function returns, where its declaration states one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.bodies.blocks import as_mapping

_NAMES: Final = ("response", "responseJsonSchema", "response_json_schema")


def response_schema(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of the answer of a function, empty where none is declared."""
    return next((as_mapping(declared[name]) for name in _NAMES if name in declared), {})
