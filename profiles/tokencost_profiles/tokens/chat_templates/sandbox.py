"""Jinja2 as servers render chat templates with it, sandboxed, with bounds on time and text."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic
from typing import Any, Final, NoReturn

from jinja2 import Template, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from tokencost_profiles.tokens.template_engines.jinja_sandbox import Refusal, Sandbox
from tokencost_profiles.tokens.template_engines.template import MOST_TEXT

SECONDS: Final = 10.0  # that one conversation may take
_MOST_STEPS: Final = 1_000_000  # rounds of loops, calls and outputs, all together
_MOST_NUMBER: Final = 1_000_000  # that a call takes: a width, a count
_GROWING: Final = frozenset(("replace", "join", "format", "format_map"))
_OF_LISTS: Final = frozenset(("append", "extend", "insert", "pop", "remove"))
_WIDE_FORMAT: Final = re.compile(r"\{[^{}]*\d{5}")


class TemplateRefusal(Exception):
    """The template itself says that a conversation is none it takes: `raise_exception`."""


class _Generation(Extension):
    """`{% generation %}`: marks what the model wrote; its text is written out as it stands."""

    def parse(self, parser: Parser) -> nodes.Node:
        """Return the statements between the tags, in their scope."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body, lineno=line)


_Generation.tags = {"generation"}


class Budget:
    """What a rendering may still take, of steps, of text and of time."""

    def __init__(self) -> None:
        self._steps, self._text, self._end = 0, 0, 0.0

    def start(self) -> None:
        """Begin one rendering."""
        self._steps, self._text = _MOST_STEPS, MOST_TEXT
        self._end = monotonic() + SECONDS

    def step(self) -> None:
        """Note a round of a loop, a call, or an output."""
        self._steps -= 1
        if self._steps < 0:
            raise Refusal("unbounded loops")
        if monotonic() > self._end:
            raise Refusal(f"more than {SECONDS:.0f} seconds for one conversation")

    def write(self, size: int) -> None:
        """Note text of a size."""
        self.step()
        self._text -= size
        if self._text < 0:
            raise Refusal(f"more than {MOST_TEXT >> 20} MB of text")

    def rounds(self, values: Iterable[Any]) -> Iterator[Any]:
        """Yield values, each a round of a loop."""
        for value in values:
            self.step()
            yield value

    def joined(self, values: Sequence[Any]) -> str:
        """Join what `~` stands between."""
        texts = [str(value) for value in values]
        self.write(sum(map(len, texts)))
        return "".join(texts)


class ChatSandbox(Sandbox):
    """What renders one chat template, with the names that servers let it use."""

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_Generation, "jinja2.ext.loopcontrols"],
            cache_size=0,
        )
        self.budget = Budget()
        self.filters = {
            name: self._measured(name, function) for name, function in self.filters.items()
        }
        self.filters |= {
            "tojson": _json,
            "counted_rounds": self.budget.rounds,
            "joined_texts": self.budget.joined,
        }
        self.globals["raise_exception"] = _refuse
        self.globals.pop("lipsum", None)

    def compiled(self, source: str) -> Template:
        """Compile a template. Raise what Jinja2 raises of one that is malformed."""
        parsed = self.parse(source)
        for holder in [parsed, *parsed.find_all(nodes.Node)]:
            _count_rounds(holder)
        return self.from_string(parsed)

    def concat(self, texts: Iterable[str]) -> str:
        """Join the text of a macro or a block."""
        return self.budget.joined(list(texts))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may see an attribute: lists may change, which are copies."""
        return (isinstance(obj, list) and attr in _OF_LISTS) or super().is_safe_attribute(
            obj, attr, value
        )

    def call(self, context: Any, function: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call a function, a macro, or a method of a text."""
        self.budget.step()
        values = (*arguments, *named.values())
        if any(isinstance(value, int) and abs(value) > _MOST_NUMBER for value in values):
            raise Refusal("an unbounded width or count")
        method = getattr(function, "__wrapped__", function)  # `format` is wrapped
        owner, name = getattr(method, "__self__", None), getattr(method, "__name__", "")
        if isinstance(owner, list) and name == "extend" and arguments:
            self.budget.write(len(arguments[0]))
        if isinstance(owner, str) and name in _GROWING:
            self._foresee(name, (owner, *arguments))
        return super().call(context, function, *arguments, **named)

    def _measured(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def measured(*arguments: Any, **named: Any) -> Any:
            values = arguments[1:]  # the first may be the context
            if any(isinstance(value, int) and abs(value) > _MOST_NUMBER for value in values):
                raise Refusal("an unbounded width or count")
            texts = tuple(value for value in arguments if isinstance(value, (str, list, tuple)))
            self._foresee(name, texts)
            result = function(*arguments, **named)
            self.budget.write(len(result) if isinstance(result, str) else 0)
            return result

        return measured

    def _foresee(self, name: str, values: tuple[Any, ...]) -> None:
        """Note the text that a method or filter is going to return, before it does."""
        first, rest = values[0] if values else "", values[1:]
        if name == "replace" and len(rest) > 1 and isinstance(first, str):
            self.budget.write(first.count(str(rest[0])) * len(str(rest[1])))
        elif name == "join":
            self.budget.write(sum(len(str(part)) for value in values for part in value))
        elif name in ("format", "format_map") and _WIDE_FORMAT.search(str(first)):
            raise Refusal("an unbounded width")
        elif name == "indent" and isinstance(first, str):
            self.budget.write(first.count("\n") * max((len(str(one)) for one in rest), default=0))


def goes_through_parts(sandbox: ChatSandbox, source: str) -> bool:
    """Whether a template has a loop over the content of a message.

    Servers hand such a template the parts of a message, and others its text.
    """
    parsed = sandbox.parse(source)
    names = {
        assigned.target.name
        for assigned in parsed.find_all(nodes.Assign)
        if isinstance(assigned.target, nodes.Name) and _is_content(assigned.node, frozenset())
    }
    return any(_is_content(loop.iter, frozenset(names)) for loop in parsed.find_all(nodes.For))


def _is_content(node: Any, names: frozenset[str]) -> bool:
    match node:
        case nodes.Getitem(arg=nodes.Const(value="content")) | nodes.Getattr(attr="content"):
            return True
        case nodes.Filter(node=inner):
            return _is_content(inner, names)
        case nodes.Name(name=name):
            return name in names
    return False


def _count_rounds(holder: nodes.Node) -> None:
    """Let loops, and texts that are joined, be counted."""
    for field, value in list(holder.iter_fields()):
        if isinstance(value, list):
            setattr(holder, field, [_counted_text(one) for one in value])
        else:
            setattr(holder, field, _counted_text(value))
    if isinstance(holder, nodes.For):
        holder.iter = nodes.Filter(
            holder.iter, "counted_rounds", [], [], None, None, lineno=holder.lineno
        )


def _counted_text(node: Any) -> Any:
    if not isinstance(node, nodes.Concat):
        return node
    texts = nodes.List(node.nodes, lineno=node.lineno)
    return nodes.Filter(texts, "joined_texts", [], [], None, None, lineno=node.lineno)


def _refuse(message: Any = "") -> NoReturn:
    raise TemplateRefusal(str(message))


def _json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Write JSON as servers let templates write it: no character is escaped for HTML."""
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
    )
