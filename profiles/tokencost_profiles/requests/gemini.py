"""Gemini generateContent."""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.requests.base import Api, Part, Request, text_of, whole

NAME: Final = "gemini"


def _recognises(body: dict[str, Any]) -> bool:
    return "contents" in body and isinstance(body["contents"], (list, dict, str))


def _read(body: dict[str, Any]) -> Request:
    parts: list[Part] = []
    uncounted: list[str] = []
    system = body.get("systemInstruction", body.get("system_instruction"))
    if system:
        _content(system, "system", "systemInstruction", parts, uncounted)
    contents = body["contents"]
    turns = contents if isinstance(contents, list) else [contents]
    roles = []
    for at, turn in enumerate(turns):
        role = "assistant" if isinstance(turn, dict) and turn.get("role") == "model" else "user"
        roles.append(role)
        _content(turn, role, f"contents[{at}]", parts, uncounted)
    if body.get("tools"):
        uncounted.append("tools")
    config = body.get("generationConfig", body.get("generation_config"))
    limit = (
        whole(config, "maxOutputTokens", "max_output_tokens") if isinstance(config, dict) else None
    )
    return Request(
        NAME, text_of(body.get("model")), tuple(parts), tuple(roles), has_system=bool(system),
        max_output=limit, uncounted=tuple(uncounted),
    )  # fmt: skip


def _content(content: Any, role: str, place: str, parts: list[Part], uncounted: list[str]) -> None:
    if isinstance(content, str):
        parts.append(Part(role, content, place))
        return
    pieces = content.get("parts") if isinstance(content, dict) else None
    for at, piece in enumerate(pieces if isinstance(pieces, list) else [pieces]):
        text = piece.get("text") if isinstance(piece, dict) else piece
        if isinstance(text, str):
            parts.append(Part(role, text, f"{place}.parts[{at}]"))
        elif piece is not None:
            uncounted.append(f"{place}.parts[{at}]")


API: Final = Api(NAME, _recognises, _read, order=30)
