"""Rows that hold a plain answer and, perhaps, its request: `{"request": ..., "response": ...}`.

An answer may stand anywhere in such a row, as an object or as text, so nothing of it is passed
over: a field is of a type that holds no answer, or its value is looked at. Fields that are not
known are learned as they come; those that have a meaning elsewhere are never taken for plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.http.pairs import is_quiet
from tokencost_profiles.providers.plain_shapes import MEANINGS, PlainAnswer, Shape

# Where the time of an answer that has none stands, in the order of looking.
TIMES: Final = (
    "timestamp",
    "created_at",
    "createdAt",
    "time",
    "ts",
    "date",
    "startTime",
    "start_time",
    "created",
    "ended_at",
    "completed_at",
)
# Fields of a row or a request that are looked at beside those of answers.
NOT_LEARNED: Final = MEANINGS | {
    "usage", "choices", "object", "type", "role", "content", "stop_reason", "key", "message",
    "body", "params", "input", "request_body", "requestBody", "modelId", "web_search_options",
    "extra_body", "optional_params", "model_parameters", "voice", "error", "delta",
    "headers", "response_headers", "responseHeaders", "responses", "response",
}  # fmt: skip
# A text that is so short holds no answer, unless it is JSON.
Name = Annotated[str, Meta(max_length=60)]
_STREAMS: Final = ("data:", "event:")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `([^`]+)`(?: - at `\$(\.request)?`)?$")
_OTHER_TYPE: Final = re.compile(r"^Expected .* - at `\$(\.request)?\.(\w+)`$")
_NUMBER: Final = bool | int | float | None
_SHORT: Final = bool | int | float | Name | None
_MOST_FIELDS: Final = 40
_MOST_VALUES: Final = 10_000
_PLAIN_STARTS: Final = frozenset(b"-0123456789tfn")
_TEXT_STARTS: Final = frozenset(range(0x30, 0x7B)) - frozenset(b"[\\")
_LONGEST: Final = 180  # of a text with no space: a longer one may be packed
_BEGINNINGS: Final = tuple(f'"{text}'.encode() for text in _STREAMS)
_QUOTE, _LIST, _OBJECT, _NULL = b'"[{n'
_RESPONSE: Final = b'"response"'
_SEARCHES: Final = b"search_"


class _SentFunction(Struct, gc=False, forbid_unknown_fields=True):
    name: Name
    arguments: Raw


class _SentCall(Struct, gc=False, forbid_unknown_fields=True):
    function: _SentFunction
    id: Name | None = None
    type: Literal["function"] = "function"


class _Sent(Struct, gc=False, forbid_unknown_fields=True):
    role: str
    content: Raw | UnsetType = UNSET
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[_SentCall] | None = None
    type: Literal["message"] = "message"


class _SentBlock(Struct, gc=False, forbid_unknown_fields=True):
    type: Literal["text", "input_text", "output_text"]
    text: Raw


class _Request(Struct, gc=False, kw_only=True):
    model: Name | None = None
    user: Name | None = None
    messages: list[_Sent] | None = None
    input: Raw | UnsetType = UNSET


class _Row(Struct, gc=False, kw_only=True):
    model: Name | None = None
    user: Name | None = None


_NO_REQUEST: Final = _Request()
_blocks: Final = msgspec.json.Decoder(list[_SentBlock]).decode
_messages: Final = msgspec.json.Decoder(list[_Sent]).decode


class PairReader:
    """Reads rows with an answer of one shape. `decode` is made anew whenever a field is learned."""

    def __init__(self, shape: Shape) -> None:
        self.units = shape.units
        self._shape = shape
        # Types of the fields that were learned, of the row and of the request.
        self._fields: dict[bool, dict[str, Any]] = {False: {}, True: {}}
        # Those to look at, and whether they may be anything.
        self._names: dict[bool, list[tuple[str, bool]]] = {False: [], True: []}
        self._times: list[str] = []
        self._known: dict[bytes, bool] = {}  # values, and whether they are plain
        self.decode = self._decoder()

    def _decoder(self) -> Callable[[bytes | memoryview], Any]:
        request = _struct("Request", _Request, self._fields[True])
        sides = [("response", self._shape.type), ("request", request | UnsetType, UNSET)]
        return msgspec.json.Decoder(_struct("Row", _Row, self._fields[False], *sides)).decode

    def learn(self, error: Exception, line: bytes | memoryview) -> bool:
        """Learn the field that decoding a line failed for. Return whether to try again.

        A field is taken for a number, then for a number or a short text, then for anything: the
        less it may be, the less it must be looked at.
        """
        text = str(error)
        if other := _OTHER_TYPE.search(text):
            fields, name = self._fields[other[1] is not None], other[2]
            if fields.get(name, Raw) is Raw:
                return False
            fields[name] = _SHORT if fields[name] is _NUMBER else Raw
        else:
            match = _UNKNOWN.match(text)
            if match is None or _RESPONSE not in bytes(line):
                return False
            fields, name = self._fields[match[2] is not None], match[1]
            if name in NOT_LEARNED or not name.isidentifier() or len(fields) >= _MOST_FIELDS:
                return False
            fields[name] = _NUMBER
        self.decode = self._decoder()
        for of, known in self._fields.items():
            self._names[of] = [
                (name, kind is Raw) for name, kind in known.items() if kind is not _NUMBER
            ]
        self._times = [name for name in TIMES if name in self._fields[False]]
        return True

    def read(self, row: Any) -> PlainAnswer | None:
        """Return what a row is the call of; None where it may be more than that."""
        plain = self._shape.read(row.response)
        if plain is None or not self._are_plain(row, self._names[False]):
            return None
        request = row.request
        labels, at, response_id, counts = plain
        if request is UNSET:
            request = _NO_REQUEST
            if all(getattr(row, name) is UNSET for name in self._times):
                return None  # a row with nothing but an answer may be of a batch
        elif not self._is_plain_request(request):
            return None
        if not at:
            at = self._time(row)
        labels = (*labels, request.model, request.user, row.model, row.user)
        return labels, at, response_id, counts

    def _time(self, row: Any) -> float:
        for name in self._times:
            value = getattr(row, name)
            if value is not UNSET:
                at = moment(msgspec.json.decode(value) if isinstance(value, Raw) else value)
                if at is not None:
                    return at
        return 0

    def _is_plain_request(self, request: Any) -> bool:
        messages = request.messages
        if request.input is not UNSET:
            first = memoryview(request.input)[0]
            if messages is not None or first not in (_LIST, _QUOTE):
                return False
            messages = ()
            if first == _LIST:
                messages = _messages(request.input)
            elif not self._is_plain(request.input):
                return False
        elif messages is None:
            return False  # perhaps an empty one: another is looked for
        for message in messages:
            content = message.content  # in a message a text is no answer, whatever it is
            is_text = content is not UNSET and memoryview(content)[0] == _QUOTE
            if not (is_text or self._is_plain_content(content)):
                return False
            if message.tool_calls is not None and not self._are_plain_calls(message.tool_calls):
                return False
        return self._are_plain(request, self._names[True])

    def _is_plain_content(self, content: Raw | UnsetType) -> bool:
        if content is UNSET or memoryview(content)[0] == _NULL:
            return True
        if memoryview(content)[0] != _LIST:
            return False
        return all(self._is_plain(block.text) for block in _blocks(content))

    def _are_plain_calls(self, calls: Sequence[_SentCall]) -> bool:
        return all(
            self._is_plain(one.function.arguments) and _are_names(one.function.name, one.id)
            for one in calls
        )

    def _are_plain(self, holder: Any, names: Sequence[tuple[str, bool]]) -> bool:
        for name, is_raw in names:
            value = getattr(holder, name)
            if is_raw:
                if value is not UNSET and not self._is_plain(value):
                    return False
            elif type(value) is str and (not value[:1].isalnum() or value.startswith(_STREAMS)):
                return False
        return True

    def _is_plain(self, value: Raw) -> bool:
        """Whether a value holds no answer, and no terms of one."""
        view = memoryview(value)
        first = view[0]
        if first in _PLAIN_STARTS:
            return True
        if first == _QUOTE and len(view) > 2 and view[1] in _TEXT_STARTS:
            text = bytes(view[:_LONGEST])
            is_short = len(view) < _LONGEST or b" " in text
            return is_short and not text.startswith(_BEGINNINGS)
        data = bytes(value)
        known = self._known.get(data)
        if known is None:
            known = _SEARCHES not in data and is_quiet(msgspec.json.decode(data))
            if len(self._known) < _MOST_VALUES:
                self._known[data] = known
        return known


def _are_names(*texts: str | None) -> bool:
    """Whether short texts are no JSON."""
    return all(text is None or text[:1].isalnum() for text in texts)


def _struct(
    name: str, base: type[Struct], learned: Mapping[str, Any], *others: Any
) -> type[Struct]:
    fields = [*others, *((field, kind | UnsetType, UNSET) for field, kind in learned.items())]
    return msgspec.defstruct(
        name, fields, bases=(base,), gc=False, kw_only=True, forbid_unknown_fields=True
    )
