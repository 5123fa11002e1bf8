"""What a shape of plain answers is.

A shape decodes what its response format looks at, and skips the rest unread. A field that would
make the call another one (a fee, a cost, a cached part by kind, a router) is declared as `Never`,
so an answer that has it is not of the shape, and is read as all others are. Of an answer all but
the id, the moment and the counts are labels: calls of equal labels differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from tokencost_profiles.providers.usage_fields.reported_cost import COST_KEYS

_LARGEST: Final = 0xFFFFFFFF
_STRONG: Final = 20  # characters of an id that names its answer alone
Count = Annotated[int, Meta(ge=0, le=_LARGEST)]
Zero = Annotated[int, Meta(ge=0, le=0)]
Never = Annotated[int, Meta(gt=1, lt=0)]
Moment = Annotated[int, Meta(gt=100_000_000, lt=4_102_444_800)]
Id = Annotated[str, Meta(min_length=_STRONG)]


# Of an answer: its labels, UTC seconds (0: it states no time), its id, its counts.
PlainAnswer = tuple[tuple[Any, ...], float, str, tuple[int, ...]]


class Shape(NamedTuple):
    """A shape of answers, and the units that its counts are of."""

    name: str
    type: type[Struct]
    units: tuple[str, ...]
    read: Callable[[Any], PlainAnswer | None]  # None: its numbers are not plain


# What any answer may hold that decides who bills it and what it cost.
ROUTED: Final = (
    "provider",
    "openrouter_metadata",
    "provider_metadata",
    "providerMetadata",
    "experimental_providerMetadata",
    *COST_KEYS,
    "_hidden_params",
    "hidden_params",
)
# By which formats recognise an answer that are asked before the three below.
OTHERS: Final = (
    "meta",
    "generation_token_count",
    "inputTextTokenCount",
    "usageMetadata",
    "usage_metadata",
    "candidates",
    "stopReason",
    "metrics",
)
# The same, of those that are asked between Responses and chat completions.
BETWEEN: Final = (
    "data",
    "text",
    "segments",
    "words",
    "task",
    "pages",
    "usage_info",
    "prompt_eval_count",
    "eval_count",
    "results",
    "embedding",
    "embeddings",
    "predictions",
    "output",
)
# Of rows of batches.
BATCHES: Final = (
    "custom_id",
    "batch_request_id",
    "inlinedResponses",
    "inlined_responses",
    "response",
    "processed_time",
    "recordId",
)
# Where the address stands that was called, of an answer among other fields of a row.
ADDRESSES: Final = (
    "url",
    "uri",
    "Uri",
    "RequestUri",
    "request_url",
    "requestUrl",
    "api_base",
    "base_url",
    "endpoint",
    "absoluteUrl",
)
# What has a meaning somewhere, in whatever answer or row.
MEANINGS: Final = frozenset({*ROUTED, *OTHERS, *BETWEEN, *BATCHES, *ADDRESSES})


def struct_of(name: str, base: type[Struct], nevers: tuple[str, ...]) -> type[Struct]:
    """Return a structure that no object with one of some fields has."""
    fields = [(never, Never | UnsetType, UNSET) for never in (*nevers, *ADDRESSES)]
    return msgspec.defstruct(name, fields, bases=(base,), gc=False, kw_only=True)


# Units of the answers of OpenAI, and of those who write alike.
OPENAI_UNITS: Final = ("input", "cache_read", "output", "reasoning")
MESSAGE_ID: Final = "msg_"  # how ids begin by which messages of Anthropic are recognised


class InputDetails(Struct, gc=False, forbid_unknown_fields=True):
    """Of the input: what is cached, and kinds of tokens, of which there may be none."""

    cached_tokens: Count | None = 0
    audio_tokens: Zero | None = None
    image_tokens: Zero | None = None
    video_tokens: Zero | None = None
    text_tokens: Count | None = None
    cache_write_tokens: Zero | None = None


class OutputDetails(Struct, gc=False, forbid_unknown_fields=True):
    """Of the output."""

    reasoning_tokens: Count | None = 0
    audio_tokens: Zero | None = None
    accepted_prediction_tokens: Count | None = None
    rejected_prediction_tokens: Count | None = None
    image_tokens: Zero | None = None
    video_tokens: Zero | None = None
    text_tokens: Count | None = None
