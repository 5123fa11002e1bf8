"""What people may set of findings: `[findings]` in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from tokencost_pricing.errors import ConfigError, did_you_mean

THRESHOLDS: Final[Mapping[str, int | float]] = MappingProxyType(
    {
        "long_output_tokens": 2_000,  # of an answer, at least
        "long_output_times": 10,  # the median of its peers, at least
        "trivial_prompt_tokens": 2_000,  # at most
        "trivial_output_tokens": 100,  # at most
        "dear_output_rate": 10.0,  # USD per million tokens of output, at least
    }
)


def threshold(settings: Mapping[str, Any], name: str) -> Decimal:
    """Return what is set, or the usual value. `settings`: those that were checked."""
    return Decimal(str(settings.get(name, THRESHOLDS[name])))


def check_thresholds(values: Mapping[str, Any]) -> None:
    """Raise `ConfigError` for a name that is none, or a value that is no number above 0."""
    for name, value in values.items():
        if name not in THRESHOLDS:
            raise ConfigError(f"unknown key 'findings.{name}'{did_you_mean(name, THRESHOLDS)}")
        usual = THRESHOLDS[name]
        wanted = (int, float, str) if isinstance(usual, float) else (int,)
        if isinstance(value, bool) or not isinstance(value, wanted) or not _is_positive(value):
            noun = "a number" if isinstance(usual, float) else "a whole number"
            raise ConfigError(f"'findings.{name}' must be {noun} above 0")


def _is_positive(value: float | str) -> bool:
    try:
        amount = Decimal(str(value))
    except ArithmeticError:
        return False
    return amount.is_finite() and amount > 0
