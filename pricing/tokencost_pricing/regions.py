"""Where calls are served: the names that providers and clouds use."""

from __future__ import annotations

import re
from typing import Final

# Areas that have a rate at a provider, and places that clouds sell besides.
AREAS: Final = (
    "global",
    "us",
    "eu",
    "jp",
    "au",
    "apac",
    "us-gov",
    "in_region",
    "europe",
    "asia",
    "ca",
    "uk",
    "in",
    "kr",
    "sg",
    "ch",
    "ae",
)
LIST_REGION: Final = "global"  # where the list price is paid
# What a message adds.
REGIONS: Final = "as us, eu, global, or a cloud's region: us-east-1, europe-west4, eastus2"
_AWS: Final = r"[a-z]{2}(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)+-\d"
_GOOGLE: Final = (
    r"(?:africa|asia|australia|europe|me|northamerica|southamerica|us)"
    r"-(?:north|south|east|west|central)+\d{1,2}"
)
_AZURE: Final = (
    r"(?:australia|austria|belgium|brazil|canada|chile|china|denmark|france|germany|india|"
    r"indonesia|israel|italy|japan|jioindia|korea|malaysia|mexico|newzealand|norway|poland|qatar|"
    r"southafrica|spain|sweden|switzerland|taiwan|uae|uk|usgov|us)"
    r"(?:north|south|east|west|central|arizona|texas|virginia)+\d?"
    r"|(?:north|south|east|west|central)+(?:us|india|asia|europe)\d?(?:stage|euap)?"
)


def is_region(name: str) -> bool:
    """Whether a name is one of an area or of a cloud's region: `eu`, `us-east-1`, `eastus2`."""
    return name in AREAS or re.fullmatch(f"{_AWS}|{_GOOGLE}|{_AZURE}", name) is not None
