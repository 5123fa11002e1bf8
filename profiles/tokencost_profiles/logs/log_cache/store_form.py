"""How the cache writes a `Store`: its calls in columns, ids as hashes, no text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call, SessionReport
from tokencost_profiles.calls.merging import Store, key_of
from tokencost_profiles.calls.plain_calls import PlainCalls
from tokencost_profiles.logs.log_cache.hidden_ids import (
    BY_ID,
    HiddenId,
    hidden,
    hide_container,
    hide_key,
    hide_span,
    number_of,
)

# Ids of the log. What people name (a project, a user) is a label.
_IDS: Final = (
    "session",
    "trace",
    "span",
    "parent",
    "response_id",
    "thread",
    "started_by",
    "turn",
    "copy_of",
)
_MOST_PLAIN: Final = 1 << 20  # calls of a source
_NAMES: Final = Call.__struct_fields__
# Fields that have a form of their own, hold text, or are computed of all calls.
_OTHERS: Final = frozenset(
    {
        "key",
        "file",
        "sessions",
        "containers",
        "copies",
        "parts",
        "answer",
        "root",
        "turn_number",
        "step",
        "substep",
    }
)
_USUAL: Final = dict(zip(_NAMES, msgspec.structs.astuple(Call()), strict=True))


class CannotStoreError(Exception):
    """A store holds what the cache does not keep."""


class _Form(msgspec.Struct, array_like=True):
    """A store as it is written. A column of one value has it for all calls."""

    audit: Audit
    number: int  # of calls
    columns: dict[str, list[Any]]
    ids: dict[str, list[int | None]]
    keys: list[str | None] | None  # None: those of the responses' ids
    files: list[str]  # none: the label
    copies: dict[int, tuple[str, ...]]  # by place of the call
    sessions: dict[int, list[int]]
    containers: dict[int, list[str]]
    links: dict[str, int]
    origins: dict[int, int]
    reports: list[tuple[int, SessionReport]]
    parts: list[PlainCalls]  # whose ids are hashes as they are


_decoder: Final = msgspec.msgpack.Decoder(_Form)
_encoder: Final = msgspec.msgpack.Encoder(enc_hook=str.__str__)  # of ids that are hidden


def packed(store: Store, label: str) -> bytes:
    """Return a store as bytes. `label`: of the file that it was read from.

    Raise `CannotStoreError` where it holds texts, or ids that cannot be told apart when hashed.
    """
    rows = [msgspec.structs.astuple(call) for call in store.calls.values()]
    columns = dict(zip(_NAMES, zip(*rows, strict=True), strict=True)) if rows else {}
    plain: dict[str, list[Any]] = {}
    ids: dict[str, list[int | None]] = {}
    for name, column in columns.items():
        values = None if name in _OTHERS else _shortened(column, _USUAL[name])
        if values is not None and name in _IDS:
            ids[name] = _numbers(values)
        elif values is not None:
            plain[name] = list(values)
    try:
        form = _Form(
            store.audit,
            len(rows),
            plain,
            ids,
            _keys(store, columns),
            list(_shortened(columns.get("file", ()), label) or ()),
            dict(_rare(columns, "copies")),
            {at: [*map(number_of, value)] for at, value in _rare(columns, "sessions")},
            {at: [*map(hide_container, value)] for at, value in _rare(columns, "containers")},
            {hide_span(name): number_of(parent) for name, parent in store.links.items()},
            {number_of(name): number_of(origin) for name, origin in store.origins.items()},
            [
                (number_of(session), msgspec.structs.replace(report, session="", file=""))
                for session, report in store.reports.items()
                if _is_of(report, label)
            ],
            _small(store.plain),
        )
        return _encoder.encode(form)
    except ValueError as error:  # a link that cannot be split, a text that is no UTF-8
        raise CannotStoreError from error


def _small(parts: list[PlainCalls]) -> list[PlainCalls]:
    """Return plain calls, unless they are so many that to copy them would cost the memory saved."""
    if sum(map(len, parts)) > _MOST_PLAIN:
        raise CannotStoreError
    return parts


def unpacked(data: bytes, label: str) -> Store:
    """Return the store that bytes hold. Raise `ValueError` where they hold none."""
    form = _decoder.decode(data)
    return Store(
        audit=form.audit,
        calls={key_of(call): call for call in _calls(form, label)},
        links={name: hidden(parent) for name, parent in form.links.items()},
        origins={hidden(name): hidden(origin) for name, origin in form.origins.items()},
        reports={
            session: msgspec.structs.replace(report, session=session, file=label)
            for session, report in ((hidden(number), report) for number, report in form.reports)
        },
        plain=form.parts,
    )


def _shortened(column: Sequence[Any], usual: Any) -> Sequence[Any] | None:
    """Return a column; one value where all are equal, None where all are the usual one."""
    if not column:
        return None
    first = column[0]
    if column.count(first) == len(column):
        return None if first == usual else (first,)
    return column


def _numbers(column: Sequence[str | None]) -> list[int | None]:
    known: dict[str | None, int | None] = {None: None}
    for text in column:
        if text not in known and text is not None:
            if "#" in text:
                raise CannotStoreError  # looks like the key of a pass
            known[text] = number_of(text)
    return [known[text] for text in column]


def _keys(store: Store, columns: Mapping[str, Sequence[Any]]) -> list[str | None] | None:
    """Return the keys of calls, hashed; None where each is that of the response's id."""
    if not columns:
        return []
    if any(columns["parts"]) or any(columns["answer"]):
        raise CannotStoreError
    keys, responses = columns["key"], columns["response_id"]
    if keys != tuple(store.calls) and any(key_of(c) != key for key, c in store.calls.items()):
        raise CannotStoreError
    if keys == tuple([f"{BY_ID}{response}" for response in responses]):
        return None
    return [None if key is None else hide_key(key) for key in keys]


def _rare(columns: Mapping[str, Sequence[Any]], name: str) -> Iterator[tuple[int, Any]]:
    return ((at, value) for at, value in enumerate(columns.get(name, ())) if value)


def _is_of(report: SessionReport, label: str) -> bool:
    if report.file != label:
        raise CannotStoreError
    return True


def _calls(form: _Form, label: str) -> list[Call]:
    """Return the calls of a store. Raise `ValueError` where columns are not as long as they say."""
    number = form.number
    columns = {name: _filled(column, number) for name, column in form.columns.items()}
    columns["file"] = _filled(form.files or [label], number)
    names = tuple(columns)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    calls = msgspec.convert(rows, list[Call])
    for name, column in form.ids.items():
        if name not in _IDS:
            raise ValueError(name)
        known = {one: None if one is None else hidden(one) for one in {*column}}
        for call, one in zip(calls, _filled(column, number), strict=True):
            setattr(call, name, known[one])
    if form.keys is None:
        for call in calls:
            call.key = HiddenId(f"{BY_ID}{call.response_id}")
    else:
        for call, key in zip(calls, form.keys, strict=True):
            call.key = None if key is None else HiddenId(key)
    for at, files in form.copies.items():
        calls[at].copies = files
    for at, sessions in form.sessions.items():
        calls[at].sessions = tuple(map(hidden, sessions))
    for at, containers in form.containers.items():
        calls[at].containers = tuple(map(HiddenId, containers))
    return calls


def _filled(column: list[Any], number: int) -> list[Any]:
    if len(column) == 1:
        return column * number
    if len(column) != number:
        raise ValueError(f"{len(column)} values of {number} calls")
    return column
