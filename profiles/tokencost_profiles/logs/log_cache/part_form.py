"""How the cache writes the sums of priced calls: ids as hashes."""

from __future__ import annotations

from typing import Final

import msgspec

from tokencost_profiles.calls.merging import Order
from tokencost_profiles.calls.sessions import session_hash
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.logs.log_cache.hidden_ids import HiddenId, hide, hide_key
from tokencost_profiles.logs.parts import LookedUp, Part, PartCard, PartCell

_encoder: Final = msgspec.msgpack.Encoder(enc_hook=str.__str__)  # of ids that are hidden
_decoder: Final = msgspec.msgpack.Decoder(Part)


def hidden_part(part: Part) -> Part:
    """Return a part with its ids hashed. What is hidden already stays as it is."""
    cells = [PartCell(_order(one.first), _key(one.key), one.cell) for one in part.cells]
    # Costs of sessions stand under other hashes: those of saved profiles.
    names = {
        session_hash(str(one.key.session)): session_hash(str(hidden.key.session))
        for one, hidden in zip(part.cells, cells, strict=True)
        if part.session_costs and one.key.session is not None
    }
    return msgspec.structs.replace(
        part,
        cells=cells,
        cards=[PartCard(_order(one.first), one.name, one.card) for one in part.cards],
        looked_up=[LookedUp(_order(one.first), one.call) for one in part.looked_up],
        session_costs={names.get(name, name): cost for name, cost in part.session_costs.items()},
        refused={hide(session): models for session, models in part.refused.items()},
        overlapping=tuple(map(hide, part.overlapping)),
    )


def packed_part(part: Part) -> bytes:
    """Return a part, with its ids hashed, as bytes."""
    return _encoder.encode(part)


def unpacked_part(data: bytes) -> Part:
    """Return the part that bytes hold. Raise `ValueError` where they hold none."""
    part = _decoder.decode(data)
    known: dict[str, HiddenId] = {}
    part.cells = [
        PartCell(_known_order(one.first), _known_key(one.key, known), one.cell)
        for one in part.cells
    ]
    part.cards = [PartCard(_known_order(one.first), one.name, one.card) for one in part.cards]
    part.looked_up = [LookedUp(_known_order(one.first), one.call) for one in part.looked_up]
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


def _order(order: Order) -> Order:
    at, file, line, key, span, scope = order
    return (at, file, line, key and hide_key(key), span and hide(span), scope)


def _known_order(order: Order) -> Order:
    at, file, line, key, span, scope = order
    return (at, file, line, key and HiddenId(key), span and HiddenId(span), scope)
