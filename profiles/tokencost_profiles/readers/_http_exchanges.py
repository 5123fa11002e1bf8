"""Recorded HTTP exchanges, whichever tool recorded them: VCR, Betamax, HAR, Nock.

All of them pair a request with a response; they differ in names and in how they write bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.meters.base import inner
from tokencost_profiles.readers._http_bodies import decoded64
from tokencost_profiles.responses.base import moment


class Exchange(NamedTuple):
    """One request and what came back."""

    method: str
    url: str
    sent: Any  # a body: text, bytes, or JSON
    status: int
    headers: Mapping[str, str]  # of the response, in small letters
    body: Any
    at: float | None = None
    latency: float | None = None


def exchanges(document: Any) -> Iterator[Exchange]:
    """Yield the exchanges of a recording."""
    rows: Any = document
    if isinstance(document, Mapping):
        rows = document.get("interactions", document.get("http_interactions"))
        if rows is None:
            rows = inner(document, "log").get("entries")
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, Mapping):
            continue
        if "scope" in row and "path" in row:
            yield _of_nock(row)
        elif isinstance(row.get("request"), Mapping):
            yield _of_pair(row)


def _of_pair(row: Mapping[str, Any]) -> Exchange:
    request, response = inner(row, "request"), inner(row, "response")
    headers = _headers(response.get("headers"))
    recorded = row.get("recorded_at") or row.get("startedDateTime")
    took = row.get("time")
    return Exchange(
        str(request.get("method") or "").upper(),
        str(request.get("uri") or request.get("url") or ""),
        _body(request),
        _status(response),
        headers,
        _body(response),
        _date(headers.get("date")) or _date(recorded),
        took / 1000 if isinstance(took, (int, float)) and 0 < took < 1e9 else None,
    )


def _of_nock(row: Mapping[str, Any]) -> Exchange:
    """Return an exchange of Nock; a packed answer is written in hexadecimal."""
    headers = _headers(row.get("rawHeaders") or row.get("headers"))
    body = row.get("response")
    pieces = body if isinstance(body, list) and all(isinstance(p, str) for p in body) else None
    if pieces and "content-encoding" in headers:
        try:
            body = bytes.fromhex("".join(pieces))
        except ValueError:
            body = None
    status = row.get("status")
    return Exchange(
        str(row.get("method") or "").upper(), f"{row.get('scope')}{row.get('path')}",
        row.get("body"), status if type(status) is int else 0, headers, body,
        _date(headers.get("date")),
    )  # fmt: skip


def _status(response: Mapping[str, Any]) -> int:
    for value in (
        response.get("code"), response.get("status_code"), response.get("status"),
        inner(response, "status").get("code"),
    ):  # fmt: skip
        if type(value) is int:
            return value
    return 0


def _headers(headers: Any) -> dict[str, str]:
    """Return headers by small name: mappings, lists of pairs, or one flat list."""
    found: dict[str, str] = {}
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            first = value[0] if isinstance(value, list) and value else value
            found[str(name).lower()] = str(first)
    elif isinstance(headers, list):
        for entry in headers:
            if isinstance(entry, Mapping):
                found[str(entry.get("name")).lower()] = str(entry.get("value"))
        if headers and isinstance(headers[0], str):
            pairs = zip(headers[::2], headers[1::2], strict=False)
            found |= {str(name).lower(): str(value) for name, value in pairs}
    return found


def _body(side: Mapping[str, Any]) -> Any:
    """Return the body of a request or a response, wherever it stands."""
    if isinstance(side.get("parsed_body"), (dict, list)):
        return side["parsed_body"]
    posted = inner(side, "postData")
    if posted:
        return posted.get("text")
    content = inner(side, "content")
    if content:
        kept = content.get("text")
        return decoded64(kept) if content.get("encoding") == "base64" else kept
    body = side.get("body", side.get("content"))
    if not isinstance(body, Mapping):
        return body
    if "base64_string" in body:
        return decoded64(body["base64_string"])
    if "string" in body:
        return body["string"]
    if body.get("encoding") == "base64":
        return decoded64(body.get("data"))
    return dict(body)


def _date(value: Any) -> float | None:
    """Return the moment of a `Date` header, or of any other time."""
    if isinstance(value, str) and "," in value:
        from email.utils import parsedate_to_datetime

        try:
            return moment(parsedate_to_datetime(value).isoformat())
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return moment(value)


def loaded_yaml(content: str, shown: str) -> Any:
    """Load a YAML recording. One that is cut off is read up to its last whole exchange."""
    try:
        return _yaml(content)
    except ValueError as error:
        last = max(content.rfind("\n- request:"), content.rfind("\n  - request:"))
        if last > 0:
            try:
                return _yaml(content[:last])
            except ValueError:
                pass
        raise InputError(f"{shown}: not YAML: {error}") from error


def _yaml(content: str) -> Any:
    """Load YAML with tags of any language taken for what they wrap. Raise `ValueError`."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    loader_class: Any = type("Loader", (base,), {})

    def plain(loader: Any, suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    loader_class.add_multi_constructor("", plain)
    try:
        return yaml.load(content, loader_class)
    except (yaml.YAMLError, RecursionError, OverflowError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error)
        raise ValueError(f"{line}{str(problem).splitlines()[0] if problem else ''}") from error
