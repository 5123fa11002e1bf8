"""Passes of an Anthropic message: `usage.iterations`, each of them billed separately.

The top level of a usage object holds the passes of the message itself. A compaction and an advisor
are billed beside it, the advisor on another model. Passes of the message are separate
calls where they ran on several models, or where their sum is so long that it could be taken for a
prompt of a higher context tier. A pass that was refused before it put out anything is not billed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tokencost_pricing.units import FEE_UNITS, UNITS
from tokencost_profiles.calls.call import PASS, Call
from tokencost_profiles.providers.usage.anthropic import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import first_count, objects, text

REFUSAL: Final = "refusal"  # how a message ends that a classifier stopped
REFUSED: Final = "refused before it put out anything: not billed"
_MESSAGE: Final = "message"
_FALLBACK: Final = "fallback_message"
# Tokens of a prompt: no context tier of a Claude model begins at so few.
SHORT: Final = 100_000
_NOT_A_SUM: Final = "the passes of the message do not add up to its totals: the passes are taken"


def is_plain(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether passes hold no more than the top level of their usage object."""
    return not entries or (
        len(entries) == 1
        and entries[0].get("type", _MESSAGE) == _MESSAGE
        and "model" not in entries[0]
    )


def is_unbilled(usage: Mapping[str, Any], stop_reason: Any) -> bool:
    """Whether a message was refused before it put out anything."""
    return stop_reason == REFUSAL and first_count(usage, "output_tokens") == 0


def passes(call: Call, usage: Mapping[str, Any], stop_reason: Any = None) -> list[Call]:
    """Return the calls that a message was billed as.

    `call` has the counts of the top level, and the labels that every pass shares.
    """
    entries = objects(usage.get("iterations"))
    inside = [e for e in entries if e.get("type", _MESSAGE) in (_MESSAGE, _FALLBACK)]
    outside = [e for e in entries if e.get("type", _MESSAGE) not in (_MESSAGE, _FALLBACK)]
    billed = _billed_passes(inside, stop_reason)
    refused = len(billed) < len(inside)
    if len(billed) > 1 and (refused or _models(call, billed) > 1 or call.prompt_tokens > SHORT):
        calls = _split(call, billed)
    elif inside and not billed:
        calls = [unbilled_call(call)]
    elif refused:
        calls = [_only_pass(call, billed[0])]
    elif not inside and outside and not any((call.usage or {}).values()):
        calls = []  # only a compaction ran
    else:
        call.model = text(billed[0].get("model")) or call.model if billed else call.model
        calls = [call]
    start = max(1, len(billed))
    calls += [_pass(call, entry, start + at) for at, entry in enumerate(outside)]
    return calls


def _models(call: Call, entries: Sequence[Mapping[str, Any]]) -> int:
    return len({text(entry.get("model")) or call.model for entry in entries})


def unbilled_call(call: Call) -> Call:
    """Return a call that nothing is charged for."""
    return msgspec.structs.replace(
        call, usage={"input": 0, "output": 0}, warnings=(*call.warnings, REFUSED)
    )


def _billed_passes(inside: list[Mapping[str, Any]], stop_reason: Any) -> list[Mapping[str, Any]]:
    """Leave out the passes that another one took over from, or that ended, with no output."""
    billed = []
    for at, entry in enumerate(inside):
        silent = first_count(entry, "output_tokens") == 0
        followed = any(later.get("type") == _FALLBACK for later in inside[at + 1 :])
        last = at == len(inside) - 1 and stop_reason == REFUSAL
        if not (silent and (followed or last)):
            billed.append(entry)
    return billed


def _only_pass(call: Call, entry: Mapping[str, Any]) -> Call:
    """Return the call of the one pass of several that is billed."""
    usage = USAGE_FORMAT.read(entry, "anthropic").usage
    alone = msgspec.structs.replace(call, usage=usage, model=text(entry.get("model")) or call.model)
    alone.usage = _with_thought(_with_fees(alone, call, [alone]), call.usage or {})
    return alone


def _split(call: Call, entries: Sequence[Mapping[str, Any]]) -> list[Call]:
    calls = [_pass(call, entry, at) for at, entry in enumerate(entries)]
    top = call.usage or {}
    if _models(call, entries) == 1 and _tokens(top) != sum(
        _tokens(one.usage or {}) for one in calls
    ):
        calls[0].warnings += (_NOT_A_SUM,)
    calls[-1].usage = _with_fees(calls[-1], call, calls)
    rest = top.get("reasoning", 0)
    for one in calls:
        one.usage = _with_thought(one.usage or {}, {"reasoning": rest})
        rest -= one.usage.get("reasoning", 0)
    return calls


def _pass(call: Call, entry: Mapping[str, Any], at: int) -> Call:
    """Return a pass as a call: what belongs to the message goes with the first one."""
    reading = USAGE_FORMAT.read(entry, "anthropic")
    kind = str(entry.get("type") or _MESSAGE)
    inside = kind in (_MESSAGE, _FALLBACK)
    return msgspec.structs.replace(
        call,
        usage=reading.usage,
        model=text(entry.get("model")) or call.model,
        scope=PASS,
        key=f"{call.key}#{at}" if call.key else None,
        latency=None,
        first_token=call.first_token if at == 0 else None,
        tools=call.tools if at == 0 else (),
        answer=call.answer if at == 0 else None,
        cost=call.cost if at == 0 else None,
        cost_basis=call.cost_basis if at == 0 else None,
        agent=call.agent if inside else kind.removesuffix("_message"),
        warnings=(*(call.warnings if at == 0 else ()), *reading.warnings),
        unknown_keys=reading.unknown_keys or (call.unknown_keys if at == 0 else None),
        containers=call.containers if at == 0 else (),
    )


def _with_fees(last: Call, call: Call, calls: Sequence[Call]) -> dict[str, int]:
    """Return the usage of a pass with the fees of the message."""
    usage = dict(last.usage or {})
    for unit in FEE_UNITS:
        rest = (call.usage or {}).get(unit, 0) - sum((c.usage or {}).get(unit, 0) for c in calls)
        if rest > 0:
            usage[unit] = usage.get(unit, 0) + rest
    return usage


def _with_thought(usage: dict[str, int], top: Mapping[str, int]) -> dict[str, int]:
    """Return a usage with its output divided as at the top level, where it is not divided."""
    thought = min(top.get("reasoning", 0), usage.get("output", 0))
    if not thought or "reasoning" in usage:
        return usage
    return {**usage, "output": usage["output"] - thought, "reasoning": thought}


def _tokens(usage: Mapping[str, int]) -> int:
    return sum(count for unit, count in usage.items() if UNITS[unit].side != "fee")
