"""From paths to the book that scenarios are tried on: prompts, logs or saved profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tokencost_cli.options.estimate import EstimateOptions as Estimating
from tokencost_cli.options.logs import CallOptions
from tokencost_cli.reports._audit import audit_warnings, taken_warnings
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.tasks._empty_selection import refuse_empty_selection
from tokencost_cli.tasks._logs import load
from tokencost_cli.tasks.estimate import estimated
from tokencost_pricing.errors import UsageError
from tokencost_profiles.costs.saved_profile import is_saved
from tokencost_profiles.files.archives import broken, open_inputs
from tokencost_profiles.files.paths import Source, expand
from tokencost_profiles.logs.formats import detect
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif import call_set as books
from tokencost_profiles.whatif.call_set import Book

_NAMED = 3  # models that the headline names
_NO_LOGS = ("prompts", "bills")


class Prompted(NamedTuple):
    """What must be said of prompts, which no log tells: the model, the answer, how often."""

    base: str | None = None
    output_tokens: str | None = None
    input_tokens: int | None = None
    per_day: int | None = None


class Booked(NamedTuple):
    """The calls, and what was assumed of them."""

    book: Book
    said: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def book_of(
    invocation: Invocation, reading: CallOptions, prompted: Prompted, counter: Counter
) -> Booked:
    """Return the book that paths make: of prompts where all of them are, else of logs."""
    if prompted.input_tokens is not None or _are_prompts(invocation, reading):
        return _prompts(invocation, reading, prompted, counter)
    if prompted.per_day is not None or prompted.output_tokens or prompted.base:
        raise UsageError("--base, --output-tokens and --per-day are for prompts, not for logs")
    loaded = load(invocation, reading, text=True)
    if loaded.problem is not None:
        raise loaded.problem
    refuse_empty_selection(invocation, loaded)
    audit = audit_warnings(loaded.profile.audit)
    warnings = (*loaded.warnings, *taken_warnings(loaded.profile), *audit)
    if len(loaded.calls) == sum(cell.calls for cell in loaded.profile.cells.values()):
        return Booked(books.of_calls(loaded.calls), warnings=warnings)
    return Booked(books.of_profile(loaded.profile), warnings=warnings)


def _are_prompts(invocation: Invocation, reading: CallOptions) -> bool:
    """Whether the first file that is named is a prompt, not a log."""
    if not reading.paths or reading.mapping or reading.input_format:
        return False
    sources: Sequence[Source] = expand(reading.paths, invocation.context.folder, invocation.stdin)
    return bool(sources) and not any(_is_log(source) for source in sources[:20])


def _is_log(source: Source) -> bool:
    if source.size == 0:
        return False
    try:
        if is_saved(source):
            return True
        found = [detect(log_file) for log_file in open_inputs(source)]
    except broken():
        return False
    return any(reader is not None and reader.name not in _NO_LOGS for reader in found)


def _prompts(
    invocation: Invocation, reading: CallOptions, prompted: Prompted, counter: Counter
) -> Booked:
    request = Estimating(
        paths=reading.paths,
        model=(prompted.base,) if prompted.base else (),
        output_tokens=prompted.output_tokens,
        input_tokens=prompted.input_tokens,
        as_of=reading.as_of,
        prices=reading.prices,
    )
    if reading.where or reading.since or reading.until:
        raise UsageError("--where, --since and --until are for logs, not for prompts")
    if prompted.input_tokens is not None and reading.paths:
        raise UsageError("--input-tokens stands in for a prompt: give it, or paths")
    found = estimated(invocation, request, counter)
    per_day = prompted.per_day
    book = books.of_items(found.items, found.plan.terms.at, per_day)
    models = dict.fromkeys(item.offer.model.id for item, _ in found.items)
    said = [f"on {', '.join(models)}"] if prompted.base is None and len(models) <= _NAMED else []
    said += [f"{found.plan.answer.said}{' (assumed)' if found.plan.answer.assumed else ''}"]
    said.append(f"{per_day:,} calls of each prompt a day" if prompted.per_day else "one call each")
    return Booked(book, tuple(said))
