"""Mistral's models against the maker's library of their format, token for token."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import chat_conversations as chat
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.counter import Counter, Target

DAY = date(2026, 10, 1)
MODELS = {"v3": "Mistral-Nemo-Instruct-2407", "v7": "Pixtral-Large", "v11": "Mistral-Small-3.2"}
MODELS |= {"v13": "Ministral-3-14B"}
# Special tokens of versions that the library carries no vocabulary of.
LATER = ("[CALL_ID]", "[ARGS]", "[THINK]", "[/THINK]")

Tokens = Callable[[str, dict[str, Any]], int]


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache, Calibration())


@pytest.fixture(scope="module")
def tokens_of(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    """Count a body by a version of the library: over its vocabulary, with the special tokens."""
    library = pytest.importorskip("mistral_common")
    tekken = pytest.importorskip("mistral_common.tokens.tokenizers.tekken")
    mistral = pytest.importorskip("mistral_common.tokens.tokenizers.mistral")
    asked = pytest.importorskip("mistral_common.protocol.instruct.request")
    vocabulary = Path(library.__file__).parent / "data" / "tekken_240911.json"
    published = json.loads(vocabulary.read_text("utf-8"))
    special = [dict(one) for one in tekken.Tekkenizer.DEPRECATED_SPECIAL_TOKENS]
    names = {one["token_str"] for one in special}
    for name in LATER:
        if name not in names:
            special.append({"rank": len(special), "token_str": name, "is_control": True})
    folder = tmp_path_factory.mktemp("tekken")
    known: dict[str, Any] = {}

    def tokenizer(version: str) -> Any:
        if version not in known:
            config = {**published["config"], "version": version}
            path = folder / f"tekken_{version}.json"
            written = {**published, "config": config, "special_tokens": special}
            path.write_text(json.dumps(written), "utf-8")
            known[version] = mistral.MistralTokenizer.from_file(path)
        return known[version]

    def tokens(version: str, body: dict[str, Any]) -> int:
        request = asked.ChatCompletionRequest.from_openai(**body, model="any")
        return len(tokenizer(version).encode_chat_completion(request).tokens)

    return tokens


def _as_the_library_has_it(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with thinking as a part of the content."""
    messages = []
    for one in body["messages"]:
        message = {name: value for name, value in one.items() if name != "reasoning_content"}
        thought = one.get("reasoning_content")
        if thought:
            texts = [{"type": "text", "text": one["content"]}] if one["content"] else []
            thinking = {"type": "thinking", "thinking": thought, "closed": True}
            message["content"] = [thinking, *texts]
        messages.append(message)
    return {**body, "messages": messages}


@pytest.mark.parametrize("version", MODELS)
@settings(
    max_examples=int(os.environ.get("TEMPLATE_EXAMPLES", "15")),
    derandomize="TEMPLATE_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_token_for_token(
    version: str, data: st.DataObject, counter: Counter, tokens_of: Tokens
) -> None:
    differs = set() if version == "v13" else {chat.THINKING}
    if version == "v3":  # which takes no text beside a call
        differs |= {chat.BESIDE}
    body = data.draw(chat.conversations(frozenset(differs), lambda _, at: f"call{at:05d}"))
    request = read(body)
    assert request is not None
    target = Target(MODELS[version], "host", "mistral-tekken", DAY)
    counted = counter.request(request, target).tokens
    assert counted == tokens_of(version, _as_the_library_has_it(body))
