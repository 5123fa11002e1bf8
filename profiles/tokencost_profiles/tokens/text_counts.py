"""The tokens of a prompt's texts by one tokenizer; what an API adds around them is left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.content import Media, Request
from tokencost_profiles.files.paths import text_blocks
from tokencost_profiles.files.progress import Watch, report_progress
from tokencost_profiles.tokens.counter import ESTIMATED, Counter, Target
from tokencost_profiles.tokens.prompt import Prompt
from tokencost_profiles.tokens.tokenizers import Tokenizer

if TYPE_CHECKING:
    from tokencost_profiles.tokens.served_model import ServedModels


class TextCount(NamedTuple):
    """The tokens of one prompt by one tokenizer. `high` is None where nothing bounds them."""

    path: str
    line: int | None  # of a file of several prompts; the path ends in it
    tokenizer: Tokenizer
    tokens: int
    low: int
    high: int | None
    method: str
    size: int  # bytes of the text


def count_texts(prompt: Prompt, tokenizer: Tokenizer, watch: Watch | None = None) -> TextCount:
    """Count the texts of a prompt. `watch` hears how much of a large one is done."""
    error = tokenizer.family.error
    if prompt.source is not None:
        blocks = text_blocks(prompt.source)
        tokens = tokenizer.count_blocks(report_progress(blocks, watch) if watch else blocks).tokens
        size = prompt.source.size
    else:
        tokens, size = _count(prompt.request, tokenizer)
    low, high = round(tokens * (1 - error)), round(tokens * (1 + error))
    method = tokenizer.family.method
    count = TextCount(prompt.label, prompt.line, tokenizer, tokens, low, high, method, size)
    template = prompt.template
    if template is None or template.is_sure:
        return count
    least = min(tokens, _count(template.shortest, tokenizer)[0])
    return count._replace(low=round(least * (1 - error)), high=None, method=ESTIMATED)


def count_sent(
    prompt: Prompt, served: ServedModels, day: date, watch: Watch | None = None
) -> TextCount:
    """Count what the server of a user sends for a prompt, all that its template adds with it."""
    counter = Counter()
    counter.served = served
    counted = counter.prompt_for(prompt, Target("", "", None, day), watch=watch)
    _, size = _count(prompt.request, counter.tokenizer(counted.tokenizer))
    return TextCount(
        prompt.label,
        prompt.line,
        counter.tokenizer(counted.tokenizer),
        counted.tokens,
        counted.low,
        counted.high,
        counted.method,
        size if prompt.source is None else prompt.source.size,
    )


def uncounted_media(prompt: Prompt) -> Iterator[str]:
    """Yield a warning for each kind of media, whose tokens depend on the model.

    Raise `InputError` where the prompt holds nothing else.
    """
    from tokencost_profiles.calls.message_parts import request_parts  # not of every estimate

    kinds = dict.fromkeys(
        block.kind for _, block in prompt.request.blocks() if isinstance(block, Media)
    )
    for kind in kinds:
        if not any(part.text for part in request_parts(prompt.request)):
            raise InputError(
                f"its tokens depend on the model ({kind})",
                hint=f"`tokencost estimate {prompt.label} -m MODEL` counts it",
                file=prompt.label,
            )
        yield f"{prompt.label}: {kind} not counted: its tokens depend on the model"


def _count(request: Request, tokenizer: Tokenizer) -> tuple[int, int]:
    """Return the tokens and the bytes of the texts of a request."""
    from tokencost_profiles.calls.message_parts import request_parts

    texts = [part.text for part in request_parts(request)]
    tokens = sum(map(tokenizer.tokens, texts))
    return tokens, sum(map(_bytes, texts))


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
