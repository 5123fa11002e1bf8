"""The syntax of Handlebars: from text to a tree."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tokencost_profiles.tokens.template_engines.handlebars_tokens import Token, tokens_of
from tokencost_profiles.tokens.template_engines.template import TemplateError

_WORD: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<mark>[()|])"""
    r"""|(?P<hash>[\w$@.-]+=)|(?P<word>(?:\[[^\]]*\]|[^\s()"'|=])+)|(?P<other>\S))""",
    re.DOTALL,
)


class Literal(NamedTuple):
    """A text, a number, true, false, or nothing."""

    value: str | int | float | bool | None


class Path(NamedTuple):
    """The name of a value: `user.name`, `../title`, `@index`, `this`."""

    text: str


class Call(NamedTuple):
    """A helper with what it is called on."""

    name: str
    arguments: tuple[Expression, ...]
    named: tuple[tuple[str, Expression], ...]


Expression = Literal | Path | Call


class Output(NamedTuple):
    """A place where something is written."""

    expression: Expression


class Partial(NamedTuple):
    """Another template that is put in here."""

    name: str


class Block(NamedTuple):
    """`{{#name ...}} ... {{else}} ... {{/name}}`; `{{^name}}` has only what is after `else`."""

    name: str
    expression: Expression
    parameters: tuple[str, ...]
    body: tuple[Node, ...]
    inverse: tuple[Node, ...]


Node = str | Output | Partial | Block


def parse(source: str) -> tuple[Node, ...]:
    """Return the tree of a template. Raise `TemplateError` where it is not Handlebars."""
    parser = _Parser(tokens_of(source))
    try:
        nodes, _ = parser.nodes(None)
    except RecursionError:
        raise TemplateError("nested too deeply") from None
    return nodes


class _Parser:
    """Makes a tree of tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def nodes(self, opened: Token | None) -> tuple[tuple[Node, ...], Token | None]:
        """Return the nodes up to what ends a block, and the token that ends it."""
        nodes: list[Node] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.kind == "text":
                if token.text:
                    nodes.append(token.text)
            elif token.kind == "output":
                nodes.append(Output(_expression(token)))
            elif token.kind == "partial":
                nodes.append(Partial(token.text.split()[0] if token.text else ""))
            elif token.kind in ("open", "invert"):
                nodes.append(self._block(token))
            elif opened is not None and token.kind in ("close", "else"):
                return tuple(nodes), token
            # What closes nothing is passed over: a helper without a block may be written so.
        if opened is not None:
            raise TemplateError(f"'{{{{#{opened.text}}}}}' is not closed", opened.line)
        return tuple(nodes), None

    def _block(self, token: Token) -> Block:
        text, _, names = token.text.partition(" as |")
        expression = _expression(token._replace(text=text))
        body, end = self.nodes(token)
        inverse: tuple[Node, ...] = ()
        while end is not None and end.kind == "else":
            if end.text:  # else if
                inverse = (self._else_chain(end, token),)
                end = None
            else:
                inverse, end = self.nodes(token)
        if end is not None:
            name = _name(expression)
            if end.text and name and end.text != name:
                raise TemplateError(
                    f"'{{{{#{name}}}}}' is closed by '{{{{/{end.text}}}}}'", end.line
                )
        if token.kind == "invert":
            body, inverse = inverse, body
        parameters = tuple(names.rstrip("| ").split())
        return Block(_name(expression), expression, parameters, body, inverse)

    def _else_chain(self, token: Token, outer: Token) -> Block:
        """Return the block of an `else if`: it ends where the outer one does."""
        expression = _expression(token)
        body, end = self.nodes(outer)
        inverse: tuple[Node, ...] = ()
        if end is not None and end.kind == "else":
            if end.text:
                inverse = (self._else_chain(end, outer),)
            else:
                inverse, _ = self.nodes(outer)
        return Block(_name(expression), expression, (), body, inverse)


def _name(expression: Expression) -> str:
    if isinstance(expression, Call):
        return expression.name
    return expression.text if isinstance(expression, Path) else ""


def _expression(token: Token) -> Expression:
    words = [match for match in _WORD.finditer(token.text) if match[0].strip()]
    if not words:
        raise TemplateError("'{{}}' names nothing", token.line)
    expression, rest = _call(words, token.line)
    if rest:
        raise TemplateError(f"'{rest[0][0].strip()}' is out of place", token.line)
    return expression


_Words = list[re.Match[str]]


def _call(words: _Words, line: int) -> tuple[Expression, _Words]:
    first, words = _value(words, line)
    arguments: list[Expression] = []
    named: list[tuple[str, Expression]] = []
    while words and words[0]["mark"] != ")":
        if words[0]["hash"]:
            key = words[0]["hash"][:-1]
            value, words = _value(words[1:], line)
            named.append((key, value))
        else:
            value, words = _value(words, line)
            arguments.append(value)
    if not arguments and not named:
        return first, words
    name = first.text if isinstance(first, Path) else str(getattr(first, "value", ""))
    return Call(name, tuple(arguments), tuple(named)), words


def _value(words: _Words, line: int) -> tuple[Expression, _Words]:
    if not words:
        raise TemplateError("a value is missing", line)
    word, rest = words[0], words[1:]
    if word["mark"] == "(":
        inner, rest = _call(rest, line)
        if not rest or rest[0]["mark"] != ")":
            raise TemplateError("'(' is not closed", line)
        if isinstance(inner, Path):
            inner = Call(inner.text, (), ())
        return inner, rest[1:]
    if word["text"]:
        return Literal(re.sub(r"\\(.)", r"\1", word["text"][1:-1])), rest
    if word["word"]:
        return _literal(word["word"]), rest
    raise TemplateError(f"'{word[0].strip()}' is out of place", line)


def _literal(word: str) -> Expression:
    constants: dict[str, bool | None] = {
        "true": True,
        "false": False,
        "null": None,
        "undefined": None,
    }
    if word in constants:
        return Literal(constants[word])
    if re.fullmatch(r"-?\d{1,15}", word):
        return Literal(int(word))
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", word):
        return Literal(float(word))
    return Path(word)
