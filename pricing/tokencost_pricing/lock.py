"""A lock file: which table a project was priced with, and the rates of its models.

It is JSON that a project commits. A build that is `--locked` refuses another table, with the rates
that would change, so that no number moves unless somebody moves it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.card_rates import card
from tokencost_pricing.errors import AmbiguousModelError, TableError, UnpricedError
from tokencost_pricing.model import Model
from tokencost_pricing.moments import moment, written
from tokencost_pricing.money import plain
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms

NAME: Final = "tokencost.lock"
VERSION: Final = 1
_RELOCK: Final = "`tokencost prices lock` accepts the prices as they are now"


class LockedModel(NamedTuple):
    """What a name meant when the file was written."""

    provider: str
    model: str
    rates: Mapping[str, Decimal]  # those of longer prompts as `input from 200001`


class Lock(NamedTuple):
    """The content of a lock file."""

    table: str  # version
    sha256: str  # of the table with the overlays
    overlay_sha256: str | None  # None: no overlay
    as_of: datetime
    models: Mapping[str, LockedModel]  # by the name that was typed


def lock_of(
    table: PriceTable, names: Iterable[str], at: datetime, overlay_sha256: str | None
) -> Lock:
    """Return the lock of a table and of names. Raise `UnpricedError` where one has no price."""
    models = {}
    for name in dict.fromkeys(names):
        offer = table.find(name, at=at)
        models[name] = LockedModel(offer.provider, offer.model.id, _rates(offer, at))
    return Lock(table.version, table.sha256, overlay_sha256, at, models)


def _rates(offer: Offer, at: datetime) -> dict[str, Decimal]:
    """Return every rate of an offer at a moment, with those of longer prompts."""
    base = card(offer, Terms(at, timed=False), 0)
    if base.unpriced is not None:
        raise UnpricedError(base.unpriced)
    rates = dict(base.rates)
    for tokens in _bands(offer.model, at):
        for name, rate in card(offer, Terms(at, timed=False), tokens).rates.items():
            if rate != base.rates.get(name):
                rates[f"{name} from {tokens}"] = rate
    return rates


def _bands(model: Model, at: datetime) -> list[int]:
    price = model.price_on(at)
    return [tier.from_prompt_tokens for tier in price.tiers] if price is not None else []


def overlay_hash(paths: Iterable[Path]) -> str | None:
    """Return the hash of the overlays' contents in their order; None where there are none."""
    digest, count = hashlib.sha256(), 0
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
        count += 1
    return digest.hexdigest() if count else None


def lock_text(lock: Lock) -> str:
    """Return a lock as its file holds it."""
    resolved = {
        name: {
            "provider": model.provider,
            "model": model.model,
            "rates": {rate: plain(value) for rate, value in model.rates.items()},
        }
        for name, model in lock.models.items()
    }
    content = {
        "lock": VERSION,
        "table": lock.table,
        "sha256": lock.sha256,
        "overlay_sha256": lock.overlay_sha256,
        "as_of": written(lock.as_of),
        "resolved": resolved,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_lock(path: Path, label: str) -> Lock:
    """Read a lock file. Raise `TableError` naming the file where it cannot be read."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise TableError(f"cannot read: {error.strerror}", file=label) from error
    except ValueError as error:
        raise TableError(f"not a lock file: {error}", file=label, hint=_RELOCK) from error
    version = content.get("lock") if isinstance(content, dict) else None
    if version != VERSION:
        reason = f"this tokencost reads lock files of version {VERSION}, not {version!r}"
        raise TableError(reason, file=label, hint=_RELOCK)
    try:
        return _lock(content)
    except KeyError as error:
        reason = f"not a complete lock file: {error} is missing"
        raise TableError(reason, file=label, hint=_RELOCK) from error
    except (TypeError, AttributeError, ValueError, InvalidOperation) as error:
        reason = "not a complete lock file: a value is of another kind than `prices lock` writes"
        raise TableError(reason, file=label, hint=_RELOCK) from error


def _lock(content: Mapping[str, Any]) -> Lock:
    models = {
        name: LockedModel(
            entry["provider"],
            entry["model"],
            {rate: Decimal(value) for rate, value in entry["rates"].items()},
        )
        for name, entry in content["resolved"].items()
    }
    as_of = moment(content["as_of"])
    return Lock(content["table"], content["sha256"], content["overlay_sha256"], as_of, models)


def check(lock: Lock, table: PriceTable, overlay_sha256: str | None, label: str) -> None:
    """Raise `TableError` with the rates that differ, where a table is not the locked one.

    Under the hash of the same table, other rates are an edit of the file: one line says so.
    """
    changes = list(_changes(lock, table))
    if table.sha256 == lock.sha256:
        if changes:
            more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
            reason = f"edited by hand: not what table {lock.table} has: {changes[0]}{more}"
            raise TableError(reason, file=label, hint=_RELOCK)
        return
    what = "the price files laid over it" if overlay_sha256 != lock.overlay_sha256 else "the table"
    reason = f"{what} changed since it was locked: table {lock.table}, now {table.version}"
    if not changes:
        reason += "; no rate of a locked model differs"
    raise TableError(reason, file=label, hint=_RELOCK, also=changes)


def _changes(lock: Lock, table: PriceTable) -> Iterable[str]:
    """Yield a line for each rate of a locked model that is another on the locked day."""
    for name, locked in lock.models.items():
        try:
            offer = _offer(table, name, locked, lock.as_of)
            rates = _rates(offer, lock.as_of)
        except UnpricedError as error:
            yield f"{name}: {error.reason}"
            continue
        if (offer.provider, offer.model.id) != (locked.provider, locked.model):
            yield f"{name}: was {locked.provider}/{locked.model}, is {offer.key}"
        for rate in dict.fromkeys((*locked.rates, *rates)):
            before, after = locked.rates.get(rate), rates.get(rate)
            if before != after:
                yield f"{name} {rate}: {_text(before)} -> {_text(after)}"


def _offer(table: PriceTable, name: str, locked: LockedModel, at: datetime) -> Offer:
    """Return what a name means; of a name with several hosts, the host that was locked."""
    try:
        return table.find(name, at=at)
    except AmbiguousModelError:
        return table.find(f"{locked.provider}/{locked.model}", at=at)


def _text(rate: Decimal | None) -> str:
    return "none" if rate is None else f"${plain(rate)}"
