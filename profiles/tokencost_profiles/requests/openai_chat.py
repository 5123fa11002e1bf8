"""OpenAI Chat Completions, and the many hosts that speak it."""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.requests.base import Api, Part, Request, text_of, whole

NAME: Final = "openai-chat"


def _recognises(body: dict[str, Any]) -> bool:
    return isinstance(body.get("messages"), list)


def _read(body: dict[str, Any]) -> Request:
    parts: list[Part] = []
    roles: list[str] = []
    uncounted: list[str] = []
    for at, message in enumerate(body["messages"]):
        place = f"messages[{at}]"
        if not isinstance(message, dict):
            uncounted.append(place)
            continue
        role = str(message.get("role", "user"))
        roles.append(role)
        _content(message.get("content"), role, f"{place}.content", parts, uncounted)
        if message.get("tool_calls"):
            uncounted.append(f"{place}.tool_calls")
    uncounted += [key for key in ("tools", "functions", "response_format") if body.get(key)]
    return Request(
        NAME, text_of(body.get("model")), tuple(parts), tuple(roles),
        max_output=whole(body, "max_completion_tokens", "max_tokens"), uncounted=tuple(uncounted),
    )  # fmt: skip


def _content(content: Any, role: str, place: str, parts: list[Part], uncounted: list[str]) -> None:
    if isinstance(content, str):
        parts.append(Part(role, content, place))
    elif isinstance(content, list):
        for at, item in enumerate(content):
            text = item.get("text") if isinstance(item, dict) else item
            if isinstance(text, str):
                parts.append(Part(role, text, f"{place}[{at}]"))
            else:
                uncounted.append(f"{place}[{at}]")


API: Final = Api(NAME, _recognises, _read, order=50)
