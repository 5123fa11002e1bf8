"""Names by which the calls of one store can affect those of another.

Stores that share no name are settled, numbered and priced apart: the sum of both is the same as
what both together give. So logs can be divided wherever no name leads across.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterator, Sequence
from typing import Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.forks import history_session, may_become_copy
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.merging import Store

_FIRST_PASS: Final = "#0"


def names_of(store: Store, *, places: bool = True) -> set[str]:
    """Return every name by which the calls of a store are joined to others.

    Records merge by their keys and replace each other by what they share: a session, a trace, an
    id of the provider, a container, a moment. `places`: whether the turns of calls are numbered,
    which joins calls that stand in one file or were started by one session. All records of a key
    have the same strong id of the provider, or none.
    """
    names = {_outermost(name) for name in store.links}
    names.update(store.origins, store.origins.values(), store.reports)
    groups: set[tuple[str | None, ...]] = set()
    for key, call in store.calls.items():
        names.add(key)
        response = call.response_id
        is_identified = response is not None and is_strong(response)
        if is_identified:
            names.add(f"id:{response}")
        if key.endswith(_FIRST_PASS):
            names.add(key.removesuffix(_FIRST_PASS))
        if not is_identified and may_become_copy(key, call):
            names.add(f"at:{call.at}")
        group = (call.session, call.trace, call.started_by, call.file)
        if group not in groups:
            groups.add(group)
            names.update(_group_names(call, places=places))
        if call.sessions or call.containers or call.copy_of is not None:
            names.update(_rare_names(key, call))
        elif (session := history_session(key)) is not None:
            names.add(session)
    return names


def _group_names(call: Call, *, places: bool) -> Iterator[str]:
    """Yield the names of what a call stands in: they are in one space, as those of turns are."""
    if call.session is not None:
        yield call.session
    if call.trace is not None:
        yield call.trace
        yield _outermost(call.trace)
    if places:
        if call.session is None and call.trace is None:
            yield call.file
        if call.started_by is not None:
            yield call.started_by


def _rare_names(key: str, call: Call) -> Iterator[str]:
    yield from call.sessions
    yield from call.containers
    if call.copy_of is not None:
        yield call.copy_of
        yield call.session or call.file
    if (session := history_session(key)) is not None:
        yield session


def _outermost(name: str) -> str:
    """Return how a trace begins: links write it together with the span, behind a slash."""
    return name.partition("/")[0]


def linked(names: Sequence[Collection[str]], shared: Container[str]) -> list[bool]:
    """Return which of several stores are joined to others, by their names.

    A store is where one of its names is `shared` with those others, or where it has a name in
    common with one that is.
    """
    groups = components(names)
    joined = {
        group
        for group, of_store in zip(groups, names, strict=True)
        if any(name in shared for name in of_store)
    }
    return [group in joined for group in groups]


def components(names: Sequence[Collection[Hashable]]) -> list[int]:
    """Return the number of the component of each of several stores, by their names.

    Stores of one component are joined by names, directly or through others. The number is the
    place of the first store of the component.
    """
    above = list(range(len(names)))

    def top(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    first: dict[Hashable, int] = {}
    for at, of_store in enumerate(names):
        for name in of_store:
            a, b = top(first.setdefault(name, at)), top(at)
            if a != b:
                above[max(a, b)] = min(a, b)
    return [top(at) for at in range(len(names))]
