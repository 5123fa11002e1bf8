"""Anthropic Messages."""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.requests.base import Api, Part, Request, text_of, whole

NAME: Final = "anthropic"


def _recognises(body: dict[str, Any]) -> bool:
    if not isinstance(body.get("messages"), list):
        return False
    model = body.get("model")
    if isinstance(model, str) and "claude" in model:
        return True
    return "system" in body or "anthropic_version" in body


def _read(body: dict[str, Any]) -> Request:
    parts: list[Part] = []
    roles: list[str] = []
    uncounted: list[str] = []
    system = body.get("system")
    _content(system, "system", "system", parts, uncounted)
    for at, message in enumerate(body["messages"]):
        place = f"messages[{at}]"
        if not isinstance(message, dict):
            uncounted.append(place)
            continue
        role = str(message.get("role", "user"))
        roles.append(role)
        _content(message.get("content"), role, f"{place}.content", parts, uncounted)
    if body.get("tools"):
        uncounted.append("tools")
    return Request(
        NAME, text_of(body.get("model")), tuple(parts), tuple(roles), has_system=bool(system),
        max_output=whole(body, "max_tokens"), uncounted=tuple(uncounted),
    )  # fmt: skip


def _content(content: Any, role: str, place: str, parts: list[Part], uncounted: list[str]) -> None:
    if isinstance(content, str):
        parts.append(Part(role, content, place))
    elif isinstance(content, list):
        for at, block in enumerate(content):
            text = block.get("text") if isinstance(block, dict) else None
            if isinstance(text, str):
                parts.append(Part(role, text, f"{place}[{at}]"))
            else:
                uncounted.append(f"{place}[{at}]")


API: Final = Api(NAME, _recognises, _read, order=40)
