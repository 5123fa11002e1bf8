"""Handlebars cut into texts and tags, with the white space that tags take with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tokencost_profiles.tokens.template_engines.template import TemplateError

_TAG: Final = re.compile(
    r"\{\{\{\{(?P<raw>\s*/?[^}]*?)\}\}\}\}|\{\{\{(?P<triple>.*?)\}\}\}"
    r"|\{\{~?!--.*?--~?\}\}|\{\{(?P<body>.*?)\}\}",
    re.DOTALL,
)
_BEFORE: Final = re.compile(r"(?:^|\n)[ \t]*\Z")
_AFTER: Final = re.compile(r"[ \t]*(?:\r?\n|\Z)")


class Token(NamedTuple):
    """A text, or a tag with its kind."""

    kind: str  # text, output, open, invert, else, close, partial, comment
    text: str
    line: int


def tokens_of(source: str) -> list[Token]:
    """Return the texts and tags of a template. Raise `TemplateError` for a tag that never ends."""
    return list(_trim(list(_tokens(source))))


def _tokens(source: str) -> Iterator[Token]:
    at, line = 0, 1
    raw_end: str | None = None
    for match in _TAG.finditer(source):
        if match.start() < at:
            continue
        text = source[at : match.start()]
        at = match.end()
        if raw_end is not None:
            closing = (match["raw"] or "").strip()
            if closing == raw_end:
                yield Token("text", text, line)
                raw_end = None
            else:
                yield Token("text", text + match[0], line)
        elif match["raw"] is not None:
            yield Token("text", text, line)
            raw_end = "/" + (match["raw"].split() or [""])[0]
        elif text.endswith("\\\\"):
            yield Token("text", text[:-1], line)
            yield _tag(match, line + text.count("\n"))
        elif text.endswith("\\"):
            yield Token("text", text[:-1] + match[0], line)
        else:
            yield Token("text", text, line)
            yield _tag(match, line + text.count("\n"))
        line += text.count("\n") + match[0].count("\n")
    rest = source[at:]
    if re.search(r"(?<!\\)\{\{", rest):
        before = rest[: rest.index("{{")].count("\n")
        raise TemplateError("'{{' is not closed", line + before)
    yield Token("text", rest, line)


def _tag(match: re.Match[str], line: int) -> Token:
    if match["triple"] is not None:
        return Token("output", match["triple"].strip(), line)
    body = match[0][2:-2]
    left, right = body.startswith("~"), body.endswith("~")
    body = body.strip("~").strip()
    kind, text = _kind(body)
    return Token(kind + ("<" if left else "") + (">" if right else ""), text, line)


def _kind(body: str) -> tuple[str, str]:
    if body.startswith("!"):
        return "comment", ""
    if body.startswith(("#>", ">")):
        return "partial", body.lstrip("#> ")
    if body.startswith("#*"):
        return "comment", ""  # a decorator writes nothing
    if body.startswith("#"):
        return "open", body[1:].strip()
    if body.startswith("/"):
        return "close", body[1:].strip()
    if body in ("^", "else"):
        return "else", ""
    if body.startswith("else "):
        return "else", body[5:].strip()
    if body.startswith("^"):
        return "invert", body[1:].strip()
    return "output", body.removeprefix("&").strip()


def _trim(tokens: list[Token]) -> Iterator[Token]:
    """Strip the white space around `~` tags, and that of lines that hold only a tag."""
    texts = {at: token.text for at, token in enumerate(tokens) if token.kind == "text"}
    trimmed = dict(texts)
    last = len(tokens) - 1
    for at, token in enumerate(tokens):
        kind = token.kind.rstrip("<>")
        if kind == "text":
            continue
        if "<" in token.kind and at - 1 in texts:
            texts[at - 1] = texts[at - 1].rstrip()
        if ">" in token.kind and at + 1 in texts:
            texts[at + 1] = texts[at + 1].lstrip()
        if kind == "output":
            continue
        before, after = trimmed.get(at - 1, ""), trimmed.get(at + 1, "")
        starts = _BEFORE.search(before) and (at <= 1 or "\n" in before)
        ends = _AFTER.match(after) and (at >= last - 1 or "\n" in after)
        if starts and ends:
            if at - 1 in texts:
                texts[at - 1] = texts[at - 1].rstrip(" \t")
            if at + 1 in texts:
                texts[at + 1] = _AFTER.sub("", texts[at + 1], count=1)
    for at, token in enumerate(tokens):
        yield token._replace(kind=token.kind.rstrip("<>"), text=texts.get(at, token.text))
