"""Recorded HTTP in files of text: txtar archives, httptest's R files, messages as they are sent.

A txtar archive has sections; an answer belongs to the request before it. R's httptest and httptest2
write a response as the code that makes it again. httprr and .http files hold the messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tokencost_profiles.logs.formats.http_cassette.exchanges import Exchange
from tokencost_profiles.logs.formats.http_cassette.message_fields import time_of
from tokencost_profiles.logs.http.bodies import values_of
from tokencost_profiles.logs.http.pairs import is_request

_SECTION: Final = re.compile(r"^-- (\S|\S.*\S) --[ \t]*\r?$", re.MULTILINE)
_R_FILE: Final = re.compile(r"\s*structure\(list\(")
_R_RAW: Final = re.compile(r'(?:body|content)\s*=\s*charToRaw\("((?:[^"\\]|\\.)*)"\)')
_R_BYTES: Final = re.compile(r"(?:body|content)\s*=\s*as\.raw\(c\(([^)]*)\)\)")
_R_FIELD: Final = re.compile(
    r'\b(url|method|date)`?\s*=\s*"((?:[^"\\]|\\.)*)"|\b(status_code)\s*=\s*(\d+)L?', re.IGNORECASE
)
_R_ESCAPE: Final = re.compile(
    r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{1,4}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL
)
_R_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_STARTS: Final = re.compile(
    r"^(?:(POST|GET|PUT|PATCH|DELETE) (\S+) HTTP/[\d.]+|HTTP/[\d.]+ (\d{3})[^\n]*?)[ \t]*\r?$",
    re.MULTILINE,
)
_TRAILER: Final = re.compile(r"\s*\d+ \d+\s*\Z")  # httprr: the lengths of the next two messages


def is_recording(head: str) -> bool:
    """Whether a text begins like one of these."""
    if _R_FILE.match(head) and "status_code" in head:
        return True
    if _SECTION.search(head) and ("data:" in head or '"' in head):
        return True
    return bool(_STARTS.search(head)) and "HTTP/" in head


def text_exchanges(text: str) -> Iterator[Exchange]:
    """Yield the exchanges of a text."""
    if _R_FILE.match(text):
        yield from _r_exchange(text)
    elif _SECTION.search(text):
        yield from _section_exchanges(text)
    else:
        yield from _message_exchanges(text)


def _section_exchanges(text: str) -> Iterator[Exchange]:
    """Yield an exchange a section that is no request, with the request before it."""
    marks = list(_SECTION.finditer(text))
    sent: str | None = None
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        body = text[mark.end() : following.start() if following else len(text)].strip()
        if _STARTS.match(body):
            yield from _message_exchanges(body)
            continue
        values = values_of(body, {}) or []
        if len(values) == 1 and is_request(values[0]):
            sent = body
        elif values:
            yield Exchange("POST", "", sent, 0, {}, body)


def _r_exchange(text: str) -> Iterator[Exchange]:
    fields: dict[str, str] = {}
    for name, value, number_name, number in _R_FIELD.findall(text):
        fields.setdefault((name or number_name).lower(), _r_text(value) if name else number)
    body: str | bytes | None = None
    if raw := _R_RAW.search(text):
        body = _r_text(raw[1])
    elif listed := _R_BYTES.search(text):
        codes = [int(code.strip().rstrip("L"), 0) for code in listed[1].split(",") if code.strip()]
        body = bytes(code for code in codes if 0 <= code < 256)
    headers = {"date": fields.get("date", "")}
    yield Exchange(
        fields.get("method", "POST").upper(),
        fields.get("url", ""),
        None,
        int(fields.get("status_code", 0)),
        {},
        body,
        time_of({"headers": headers}),
    )


def _r_text(literal: str) -> str:
    """Return the text of an R string."""

    def character(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "ux" and len(code) > 1:
            point = int(code[1:].strip("{}"), 16)
            return chr(point) if point < 0x110000 else "\ufffd"
        return _R_LETTERS.get(code, code)

    return _R_ESCAPE.sub(character, literal)


def _message_exchanges(text: str) -> Iterator[Exchange]:
    """Yield an exchange each response, with the request before it."""
    marks = list(_STARTS.finditer(text))
    asked: tuple[str, str, str] = ("", "", "")
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        message = text[mark.end() : following.start() if following else len(text)]
        headers, body = _message(message)
        if mark[1]:
            host = headers.get("host", "")
            url = mark[2] if "://" in mark[2] or not host else f"https://{host}{mark[2]}"
            asked = (mark[1], url, body)
        else:
            at = time_of({"headers": headers})
            yield Exchange(asked[0], asked[1], asked[2], int(mark[3]), headers, body, at)


def _message(message: str) -> tuple[Mapping[str, str], str]:
    """Return the headers and the body of a message."""
    head, _, body = message.replace("\r\n", "\n").lstrip("\n").partition("\n\n")
    headers = {}
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    body = _TRAILER.sub("", body)
    if "chunked" in headers.get("transfer-encoding", ""):
        body = _join_chunks(body)
    return headers, body


def _join_chunks(body: str) -> str:
    """Return a body out of its chunks, where it is still written in them."""
    blocks, rest = [], body
    while match := re.match(r"\s*([0-9a-fA-F]{1,8})\n", rest):
        size = int(match[1], 16)
        data = rest[match.end() :].encode()
        blocks.append(data[:size].decode("utf-8", "replace"))
        rest = data[size:].decode("utf-8", "replace")
        if not size:
            break
    return "".join(blocks) or body
