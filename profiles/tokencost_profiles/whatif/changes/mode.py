"""All calls served in another mode, such as batch, which calls that wait for others cannot use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_pricing.errors import UsageError
from tokencost_pricing.modes import MODES, STANDARD
from tokencost_profiles.whatif.change import Change, Flag, Idea, NotTried, Step
from tokencost_profiles.whatif.parse_numbers import one_of

if TYPE_CHECKING:
    from datetime import datetime

    from tokencost_pricing.offer import Offer
    from tokencost_profiles.calls.content import Part
    from tokencost_profiles.whatif.call_set import CallSet, Entry
    from tokencost_profiles.whatif.models import Models
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_NAMES: Final = (STANDARD, *MODES)
_WAITING: Final = (
    "each waits for another call of its session, and a batch may take 24 hours for each"
)


class Mode(NamedTuple):
    """A way of service."""

    name: str
    only_independent: bool = False  # calls that wait for each other keep their mode


def _parse(value: Any, where: str) -> Mode:
    return Mode(one_of(_NAMES)(value, where))


def _apply(mode: Mode, portions: list[Portion], state: ReplayState) -> list[Portion]:
    entries = {portion.at: portion.entry for portion in portions}
    positions = list(entries)
    waiting = (
        frozenset(positions[at] for at in waiting_entries(list(entries.values())))
        if mode.name == "batch"
        else frozenset()
    )
    served = []
    for portion in portions:
        if portion.at in waiting and mode.only_independent:
            served.append(portion)
            continue
        if portion.at in waiting and not portion.entry.call.batch:
            state.note_portion(_WAITING, portion)
        served.append(_served(portion, mode.name, state))
    return served


def _served(portion: Portion, mode: str, state: ReplayState) -> Portion:
    import msgspec

    call = portion.entry.call
    offer = state.models.offer(call)
    refusal = None
    if offer is None:
        refusal = f"no table has {call.model or 'its model'}: served as it was"
    elif mode != STANDARD and not _offers(offer, mode, state.models.moment(call)):
        refusal = f"{offer.key} has no {mode}: served as it was"
    if refusal is not None:
        state.note_portion(refusal, portion)
        state.leave_unchanged("mode", portion)
        return portion
    call = msgspec.structs.replace(
        call,
        batch=mode == "batch",
        service_tier=mode if mode in ("flex", "priority") else None,
        speed=mode if mode in ("fast", "ultrafast") else None,
    )
    return portion._replace(entry=portion.entry._replace(call=call, card=None))


def _offers(offer: Offer, mode: str, at: datetime) -> bool:
    entries = [entry for entry in offer.modes.get(mode, ()) if entry.start <= at]
    if not entries or entries[-1].ended:
        return False
    return entries[-1].same_as is None or _offers(offer, entries[-1].same_as, at)


def _refuse(mode: Mode, calls: CallSet, models: Models) -> None:
    offered: dict[str, None] = {}
    for entry in calls.entries:
        offer = models.offer(entry.call)
        if offer is None:
            continue
        if mode.name == STANDARD or _offers(offer, mode.name, models.moment(entry.call)):
            return
        offered.update(dict.fromkeys(offer.modes))
    raise UsageError(
        f"none of these models is offered in mode '{mode.name}'",
        hint=f"modes they have: {', '.join(offered) or 'none'}",
    )


def _ideas(calls: CallSet, models: Models) -> Iterator[Idea | NotTried]:
    waiting = sum(calls.entries[at].calls for at in waiting_entries(calls.entries))
    if waiting < calls.calls:
        yield Idea(
            "batch",
            Mode("batch", only_independent=True),
            "answers may come up to 24 hours later",
            "nothing that a person waits for can go there",
        )
    yield Idea(
        "flex",
        Mode("flex"),
        "slow answers, and retries when it is busy",
        "calls may be refused at busy hours",
    )
    if waiting and waiting == calls.calls:
        yield NotTried(
            f"batch: not advised, all {waiting:,} calls wait for another call of their session"
        )
    elif waiting:
        yield NotTried(
            f"batch: tried without the {waiting:,} of {calls.calls:,} calls that wait for another "
            "call of their session"
        )


def waiting_entries(entries: Sequence[Entry]) -> frozenset[int]:
    """Return the positions of entries whose calls wait for another call, or one for them.

    The next call of an agent's loop, or of a chat, follows from the answer to the one before it:
    they have one session, or the prompt of one continues that of the other.
    """
    return _of_sessions(entries) | _of_histories(entries)


def _of_sessions(entries: Sequence[Entry]) -> frozenset[int]:
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.call.session is not None:
            counts[entry.call.session] = counts.get(entry.call.session, 0) + entry.calls
    return frozenset(
        at for at, entry in enumerate(entries) if counts.get(entry.call.session or "", 0) > 1
    )


def _of_histories(entries: Sequence[Entry]) -> frozenset[int]:
    """Return calls that have no session and whose prompt begins with another call's prompt."""
    prompts: dict[bytes, int] = {}
    prefixes: list[tuple[int, list[bytes]]] = []
    for at, entry in enumerate(entries):
        parts = entry.parts() if entry.call.session is None else ()
        digests = list(_prefixes(parts))
        if digests:
            prompts[digests[-1]] = at
            prefixes.append((at, digests[:-1]))
    pairs = (
        (at, prompts[digest]) for at, digests in prefixes for digest in digests if digest in prompts
    )
    return frozenset(at for pair in pairs for at in pair)


def _prefixes(parts: Iterable[Part]) -> Iterator[bytes]:
    """Yield a digest of each beginning of a prompt, the shortest first."""
    from hashlib import blake2b

    digest = blake2b(digest_size=12)
    for part in parts:
        digest.update(f"{part.role}\0{part.text}\0".encode("utf-8", "surrogatepass"))
        yield digest.digest()


CHANGE = Change(
    key="mode",
    order=20,
    step=Step.SERVICE,
    title="mode",
    explanation=(
        "batch, flex, priority, fast; where a model lacks it, its calls stay as they were "
        "and are counted; where none has it, the row has no cost and the others are compared"
    ),
    example="batch",
    flag=Flag(
        help="batch, flex, priority, fast or ultrafast. Repeatable, where a provider allows it.",
        metavar="MODE",
        repeatable=True,
        group="Pricing",
        completes="modes",
    ),
    parse=_parse,
    apply=_apply,
    ideas=_ideas,
    is_bare=lambda term: term in _NAMES,
    names_itself=True,
    refuse=_refuse,
)
