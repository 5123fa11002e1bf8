"""Saved profiles: `profile --save FILE` writes one, and it is read wherever a log is.

Blocks (see `saved_container`), each a struct as msgpack:

    head/1      what wrote it, prices, invocation, files    `SavedHead`
    rates/1     the rates that cells name                   list of `SavedCard`
    labels/1    sets of labels                              `SavedLabels`
    cells/1     sums of calls                               `SavedCells`
    sessions/1  hashed ids, first and last call             list of `SavedSession`
    audit/1     what was read and left out                  `SavedAudit`
    content/1   parts of prompts, where they were read      list of `SavedContentRow`
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, BinaryIO, Final, NamedTuple, Protocol

import msgspec
from msgspec import to_builtins

from tokencost_pricing.errors import InputError
from tokencost_profiles.costs import saved_container
from tokencost_profiles.costs.cell_table import CellTable
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.saved_cells import SavedCells, cells_of, read_cells
from tokencost_profiles.costs.saved_columns import clean_values
from tokencost_profiles.costs.saved_content import SavedContentRow, checked_rows
from tokencost_profiles.costs.saved_form import (
    SavedAudit,
    SavedCard,
    SavedHead,
    audit_of,
    card_of,
    saved_audit,
    saved_card,
)
from tokencost_profiles.costs.saved_labels import SavedLabels, keys_of, labels_of
from tokencost_profiles.costs.saved_sessions import (
    SavedSession,
    read_costs,
    read_spans,
    saved_sessions,
)
from tokencost_profiles.files.archives import damage_errors, open_inputs
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.paths import Source

_BLOCKS: Final[dict[str, Any]] = {
    "head/1": SavedHead,
    "rates/1": list[SavedCard],
    "labels/1": SavedLabels,
    "cells/1": SavedCells,
    "sessions/1": list[SavedSession],
    "audit/1": SavedAudit,
}
_CONTENT: Final = "content/1"  # may be missing


FORMAT: Final = "tokencost.saved-profile/2"


class _Openable(Protocol):
    @property
    def open(self) -> Any: ...


class Saved(NamedTuple):
    """A saved profile that was read."""

    label: str
    profile: Profile
    head: SavedHead
    unknown_blocks: tuple[str, ...] = ()  # that were passed over
    content: tuple[SavedContentRow, ...] = ()  # parts of prompts, where they were read


def is_saved(file: _Openable) -> bool:
    """Whether a source or an input is a saved profile as it lies there, of whatever version."""
    if isinstance(file, Input):
        return saved_container.has_magic(file.head)
    with file.open() as opened:
        return saved_container.has_magic(opened.read(len(saved_container.MAGIC)))


def save(
    profile: Profile,
    head: SavedHead,
    table: CellTable | None = None,
    content: Sequence[SavedContentRow] = (),
) -> bytes:
    """Return the content of a saved profile.

    `table`: the cells with all their labels; None: those of the profile. `content`: the parts of
    prompts, where they were read. The same profile and head give the same bytes.
    """
    if table is None:
        table = CellTable()
        table.absorb(profile.cells)
    ordered = table.in_order
    rates = ordered.labels["rates"].values if ordered.sets else []
    blocks = {
        "head/1": clean_values(to_builtins(head)),
        "rates/1": [saved_card(name, profile.cards[name]) for name in rates],
        "labels/1": labels_of(ordered),
        "cells/1": cells_of(ordered),
        "sessions/1": saved_sessions(profile),
        "audit/1": saved_audit(profile.audit),
    }
    if content:
        blocks[_CONTENT] = clean_values(to_builtins(list(content), builtin_types=(bytes, Decimal)))
    encoder = msgspec.msgpack.Encoder()
    return saved_container.pack({name: encoder.encode(block) for name, block in blocks.items()})


def load(file: BinaryIO, label: str) -> Saved:
    """Return a saved profile. Raise `InputError` naming `label` where it is not a valid one."""
    blocks = saved_container.unpack(file, label)
    try:
        parts = {name: _decoded(blocks, name, kind) for name, kind in _BLOCKS.items()}
        profile = _profile(parts)
        content: Any = ()
        if _CONTENT in blocks:
            content = checked_rows(_decoded(blocks, _CONTENT, list[SavedContentRow]))
    except InputError as error:
        raise InputError(f"not a valid saved profile: {error}", file=label) from error
    except (msgspec.ValidationError, ArithmeticError) as error:
        raise InputError(f"not a valid saved profile: {error}", file=label) from error
    unknown = tuple(name for name in blocks if name not in _BLOCKS and name != _CONTENT)
    return Saved(label, profile, parts["head/1"], unknown, content)


def load_input(file: Input) -> Saved:
    """Return the saved profile that an input is."""
    with file.open() as opened:
        return load(opened, file.label)


def load_source(source: Source) -> list[Saved]:
    """Return the saved profiles that a source is or holds; none where it holds none.

    Raise `InputError` for one that is not valid.
    """
    try:
        return [load_input(one) for one in open_inputs(source) if is_saved(one)]
    except damage_errors() as error:
        raise InputError(f"cannot be unpacked: {error}", file=source.label) from error


def is_or_holds_saved(source: Source) -> bool:
    """Whether a source is a saved profile, or an archive with one."""
    unreadable: tuple[type[BaseException], ...] = (InputError, *damage_errors())
    try:
        return any(map(is_saved, open_inputs(source)))
    except unreadable:
        return False


def refused_report(label: str) -> InputError:
    """Return the error for the JSON report of a profile where a saved one is needed."""
    return InputError(
        "is a report of profile, and holds no calls",
        hint="save a profile with: tokencost profile LOGS --save FILE",
        file=label,
    )


def _decoded(blocks: dict[str, bytes], name: str, kind: Any) -> Any:
    if name not in blocks:
        raise InputError(f"it has no block {name}")
    try:
        return msgspec.msgpack.decode(blocks[name], type=kind, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError) as error:
        raise InputError(f"{name}: {error}") from error


def _profile(parts: dict[str, Any]) -> Profile:
    profile = Profile(audit_of(parts["audit/1"]))
    profile.cards = {saved.name: card_of(saved) for saved in parts["rates/1"]}
    if len(profile.cards) < len(parts["rates/1"]):
        raise InputError("rates: a name stands twice")
    keys = keys_of(parts["labels/1"])
    if missing := {key.rates for key in keys} - profile.cards.keys():
        raise InputError(f"rates: no '{min(missing)[:80]}'")
    for key, cell in read_cells(parts["cells/1"], keys):
        profile.cell(key).add(cell)
    profile.spans = read_spans(parts["sessions/1"])
    profile.session_costs = read_costs(parts["sessions/1"])
    return profile
