"""From paths to prompts: what every command that takes prompts does alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from tokencost_cli.options.prompts import PromptOptions
from tokencost_cli.output.formatting import first_names
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import reading_files
from tokencost_pricing.errors import InputError, UnknownModelError, UsageError, did_you_mean
from tokencost_pricing.table import PriceTable
from tokencost_profiles.estimates.estimate import Plan
from tokencost_profiles.estimates.plan import plan_of as planned
from tokencost_profiles.estimates.workloads import Workload, workload
from tokencost_profiles.files.paths import Source, from_file, read_text
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompt_folders import FolderPrompts, UnreadFile, gather
from tokencost_profiles.tokens.template_engines.placeholders import open_places
from tokencost_profiles.tokens.template_engines.template import values_of

if TYPE_CHECKING:
    from tokencost_profiles.files.progress import Watch

_MOST_LINES: Final = 20  # of what was passed over


def how_of(
    invocation: Invocation, variables: Sequence[str], *, tokens_only: bool = False
) -> ReadOptions:
    """Return how prompts are read, with the values of `--var NAME=VALUE|@FILE`.

    Raise `UsageError` for a value that has no name, `InputError` for a file that is not there.
    """
    pairs: dict[str, str] = {}
    for text in variables:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"--var takes NAME=VALUE or NAME=@FILE, not '{text}'")
        if value.startswith("@"):
            value = read_text(from_file(invocation.context.folder / value[1:], value[1:]))
        pairs[name.strip()] = value
    return ReadOptions(values_of(pairs), _log_format_of, tokens_only)


def _log_format_of(source: Source) -> str | None:
    # The readers of logs are needed for what looks like a log, not for a prompt.
    from tokencost_profiles.logs.log_formats import log_format_of

    return log_format_of(source)


def plan_of(invocation: Invocation, options: PromptOptions) -> tuple[Plan, Workload | None]:
    """Return how the prompts will be called, and the workload that says it, if one does."""
    context = invocation.context
    name = options.workload
    load = workload(name, context.cache, context.folder) if name else None
    return plan_with(invocation, options, load), load


def plan_with(invocation: Invocation, options: PromptOptions, load: Workload | None) -> Plan:
    """Return how the prompts will be called, with a workload or without one."""
    length, prefix = options.output_tokens, options.cached_prefix
    is_file = length is not None and length.startswith("@")
    return planned(
        invocation.terms(options.as_of, options.mode, options.region),
        output_tokens=None if is_file else length,
        answer=_file_text(invocation, length[1:]) if length is not None and is_file else None,
        workload=load,
        cached_tokens=options.cached_tokens,
        cached_prefix=_file_text(invocation, str(prefix)) if prefix is not None else None,
        raw=options.raw,
    )


def _file_text(invocation: Invocation, path: str) -> str:
    text = read_text(from_file(invocation.context.folder / path, path))
    if not text.strip():
        raise InputError("is empty", file=path)
    return text


def read(
    invocation: Invocation,
    sources: Iterable[Source],
    how: ReadOptions,
    *,
    keep_malformed: bool = False,
) -> FolderPrompts:
    """Read the prompts of files, and say what was passed over and which value filled nothing."""
    if invocation.context.progress is None:
        gathered = gather(sources, how, keep_malformed=keep_malformed)
    else:
        with reading_files(invocation.context, list(sources)) as (followed, watch):
            gathered = gather(_each(followed, watch), how, keep_malformed=keep_malformed)
    warn_passed(invocation, gathered, keep_malformed=keep_malformed)
    _warn_unused(invocation, gathered.all_prompts, how)
    return gathered


def _each(sources: Iterable[Source], watch: Watch | None) -> Iterator[Source]:
    """Yield sources, saying of each that it has been read when the next is asked for."""
    for source in sources:
        yield source
        if watch is not None:
            watch.advance(source.size)


def warn_passed(
    invocation: Invocation, gathered: FolderPrompts, *, keep_malformed: bool = False
) -> None:
    """Say what of a folder is no prompt: a line each, and the rest by number."""
    passed = [one for one in gathered.passed if not (keep_malformed and one.is_malformed)]
    for one in passed[:_MOST_LINES]:
        hint = f"; {one.error.hint}" if one.error.hint else ""
        invocation.context.warn(f"passed over: {one.error.message}{hint}")
    if len(passed) > _MOST_LINES:
        names = [one.source.label for one in passed[_MOST_LINES:]]
        invocation.context.warn(f"passed over, too: {first_names(names)}")
    others = gathered.others
    if others:
        files = (
            "1 file that is no prompt"
            if len(others) == 1
            else (f"{len(others):,} files that are no prompts")
        )
        invocation.context.warn(f"passed over {files}: {first_names(others)}")


def nothing(gathered: FolderPrompts, verb: str) -> InputError:
    """Return the error where no prompt is left."""
    if gathered.passed:
        first: UnreadFile = gathered.passed[0]
        return InputError(f"nothing to {verb}: {first.error.message}", hint=first.error.hint)
    return InputError(
        f"nothing to {verb}: no prompt was found",
        hint="prompts are .txt, .md and template files, and JSON or YAML with requests in it; "
        "name a file to have it taken as text",
    )


def named_model(invocation: Invocation, table: PriceTable, prompt: Prompt) -> str | None:
    """Return the model that a prompt names.

    The head of a template may name a deployment, or a model of another house: then it is as if it
    named none, with a warning.
    """
    name = prompt.request.model
    if name is None or prompt.template is None or prompt.batch:
        return name
    try:
        table.find(name)
    except UnknownModelError:
        invocation.context.warn(
            f"{prompt.label}: '{name}', which it names, is not in the price table: "
            "name a model with -m"
        )
        return None
    return name


def _warn_unused(invocation: Invocation, prompts: Sequence[Prompt], how: ReadOptions) -> None:
    """Say which value fills no placeholder of any prompt."""
    if not how.values:
        return
    texts = [prompt.text for prompt in prompts]
    names = {name for text in texts for name in open_places(text)}
    for name in how.values:
        if not any(name in text for text in texts):
            invocation.context.warn(
                f"--var {name}: no prompt has a placeholder of that name{did_you_mean(name, names)}"
            )
