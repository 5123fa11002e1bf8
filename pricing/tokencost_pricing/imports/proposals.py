"""What an import would change: new models, new dated rows, and prices by hand that differ.

A generated file only grows: a row that it has stays as it is, a model that lists left out stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.imports import Row
from tokencost_pricing.imports.checks import Oddity
from tokencost_pricing.imports.generated import SUBSCRIPTIONS, Import
from tokencost_pricing.imports.series import same
from tokencost_pricing.list_files import list_text, load_list
from tokencost_pricing.table_files import LISTS

_DEAREST: Final = Decimal(3)
Models = dict[str, dict[str, Any]]


class Change(NamedTuple):
    """A row that is proposed for a model."""

    model: str
    old: Row | None  # the newest row of the table; None for a model that it does not have
    new: Row
    lists: tuple[str, ...]
    doubt: str = ""  # why a person must look at it: it is not written


class ByHand(NamedTuple):
    """A price by hand that lists contradict."""

    model: str
    ours: str
    theirs: str
    row: Row
    lists: tuple[str, ...]


class Proposal(NamedTuple):
    """What an import would change of one provider."""

    provider: str
    checked: str
    changes: tuple[Change, ...]
    by_hand: tuple[ByHand, ...]
    models: Models  # of the file afterwards


def proposals(folder: Path, result: Import, odd: Sequence[Oddity] = ()) -> Iterator[Proposal]:
    """Yield for each provider what an import changes. `odd`: values that a person must look at."""
    doubts = {(one.provider, one.id.casefold()): one.reason for one in odd}
    for provider in result.providers:
        if provider in SUBSCRIPTIONS:
            continue
        path = folder / LISTS / f"{provider}.yaml"
        old: Models = {}
        checked = ""
        if path.exists():
            data = load_list(path, path.name).data
            old, checked = data["models"], data["checked"]
        changes: list[Change] = []
        models = dict(old)
        for model, entry in result.entries(provider).items():
            change = _change(model, old.get(model), entry, checked)
            if change is None:
                continue
            doubt = doubts.get((provider, model.casefold()), "") or _doubt(change)
            changes.append(change._replace(doubt=doubt))
            if not doubt:
                models[model] = _with_row(old.get(model), entry, change.new)
        newest = max(checked, result.checked(provider))
        ordered = dict(sorted(models.items(), key=lambda item: item[0].casefold()))
        yield Proposal(
            provider,
            newest if models != old else checked,
            tuple(changes),
            tuple(_by_hand(result, provider)),
            ordered,
        )


def proposal_text(every: Sequence[Proposal]) -> str:
    """Return proposals as Markdown, grouped by provider: changed facts only."""
    changes = [change for one in every for change in one.changes]
    doubtful = sum(bool(change.doubt) for change in changes)
    by_hand = sum(len(one.by_hand) for one in every)
    lines = [
        "# Price import",
        "",
        f"{len(changes)} rows are new in the generated files, {doubtful} of them wait for a "
        f"person; {by_hand} prices by hand differ from what lists agree on.",
        "",
    ]
    for one in every:
        if one.changes or one.by_hand:
            lines += [f"## {one.provider}", ""]
        if one.changes:
            lines += [
                "| model | before | from | now | lists | look at it |",
                "|---|---|---|---|---|---|",
            ]
            lines += [_line(change) for change in one.changes]
            lines.append("")
        if one.by_hand:
            lines += [f"By hand, for `{one.provider}.yaml`:", "", "```yaml"]
            lines += [_yaml(row) for row in one.by_hand]
            lines += ["```", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def write(folder: Path, every: Sequence[Proposal]) -> list[Path]:
    """Write the generated files that change; return them."""
    written = []
    for one in every:
        path = folder / LISTS / f"{one.provider}.yaml"
        text = list_text(one.provider, one.checked, one.models.items())
        if one.models and (not path.exists() or path.read_text(encoding="utf-8") != text):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def _change(
    model: str, old: Mapping[str, Any] | None, entry: Mapping[str, Any], checked: str
) -> Change | None:
    """Return the row that a model would get, or None: its price stays, or only its past differs."""
    new = entry["prices"][-1]
    lists = tuple(entry["lists"])
    if old is None:
        return Change(model, None, new, lists)
    current = old["prices"][-1]
    if _same_rates(current["rates"], new["rates"]):
        return None
    day = new.get("from") or new.get("seen") or ""
    if day <= max(checked, current.get("from", "")):
        return None
    row = {"from": day, **{key: value for key, value in new.items() if key not in ("from", "seen")}}
    row["basis"] = "bracketed" if new["basis"] == "list" else new["basis"]
    return Change(model, current, row, lists)


def _with_row(old: Mapping[str, Any] | None, entry: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """Return an entry with its past as it was and a row more."""
    if old is None:
        return dict(entry)
    return {**entry, **old, "lists": entry["lists"], "prices": [*old["prices"], row]}


def _same_rates(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two rows agree in what both of them price."""
    return all(same(Decimal(one[name]), Decimal(other[name])) for name in one.keys() & other.keys())


def _doubt(change: Change) -> str:
    """Return why a change is not written: it is too large for one."""
    if change.old is None:
        return ""
    for name in change.old["rates"].keys() & change.new["rates"].keys():
        before, now = (Decimal(row["rates"][name]) for row in (change.old, change.new))
        if not before or not now or max(before / now, now / before) > _DEAREST:
            return f"{name} is more than {_DEAREST} times apart"
    return ""


def _by_hand(result: Import, provider: str) -> Iterator[ByHand]:
    for decision in result.decisions(provider):
        entry = decision.outcome.entry
        if entry is not None and decision.differs is not None and result.is_known(decision):
            yield ByHand(
                decision.model, *decision.differs, entry["prices"][-1], tuple(entry["lists"])
            )


def _rates(row: Row | None) -> str:
    if row is None:
        return "-"
    return ", ".join(f"{name} {value}" for name, value in row["rates"].items()) or "fees"


def _line(change: Change) -> str:
    day = change.new.get("from") or f"seen {change.new.get('seen', '-')}"
    parts = (
        f"`{change.model}`",
        _rates(change.old),
        day,
        _rates(change.new),
        ", ".join(change.lists),
        change.doubt,
    )
    return f"| {' | '.join(parts)} |"


def _yaml(one: ByHand) -> str:
    rates = ", ".join(f'{name}: "{value}"' for name, value in one.row["rates"].items())
    key = "from" if "from" in one.row else "seen"
    day = one.row.get(key, "")
    return (
        f"# {one.model}: {one.ours} by hand, {one.theirs} in {', '.join(one.lists)}\n"
        f'- {{{key}: "{day}", basis: {one.row["basis"]}, rates: {{{rates}}}}}'
    )
