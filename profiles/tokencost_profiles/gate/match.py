"""Which item of the base is which item of the head: by name, by content, by likeness."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Final

from tokencost_pricing.money import ZERO
from tokencost_profiles.estimates.estimate import Load, estimate
from tokencost_profiles.estimates.prompt_sets import PromptSetup
from tokencost_profiles.gate.items import Place, Side, item_side
from tokencost_profiles.tokens.prompt import Prompt

Sides = Mapping[Place, Side]
Pair = tuple[Place | None, Place | None]  # base, head

# As git: what shares half its words with another text is that text, renamed.
_ALIKE: Final = 0.5
# Comparing every removed text with every added one is quadratic.
_MOST_COMPARED: Final = 2_000
_LINE: Final = re.compile(r"(.*):(\d+)", re.DOTALL)
_WORD: Final = re.compile(r"\w+")


def pairs(
    base: Sides, head: Sides, texts: Mapping[str, tuple[str, str]] | None = None
) -> list[Pair]:
    """Return each item once: on both sides, or on one.

    `texts`: (base, head) text by path, "" where a side has none; else a file that was renamed
    and changed is not known again.
    """
    moved = _moved(base, head, texts or {})
    by_path: dict[str, tuple[list[Place], list[Place]]] = {}
    for place in base:
        by_path.setdefault(moved.get(place[0], place[0]), ([], []))[0].append(place)
    for place in head:
        by_path.setdefault(place[0], ([], []))[1].append(place)
    matches: list[Pair] = []
    for before, after in by_path.values():
        matches += _by_model({place: base[place] for place in before}, {p: head[p] for p in after})
    return sorted(matches, key=lambda pair: pair[1] or pair[0] or ("", ""))


def _by_model(before: Sides, after: Sides) -> Iterable[Pair]:
    """Pair what has the same model; what is left changed its model, the dearest to the dearest.

    What cannot be matched must not pass as new and removed, which no limit on increases counts.
    """
    models = {place[1]: place for place in before}
    rest = []
    for place in after:
        known = models.pop(place[1], None)
        if known is not None:
            yield known, place
        else:
            rest.append(place)
    lost = sorted(models.values(), key=lambda place: _by_cost(place, before[place]))
    rest.sort(key=lambda place: _by_cost(place, after[place]))
    yield from zip_longest(lost, rest)


def _by_cost(place: Place, side: Side) -> tuple[bool, Decimal, Place]:
    return side.cost is None, -(side.cost or ZERO), place


def _moved(base: Sides, head: Sides, texts: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the new paths of what was moved."""
    before, after = _by_path(base), _by_path(head)
    moved = _lines(before, after)
    taken = set(moved.values())
    gone = [path for path in before if path not in after and path not in moved]
    new = [path for path in after if path not in before and path not in taken]
    if not gone or not new:
        return moved
    by_digest: dict[str, list[str]] = {}
    for path in new:
        by_digest.setdefault(after[path].digest or "", []).append(path)
    by_digest.pop("", None)
    for path in list(gone):
        same = by_digest.get(before[path].digest or "")
        if same:
            target = moved[path] = same.pop(0)
            gone.remove(path)
            new.remove(target)
    return moved | _alike(gone, new, texts)


def _by_path(sides: Sides) -> dict[str, Side]:
    sides_by_path: dict[str, Side] = {}
    for (path, _), side in sides.items():
        sides_by_path.setdefault(path, side)
    return sides_by_path


def _lines(base: Mapping[str, Side], head: Mapping[str, Side]) -> dict[str, str]:
    """Return where the lines of a file of requests went, when others were put between them."""
    files: dict[str, tuple[list[str], list[str]]] = {}
    for number, sides in enumerate((base, head)):
        for path in sides:
            if path[-1:].isdigit() and (match := _LINE.fullmatch(path)):
                files.setdefault(match[1], ([], []))[number].append(path)
    moved: dict[str, str] = {}
    for old, new in files.values():
        before = {path: base[path].digest or "" for path in old}
        after = {path: head[path].digest or "" for path in new}
        if [before[path] for path in old] == [after[path] for path in new]:
            continue
        free: dict[str, list[str]] = {}
        for path in new:
            free.setdefault(after[path], []).append(path)
        rest = []
        for path in old:
            same = free.get(before[path])
            if same:
                moved[path] = same.pop(0)
            else:
                rest.append(path)
        left = sorted((path for paths in free.values() for path in paths), key=_number)
        known = sorted({0, *(_number(moved[path]) for path in old if path in moved)})
        partners = _neighbours(rest, left, _anchors(old, moved), known, base, head)
        # What has no partner left must not meet the line that took its number.
        moved |= {path: partners.get(path, f"{path} (removed)") for path in rest}
    return moved


def _anchors(old: Iterable[str], moved: Mapping[str, str]) -> dict[str, int]:
    """Return the new number of the known line that each old line stands after."""
    after, anchors = 0, {}
    for path in sorted(old, key=_number):
        anchors[path] = after
        after = _number(moved[path]) if path in moved else after
    return anchors


def _neighbours(
    old: Iterable[str],
    new: Iterable[str],
    anchors: Mapping[str, int],
    known: Sequence[int],
    base: Mapping[str, Side],
    head: Mapping[str, Side],
) -> dict[str, str]:
    """Return which changed line is which: by place and model, by model, by place, in order.

    `known`: the new numbers of the lines that did not change, 0 before them. A line put in
    before another must not pass for it, and leave the other as new.
    """
    places = {path: known[bisect_left(known, _number(path)) - 1] for path in new}
    rest, left, partners = list(old), list(new), {}
    for model, place in ((True, True), (True, False), (False, True), (False, False)):
        free: dict[tuple[str, int], list[str]] = {}
        for path in left:
            key = (head[path].model if model else "", places[path] if place else 0)
            free.setdefault(key, []).append(path)
        for path in rest:
            key = (base[path].model if model else "", anchors[path] if place else 0)
            if free.get(key):
                partners[path] = free[key].pop(0)
        rest = [path for path in rest if path not in partners]
        left = sorted((path for paths in free.values() for path in paths), key=_number)
    return partners


def _number(path: str) -> int:
    match = _LINE.fullmatch(path)
    return int(match[2]) if match else 0


def _alike(
    gone: Iterable[str], new: Iterable[str], texts: Mapping[str, tuple[str, str]]
) -> dict[str, str]:
    """Return what was renamed and changed: the most alike first, each once."""
    old = {path: _words(texts[path][0]) for path in gone if path in texts and texts[path][0]}
    added = {path: _words(texts[path][1]) for path in new if path in texts and texts[path][1]}
    if len(old) * len(added) > _MOST_COMPARED:
        return {}
    scores = sorted(
        (-_likeness(words, others), one, other)
        for one, words in old.items()
        for other, others in added.items()
    )
    moved: dict[str, str] = {}
    for score, one, other in scores:
        if -score >= _ALIKE and one not in moved and other not in moved.values():
            moved[one] = other
    return moved


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of words that two texts have in common."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 0.0


def bridges(
    base: Sides, head: Sides, texts: Mapping[str, Prompt], setup: PromptSetup
) -> dict[Place, Side]:
    """Return the base's text counted on the head's model, where a prompt changed both.

    `texts`: the prompts of the base, by label.
    """
    models: dict[str, list[str]] = {}
    for path, model in base:
        models.setdefault(path, []).append(model)
    counted: dict[Place, Side] = {}
    for place, side in head.items():
        path, model = place
        before = base.get((path, models[path][0])) if len(models.get(path, ())) == 1 else None
        if before is None or before.model == model or before.failure or side.failure:
            continue
        offer = setup.table.find(model, at=setup.plan.terms.at)
        load = Load(model, offer, (texts[path],))
        (total,) = estimate([load], setup.plan, setup.counter)
        counted[place] = item_side(total.items[0], setup.plan.terms)
    return counted
