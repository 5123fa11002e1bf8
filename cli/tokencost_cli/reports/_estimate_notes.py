"""What must be known of the rows of an estimate, as footnotes of these rows.

A footnote that names no rows is about all of them: it stands with the warnings, not in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tokencost_cli.output.formatting import first_names
from tokencost_cli.output.tables import Footnote
from tokencost_pricing.coded_text import CodedText, code_of
from tokencost_profiles.estimates.estimate import Item, Total


def model_footnotes(totals: Sequence[Total], *, asked: bool) -> list[Footnote]:
    """Return the footnotes of rows that are models.

    `asked`: whether somebody asked for these models. Of others only what holds for most of them
    is stated: it is about the prompt.
    """
    rows: dict[str, list[int]] = {}
    for at, total in enumerate(totals):
        lines = [*_about_prompts(total), *(_about_price(total) if asked else ())]
        for text in dict.fromkeys(lines):
            rows.setdefault(text, []).append(at)
    if asked:
        return [Footnote(text, _marked(at, len(totals))) for text, at in rows.items()]
    return [Footnote(text) for text, at in rows.items() if 2 * len(at) >= len(totals)]


def file_footnotes(total: Total) -> list[Footnote]:
    """Return the footnotes of rows that are prompts, all on one model."""
    rows: dict[str, list[int]] = {}
    for at, item in enumerate(total.items):
        for text in dict.fromkeys((*item.warnings, *_of_price(item, total))):
            rows.setdefault(text, []).append(at)
    reason = [Footnote(text) for text in _unverified(total)]
    return reason + [_of_files(text, at, total) for text, at in rows.items()]


def _of_files(text: str, at: Sequence[int], total: Total) -> Footnote:
    named = f"{first_names([total.items[row].path for row in at])}: {text}"
    return Footnote(text, _marked(at, len(total.items)), named)


def item_footnotes(total: Total) -> list[Footnote]:
    """Return what must be known of a single prompt on a single model."""
    (item,) = total.items
    about = [_about([item.path], text) for text in item.warnings]
    return [Footnote(text) for text in (*about, *_about_price(total))]


def _about(paths: Sequence[str], text: str) -> str:
    """Return a warning with the prompts that it is about; its code is that of the text."""
    file = paths[0] if len(paths) == 1 else None
    return CodedText(code_of(text), f"{first_names(paths)}: {text}", file=file)


def _marked(rows: Sequence[int], of: int) -> tuple[int, ...]:
    """Return the rows that bear a mark: none where all of several would."""
    return () if len(rows) == of > 1 else tuple(rows)


def _about_prompts(total: Total) -> Iterator[str]:
    """Yield the warnings of prompts, each with the prompts that it is about."""
    paths: dict[str, list[str]] = {}
    for item in total.items:
        for text in dict.fromkeys(item.warnings):
            paths.setdefault(text, []).append(item.path)
    for text, named in paths.items():
        yield f"{first_names(named)}: {text}"


def _about_price(total: Total) -> Iterator[str]:
    yield from _unverified(total)
    for item in total.items:
        yield from _of_price(item, total)


def _of_price(item: Item, total: Total) -> Iterator[str]:
    key = total.offer.key
    return (CodedText(code_of(text), f"{key}: {text}", model=key) for text in item.cost.warnings)


def _unverified(total: Total) -> Iterator[str]:
    reason = total.offer.model.unverified
    if reason:
        key = total.offer.key
        text = f"{key}: the price is not verified ({reason})"
        yield CodedText("unverified-price", text, model=key)
