"""Log records of calls: events of coding agents, and GenAI's event of an inference.

Records of one request have one key, so that it does not matter how often it was exported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.call import ERROR, Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import set_location
from tokencost_profiles.logs.spans.calls import add_text, call_of
from tokencost_profiles.logs.spans.labels import labels_of
from tokencost_profiles.logs.spans.span import Span, any_text

_CLAUDE: Final = "claude_code."
_GEMINI: Final = ("gemini_cli.", "qwen-code.", "qwen_code.", "iflow_cli.")
_INFERENCE: Final = "gen_ai.client.inference.operation.details"
_CODEX: Final = "codex.sse_event"
_CLAUDE_NAMES: Final = ("api_request", "api_error")


def calls_in(event: Span, log: Log, line: int) -> Iterator[Call]:
    """Yield the call of a log record, where it has one."""
    name = _event_name(event)
    attributes = event.attributes
    if name == f"{_CLAUDE}api_request":
        call = _call(event, name, provider="anthropic")
    elif name == f"{_CLAUDE}api_error":
        call = _call(event, name, provider="anthropic")
        call.status = ERROR
    elif name == _CODEX and attributes.get("event.kind") == "response.completed":
        call = _call(
            event._replace(attributes=_drop_attribute(attributes, "tool_token_count")), name
        )
        call.provider = call.provider or "openai"
    elif name.startswith(_GEMINI) and name.endswith(".api_response"):
        call = _call(event, name)
        call.provider = call.provider or ("google" if name.startswith("gemini_cli") else None)
    elif name == _INFERENCE and not _is_repeated(event):
        call = call_of(event, labels_of(event), _key(event, name))
    else:
        return
    if call.usage is None and call.status != ERROR:
        return
    if log.text:
        add_text(call, event)
    yield set_location(call, log, line)


def _call(event: Span, name: str, provider: str | None = None) -> Call:
    """Return the call of an agent's event, whose span ids are those of an outer operation."""
    at = moment(event.attributes.get("event.timestamp")) or event.start
    event = event._replace(name=name, trace=None, span=None, start=at)
    call = call_of(event, labels_of(event), None)
    call.key = call.key or _key(event, name)
    call.provider = call.provider or provider
    return call


def _key(event: Span, name: str) -> str:
    if event.trace and event.span:
        return f"span:{event.trace}/{event.span}"
    attributes = event.attributes
    session = any_text(attributes, "session.id", "conversation.id", "gen_ai.conversation.id")
    place = any_text(attributes, "event.sequence", "event.timestamp") or str(event.start)
    counts = [attributes.get(key) for key in sorted(attributes) if "token" in key]
    return f"event:{name}:{session}:{place}:{msgspec.json.encode(counts).decode()}"


def _event_name(event: Span) -> str:
    """Return the name of an event with the program that writes it."""
    name = event.name
    if "." in name:
        return name
    service = str(event.resource.get("service.name") or "")
    if name in _CLAUDE_NAMES and ("claude" in service or "claude" in event.scope):
        return f"{_CLAUDE}{name}"
    if name == "api_response" and ("gemini" in service or "qwen" in service):
        return f"{'gemini_cli' if 'gemini' in service else 'qwen-code'}.{name}"
    return name


def _is_repeated(event: Span) -> bool:
    """Whether another record of the same program reports the same answer."""
    service = str(event.resource.get("service.name") or "")
    return service.startswith(("gemini-cli", "qwen-code"))


def _drop_attribute(attributes: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name != key}
