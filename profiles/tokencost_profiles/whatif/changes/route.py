"""Calls go to several models: by share, or by what each call is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles.whatif.change import Change, Flag, Step
from tokencost_profiles.whatif.parse_numbers import share_of_one

if TYPE_CHECKING:
    from tokencost_profiles.calls.call import Call
    from tokencost_profiles.whatif.replay_state import Portion, ReplayState

_LENGTH: Final = re.compile(r"(input|output)\s*(<|<=|>|>=)\s*(\d{1,15})")
_LABEL: Final = re.compile(r"(tag\.[^=!]+|[a-z]+)(!?=)(.*)")
_LABELS: Final = ("model", "provider", "project", "user", "team", "agent", "session", "branch")
ELSE: Final = "else"


class Route(NamedTuple):
    """A model and which calls it gets: a share of all, or those that meet a condition."""

    model: str
    share: Decimal | None = None
    condition: str = ELSE

    @property
    def by_length(self) -> bool:
        """Whether the condition is on how long a call is."""
        return self.share is None and _LENGTH.fullmatch(self.condition) is not None

    def takes(self, call: Call) -> bool:
        """Whether a call meets the condition."""
        return condition(self.condition)(call)


def _parse(value: Any, where: str) -> tuple[Route, ...]:
    """Read `model=A:0.9,model=B:0.1`, or `A:input<2000,B:tools,C:else`; YAML: a list or mapping."""
    entries = value if isinstance(value, list) else str(value).split(",")
    if isinstance(value, Mapping):
        entries = [f"{model}:{what}" for model, what in value.items()]
    routes = tuple(_route(str(entry).strip(), where) for entry in entries)
    if not routes:
        raise UsageError(f"{where}: no entry", hint="as MODEL:0.9,OTHER:0.1")
    shares = [route.share for route in routes if route.share is not None]
    if shares and len(shares) < len(routes):
        raise UsageError(f"{where}: give shares or conditions, not both")
    if shares and sum(shares) != 1:
        raise UsageError(f"{where}: the shares come to {sum(shares)}, not to 1")
    if not shares and routes[-1].condition != ELSE:
        raise UsageError(
            f"{where}: the last entry takes what is left", hint=f"end with MODEL:{ELSE}"
        )
    return routes


def _route(entry: str, where: str) -> Route:
    model, _, what = entry.removeprefix("model=").rpartition(":")
    if not model:
        raise UsageError(f"{where}: '{entry}' is not as MODEL:0.9, or MODEL:input<2000")
    share = share_of_one(what)
    if share is not None:
        return Route(model, share)
    condition(what)
    return Route(model, None, what)


def _apply(routes: tuple[Route, ...], portions: list[Portion], state: ReplayState) -> list[Portion]:
    return [routed for portion in portions for routed in _routed(routes, portion, state)]


def _routed(routes: tuple[Route, ...], portion: Portion, state: ReplayState) -> list[Portion]:
    """Return a portion as the models that it goes to would have been billed for it."""
    from tokencost_pricing.money import multiply
    from tokencost_profiles.whatif.other_model import on_model

    if routes[0].share is not None:
        return [
            on_model(
                portion._replace(share=multiply(portion.share, route.share)), route.model, state
            )
            for route in routes
            if route.share
        ]
    call = portion.entry.one()
    model = next(route.model for route in routes if route.takes(call))
    return [on_model(portion, model, state)]


def condition(text: str) -> Callable[[Call], bool]:
    """Return the test that a condition means. Raise `UsageError` where it means nothing."""
    if text == ELSE:
        return lambda call: True
    if text in ("tools", "no-tools"):
        return lambda call: bool(call.tools or _has_tools(call)) == (text == "tools")
    length = _LENGTH.fullmatch(text)
    if length is not None:
        side, sign, limit = length.groups()
        return lambda call: _compared(_tokens(call, side), sign, int(limit))
    label = _LABEL.fullmatch(text)
    if label is not None and (label.group(1) in _LABELS or label.group(1).startswith("tag.")):
        name, sign, wanted = label.groups()
        return lambda call: fnmatchcase(_label(call, name), wanted) == (sign == "=")
    raise UsageError(
        f"'{text}' is no condition{did_you_mean(text, ('tools', 'no-tools', ELSE))}",
        hint="as input<2000, output>500, tools, no-tools, team=web, tag.feature=search, else",
    )


def _has_tools(call: Call) -> bool:
    return any(part.role == "tools" for part in call.parts or ())


def _tokens(call: Call, side: str) -> int:
    if side == "input":
        return call.prompt_tokens
    usage = call.usage or {}
    return sum(usage.get(unit, 0) for unit in ("output", "reasoning"))


def _compared(tokens: int, sign: str, limit: int) -> bool:
    if sign == "<":
        return tokens < limit
    if sign == "<=":
        return tokens <= limit
    return tokens > limit if sign == ">" else tokens >= limit


def _label(call: Call, name: str) -> str:
    if name.startswith("tag."):
        return dict(call.tags).get(name.removeprefix("tag."), "")
    return str(getattr(call, name) or "")


CHANGE = Change(
    key="route",
    order=50,
    step=Step.MODEL,
    title="route",
    explanation=(
        "by share (`A:0.9,B:0.1`), or by what the call is: input, output, tools, no-tools, model, "
        "team, user, agent, project, tag.NAME"
    ),
    example="gpt-6-luna:input<2000,gpt-6.1-sol:else",
    flag=Flag(
        help="model=A:0.9,model=B:0.1, or A:input<2000,B:tools,C:else. Repeatable.",
        metavar="MODEL:SHARE,...",
        repeatable=True,
    ),
    parse=_parse,
    apply=_apply,
    no_ideas="which calls a smaller model answers well enough is for an evaluation to tell",
    excludes=("model", "cascade", "self_hosted"),
    needs_calls=lambda routes: any(route.by_length for route in routes),
)
