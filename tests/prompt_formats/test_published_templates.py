"""Renderings against the published chat templates of the models, token for token.

The templates are no part of the project: they lie in the folder of reference data, and what they
are compared with is skipped where there is none. `differs` names what a maker's API, or every host
that is recorded, does in another way than the template: those are not compared.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

import chat_conversations as chat
from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.content import Request
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.chat_templates.chat_template import ChatTemplate
from tokencost_profiles.tokens.chat_templates.template_file import TemplateFile
from tokencost_profiles.tokens.counter import Counter, Target

FOLDER = Path(os.environ.get("TOKENCOST_CORPORA", "")) / "templates"
DAY = date(2026, 10, 1)
BAR = r"<\|[^|<>]+\|>"
THINK = "|</?think>"
CALL = "|</?tool_call>"
RESPONSE = "|</?tool_response>"
GLM = BAR + THINK + CALL + RESPONSE + r"|\[gMASK\]|<sop>|</?arg_key>|</?arg_value>"
DEEPSEEK = "<｜[^｜]+｜>|｜DSML｜" + THINK
MISTRAL = r"\[/?[A-Z_]{4,}\]|</?s>"


_BARE = "{%- if tools %}{% set tools = tools | map(attribute='function') | list %}{% endif %}"


class Family(NamedTuple):
    """A template, and the model that is counted as it writes."""

    template: str
    model: str
    tokenizer: str
    special: str  # the pattern of its special tokens
    tokens: Mapping[str, str] = {}
    differs: tuple[str, ...] = ()
    bare: bool = False  # hosts hand the functions alone to the template


FAMILIES = {
    "llama-3.1": Family(
        "meta-llama-Llama-3.1-8B-Instruct",
        "Llama-3.1-8B-Instruct",
        "llama-3",
        BAR,
        {"bos_token": "<|begin_of_text|>"},
        (chat.PARALLEL,),
    ),
    "llama-3.3": Family(
        "meta-llama-Llama-3.3-70B-Instruct",
        "Llama-3.3-70B-Instruct",
        "llama-3",
        BAR,
        {"bos_token": "<|begin_of_text|>"},
        (chat.PARALLEL,),
    ),
    "qwen-2.5": Family("Qwen-Qwen2.5-7B-Instruct", "Qwen2.5-7B-Instruct", "qwen-3", BAR + CALL),
    "qwen-3": Family("Qwen-Qwen3-0.6B", "Qwen3-32B", "qwen-3", BAR + CALL + RESPONSE + THINK),
    "qwen-3.5": Family("Qwen3.5-4B", "Qwen3.5-4B", "qwen-3.5", BAR + CALL + RESPONSE + THINK),
    "glm-4.6": Family("GLM-4.6", "GLM-4.6", "glm-4", GLM, {}, (chat.NO_PROPERTIES,), bare=True),
    "glm-4.7": Family("GLM-4.7-Flash", "GLM-4.7", "glm-4", GLM, bare=True),
    "deepseek-v4": Family(
        "deepseek-ai-DeepSeek-V4",
        "DeepSeek-V4",
        "deepseek-v3",
        DEEPSEEK,
        {"bos_token": "<｜begin▁of▁sentence｜>"},
        (chat.BESIDE, chat.NESTED, chat.SYSTEM_AND_TOOLS),
    ),
    "kimi-k2": Family(
        "Kimi-K2-Instruct",
        "Kimi-K2-Instruct-0905",
        "kimi-k2",
        BAR,
        {},
        (chat.SYSTEM_AND_TOOLS, chat.CALLS),
    ),
    # Where they differ, the maker's library of the format is right: see test_harmony.py.
    "gpt-oss": Family(
        "openai-gpt-oss-120b",
        "gpt-oss-120b",
        "o200k_harmony",
        BAR,
        {},
        (chat.PARALLEL, chat.DEFAULTS, chat.SYSTEM),
    ),
    "mistral-nemo": Family(
        "mistralai-Mistral-Nemo-Instruct-2407",
        "Mistral-Nemo-Instruct-2407",
        "mistral-tekken",
        MISTRAL,
        {"bos_token": "<s>", "eos_token": "</s>"},
        (chat.USERS, chat.TOOLS, chat.PARTS),
    ),
    "mistral-small-3.2": Family(
        "Mistral-Small-3.2-24B-Instruct-2506",
        "Mistral-Small-3.2-24B-Instruct-2506",
        "mistral-tekken",
        MISTRAL,
        {"bos_token": "<s>", "eos_token": "</s>"},
        (chat.USERS, chat.NO_SYSTEM, chat.PARTS, chat.BESIDE),
    ),
    "minimax-m2": Family(
        "MiniMax-M2",
        "MiniMax-M2",
        "minimax",
        r"\]~!b\[|\]~b\]|\[e~\[|</?think>|</?minimax:tool_call>",
        {},
        (chat.NO_SYSTEM, chat.TOOLS, chat.EDGES),
    ),
}


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache, Calibration())


def _call_id(family: Family, name: str, at: int) -> str:
    return f"functions.{name}:{at}" if "kimi" in family.model.lower() else f"call{at:05d}"


def _reference(counter: Counter, family: Family, request: Request) -> int:
    """Count what a template writes: each special token is one."""
    source = (FOLDER / f"{family.template}.jinja").read_text("utf-8")
    if family.bare:
        source = _BARE + source
    file = TemplateFile(family.template, {"default": source}, family.tokens)
    text = ChatTemplate(file).text(request, DAY)
    tokens = sum(counter.text(one, family.tokenizer) for one in re.split(family.special, text))
    return tokens + len(re.findall(family.special, text))


def _in_one(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with the parts of a message as one text: hosts differ in what joins them."""

    def text_of(content: Any) -> Any:
        return "".join(part["text"] for part in content) if isinstance(content, list) else content

    messages = [{**one, "content": text_of(one["content"])} for one in body["messages"]]
    return {**body, "messages": messages}


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no published templates here")
@pytest.mark.parametrize("name", FAMILIES)
@settings(
    max_examples=int(os.environ.get("TEMPLATE_EXAMPLES", "15")),
    derandomize="TEMPLATE_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink takes minutes here
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_token_for_token(name: str, data: st.DataObject, counter: Counter) -> None:
    family = FAMILIES[name]
    bodies = chat.conversations(
        frozenset(family.differs), lambda called, at: _call_id(family, called, at)
    )
    body = data.draw(bodies)
    request, asked = read(body), read(_in_one(body))
    assert request is not None
    assert asked is not None
    try:
        written = _reference(counter, family, asked)
    except InputError:  # no conversation that this template takes
        reject()
    target = Target(family.model, "host", family.tokenizer, DAY)
    assert counter.request(request, target).tokens == written
