"""gpt-oss against the maker's library of its format, token for token."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import chat_conversations as chat
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.encoders.indexed import ranks_of
from tokencost_profiles.tokens.encoders.openai import ENCODINGS

DAY = date(2026, 10, 1)
# Recorded hosts write functions of no properties, and calls, as the published template does; the
# library begins every line of a description as a comment, of which no recording tells.
DIFFERS = frozenset((chat.PARTS, chat.NO_PROPERTIES, chat.CALLS, chat.THINKING))


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache, Calibration())


@pytest.fixture(scope="module")
def harmony(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The library, with its encoding over our copy of the vocabulary: nothing is downloaded."""
    library = pytest.importorskip("openai_harmony")
    folder = tmp_path_factory.mktemp("encodings")
    ranks = sorted(ranks_of(ENCODINGS["o200k_base"]), key=lambda entry: entry[1])
    lines = (b64encode(token) + f" {rank}\n".encode() for token, rank in ranks)
    (folder / "o200k_base.tiktoken").write_bytes(b"".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_ENCODINGS_BASE", str(folder))
        yield library, library.load_harmony_encoding("HarmonyGptOss")


def _messages(library: Any, body: dict[str, Any]) -> list[Any]:
    """Return the messages of a body as the library has them."""
    message, role = library.Message, library.Role
    system = library.SystemContent.new().with_conversation_start_date(str(DAY))
    developer = library.DeveloperContent.new()
    texts = [one["content"] for one in body["messages"] if one["role"] == "system"]
    if texts:
        developer = developer.with_instructions(texts[0])
    tools = [tool["function"] for tool in body.get("tools", ())]
    if tools:
        named = [
            library.ToolDescription.new(one["name"], one["description"], one["parameters"])
            for one in tools
        ]
        developer = developer.with_function_tools(named)
    messages = [message.from_role_and_content(role.SYSTEM, system)]
    if texts or tools:
        messages.append(message.from_role_and_content(role.DEVELOPER, developer))
    for one in body["messages"]:
        messages += _turn(library, one)
    return messages


def _turn(library: Any, one: dict[str, Any]) -> list[Any]:
    message, role = library.Message, library.Role
    if one["role"] == "user":
        return [message.from_role_and_content(role.USER, one["content"])]
    if one["role"] != "assistant":
        return []
    answer = message.from_role_and_content(role.ASSISTANT, one["content"])
    return [answer.with_channel("final")]


@settings(
    max_examples=int(os.environ.get("TEMPLATE_EXAMPLES", "30")),
    derandomize="TEMPLATE_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(body=chat.conversations(DIFFERS))
def test_token_for_token(body: dict[str, Any], counter: Counter, harmony: Any) -> None:
    library, encoding = harmony
    body = json.loads(json.dumps(body).replace(r"\n", " "))
    conversation = library.Conversation.from_messages(_messages(library, body))
    tokens = encoding.render_conversation_for_completion(conversation, library.Role.ASSISTANT)
    request = read(body)
    assert request is not None
    target = Target("gpt-oss-120b", "host", "o200k_harmony", DAY)
    counted = counter.request(request, target).tokens
    assert counted == len(tokens), encoding.decode_utf8(tokens)
