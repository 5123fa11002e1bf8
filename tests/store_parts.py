"""Generated stores of sources, and their profile by parts, for tests of how parts add up."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Sequence, Set
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Alias, Call, Link, ModelCost, Record, SessionReport
from tokencost_profiles.calls.identity import key_of
from tokencost_profiles.calls.links import names_of
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.parts import Part, ReadSource, add_parts, price_part, split

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = 1_780_000_000.0
_STRONG = "msg_01ABCDEFGHIJKLMNOPQ{}"
_MODELS = ("claude-sonnet-4-5", "gpt-4o", "sonnet", None)
_READERS = ("claude-code", "opencode", "otlp")
# By what calls of two sources can be joined.
_KINDS = ("response", "session", "trace", "container", "moment", "history", "message", "starter")


class _Names:
    """The names in one source: of some kinds the same as in others, of the rest its own."""

    def __init__(self, file: str, common: Set[str]) -> None:
        self._file, self._common = file, common

    def of(self, kind: str, *names: str) -> st.SearchStrategy[str]:
        """Return one of some names."""
        ending = "" if kind in self._common else f"-{self._file}"
        return st.sampled_from([f"{name}{ending}" for name in names])

    @property
    def moments(self) -> st.SearchStrategy[float | None]:
        """Times of calls: in no other source, where these have nothing to do with each other."""
        shift = 0.0 if "moment" in self._common else float(self._file[1])
        times = [DAY + hours * 3600.0 + shift for hours in (0, 0.5, 2, 30)]
        return st.none() | st.sampled_from(times)


@st.composite
def _calls(draw: st.DrawFn, file: str, names: _Names) -> Call:
    kind = draw(st.sampled_from(("none", "id", "pass", "history", "message", "short")))
    if draw(st.integers(0, 4)) == 0:
        number = draw(st.integers(0, 1))
    else:
        number = draw(st.integers(0, 1)) + 2 * int(file[1])
    call = Call(
        file=file,
        line=draw(st.integers(1, 9)),
        reader=draw(st.sampled_from(_READERS)),
        model=draw(st.sampled_from(_MODELS)),
        usage=draw(st.sampled_from(_USAGES)),
        at=draw(names.moments),
        session=draw(st.none() | names.of("session", "s", "s2")),
    )
    for field in draw(st.sets(st.sampled_from(sorted(_RARE)), max_size=3)):
        setattr(call, field, draw(st.sampled_from(_RARE[field])))
    if draw(st.integers(0, 3)) == 0:
        call.trace = draw(names.of("trace", "t", "t/x"))
        call.span = draw(st.none() | st.sampled_from("abc"))
        call.parent = draw(st.none() | st.sampled_from("ab"))
    if draw(st.integers(0, 3)) == 0:
        call.containers = (draw(names.of("container", "web_search:c")),)
    if draw(st.integers(0, 3)) == 0:
        call.started_by = draw(names.of("starter", "s"))
    response = _STRONG.format(draw(names.of("response", str(number))))
    if kind in ("id", "pass"):
        call.key, call.response_id = f"id:{response}", response
        if draw(st.integers(0, 3)) == 0:
            call.key = f"other:{file}:{draw(st.integers(0, 9))}"  # another log of the response
    if kind == "pass":
        call.scope = "pass"
        call.key = f"{call.key}#{draw(st.integers(0, 1))}"
    elif kind == "history":
        call.session = draw(names.of("history", "s", "s2"))
        call.key = f"history:{call.session}:{draw(st.integers(0, 3))}:0:0:0:0"
        call.copy_of = draw(st.none() | names.of("history", "s", "s2", "s3"))
    elif kind == "message":
        call.key = draw(names.of("message", f"opencode:{number}"))
    elif kind == "short":
        call.response_id = str(number)
        call.key = key_of(call)
    return call


_USAGES = (
    None,
    {"input": 100, "output": 10},
    {"input": 300_000},
    {"input": 0, "output": 0},
    {"output": 20, "web_search": 1},
)
_RARE: dict[str, Any] = {
    "thread": ("one", "two"),
    "turn": ("m1", "m2"),
    "scope": ("call", "turn", "session"),
    "status": ("ok", "error", "cached"),
    "tools": (("Read",),),
    "cost": (Decimal("0.5"), Decimal("0.25")),
    "latency": (1.5,),
    "unknown_keys": ({"odd": 3},),
    "final": (False,),
}


@st.composite
def _others(draw: st.DrawFn, file: str, names: _Names) -> Record:
    """What a log holds beside calls."""
    kind = draw(st.sampled_from(("link", "alias", "report")))
    if kind == "link":
        spans = draw(st.sampled_from(("ba", "cb", "ca")))
        return Link(draw(names.of("trace", "t", "t/x")), *spans)
    if kind == "alias":
        return Alias(*draw(st.tuples(*[names.of("history", "s", "s2", "s3")] * 2)))
    models = (ModelCost("claude-sonnet-4-5", Decimal(1), {"output": 40}),)
    return SessionReport(
        draw(names.of("session", "s", "s2")),
        draw(st.sampled_from((Decimal(1), Decimal(2)))),
        draw(st.sampled_from((None, models))),
        file=file,
        line=3,
    )


@st.composite
def stores(draw: st.DrawFn) -> list[Store]:
    """Stores of a few sources, whose records have names of some kinds in common."""
    common = draw(st.sets(st.sampled_from(_KINDS), max_size=2))
    sources = []
    for number in range(draw(st.integers(2, 4))):
        file = f"f{number}.jsonl"
        names = _Names(file, common)
        records: list[Record] = draw(st.lists(_calls(file, names), max_size=5))
        records += draw(st.lists(_others(file, names), max_size=2))
        store = Store()
        store.audit.files, store.audit.rows = 1, len(records)
        store.audit.session_formats = draw(st.sets(st.sampled_from(_READERS[:2])))
        if draw(st.booleans()):
            store.audit.skip(file, 7, "cut off")
        store.extend(records)
        sources.append(store)
    return sources


def read_again(stores: Sequence[Store]) -> list[ReadSource]:
    """Return stores as if they had been read anew: pricing changes calls."""
    copies: list[Store] = pickle.loads(pickle.dumps(list(stores)))
    return [ReadSource(at, store) for at, store in enumerate(copies)]


def by_parts(
    sources: Sequence[ReadSource], shards: Sequence[int], plan: Plan, table: PriceTable
) -> Part:
    """Return the sum of the parts of shards. `shards`: the shard of each source."""
    names = [names_of(source.store, places=plan.places, plain=True) for source in sources]
    formats = {name for one in sources for name in one.store.audit.session_formats}
    numbers = sorted(set(shards))
    of_shard = {
        shard: [at for at, number in enumerate(shards) if number == shard] for shard in numbers
    }
    counts = Counter(
        name for places in of_shard.values() for name in set().union(*(names[at] for at in places))
    )
    shared = {name for name, number in counts.items() if number > 1}
    parts, joined = [], []
    for shard in numbers:
        places = of_shard[shard]
        linked, alone = split([sources[at] for at in places], [names[at] for at in places], shared)
        joined += linked
        parts.append(pickle.loads(pickle.dumps(price_part(alone, formats, plan, table))))
    return add_parts([price_part(joined, formats, plan, table), *reversed(parts)])
