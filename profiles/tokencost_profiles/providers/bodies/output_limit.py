"""How long an answer a request allows, as any API spells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

# Of a body, or of one of the objects below it that hold settings.
_NAMES: Final = (
    "max_tokens",
    "maxTokens",
    "max_completion_tokens",
    "maxCompletionTokens",
    "max_output_tokens",
    "maxOutputTokens",
    "max_new_tokens",
    "maxNewTokens",
    "max_tokens_to_sample",
    "maxTokensToSample",
    "max_gen_len",
    "maxGenLen",
    "maxTokenCount",
    "max_token_count",
    "num_predict",
    "numPredict",
    "n_predict",
    "nPredict",
)
_ABSURD: Final = 10**12  # tokens: no answer is so long, so it is a mistake, and no limit
_SETTINGS: Final = (
    "generationConfig",
    "generation_config",
    "config",
    "inferenceConfig",
    "inference_config",
    "textGenerationConfig",
    "options",
    "parameters",
    "modelParameters",
    "model_parameters",
    "additionalModelRequestFields",
)


def output_limit(body: Mapping[str, Any]) -> int | None:
    """Return the tokens that an answer may have at most; None where the request sets no limit.

    Of several limits the lowest holds. Negative numbers (`num_predict: -1`) mean: no limit.
    """
    return min(_limits(body), default=None)


def _limits(body: Mapping[str, Any]) -> Iterator[int]:
    yield from _named_limits(body)
    for name in _SETTINGS:
        settings = body.get(name)
        if isinstance(settings, Mapping):
            yield from _named_limits(settings)


def _named_limits(settings: Mapping[str, Any]) -> Iterator[int]:
    for name in _NAMES:
        value = settings.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is int and 0 <= value < _ABSURD:
            yield value
