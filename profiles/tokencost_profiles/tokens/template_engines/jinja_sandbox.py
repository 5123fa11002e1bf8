"""The sandbox that Jinja2 templates run in."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from jinja2.sandbox import ImmutableSandboxedEnvironment

from tokencost_profiles.tokens.template_engines.jinja_open import Open
from tokencost_profiles.tokens.template_engines.template import MOST_TEXT, JsonList, JsonMap

if TYPE_CHECKING:
    from jinja2 import Undefined

_MOST_ROUNDS: Final = 1_000_000  # of all loops over ranges
_MOST_BITS: Final = 4096  # of a number that a power makes
_CONSTANTS: Final = 10_000  # the largest width or count that a filter takes


class Refusal(Exception):
    """A template that asks for what it must not have, or for too much."""


class _Filters(dict[str, Any]):
    """Filters, or tests, by name: one that is not known gives an open place of its name."""

    def __init__(self, known: dict[str, Any], unknown: Callable[[str], Any]) -> None:
        super().__init__(known)
        self._unknown = unknown

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]

    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name) if name in self else self._unknown(name)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 that refuses attributes of Python's, other templates, and unbounded numbers."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may see an attribute of a value."""
        # Lists are built up so; what a template may change is a copy.
        return (isinstance(obj, list) and attr == "append") or super().is_safe_attribute(
            obj, attr, value
        )

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Refuse what a template may not see."""
        raise Refusal(f"'{attribute}' is not for templates")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Return what an operator makes, unless that is unbounded."""
        if isinstance(left, Open) or isinstance(right, Open):
            return super().call_binop(context, operator, left, right)
        sizes = [len(side) for side in (left, right) if isinstance(side, (str, list, tuple))]
        numbers = [abs(side) for side in (left, right) if isinstance(side, int)]
        if operator == "*" and sizes and numbers and max(sizes) * max(numbers) > MOST_TEXT:
            raise Refusal("an unbounded text or list")
        if operator == "+" and sum(sizes) > MOST_TEXT:
            raise Refusal("an unbounded text or list")
        if (
            operator == "**"
            and len(numbers) == 2
            and (numbers[0].bit_length() * numbers[1] > _MOST_BITS)
        ):
            raise Refusal("an unbounded number")
        if operator == "%" and isinstance(left, str) and any(map(str.isdigit, left)):
            raise Refusal("a width inside '%'")
        return super().call_binop(context, operator, left, right)


def environment(open_class: type[Open]) -> ImmutableSandboxedEnvironment:
    """Return what parses and renders one template; its open places are of the class."""
    sandbox = Sandbox(
        undefined=_as_undefined(open_class),
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        finalize=_source_text,
        cache_size=0,
    )
    known = {name: _guard(function) for name, function in sandbox.filters.items()}
    known |= {
        "default": sandbox.filters["default"],
        "d": sandbox.filters["default"],
        "open_template": functools.partial(_open_template, open_class),
        "open_tuples": _open_tuples,
        "open_tuple": _open_tuple,
    }
    sandbox.filters = _Filters(
        known, lambda name: functools.partial(_open_filter, open_class, name)
    )
    tests = dict(sandbox.tests)
    tests["defined"] = lambda value: value._condition() if isinstance(value, Open) else True
    tests["undefined"] = lambda value: not value._condition() if isinstance(value, Open) else False
    sandbox.tests = _Filters(tests, lambda name: functools.partial(_open_test, open_class, name))
    sandbox.globals.pop("lipsum", None)
    sandbox.globals["range"] = _Rounds()
    return sandbox


def _as_undefined(open_class: Any) -> type[Undefined]:
    undefined: type[Undefined] = open_class
    return undefined


def _source_text(value: Any) -> Any:
    if isinstance(value, (JsonList, JsonMap)) and value.source:
        return value.source
    return value


class _Rounds:
    """`range`, with a bound on the rounds of all loops together."""

    def __init__(self) -> None:
        self._left = _MOST_ROUNDS

    def __call__(self, *bounds: Any) -> _Counted:
        rounds = range(*(int(bound) for bound in bounds))
        if len(rounds) > _MOST_ROUNDS:
            raise Refusal("an unbounded range")
        return _Counted(rounds, self)

    def take(self) -> None:
        """Note one more round."""
        self._left -= 1
        if self._left < 0:
            raise Refusal("unbounded loops")


class _Counted:
    """A range whose rounds are counted."""

    def __init__(self, rounds: range, counter: _Rounds) -> None:
        self._rounds, self._counter = rounds, counter

    def __iter__(self) -> Iterator[int]:
        for at in self._rounds:
            self._counter.take()
            yield at

    def __len__(self) -> int:
        return len(self._rounds)

    def __contains__(self, value: object) -> bool:
        return value in self._rounds

    def __getitem__(self, at: Any) -> Any:
        return self._rounds[at]


def _guard(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that gives an open place back where it cannot work on it."""

    @functools.wraps(function)
    def guarded(*arguments: Any, **named: Any) -> Any:
        values = [*arguments, *named.values()]
        if any(isinstance(value, int) and abs(value) > _CONSTANTS for value in values[1:]):
            raise Refusal("an unbounded width or count")
        unfilled = next((value for value in values if isinstance(value, Open)), None)
        if unfilled is None:
            return function(*arguments, **named)
        try:
            return function(*arguments, **named)
        except Exception:
            return unfilled._item()

    return guarded


def _open_filter(open_class: type[Open], name: str, *_: Any, **__: Any) -> Open:
    return open_class(name=name, label=f"| {name}")._item()


def _open_test(open_class: type[Open], name: str, *_: Any, **__: Any) -> bool:
    return open_class(name=name, label=f"is {name}")._condition()


def _open_template(open_class: type[Open], template: Any, kind: str) -> Open:
    return open_class(name=kind, label=f"{kind} {template}".strip(), is_item=True)


def _open_tuples(values: Any, count: int) -> Any:
    if isinstance(values, Open):
        return [(item,) * count for item in values]
    return [(item,) * count if isinstance(item, Open) else item for item in values]


def _open_tuple(value: Any, count: int) -> Any:
    return (value._item(),) * count if isinstance(value, Open) else value
