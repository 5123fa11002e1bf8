"""Handlebars, as far as prompts use it.

Read: values (`{{name}}`, `{{user.name}}`, `{{this}}`, `{{../x}}`, `{{@index}}`), `#if`, `#unless`,
`#each`, `#with`, sections, `else`, comments, raw blocks, white space control; `role` and `media`.
Any other helper, and every partial, is left open under its name. Nothing is escaped, as prompt
libraries ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.tokens.template_engines.handlebars_syntax import (
    Block,
    Call,
    Expression,
    Literal,
    Node,
    Output,
    Partial,
    Path,
    parse,
)
from tokencost_profiles.tokens.template_engines.template import (
    MARK,
    MOST_TEXT,
    Engine,
    Rendered,
    TemplateError,
    as_printed,
)


class Unfilled(NamedTuple):
    """The value of a place that nothing fills."""

    label: str
    is_item: bool = False  # of a loop: what is looked up in it bears the name of the list


class _Scope(NamedTuple):
    value: Any
    data: Mapping[str, Any]  # @index and so on, and block parameters
    outer: _Scope | None = None


def render(source: str, values: Mapping[str, Any], longest: bool) -> Rendered:
    """Render a template; see `Engine`."""
    writer = _Writer(values, longest)
    try:
        writer.write(parse(source), _Scope(values, {}))
    except RecursionError:
        raise TemplateError("nested too deeply") from None
    return Rendered("".join(writer.blocks), tuple(writer.open))


class _Writer:
    """Writes a tree, and remembers what was open."""

    def __init__(self, values: Mapping[str, Any], longest: bool) -> None:
        self._root = values
        self._longest = longest
        self._size = 0
        self.blocks: list[str] = []
        self.open: dict[str, None] = {}

    def write(self, nodes: Iterable[Node], scope: _Scope) -> None:
        """Write nodes one after the other."""
        for node in nodes:
            if isinstance(node, str):
                self._add(node)
            elif isinstance(node, Output):
                self._add(self._text(self._value(node.expression, scope)))
            elif isinstance(node, Partial):
                self.open[f"> {node.name}"] = None
            else:
                self._block(node, scope)

    def _add(self, text: str) -> None:
        self._size += len(text)
        if self._size > MOST_TEXT:
            raise TemplateError(f"renders to more than {MOST_TEXT >> 20} MB")
        self.blocks.append(text)

    def _text(self, value: Any) -> str:
        if isinstance(value, Unfilled):
            self.open[value.label] = None
            return ""
        return as_printed(value)

    def _value(self, expression: Expression, scope: _Scope) -> Any:
        if isinstance(expression, Literal):
            return expression.value
        if isinstance(expression, Path):
            return self._lookup(expression.text, scope)
        return self._help(expression, scope)

    def _help(self, call: Call, scope: _Scope) -> Any:
        if call.name == "role" and call.arguments:
            role = self._text(self._value(call.arguments[0], scope))
            return f"{MARK}role {role}{MARK}" if role else ""
        if call.name == "media":
            named = dict(call.named)
            url, kind = (
                self._text(self._value(named[name], scope)) if name in named else ""
                for name in ("url", "contentType")
            )
            return f"{MARK}media {kind or '-'} {url}{MARK}"
        self.open[call.name] = None
        return Unfilled(call.name)

    def _lookup(self, path: str, scope: _Scope) -> Any:
        steps = [step.strip("[]") for step in path.replace("/", ".").split(".") if step]
        if path.startswith("@root"):
            return _value_at(self._root, steps[1:], path.removeprefix("@root.") or path)
        while path.startswith("../"):
            path, scope = path[3:], scope.outer or scope
        name = path.removeprefix("this.").removeprefix("this/").removeprefix("./")
        steps = [step.strip("[]") for step in name.replace("/", ".").split(".") if step]
        if name in ("this", "", "."):
            return scope.value
        inner: _Scope | None = scope
        while inner is not None:
            if steps[0] in inner.data:
                return _value_at(inner.data[steps[0]], steps[1:], name)
            inner = inner.outer
        if path.startswith("@"):
            return Unfilled(path)
        return _value_at(scope.value, steps, name)

    def _block(self, block: Block, scope: _Scope) -> None:
        expression = block.expression
        argument = (
            expression.arguments[0]
            if isinstance(expression, Call) and (expression.arguments)
            else None
        )
        if block.name in ("if", "unless", "each", "with") and argument is not None:
            value = self._value(argument, scope)
            if block.name == "unless" and not isinstance(value, Unfilled):
                value = not value
            writing = {"each": self._each, "with": self._with}.get(block.name, self._if)
            writing(block, value, scope)
        elif isinstance(expression, Call):
            self.open[expression.name] = None
            self.write(block.body if self._longest else (), scope)
        else:
            self._section(block, self._value(expression, scope), scope)

    def _if(self, block: Block, value: Any, scope: _Scope) -> None:
        self.write(block.body if self._is_true(value) else block.inverse, scope)

    def _is_true(self, value: Any) -> bool:
        if isinstance(value, Unfilled):
            self.open[value.label] = None
            return self._longest
        return bool(value)

    def _with(self, block: Block, value: Any, scope: _Scope) -> None:
        if not self._is_true(value):
            self.write(block.inverse, scope)
            return
        if isinstance(value, Unfilled):
            value = value._replace(is_item=True)
        self.write(block.body, _Scope(value, _block_parameters(block, value), scope))

    def _each(self, block: Block, value: Any, scope: _Scope) -> None:
        if not self._is_true(value):
            self.write(block.inverse, scope)
            return
        pairs: list[tuple[Any, Any]]
        if isinstance(value, Unfilled):
            pairs = [(0, value._replace(is_item=True))]
        elif isinstance(value, Mapping):
            pairs = list(value.items())
        elif isinstance(value, (list, tuple)):
            pairs = list(enumerate(value))
        else:
            pairs = []
        for at, (key, item) in enumerate(pairs):
            data = {
                "@index": at,
                "@key": key,
                "@first": at == 0,
                "@last": at == len(pairs) - 1,
                **_block_parameters(block, item, key),
            }
            self.write(block.body, _Scope(item, data, scope))

    def _section(self, block: Block, value: Any, scope: _Scope) -> None:
        """Write a block that is named after a value: once for each of a list, else where true."""
        if isinstance(value, (list, tuple)):
            self._each(block, value, scope)
        elif isinstance(value, (Mapping, Unfilled)):
            self._with(block, value, scope)
        else:
            self._if(block, value, scope)


def _block_parameters(block: Block, *values: Any) -> dict[str, Any]:
    return dict(zip(block.parameters, values, strict=False))


def _value_at(value: Any, steps: Iterable[str], label: str) -> Any:
    for step in steps:
        if isinstance(value, Unfilled):
            if not value.is_item and step != "length":
                value = Unfilled(f"{value.label}.{step}")
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, (list, tuple)) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif step == "length" and isinstance(value, (list, tuple, str)):
            value = len(value)
        else:
            return Unfilled(label)
    return value


ENGINE: Final = Engine("handlebars", render)
