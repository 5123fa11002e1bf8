"""How the cache writes the sums of priced calls: ids as hashes."""

from __future__ import annotations

from typing import Final

import msgspec

from tokencost_profiles.calls.merging import Order
from tokencost_profiles.calls.sessions import session_hash
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.logs.log_cache.hidden_ids import HiddenId, hide
from tokencost_profiles.logs.parts import LookedUp, Part, PartCard, PartCell

_encoder: Final = msgspec.msgpack.Encoder(enc_hook=str.__str__)  # of ids that are hidden
_decoder: Final = msgspec.msgpack.Decoder(Part)


def hidden_part(part: Part) -> Part:
    """Return a part with its ids hashed. What is hidden already stays as it is.

    What stands first in the part is named by its rank there instead of by the key of a call. Calls
    of other parts stand in other files, so that the order of all is what it was.
    """
    every = {one.first for one in part.cells}
    every |= {one.first for one in part.cards} | {one.first for one in part.looked_up}
    orders = {order: _ranked(order, rank) for rank, order in enumerate(sorted(every))}
    cells = [PartCell(orders[one.first], _key(one.key), one.cell) for one in part.cells]
    # Costs of sessions stand under other hashes: those of saved profiles.
    names = {
        session_hash(str(one.key.session)): session_hash(str(hidden.key.session))
        for one, hidden in zip(part.cells, cells, strict=True)
        if part.session_costs and one.key.session is not None
    }
    return msgspec.structs.replace(
        part,
        cells=cells,
        cards=[PartCard(orders[one.first], one.name, one.card) for one in part.cards],
        looked_up=[LookedUp(orders[one.first], one.call) for one in part.looked_up],
        session_costs={names.get(name, name): cost for name, cost in part.session_costs.items()},
        refused={str.__str__(hide(session)): one for session, one in part.refused.items()},
        overlapping=tuple(str.__str__(hide(session)) for session in part.overlapping),
    )


def packed_part(part: Part) -> bytes:
    """Return a part, with its ids hashed, as bytes."""
    return _encoder.encode(part)


def unpacked_part(data: bytes) -> Part:
    """Return the part that bytes hold. Raise `ValueError` where they hold none."""
    part = _decoder.decode(data)
    known: dict[str, HiddenId] = {}
    part.cells = [PartCell(one.first, _known_key(one.key, known), one.cell) for one in part.cells]
    return part


def _key(key: Key) -> Key:
    if key.session is None and key.root is None and key.thread is None:
        return key
    return key._replace(
        session=None if key.session is None else hide(key.session),
        root=None if key.root is None else hide(key.root),
        thread=None if key.thread is None else hide(key.thread),
    )


def _known_key(key: Key, known: dict[str, HiddenId]) -> Key:
    if key.session is None and key.root is None and key.thread is None:
        return key
    ids = [
        None if one is None else known.setdefault(one, HiddenId(one))
        for one in (key.session, key.root, key.thread)
    ]
    return key._replace(session=ids[0], root=ids[1], thread=ids[2])


def _ranked(order: Order, rank: int) -> Order:
    at, file, line, *_ = order
    return (at, file, line, f"{rank:012d}", "", "")
