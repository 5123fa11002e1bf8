"""What must be known of the rows of an estimate, as footnotes of these rows.

A footnote that names no rows is about all of them: it stands with the warnings, not in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tokencost_cli.output.formatting import first_names
from tokencost_cli.output.tables import Footnote
from tokencost_cli.reports._price_notes import lines
from tokencost_pricing.coded_text import CodedText, code_of
from tokencost_pricing.money import money
from tokencost_pricing.price_notes import PriceNote
from tokencost_profiles.estimates.estimate import Item, Total

_MOST_ROUTED: Final = 3  # lines on the hosts behind routers before they become one


def price_footnotes(totals: Sequence[Total], notes: Sequence[PriceNote]) -> list[Footnote]:
    """Return the footnotes on prices; a row bears those of its model where rows are models."""
    keys = [total.offer.key for total in totals]
    return [
        Footnote(text, _marked([at for at, key in enumerate(keys) if key in about], len(keys)))
        if len(keys) > 1
        else Footnote(text)
        for text, about in lines(notes)
    ]


def host_footnotes(totals: Sequence[Total]) -> list[Footnote]:
    """Return between which amounts the hosts behind a router charge, a footnote a model."""
    rows: dict[str, list[int]] = {}
    for at, total in enumerate(totals):
        if total.low is None or total.high is None or total.low == total.cost:
            continue
        key = total.offer.key
        text = (
            f"{key}: the router's listed price; {money(total.low)} to {money(total.high)} by the "
            "host that answers"
        )
        rows.setdefault(CodedText("router-price", text, model=key), []).append(at)
    if len(rows) > _MOST_ROUTED:
        every = sorted(at for marked in rows.values() for at in marked)
        text = f"{len(rows)} listed prices of routers: the host that answers may ask less or more"
        return [Footnote(CodedText("router-price", text), _marked(every, len(totals)))]
    return [Footnote(text, _marked(at, len(totals))) for text, at in rows.items()]


def model_footnotes(totals: Sequence[Total], *, asked: bool) -> list[Footnote]:
    """Return the footnotes of rows that are models.

    `asked`: whether somebody asked for these models. Of others only what holds for most of them
    is stated: it is about the prompt.
    """
    rows: dict[str, list[int]] = {}
    for at, total in enumerate(totals):
        texts = [*_about_prompts(total), *(_about_price(total) if asked else ())]
        for text in dict.fromkeys(texts):
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
    return [_of_files(text, at, total) for text, at in rows.items()]


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
    for item in total.items:
        yield from _of_price(item, total)


def _of_price(item: Item, total: Total) -> Iterator[str]:
    key = total.offer.key
    return (CodedText(code_of(text), f"{key}: {text}", model=key) for text in item.cost.warnings)
