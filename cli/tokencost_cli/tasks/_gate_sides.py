"""Both sides of `diff` and `check`: prompts on disk, in a revision, or in a saved document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_cli.options.prompts import PromptOptions
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import counting_prompts
from tokencost_cli.tasks import _prompts
from tokencost_cli.tasks import estimate as estimating
from tokencost_pricing.errors import InputError, UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.estimates.estimate import Load, Plan, Total, estimate
from tokencost_profiles.files.paths import Source, expand, from_bytes, read_text
from tokencost_profiles.gate.items import Place, Side, item_side, unpriced_side
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions, batch_notes
from tokencost_profiles.tokens.prompt_folders import FolderPrompts, gather, is_other
from tokencost_profiles.tokens.prompts import LARGE_TEXT

if TYPE_CHECKING:
    from tokencost_profiles.files.git_base import Revision

# A text larger than this is not compared word by word to see whether it was renamed.
_LARGEST_LIKENESS: Final = 1 << 18


class Bench(NamedTuple):
    """What prompts are counted and priced with."""

    table: PriceTable
    plan: Plan
    counter: Counter
    models: tuple[str, ...]  # asked for; empty: each body's own
    usual: tuple[str, ...]  # for a prompt that names none
    how: ReadOptions = ReadOptions()  # prompts are read


class Weighed(NamedTuple):
    """The prompts of one side."""

    sides: dict[Place, Side]
    totals: list[Total]
    prompts: dict[str, Prompt]
    sources: dict[str, Source]


def bench(invocation: Invocation, request: PromptOptions, asked: Sequence[str] = ()) -> Bench:
    """Make a bench. `asked`: the models that a baseline was made on."""
    table = invocation.table(request.prices)
    plan, _ = estimating.plan_of(invocation, request)
    return Bench(
        table,
        plan,
        invocation.counter(),
        request.model or tuple(asked),
        usual(invocation),
        _prompts.how_of(invocation, request.var),
    )


def usual(invocation: Invocation) -> tuple[str, ...]:
    """Return the models of the settings, or the first of those that people compare."""
    from tokencost_cli.runtime.settings import DEFAULT_MODELS

    models = invocation.settings.models
    return DEFAULT_MODELS[:1] if models == DEFAULT_MODELS else models


def on_disk(invocation: Invocation, on: Bench, paths: Sequence[str]) -> FolderPrompts:
    """Return the prompts that paths name, small files read already."""
    sources = []
    for source in invocation.take_inputs(
        expand(paths, invocation.context.folder, invocation.stdin)
    ):
        if source.size <= LARGE_TEXT and (source.named or not is_other(source)):
            with source.open() as file:
                data = file.read()
            source = source._replace(open=from_bytes(data, source.label).open, size=len(data))
        sources.append(source)
    gathered = _prompts.read(invocation, sources, on.how, keep_malformed=True)
    if not gathered.prompts and not _broken(gathered):
        raise _prompts.nothing(gathered, "check")
    for line in batch_notes(gathered.all_prompts, on.plan.terms.modes):
        invocation.context.warn(line)
    return gathered


def _broken(gathered: FolderPrompts) -> list[tuple[Source, InputError]]:
    """Return what was to be a prompt and cannot be read."""
    return [
        (one.source, one.error) for one in gathered.passed if one.is_malformed or one.source.named
    ]


def weigh(invocation: Invocation, on: Bench, gathered: FolderPrompts) -> Weighed:
    """Count and price prompts. What cannot be read or has no price becomes a side that says so.

    Raise `UnknownModelError` for a model that was asked for.
    """
    sides: dict[Place, Side] = {}
    loads: dict[str, list[Prompt]] = {}
    prompts: dict[str, Prompt] = {}
    sources: dict[str, Source] = {}
    for source, error in _broken(gathered):
        sources[source.label] = source
        _failed(on, source.label, error, sides)
    for source, read in gathered.prompts:
        sources[source.label] = source
        for prompt in read:
            prompts[prompt.label] = prompt
            own = None if on.models else _prompts.named_model(invocation, on.table, prompt)
            for name in on.models or ((own,) if own else on.usual):
                loads.setdefault(name, []).append(prompt)
    totals = []
    with counting_prompts(invocation.context, loads.values()) as watch:
        for name, asked in loads.items():
            try:
                offer = on.table.find(name)
            except UnknownModelError as error:
                if name in on.models:
                    raise
                for prompt in asked:
                    sides[prompt.label, name] = _unpriced(on, prompt, name, error.message)
                continue
            (total,) = estimate([Load(name, offer, tuple(asked))], on.plan, on.counter, watch)
            totals.append(total)
            for item in total.items:
                sides[item.path, offer.key] = item_side(item, on.plan.terms)
    return Weighed(sides, totals, prompts, sources)


def _unpriced(on: Bench, prompt: Prompt, name: str, reason: str) -> Side:
    """Return the side of a prompt for a model that no table knows: counted, with a wide error."""
    terms = on.plan.terms
    target = Target(name, "", None, terms.at.date())
    return unpriced_side(
        name,
        on.counter.prompt_for(prompt, target, raw=on.plan.raw),
        reason,
        (lambda: prompt.digest),
    )


def _failed(on: Bench, label: str, error: InputError, sides: dict[Place, Side]) -> None:
    """Note that a prompt cannot be read, once for each model."""
    reason = f"line {error.line}: {error.advice}" if error.line else error.advice
    for name in on.models or on.usual:
        try:
            model = on.table.find(name).key
        except UnknownModelError:
            model = name
        sides[label, model] = Side(model, {}, None, problem=reason)


class Before(NamedTuple):
    """The prompts as they were in a revision, and what helps to compare."""

    sides: dict[Place, Side]
    name: str
    commit: str
    texts: dict[str, tuple[str, str]]
    bridges: dict[Place, Side]
    warnings: tuple[str, ...] = ()


def in_revision(
    invocation: Invocation, on: Bench, name: str, paths: Sequence[str], head: Weighed
) -> Before:
    """Count the prompts that paths name in a revision; not again what has not changed."""
    from tokencost_profiles.files import git_base

    found = git_base.revision(name, invocation.context.folder, invocation.context.environment)
    files = git_base.list_files(found, [path for path in paths if path != "-"])
    same = {
        path
        for path, blob in files.items()
        if path in head.sources and _is_same(head.sources[path], blob)
    }
    data = git_base.read_files(found, {p: blob for p, blob in files.items() if p not in same})
    sources = [
        from_bytes(content, path)._replace(
            named=path in paths, path=invocation.context.folder / path
        )
        for path, content in data.items()
    ]
    base = weigh(invocation, on, gather(sources, on.how, keep_malformed=True))
    sides = {place: side for place, side in head.sides.items() if _file(place[0], same) is not None}
    sides |= base.sides
    return Before(
        sides,
        name,
        found.commit,
        _texts(base, head, same),
        _bridges(on, base, head),
        _unshared(found),
    )


def _unshared(found: Revision) -> tuple[str, ...]:
    if not found.unshared:
        return ()
    tip = found.name.removesuffix("...")
    return (
        f"where this branch left {tip} is not known here (a shallow clone?): compared with {tip} "
        "itself, whose later changes count as changes of this branch",
    )


def _is_same(source: Source, blob: str) -> bool:
    from tokencost_profiles.files.git_base import blob_id

    if source.size > LARGE_TEXT:
        return False
    with source.open() as file:
        return blob_id(file.read(), blob) == blob


def _file(path: str, files: set[str]) -> str | None:
    """Return the file that a path means: a line of a file of requests is named after it."""
    if path in files:
        return path
    file, colon, line = path.rpartition(":")
    return file if colon and line.isdigit() and file in files else None


def _texts(base: Weighed, head: Weighed, same: set[str]) -> dict[str, tuple[str, str]]:
    """Return the texts of what is on one side only."""
    found = {}
    for path, source in base.sources.items():
        if path not in head.sources and path in base.prompts:
            found[path] = (_text(source), "")
    for path, source in head.sources.items():
        if path not in base.sources and path not in same and path in head.prompts:
            found[path] = ("", _text(source))
    lost = any(old for old, _ in found.values())
    return found if lost and any(new for _, new in found.values()) else {}


def _text(source: Source) -> str:
    return read_text(source) if source.size <= _LARGEST_LIKENESS else ""


def _bridges(on: Bench, base: Weighed, head: Weighed) -> dict[Place, Side]:
    """Count the old text on the new model, where a prompt changed both."""
    old: dict[str, list[str]] = {}
    for path, model in base.sides:
        old.setdefault(path, []).append(model)
    found: dict[Place, Side] = {}
    for place, side in head.sides.items():
        path, model = place
        before = base.sides.get((path, old[path][0])) if len(old.get(path, ())) == 1 else None
        if before is None or before.model == model or before.failure or side.failure:
            continue
        load = Load(model, on.table.find(model), (base.prompts[path],))
        (total,) = estimate([load], on.plan, on.counter)
        found[place] = item_side(total.items[0], on.plan.terms)
    return found


def with_options(request: PromptOptions, options: Mapping[str, Any]) -> PromptOptions:
    """Take over the options that a baseline was made with, where others are not given."""
    usual = PromptOptions()
    taken: dict[str, Any] = {}
    for name, value in options.items():
        if getattr(request, name) != getattr(usual, name):
            continue
        if name == "cached_prefix":
            value = Path(value)
        taken[name] = tuple(value) if isinstance(value, list) else value
    if request.output_tokens or request.workload:
        taken.pop("output_tokens", None)
        taken.pop("workload", None)
    if request.cached_tokens is not None or request.cached_prefix is not None:
        taken.pop("cached_tokens", None)
        taken.pop("cached_prefix", None)
    return replace(request, **taken)
