"""Both sides of `diff` and `check`: measured, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokencost_cli.options.gate import CompareOptions, MeasureOptions
from tokencost_cli.options.prompts import PromptOptions
from tokencost_cli.reports._gate_compared import Compared
from tokencost_cli.reports._price_notes import about_of, notes_of
from tokencost_cli.reports.check import prices_of
from tokencost_cli.runtime.context import is_file
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.settings import DEFAULT_MODELS
from tokencost_cli.tasks import _prompts
from tokencost_cli.tasks._served_models import counter_of
from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.baseline_file import is_estimate
from tokencost_profiles.estimates.estimate import notes as warnings_of
from tokencost_profiles.estimates.prompt_sets import (
    PromptSet,
    PromptSetup,
    estimate_set,
    unreadable,
)
from tokencost_profiles.estimates.saved_estimate import Estimates
from tokencost_profiles.files.paths import Source, expand, from_bytes, from_file
from tokencost_profiles.gate.baseline import COMPUTED, COSTS, Repricer
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.comparison import Comparison
from tokencost_profiles.gate.items import Place, Side, prompt_sides
from tokencost_profiles.tokens.prompt import Prompt, batch_notes
from tokencost_profiles.tokens.prompt_files import TEXT, kind_of
from tokencost_profiles.tokens.prompt_folders import FolderPrompts, is_other
from tokencost_profiles.tokens.prompts import LARGE_TEXT

if TYPE_CHECKING:
    from tokencost_profiles.files.git_base import Revision

Sides = dict[Place, Side]


def compared(
    invocation: Invocation, options: CompareOptions, findings: Sequence[str] = ()
) -> Compared:
    """Measure both sides and compare them. `findings`: those to look for in logs."""
    options = _completed(invocation, options)
    if options.git is not None and options.baseline is not None:
        raise UsageError("--git and --baseline both say what to compare with: give one")
    if not options.paths:
        raise UsageError("name a file, a folder, a glob, or - for standard input")
    if options.cost not in COSTS:
        raise UsageError(
            f"--cost knows no '{options.cost}'{did_you_mean(options.cost, COSTS)}",
            hint=f"one of: {', '.join(COSTS)}",
        )
    base = None
    if options.baseline is not None:
        from tokencost_cli.tasks._gate_documents import read_saved

        base = read_saved(invocation, options.baseline, options.paths, logs=options.logs)
    document = _saved_document(invocation, options)
    if (
        options.logs
        or isinstance(base, Profile)
        or (document is not None and saved_profile.is_or_holds_saved(document))
    ):
        from tokencost_cli.tasks._gate_logs import of_logs

        return of_logs(invocation, options, base, findings)
    if findings:
        raise UsageError(f"--fail-on finding:{findings[0]} is about logs", hint="say --logs")
    if options.case or options.by or options.cost != COMPUTED:
        raise UsageError("--case, --by and --cost are for logs", hint="say --logs")
    if document is not None and is_estimate(document):
        if options.baseline is None:
            raise UsageError(
                "a saved estimate is compared with another", hint="give --baseline FILE"
            )
        from tokencost_cli.tasks._gate_documents import two_documents

        return two_documents(invocation, options.baseline, options.paths[0], options)
    try:
        return _prompts_compared(invocation, options, base)
    finally:
        invocation.close()


def _completed(invocation: Invocation, options: CompareOptions) -> CompareOptions:
    """Return the options with what comes from standard input and from settings."""
    if options.by:
        from tokencost_profiles.costs.dimensions import split_names

        options = replace(options, by=split_names(options.by))
    return replace(
        options,
        paths=invocation.paths(options.paths),
        workload=options.workload or invocation.settings.workload,
    )


def _saved_document(invocation: Invocation, options: CompareOptions) -> Source | None:
    """Return the one path, where it is a file that may be a document of ours: no text is."""
    if len(options.paths) != 1:
        return None
    path = invocation.context.folder / options.paths[0]
    if kind_of(path.name) == TEXT:
        return None
    return from_file(path, str(path)) if is_file(path) else None


def _prompts_compared(
    invocation: Invocation, options: CompareOptions, base: Estimates | Profile | None
) -> Compared:
    prompt_options: PromptOptions = options
    saved_base = base if isinstance(base, Estimates) else None
    asked: Sequence[str] = ()
    if saved_base is not None:
        prompt_options = _with_options(options, saved_base.options)
        asked = saved_base.usual_models
    setup, per_day = setup_of(invocation, prompt_options, options.per_day)
    if not setup.models and asked:
        setup = setup._replace(default_models=tuple(asked))
    head = prompts_of(invocation, setup, prompt_options.paths)
    sides = prompt_sides(head, setup)
    offers = [total.offer for total in head.totals]
    result = Compared(
        Comparison((), None),
        setup.table,
        setup.plan.terms,
        warnings=tuple(warnings_of(head.totals)),
        assumptions=_assumed_model(invocation, setup, head, known=bool(asked)),
        about=about_of(notes_of(offers, setup.plan.terms.at, setup.table)),
    )
    if options.git is not None:
        return _with_revision(invocation, result, setup, head, sides, options, per_day)
    if saved_base is None:
        return result._replace(comparison=compare(None, sides, per_day=per_day))
    terms = setup.plan.terms
    repricer = Repricer(setup.table, lambda one: one.terms_at(terms), keep=options.keep_prices)
    name = saved_base.label
    return result._replace(
        comparison=compare(repricer.sides(saved_base), sides, against=name, per_day=per_day),
        base_name=name,
        base_prices=saved_base.prices,
    )


def setup_of(
    invocation: Invocation, options: PromptOptions, per_day: int | None
) -> tuple[PromptSetup, int | None]:
    """Return what prompts are measured with, and the calls of each a day where it is known."""
    plan, load = _prompts.plan_of(invocation, options)
    models = invocation.settings.models
    table = invocation.table(options.prices)
    invocation.refuse_others(table, options.model)
    is_served = options.tokenizer or options.chat_template  # by the user: by their files
    setup = PromptSetup(
        table,
        plan,
        counter_of(invocation, options, table) if is_served else invocation.counter(),
        options.model,
        DEFAULT_MODELS[:1] if models == DEFAULT_MODELS else models,
        _prompts.how_of(invocation, options.var),
    )
    return setup, per_day or (load.calls_per_day if load else None)


def prompts_of(invocation: Invocation, setup: PromptSetup, paths: Sequence[str]) -> PromptSet:
    """Measure the prompts that paths name."""
    return _measured(invocation, setup, _on_disk(invocation, setup, paths))


def _measured(invocation: Invocation, setup: PromptSetup, gathered: FolderPrompts) -> PromptSet:
    def model_of(prompt: Prompt) -> str | None:
        return _prompts.named_model(invocation, setup.table, prompt)

    if invocation.context.progress is None:
        return estimate_set(gathered, setup, model_of)
    from tokencost_cli.runtime.progress import counting_prompts

    return estimate_set(gathered, setup, model_of, partial(counting_prompts, invocation.context))


def _on_disk(invocation: Invocation, setup: PromptSetup, paths: Sequence[str]) -> FolderPrompts:
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
    gathered = _prompts.read(invocation, sources, setup.how, keep_malformed=True)
    if not gathered.prompts and not unreadable(gathered):
        raise _prompts.nothing(gathered, "check")
    for line in batch_notes(gathered.all_prompts, setup.plan.terms.modes):
        invocation.context.warn(line)
    return gathered


def _with_revision(
    invocation: Invocation,
    result: Compared,
    setup: PromptSetup,
    head: PromptSet,
    sides: Sides,
    options: CompareOptions,
    per_day: int | None,
) -> Compared:
    """Compare with the prompts of a revision."""
    from tokencost_profiles.estimates.revision_prompts import prompts_in, texts_of_one_side
    from tokencost_profiles.files.git_base import revision
    from tokencost_profiles.gate.match import bridges

    context = invocation.context
    commit = revision(options.git or "", context.folder, context.environment)
    old = prompts_in(commit, options.paths, head.sources, setup.how)
    base = _measured(invocation, setup, old.changed)
    changed = prompt_sides(base, setup)
    before = {place: side for place, side in sides.items() if old.is_unchanged(place[0])} | changed
    return result._replace(
        comparison=compare(
            before,
            sides,
            against=commit.name,
            per_day=per_day,
            texts=texts_of_one_side(base, head, old),
            bridges=bridges(changed, sides, base.prompts, setup),
        ),
        base_name=commit.name,
        revision=commit.commit,
        base_prices=prices_of(setup.table, setup.plan.terms),
        warnings=(*result.warnings, *_unshared(commit)),
    )


def _unshared(commit: Revision) -> tuple[str, ...]:
    if not commit.unshared:
        return ()
    tip = commit.name.removesuffix("...")
    return (
        f"where this branch left {tip} is not known here (a shallow clone?): compared with {tip} "
        "itself, whose later changes count as changes of this branch",
    )


def _assumed_model(
    invocation: Invocation, setup: PromptSetup, head: PromptSet, *, known: bool
) -> tuple[str, ...]:
    """Say which model was taken where nobody named one."""
    named = all(prompt.request.model for prompt in head.prompts.values())
    if setup.models or named or known or invocation.settings.models != DEFAULT_MODELS:
        return ()
    models = ", ".join(setup.default_models)
    return (f"assumed: {models}; name the model with -m, or in tokencost.toml",)


def _with_options(options: CompareOptions, saved: Mapping[str, Any]) -> CompareOptions:
    """Take over the options of a baseline, where others are not stated."""
    usual = MeasureOptions()
    taken: dict[str, Any] = {}
    for name, value in saved.items():
        if getattr(options, name) != getattr(usual, name):
            continue
        if name == "cached_prefix":
            value = Path(value)
        taken[name] = tuple(value) if isinstance(value, list) else value
    if options.output_tokens or options.workload:
        taken.pop("output_tokens", None)
        taken.pop("workload", None)
    if options.cached_tokens is not None or options.cached_prefix is not None:
        taken.pop("cached_tokens", None)
        taken.pop("cached_prefix", None)
    return replace(options, **taken)
