"""OpenAI Responses."""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.requests.base import Api, Part, Request, text_of, whole

NAME: Final = "openai-responses"


def _recognises(body: dict[str, Any]) -> bool:
    given = body.get("input")
    if isinstance(given, list):
        return any(isinstance(item, dict) for item in given)
    return isinstance(given, str) and (
        "instructions" in body or "max_output_tokens" in body or "reasoning" in body
    )


def _read(body: dict[str, Any]) -> Request:
    parts: list[Part] = []
    roles: list[str] = []
    uncounted: list[str] = []
    instructions = body.get("instructions")
    if isinstance(instructions, str) and instructions:
        parts.append(Part("system", instructions, "instructions"))
    given = body["input"]
    items = given if isinstance(given, list) else [{"role": "user", "content": given}]
    for at, item in enumerate(items):
        place = f"input[{at}]"
        if not isinstance(item, dict) or "content" not in item:
            uncounted.append(place)
            continue
        role = str(item.get("role", "user"))
        roles.append(role)
        content = item["content"]
        for position, block in enumerate(content if isinstance(content, list) else [content]):
            text = block.get("text") if isinstance(block, dict) else block
            if isinstance(text, str):
                parts.append(Part(role, text, f"{place}.content[{position}]"))
            else:
                uncounted.append(f"{place}.content[{position}]")
    if body.get("tools"):
        uncounted.append("tools")
    return Request(
        NAME, text_of(body.get("model")), tuple(parts), tuple(roles),
        has_system=bool(instructions), max_output=whole(body, "max_output_tokens"),
        uncounted=tuple(uncounted),
    )  # fmt: skip


API: Final = Api(NAME, _recognises, _read, order=45)
