"""What `diff` and `check` do between their options and their report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from tokencost_cli.output.report import Report
from tokencost_cli.reports._gate_compared import Compared, prices_of
from tokencost_cli.runtime.context import is_file
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.settings import DEFAULT_MODELS
from tokencost_cli.tasks import _gate_sides, estimate
from tokencost_cli.tasks._gate_request import Request
from tokencost_cli.tasks._unpriced import unpriced_error
from tokencost_pricing.cost import Terms
from tokencost_pricing.errors import (
    InputError,
    TokencostError,
    UnpricedError,
    UsageError,
    did_you_mean,
)
from tokencost_profiles.calls.typed_times import day_or_moment
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.estimates.estimate import notes as warnings_of
from tokencost_profiles.estimates.saved_estimate import ESTIMATE, Estimates, read_estimate
from tokencost_profiles.files.paths import from_file
from tokencost_profiles.gate.baseline import COMPUTED, COSTS, Repricer
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.comparison import Comparison

_HEAD: Final = 64  # bytes: the format stands first


def compared(invocation: Invocation, request: Request) -> Compared:
    """Measure both sides and compare them."""
    if request.git is not None and request.baseline is not None:
        raise UsageError("--git and --baseline both say what to compare with: give one")
    if not request.estimate.paths:
        raise UsageError("name a file, a folder, a glob, or - for standard input")
    if request.cost not in COSTS:
        raise UsageError(
            f"--cost knows no '{request.cost}'{did_you_mean(request.cost, COSTS)}",
            hint=f"one of: {', '.join(COSTS)}",
        )
    base = None
    if request.baseline is not None:
        base = read_saved(invocation, request.baseline, request.estimate.paths)
    if (
        request.logs
        or isinstance(base, Profile)
        or _is_saved(invocation, request, saved_profile.FORMAT)
    ):
        from tokencost_cli.tasks._gate_logs import of_logs

        return of_logs(invocation, request, base)
    if request.case or request.by or request.cost != COMPUTED:
        raise UsageError("--case, --by and --cost are for logs", hint="say --logs")
    if _is_saved(invocation, request, ESTIMATE):
        if request.baseline is None:
            raise UsageError(
                "a saved estimate is compared with another", hint="give --baseline FILE"
            )
        return two_documents(invocation, request.baseline, request.estimate.paths[0], request)
    try:
        return _prompts(invocation, request, base)
    finally:
        invocation.close()


def _prompts(
    invocation: Invocation, request: Request, base: Estimates | Profile | None
) -> Compared:
    options = request.estimate
    saved_base = base if isinstance(base, Estimates) else None
    asked: Sequence[str] = ()
    if saved_base is not None:
        options = _gate_sides.with_options(options, saved_base.options)
        asked = _models_of(saved_base)
    on = _gate_sides.bench(invocation, options)
    if not options.model and asked:
        on = on._replace(usual=tuple(asked))
    head = _gate_sides.weigh(invocation, on, _gate_sides.on_disk(invocation, on, options.paths))
    _, load_ = estimate.plan_of(invocation, options)
    per_day = options.per_day or (load_.calls_per_day if load_ else None)
    found = Compared(
        _nothing(),
        on.table,
        on.plan.terms,
        warnings=tuple(warnings_of(head.totals)),
        assumptions=_assumed_model(invocation, on, head, known=bool(asked)),
    )
    if request.git is not None:
        before = _gate_sides.in_revision(invocation, on, request.git, options.paths, head)
        comparison = compare(
            before.sides,
            head.sides,
            against=before.name,
            per_day=per_day,
            texts=before.texts,
            bridges=before.bridges,
        )
        return found._replace(
            comparison=comparison,
            base_name=before.name,
            revision=before.commit,
            base_prices=prices_of(on.table, on.plan.terms),
            warnings=(*found.warnings, *before.warnings),
        )
    if saved_base is None:
        return found._replace(comparison=compare(None, head.sides, per_day=per_day))
    repricer = Repricer(on.table, _terms_of(on.plan.terms), keep=request.keep_prices)
    name = saved_base.label
    return found._replace(
        comparison=compare(repricer.sides(saved_base), head.sides, against=name, per_day=per_day),
        base_name=name,
        base_prices=saved_base.prices,
    )


def _nothing() -> Comparison:
    return Comparison((), None)


def _models_of(base: Estimates) -> list[str]:
    """Return the models that prompts without one of their own were priced on."""
    by_path: dict[str, list[str]] = {}
    for item in base.items:
        by_path.setdefault(item["path"], []).append(item.get("asked") or item["model"])
    several = [models for models in by_path.values() if len(models) > 1]
    if several:
        return list(dict.fromkeys(name for models in several for name in models))
    names = list(dict.fromkeys(models[0] for models in by_path.values()))
    return names if len(names) == 1 else []


def _terms_of(head: Terms) -> Callable[[Estimates], Terms]:
    def terms(document: Estimates) -> Terms:
        modes = document.options.get("mode")
        if modes is None:
            modes = next((item["evidence"]["modes"] for item in document.items), ())
        region = document.options.get("region")
        conditions = (("region", region), ("inference_geo", region)) if region else ()
        return head._replace(modes=tuple(modes), conditions=conditions)

    return terms


def _assumed_model(
    invocation: Invocation, on: _gate_sides.Bench, head: _gate_sides.Weighed, *, known: bool
) -> tuple[str, ...]:
    """Say which model was taken where nobody named one."""
    named = all(prompt.request.model for prompt in head.prompts.values())
    if on.models or named or known or invocation.settings.models != DEFAULT_MODELS:
        return ()
    return (f"assumed: {', '.join(on.usual)}; name the model with -m, or in tokencost.toml",)


def read_saved(
    invocation: Invocation, label: str, paths: Sequence[str] = ()
) -> Estimates | Profile:
    """Return a saved estimate or profile."""
    from tokencost_profiles.files.log_file import decode

    path = invocation.context.folder / label
    if not is_file(path):
        named = " ".join(paths) or "PATHS"
        raise InputError(
            "no such file", hint=f"make it with: tokencost baseline {named} -o {label}", file=label
        )
    source = from_file(path, label)
    if saved_profile.is_saved(source):
        return saved_profile.load([source])
    with source.open() as file:
        text = file.read()
    try:
        document = decode(text, label)
    except InputError as error:
        if not text.strip():
            raise
        raise InputError(
            f"not a document of tokencost ({error.reason})",
            hint=f"make one of logs with: tokencost baseline --logs {label} -o FILE",
            file=label,
        ) from error
    if not isinstance(document, dict) or not str(document.get("format")).startswith("tokencost."):
        raise InputError(
            "not a document of tokencost",
            hint=f"make one with: tokencost baseline PATHS -o {label}",
            file=label,
        )
    return read_estimate(document, label)


def _is_saved(invocation: Invocation, request: Request, form: str) -> bool:
    """Whether the one path is a document of a format: it stands at its beginning."""
    if len(request.estimate.paths) != 1:
        return False
    path = invocation.context.folder / request.estimate.paths[0]
    if path.suffix != ".json" or not is_file(path):
        return False
    with from_file(path, str(path)).open() as file:
        return form.encode() in file.read(_HEAD)


def difference(invocation: Invocation, request: Request) -> Compared:
    """Return what `diff` tells: two documents, or the paths against a revision."""
    if request.git is not None:
        return compared(invocation, request)
    paths = request.estimate.paths
    if len(paths) != 2:
        raise UsageError(
            "name two saved documents: BASE HEAD", hint="or a revision: --git REV PATHS"
        )
    return two_documents(invocation, paths[0], paths[1], request)


def unpriced_in(found: Compared, policy: str) -> TokencostError | None:
    """Return what to end with where an item of a comparison has no price."""
    reasons = [
        f"{item.path}: {item.problem}"
        for item in found.comparison.items
        if any(side is not None and side.unpriced for side in (item.base, item.head))
    ]
    return unpriced_error(policy, reasons)


def baseline_of(invocation: Invocation, request: Request) -> tuple[Report, TokencostError | None]:
    """Return the document of a baseline, and what to end with once it is written."""
    if not request.estimate.paths:
        raise UsageError("name a file, a folder, a glob, or - for standard input")
    if request.logs:
        from tokencost_cli.tasks._gate_logs import baseline_of_logs

        return baseline_of_logs(invocation, request)
    from tokencost_cli.reports import estimate as view

    options = request.estimate
    try:
        on = _gate_sides.bench(invocation, options)
        weighed = _gate_sides.weigh(
            invocation, on, _gate_sides.on_disk(invocation, on, options.paths)
        )
    finally:
        invocation.close()
    for (path, _), side in sorted(weighed.sides.items()):
        if side.problem is not None:
            raise InputError(f"{side.problem}", file=path)
        if side.failure is not None:
            raise UnpricedError(f"{side.failure}", file=path)
    volume = view.Volume(None, options.per_day)
    return view.report(weighed.totals, on.plan, on.table, volume, invocation.facts), None


def two_documents(invocation: Invocation, base: str, head: str, request: Request) -> Compared:
    """Compare two saved documents."""
    before, after = read_saved(invocation, base), read_saved(invocation, head)
    table = invocation.table(request.estimate.prices)
    if isinstance(before, Profile) and isinstance(after, Profile):
        from tokencost_cli.tasks._gate_empty import refuse_empty
        from tokencost_cli.tasks._gate_logs import of_profiles

        refuse_empty(after, head, request)
        return of_profiles(request, before, after, (base, head), table)
    if isinstance(before, Profile) or isinstance(after, Profile):
        raise InputError(f"{base} and {head}: one is an estimate, the other a profile")
    at = _moment_of(after, invocation)
    mine = prices_of(table, at)
    current = dict(after.prices) == mine
    same = dict(before.prices) == dict(after.prices) and not current
    terms = _terms_of(at)
    keep = request.keep_prices
    old = Repricer(table, terms, keep=keep, head=after, as_saved=same).sides(before)
    as_saved = same or keep or current
    new = Repricer(table, terms, as_saved=same or keep).sides(after)
    warnings: tuple[str, ...] = ()
    if not as_saved:
        warnings = (f"both sides are priced with table {table.version}, which made neither",)
    per_day = request.estimate.per_day or after.options.get("per_day")
    return Compared(
        compare(old, new, against=base, per_day=per_day),
        table,
        at,
        base,
        head,
        base_prices=before.prices,
        head_prices=after.prices,
        warnings=warnings,
    )


def _moment_of(document: Estimates, invocation: Invocation) -> Terms:
    told = document.prices.get("as_of")
    if not isinstance(told, str):
        return Terms(invocation.context.now, False)
    return Terms(*day_or_moment(told.replace("Z", "+00:00") if "T" in told else told))
