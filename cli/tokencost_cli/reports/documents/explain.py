"""The document of `explain`: what findings mean, and where they are."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.fields import about
from tokencost_cli.reports.documents.head import Head
from tokencost_cli.reports.documents.profile import Finding

FORMAT: Final = "tokencost.explain/2"


class DetectorEntry(Struct, kw_only=True):
    """One finding that tokencost looks for."""

    id: str
    title: str
    explanation: Annotated[str, about("What it is, and how its dollars are computed.")]
    advice: str
    confidence: Literal["measured", "estimated"]
    needs_text: Annotated[bool, about("Whether it is only in logs that hold the text.")]


class ExplainDocument(Head, kw_only=True):
    """What findings mean."""

    items: list[DetectorEntry]
    findings: Annotated[list[Finding], about("With logs.")] | UnsetType = UNSET
