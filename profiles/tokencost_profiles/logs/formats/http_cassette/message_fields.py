"""One side of a recorded exchange: its address, status, headers and body, as tools write them.

VCR, Betamax, HAR and Polly, Nock, go-vcr, WireMock, Pact, Hoverfly, MockServer, httpmock and the
recordings of the Azure and Google SDKs differ in names and in how they wrap a value that a request
must match. Names are compared regardless of case, `_` and `-`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.http.bodies import decode_base64
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects

Side = dict[str, Any]  # by folded name

# Values that a request must match, as they are wrapped.
_MATCHERS: Final = (
    "equalTo",
    "equalToJson",
    "exactMatch",
    "exact",
    "equals",
    "matches",
    "contains",
    "value",
    "jsonMatch",
    "regexMatch",
    "globMatch",
    "is",
)
_ADDRESSES: Final = ("url", "uri", "absoluteurl", "fullurl", "requesturl", "requesturi", "href")
_PATHS: Final = ("urlpath", "path", "pathname", "urlpattern", "urlpathpattern", "urlpathtemplate")
_HOSTS: Final = ("destination", "host", "hostname", "basepath", "baseurl", "origin", "scope")
_JSON: Final = ("parsedbody", "jsonbody", "bodyjson", "json", "bodysegments", "bodyasjson")
_BASE64: Final = ("base64body", "bodyasbase64", "bodybase64", "base64")
_BODIES: Final = (
    "body",
    "content",
    "payload",
    "rawbody",
    "bodytext",
    "text",
    "data",
    "chunks",
    "events",
    "bodypatterns",
    "raw",
    "result",
)
_ENCODED: Final = ("encodedbody", "isbase64", "isbase64encoded", "base64encoded")
_FILES: Final = ("bodyfilename", "bodyfile", "file")
_TIMES: Final = (
    "recordedat",
    "recorded",
    "starteddatetime",
    "loggeddate",
    "timestamp",
    "createdat",
    "capturedat",
    "startedat",
    "date",
    "time",
)


def fold_fields(value: Any) -> Side:
    """Return the fields of a side by folded name; a body alone is under `body`."""
    if not isinstance(value, Mapping):
        return {"body": value}
    if responses.response_format_of(dict(value)) is not None:
        return {"body": dict(value)}
    return {fold_name(str(name)): held for name, held in value.items()}


def fold_name(name: str) -> str:
    """Return a name in lower case, with `_` and `-` removed."""
    return name.lower().replace("_", "").replace("-", "")


def unwrap_matcher(value: Any) -> Any:
    """Return the value inside a matcher of a request."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return unwrap_matcher(value[0]) if _is_matcher(value[0]) else value
    if isinstance(value, Mapping) and _is_matcher(value):
        return next(value[name] for name in _MATCHERS if name in value)
    return value


def _is_matcher(value: Mapping[str, Any]) -> bool:
    return len(value) <= 4 and any(name in value for name in _MATCHERS)


def url_of(request: Side, around: Side) -> str:
    """Return the address of a request, as complete as it is recorded."""
    address = _first_text(request, _ADDRESSES) or _first_text(around, _ADDRESSES)
    if address and "://" in address:
        return address
    path = address or _first_text(request, _PATHS) or _first_text(around, _PATHS) or ""
    host = _first_text(request, _HOSTS) or _first_text(around, _HOSTS)
    host = host or headers_of(request).get("host", "")
    if host and "://" not in host:
        host = f"https://{host}"
    return f"{host.rstrip('/')}/{path.lstrip('/')}" if host else path


def _first_text(side: Side, names: tuple[str, ...]) -> str | None:
    for name in names:
        value = unwrap_matcher(side.get(name))
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value:
            return value
    return None


def method_of(request: Side, around: Side) -> str:
    """Return the method of a request: POST for one with a body and no recorded method."""
    method = _first_text(request, ("method", "verb")) or _first_text(around, ("method", "verb"))
    if method:
        return method.upper()
    return "POST" if body_of(request) else ""


def status_of(response: Side, around: Side) -> int:
    """Return the status of a response, 0 where it is not recorded."""
    for side in (response, around):
        for name in ("code", "statuscode", "status", "httpstatus"):
            value = unwrap_matcher(side.get(name))
            value = (
                first_mapping({"of": value}, "of").get("code")
                if isinstance(value, Mapping)
                else value
            )
            if isinstance(value, str):
                value = int(value[:3]) if value[:3].isascii() and value[:3].isdecimal() else None
            if type(value) is int:
                return value
    return 0


def headers_of(side: Side) -> dict[str, str]:
    """Return headers by lower-case name: from mappings, lists of pairs, or one flat list."""
    headers = next(
        (side[name] for name in ("headers", "header", "rawheaders") if side.get(name)), None
    )
    values: dict[str, str] = {}
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            unwrapped = unwrap_matcher(value)
            first = unwrapped[0] if isinstance(unwrapped, list) and unwrapped else unwrapped
            values[str(name).lower()] = str(first)
    elif isinstance(headers, list):
        for entry in objects(headers):
            values[str(entry.get("name")).lower()] = str(entry.get("value"))
        if headers and isinstance(headers[0], str):
            pairs = zip(headers[::2], headers[1::2], strict=False)
            values |= {str(name).lower(): str(value) for name, value in pairs}
    return values


def body_of(side: Side) -> Any:
    """Return the body of a side: text, bytes, or JSON; None where there is none."""
    for name in _JSON:
        if isinstance(side.get(name), (dict, list)) and side[name]:
            return side[name]
        if name != "parsedbody" and isinstance(side.get(name), str) and side[name]:
            return side[name]
    posted = first_mapping(side, "postdata")
    if posted:
        return posted.get("text")
    for name in _BASE64:
        if isinstance(side.get(name), str) and side[name]:
            return decode_base64(side[name])
    for name in _BODIES:
        body = _unwrap_body(unwrap_matcher(side.get(name)))
        if isinstance(body, str) and any(side.get(mark) is True for mark in _ENCODED):
            return decode_base64(body)
        if body not in (None, "", [], {}):
            return body
    return None


def _unwrap_body(body: Any) -> Any:
    """Return the body inside an object that states its encoding."""
    if not isinstance(body, Mapping) or responses.response_format_of(dict(body)) is not None:
        return body
    if "base64_string" in body:
        return decode_base64(body["base64_string"])
    if "string" in body and len(body) <= 3:
        return body["string"]
    packed = body.get("encoding") == "base64" or body.get("encoded") in (True, "base64")
    for name in ("data", "text", "content", "value", "json", "chunks", "body", "string"):
        if name in body and len(body) <= 6 and not {"model", "messages"} & body.keys():
            held = body[name]
            if packed and isinstance(held, str) and not held.startswith("["):
                return decode_base64(held)
            return _unwrap_body(held)
    return dict(body)


def file_of(side: Side) -> str | None:
    """Return the name of a separate file that holds the body, or None."""
    return _first_text(side, _FILES)


def time_of(*sides: Side) -> float | None:
    """Return when an exchange was recorded: by the `Date` header, else by what the tool notes."""
    for side in sides:
        at = _date(headers_of(side).get("date"))
        if at is not None:
            return at
    return next(
        (at for side in sides for name in _TIMES if (at := _date(side.get(name))) is not None), None
    )


def _date(value: Any) -> float | None:
    """Return the moment of a `Date` header, or of any other time."""
    if isinstance(value, str) and "," in value:
        from email.utils import parsedate_to_datetime

        try:
            return moment(parsedate_to_datetime(value).isoformat())
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return moment(value)
