"""Bodies of recorded HTTP exchanges: unpacked, and read as the JSON values they hold."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.files.log_file import lenient_json
from tokencost_profiles.providers.streams import sse_events

_EVENT_STREAM: Final = "application/vnd.amazon.eventstream"
_FIELD: Final = re.compile(
    r'Content-Disposition: form-data; name="([a-z_]{1,40})"\r?\n'
    r"(?:Content-[^\n]*\n)*\r?\n([^\r\n]*)",
    re.IGNORECASE,
)
_LARGEST: Final = 256 << 20  # unpacked
_FRAME: Final = 16  # bytes around the payload of an event: lengths and checksums


def values_of(body: Any, headers: Mapping[str, str]) -> list[Any] | None:
    """Return the JSON values of a body: one, or the events of a stream. None: it cannot be read."""
    if isinstance(body, list) and body and all(isinstance(block, str) for block in body):
        return _values_of_chunks(body, headers)
    if isinstance(body, (dict, list)):
        return [body]
    if isinstance(body, str):
        if not body.startswith("\x1f\x8b") and _EVENT_STREAM not in headers.get("content-type", ""):
            return _join_texts(_values_of_text(body), headers)
        body = body.encode("latin-1", "replace")
    if not isinstance(body, bytes):
        return []
    data = _decompress(body, headers.get("content-encoding", ""))
    if data is None:
        return None
    if _EVENT_STREAM in headers.get("content-type", ""):
        return list(_events(data))
    return _values_of_text(data.decode("utf-8", "replace"))


def _join_texts(values: list[Any], headers: Mapping[str, str]) -> list[Any] | None:
    """Return values; a list of texts, which is a packed body of a few tools, is joined and read."""
    blocks = values[0] if len(values) == 1 else None
    if isinstance(blocks, list) and blocks and all(isinstance(block, str) for block in blocks):
        return _values_of_chunks(blocks, headers)
    return values


def _values_of_chunks(blocks: list[str], headers: Mapping[str, str]) -> list[Any] | None:
    """Return the JSON values of a chunked body: of text, or packed, in hexadecimal or base64."""
    text = "".join(blocks)
    values = _values_of_text(text)
    if values or not text:
        return values
    try:
        packed: bytes | None = bytes.fromhex(text)
    except ValueError:
        packed = b"".join(decode_base64(block) or b"" for block in blocks)
    return values_of(packed, headers) if packed else []


def form_fields(body: Any) -> dict[str, str]:
    """Return the texts of a form that was sent in parts, by name; files are left out."""
    if isinstance(body, bytes):
        body = body.decode("latin-1")
    return dict(_FIELD.findall(body)) if isinstance(body, str) else {}


def decode_base64(text: Any) -> bytes | None:
    """Return the bytes of base64 text, or None where it is not base64."""
    if not isinstance(text, (str, bytes)):
        return None
    try:
        return base64.b64decode(text)
    except (ValueError, binascii.Error):
        return None


def _decompress(data: bytes, encoding: str) -> bytes | None:
    """Decompress data; the first bytes or the header name the method. None where that fails."""
    import zlib

    try:
        if data.startswith(b"\x1f\x8b"):
            return zlib.decompressobj(31).decompress(data, _LARGEST)
        if data.startswith(b"\x28\xb5\x2f\xfd"):
            return _zstd(data)
        if "deflate" in encoding and data[:1] not in (b"{", b"["):
            return zlib.decompressobj().decompress(data, _LARGEST)
    except zlib.error:
        return None
    if "br" in encoding.split(",") and data[:1] not in (b"{", b"[", b"d", b"e"):
        return None  # brotli
    return data


def _zstd(data: bytes) -> bytes | None:
    try:
        import zstandard
    except ImportError:
        return None
    try:
        unpacked: bytes = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    except zstandard.ZstdError:
        return None
    return unpacked


def _values_of_text(text: str) -> list[Any]:
    text = text.strip().removeprefix("\ufeff")
    if text.startswith(("data:", "event:", "id:", ":")):
        events = sse_events(text.splitlines())
        return [value for event in events if (value := _json(event)) is not None]
    if text[:1] not in ("{", "["):
        return []
    document = _json(text)
    if document is not None:
        return [document]
    return [value for line in text.splitlines() if (value := _json(line)) is not None]


def _json(text: str) -> Any | None:
    try:
        return lenient_json(text.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _events(data: bytes) -> Iterator[Any]:
    """Yield the events of an AWS event stream, each under its name."""
    at = 0
    while at + _FRAME <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        headers = int.from_bytes(data[at + 4 : at + 8], "big")
        if size < _FRAME + headers or at + size > len(data):
            return
        begin = at + 12
        name = _event_type(data[begin : begin + headers])
        payload = _json(data[begin + headers : at + size - 4].decode("utf-8", "replace"))
        if isinstance(payload, dict):
            chunk = decode_base64(payload.get("bytes"))
            inside = _json(chunk.decode("utf-8", "replace")) if chunk else None
            yield inside if inside is not None else {name: payload} if name else payload
        at += size


def _event_type(headers: bytes) -> str | None:
    """Return the `:event-type` of an event: name length, name, kind 7, value length, value."""
    at = 0
    while at + 4 <= len(headers):
        length = headers[at]
        name = headers[at + 1 : at + 1 + length]
        at += 1 + length
        if headers[at : at + 1] != b"\x07":
            return None
        size = int.from_bytes(headers[at + 1 : at + 3], "big")
        value = headers[at + 3 : at + 3 + size]
        at += 3 + size
        if name == b":event-type":
            return value.decode("utf-8", "replace")
    return None
