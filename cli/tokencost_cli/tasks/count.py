"""What `count` does between its options and its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tokencost_cli.options.count import CountOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports.count import report
from tokencost_cli.runtime.context import is_file
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import counting_texts
from tokencost_cli.tasks import _prompts
from tokencost_cli.tasks._served_models import served_models
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.errors import AmbiguousModelError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.files.paths import expand
from tokencost_profiles.tokens.prompt import Prompt
from tokencost_profiles.tokens.text_counts import (
    TextCount,
    count_sent,
    count_texts,
    uncounted_media,
)
from tokencost_profiles.tokens.tokenizers import Tokenizer, families, from_path, tokenizer

if TYPE_CHECKING:
    from tokencost_profiles.files.progress import Watch
    from tokencost_profiles.tokens.served_model import ServedModels

DEFAULT = "o200k_base"


def run(invocation: Invocation, options: CountOptions) -> Report:
    """Count every prompt with every tokenizer asked for."""
    paths = invocation.paths(options.paths)
    if not paths:
        raise UsageError("name a file, a folder, or - for standard input")
    chosen = [] if options.chat_template else _chosen(invocation, options)
    counters: list[Callable[[Prompt, Watch | None], TextCount]]
    counters = [partial(_of_texts, one) for one in chosen] or [_as_served(invocation, options)]
    how = _prompts.how_of(invocation, options.var, tokens_only=True)
    try:
        sources = invocation.take_inputs(expand(paths, invocation.context.folder, invocation.stdin))
        gathered = _prompts.read(invocation, sources, how)
        prompts = gathered.all_prompts
        if not prompts:
            raise _prompts.nothing(gathered, "count")
        warnings = tuple(dict.fromkeys(line for prompt in prompts for line in _warnings(prompt)))
        for one in chosen:
            one.expect(sum(source.size for source, _ in gathered.prompts))
        large = sum(prompt.source.size for prompt in prompts if prompt.source is not None)
        with counting_texts(invocation.context, large * len(counters), len(prompts)) as watch:
            counts = [
                count(prompt, watch if large else None)
                for prompt in _each(prompts, None if large else watch)
                for count in counters
            ]
    finally:
        invocation.close()
    return report(counts, len(prompts), invocation.facts, warnings)


def _each(prompts: Sequence[Prompt], watch: Watch | None) -> Iterator[Prompt]:
    """Yield prompts, saying of each that it has been counted when the next is asked for."""
    for prompt in prompts:
        yield prompt
        if watch is not None:
            watch.advance(1)


def _warnings(prompt: Prompt) -> Iterator[str]:
    if prompt.template is not None:
        for text in (*prompt.template.warnings, *prompt.template.notes):
            yield CodedText("template", f"{prompt.label}: {text}", file=prompt.label)
    for text in uncounted_media(prompt):
        yield CodedText("not-counted", text, file=prompt.label)


def _tokenizer_of(table: PriceTable, name: str) -> str:
    """Return the tokenizer of a model. Whoever sells some weights, their tokens are the same."""
    try:
        return table.find(name).model.tokenizer or "unknown"
    except AmbiguousModelError as error:
        known = (offer.model.tokenizer for offer in error.candidates)
        return next((family for family in known if family), None) or "unknown"


def _as_served(
    invocation: Invocation, options: CountOptions
) -> Callable[[Prompt, Watch | None], TextCount]:
    """Return what counts a prompt with the user's chat template and its tokenizer."""
    if options.model or options.compare or len(options.tokenizer) != 1:
        raise UsageError("--chat-template goes with one --tokenizer FILE")
    served = served_models(invocation, options, None)
    return partial(_as_sent, served, invocation.context.now.date())


def _of_texts(chosen: Tokenizer, prompt: Prompt, watch: Watch | None) -> TextCount:
    return count_texts(prompt, chosen, watch)


def _as_sent(served: ServedModels, day: date, prompt: Prompt, watch: Watch | None) -> TextCount:
    return count_sent(prompt, served, day, watch)


def _chosen(invocation: Invocation, options: CountOptions) -> list[Tokenizer]:
    cache = invocation.context.cache
    names = list(options.tokenizer)
    if options.model:
        table = invocation.table(options.prices)
        invocation.refuse_others(table, options.model)
        names += [_tokenizer_of(table, name) for name in options.model]
    if options.compare:
        names += [family.name for family in families()]
    tokenizers = []
    for name in dict.fromkeys(names or [DEFAULT]):
        path = invocation.context.folder / name
        if Path(name).suffix in (".json", ".tiktoken", ".model") and is_file(path):
            tokenizers.append(from_path(path, name))
        else:
            tokenizers.append(tokenizer(name, cache))
    return tokenizers
