"""Names by which the calls of one store can affect those of another.

Stores that share no name are settled, numbered and priced apart: the sum of both is the same as
what both together give. So logs can be divided wherever no name leads across.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence, Set
from typing import Final, TypeVar

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.forks import history_session, may_become_copy
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.calls.plain_calls import name_of
from tokencost_profiles.calls.plain_names import ids_of

Name = TypeVar("Name", bound=Hashable)  # a name, or a hash of it
_FIRST_PASS: Final = "#0"


def names_of(store: Store, *, places: bool = True, plain: bool = False) -> set[str]:
    """Return every name by which the calls of a store are joined to others.

    Records merge by their keys and replace each other by what they share: a session, a trace, an
    id of the provider, a container, a moment. `places`: whether the turns of calls are numbered,
    which joins calls that stand in one file or were started by one session. `plain`: whether plain
    calls of other stores may be columns. All records of a key
    have the same strong id of the provider, or none.
    """
    names = _names_of_calls(store, places=places)
    for part in store.plain:
        names.update(f"plain:{name}" for name in part.column("names"))
    if plain:
        names.update(f"plain:{name_of(one)}" for one in _response_ids(store))
    return names


def _names_of_calls(store: Store, *, places: bool) -> set[str]:
    """Return the names of all but plain calls."""
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


def hashes_of(
    store: Store, hash_of: Callable[[str], int], *, places: bool = True, plain: bool = False
) -> array[int]:
    """Return the names of a store as hashes of 64 bits, those of plain calls as they are there.

    `plain`: whether plain calls may be columns, in this store or another.
    """
    names = set(map(hash_of, _names_of_calls(store, places=places)))
    if plain:
        names.update(_signed(name_of(one)) for one in _response_ids(store))
    hashes = array("q", names)
    for part in store.plain:
        hashes.frombytes(part.names)
    return hashes


def _signed(name: int) -> int:
    return name - (1 << 64) if name >> 63 else name


def _response_ids(store: Store) -> Iterator[str]:
    for key, call in store.calls.items():
        yield from ids_of(key, call)


def linked(names: Sequence[Collection[Name]], shared: Set[Name]) -> list[bool]:
    """Return which of several stores are joined to others, by their names.

    Hashes of names do as well: where two are equal by chance, more is joined than need be. A
    store is joined where one of its names is `shared` with those others, or where it has a name in
    common with one that is.
    """
    joined = [False] * len(names)
    met = shared
    while met:
        new = [at for at, known in enumerate(joined) if not known and not met.isdisjoint(names[at])]
        for at in new:
            joined[at] = True
        met = frozenset().union(*(names[at] for at in new))
    return joined


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
