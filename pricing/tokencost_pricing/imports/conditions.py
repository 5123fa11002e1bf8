"""A field of a list, taken apart: `batch_cache_read_above_200000@eu`."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_FIELD: Final = re.compile(
    r"(?:(?P<mode>batch|flex|priority|fast|ultrafast|thinking|timeofday|peak)_)?"
    r"(?P<kind>.+?)(?:_above_(?P<above>[0-9]+))?(?:@(?P<region>.+))?"
)
# A bound that a list writes one off.
_BOUNDS: Final = {271999: 272000, 199999: 200000, 127999: 128000}


class Condition(NamedTuple):
    """When a value holds, and what it prices."""

    mode: str | None
    above: int  # tokens of a prompt that is not yet in the band; 0: any prompt
    region: str | None
    kind: str


def condition(field: str) -> Condition:
    """Take a field apart."""
    parts = _FIELD.fullmatch(field)
    if parts is None:  # pragma: no cover - the pattern matches any text but the empty one
        return Condition(None, 0, None, field)
    above = int(parts["above"] or 0)
    return Condition(parts["mode"], _BOUNDS.get(above, above), parts["region"], parts["kind"])
