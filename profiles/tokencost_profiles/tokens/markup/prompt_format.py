"""What a prompt format is: from a request to what one family of models reads of it, in segments.

A segment is a text to tokenise, or tokens that the provider adds around it. The numbers come from
the rules of the family (`prompt_rules/<family>.yaml`), dated like prices, each with its evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.content import Request

# What a segment belongs to; reports and errors are by these.
TEXT: Final = "text"
FRAME: Final = "frame"  # what stands around messages, and hidden text of the provider
TOOLS: Final = "tools"
CALLS: Final = "calls"  # tool calls and results that are sent back
SCHEMA: Final = "schema"
IMAGES: Final = "images"
MEDIA: Final = "media"  # audio, video, documents
THINKING: Final = "thinking"
KINDS: Final = (TEXT, FRAME, TOOLS, CALLS, SCHEMA, IMAGES, MEDIA, THINKING)


class Segment(NamedTuple):
    """A text to tokenise (`scale` times its tokens), or tokens to add."""

    kind: str
    text: str = ""
    tokens: float = 0
    scale: float = 1
    place: str = ""
    warning: str | None = None  # why this segment is not sure
    # The range of `tokens` where it is not known what is sent; None: `tokens` alone, with the
    # error of its kind. The upper end may be infinite; a lower end that is infinite says that the
    # text may not be read at all.
    low: float | None = None
    high: float | None = None


class Subject(NamedTuple):
    """What a request is counted for."""

    model: str  # the table's id
    provider: str  # who serves it, as the price table calls it
    api: str  # the API that it is sent to, as the request was written for it
    day: date
    rules: Mapping[str, Any]  # the values of the family's rules for this model and day


class PromptFormat(NamedTuple):
    """How one family of models is sent requests."""

    name: str  # also of its rules file, which says whom it serves
    render: Callable[[Request, Subject], Iterable[Segment]]
    order: int = 100  # lower is asked first
    # Of a known answer: its texts and tool calls, as the provider counts them.
    answer: Callable[[Request, Subject], Iterable[Segment]] | None = None
