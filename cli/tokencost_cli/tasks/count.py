"""What `count` does between its options and its report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tokencost_cli.options.count import CountOptions
from tokencost_cli.output.report import Report
from tokencost_cli.reports.count import Tally, report
from tokencost_cli.runtime.context import is_file
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import reading
from tokencost_cli.tasks import _prompts
from tokencost_pricing.errors import InputError, UsageError
from tokencost_profiles.calls.content import Media
from tokencost_profiles.calls.content import Request as Prompted
from tokencost_profiles.files.paths import expand, text_blocks
from tokencost_profiles.files.progress import Watch, report_progress
from tokencost_profiles.tokens.counter import ESTIMATED
from tokencost_profiles.tokens.prompt import Prompt
from tokencost_profiles.tokens.tokenizers import Tokenizer, families, from_path, tokenizer

DEFAULT = "o200k_base"


def run(invocation: Invocation, options: CountOptions) -> Report:
    """Count every prompt with every tokenizer asked for."""
    paths = invocation.paths(options.paths)
    if not paths:
        raise UsageError("name a file, a folder, or - for standard input")
    chosen = _chosen(invocation, options)
    how = _prompts.how_of(invocation, options.var, tokens_only=True)
    try:
        sources = invocation.take_inputs(expand(paths, invocation.context.folder, invocation.stdin))
        gathered = _prompts.read(invocation, sources, how)
        prompts = gathered.all_prompts
        if not prompts:
            raise _prompts.nothing(gathered, "count")
        for line in dict.fromkeys(line for prompt in prompts for line in _warnings(prompt)):
            invocation.context.warn(line)
        large = sum(prompt.source.size for prompt in prompts if prompt.source is not None)
        with reading(invocation.context, large * len(chosen)) as watch:
            tallies = [_tally(prompt, one, watch) for prompt in prompts for one in chosen]
    finally:
        invocation.close()
    return report(tallies, len(prompts), invocation.facts)


def _warnings(prompt: Prompt) -> Iterator[str]:
    if prompt.template is not None:
        for text in (*prompt.template.warnings, *prompt.template.notes):
            yield f"{prompt.label}: {text}"
    kinds = dict.fromkeys(
        block.kind for _, block in prompt.request.blocks() if isinstance(block, Media)
    )
    for kind in kinds:
        if not any(part.text for part in prompt.request.parts):
            raise InputError(
                f"its tokens depend on the model ({kind})",
                hint=f"`tokencost estimate {prompt.label} -m MODEL` counts it",
                file=prompt.label,
            )
        yield f"{prompt.label}: {kind} not counted: its tokens depend on the model"


def _chosen(invocation: Invocation, options: CountOptions) -> list[Tokenizer]:
    cache = invocation.context.cache
    names = list(options.tokenizer)
    if options.model:
        table = invocation.table(options.prices)
        names += [table.find(name).model.tokenizer or "unknown" for name in options.model]
    if options.compare:
        names += [family.name for family in families()]
    found = []
    for name in dict.fromkeys(names or [DEFAULT]):
        path = invocation.context.folder / name
        if Path(name).suffix in (".json", ".tiktoken", ".model") and is_file(path):
            found.append(from_path(path, name))
        else:
            found.append(tokenizer(name, cache))
    return found


def _tally(prompt: Prompt, chosen: Tokenizer, watch: Watch | None) -> Tally:
    error = chosen.family.error
    if prompt.source is not None:
        blocks = text_blocks(prompt.source)
        tokens = chosen.count_blocks(report_progress(blocks, watch) if watch else blocks).tokens
        size = prompt.source.size
    else:
        tokens, size = _counted(prompt.request, chosen)
    low, high = round(tokens * (1 - error)), round(tokens * (1 + error))
    tally = Tally(prompt.label, prompt.line, chosen, tokens, low, high, chosen.family.method, size)
    template = prompt.template
    if template is None or template.is_sure:
        return tally
    least = min(tokens, _counted(template.shortest, chosen)[0])
    return tally._replace(low=round(least * (1 - error)), high=None, method=ESTIMATED)


def _counted(request: Prompted, chosen: Tokenizer) -> tuple[int, int]:
    """Return the tokens and the bytes of the texts of a request."""
    texts = [part.text for part in request.parts]
    tokens = sum(chosen.count(text).tokens for text in texts)
    return tokens, sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
