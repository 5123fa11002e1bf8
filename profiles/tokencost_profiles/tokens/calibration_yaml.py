"""Calibrations as YAML."""

from __future__ import annotations

from collections.abc import Iterable

from tokencost_profiles.tokens.calibration import VERSION, Entry


def write(entries: Iterable[Entry], date: str, source: str) -> str:
    """Return the YAML of a calibration."""
    lines = [f"calibration: {VERSION}", f'made: "{date}"', f'from: "{source}"', "entries:"]
    for entry in entries:
        place = ", ".join(
            f'{name}: "{value}"'
            for name, value in entry.place._asdict().items()
            if value is not None
        )
        lines.append(f"  - {{{place},")
        bounds = [
            f'{side}: {{tokens: "{_digits(bound.tokens)}", share: "{_digits(bound.share)}"}}'
            for side, bound in (("below", entry.below), ("above", entry.above))
            if any(bound)
        ]
        known = f"calls: {entry.calls}, groups: {entry.groups}{_correction(entry)}"
        lines.append(f"     {', '.join([known, *bounds])}}}")
    return "\n".join(lines) + "\n"


def _correction(entry: Entry) -> str:
    if not entry.add and not entry.scale:
        return ""
    scale = ", ".join(f'{kind}: "{_digits(factor)}"' for kind, factor in entry.scale.items())
    return f', add: "{_digits(entry.add)}", scale: {{{scale}}}'


def _digits(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
