"""Cohere chat, version 1 (`message`, `chat_history`). Version 2 is read as chat completions."""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    USER,
    Block,
    Message,
    Request,
    Text,
    Tool,
    json_text,
    text_of,
)
from tokencost_profiles.providers.bodies.blocks import (
    as_list,
    as_mapping,
    numbered_mappings,
    rest,
    string,
)
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.providers.bodies.request_format import RequestFormat

NAME: Final = "cohere"
_ROLES: Final = {"CHATBOT": ASSISTANT, "SYSTEM": SYSTEM}


def _recognises(body: dict[str, Any]) -> bool:
    return isinstance(body.get("message"), str) and (
        "chat_history" in body or "preamble" in body or str(body.get("model")).startswith("command")
    )


def _read(body: dict[str, Any]) -> Request:
    messages = [
        Message(
            _ROLES.get(string(entry.get("role")), USER),
            (Text(string(entry.get("message")), place),),
            place=place,
        )
        for place, entry in numbered_mappings(body.get("chat_history"), "chat_history")
    ]
    messages.append(Message(USER, (Text(body["message"], "message"),), place="message"))
    preamble = string(body.get("preamble"))
    system: tuple[Block, ...] = (Text(preamble, "preamble"),) if preamble else ()
    return Request(
        api=NAME,
        model=text_of(body.get("model")),
        system=system,
        messages=tuple(messages),
        tools=tuple(
            Tool(
                string(entry.get("name")),
                string(entry.get("description")),
                as_mapping(entry.get("parameter_definitions")),
                raw=entry,
                place=place,
            )
            for place, entry in numbered_mappings(body.get("tools"), "tools")
        ),
        max_output=output_limit(body),
        options={
            **rest(body, "model", "message", "chat_history", "preamble", "tools"),
            "documents_text": json_text(as_list(body.get("documents"))),
        },
    )


REQUEST_FORMAT: Final = RequestFormat(NAME, _recognises, _read, order=60)
