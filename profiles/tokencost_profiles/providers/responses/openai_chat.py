"""Chat completions: OpenAI, and every host that answers alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.requests.openai_chat import messages_of
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_mapping,
    objects,
    router_of,
    text,
)

_ROUTER: Final = "openrouter"  # its answers name the host that gave them
_KIMI_SEARCH: Final = "$web_search"  # a function that Moonshot runs itself, for a fee
_KINDS: Final = ("chat.completion", "text_completion", "chat.completion.chunk")


def _recognises(value: Mapping[str, Any]) -> bool:
    if value.get("object") in _KINDS:
        return True
    usage = value.get("usage")
    return isinstance(value.get("choices"), list) and (
        "model" in value or (isinstance(usage, dict) and "prompt_tokens" in usage)
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    provider = provider_of(value)
    usage = value.get("usage") or first_mapping(value.get("x_groq"), "usage")
    reading = read_usage(usage, provider)
    choices = objects(value.get("choices"))
    answer: list[Part] = []
    tools: list[str] = []
    for choice in choices:
        message = first_mapping(choice, "message", "delta")
        tools += _tools(message)
        if want_text:
            answer += _answer(choice, message)
    call = call_of(
        reading,
        api="chat",
        provider=provider,
        model=value.get("model"),
        response_id=value.get("id"),
        at=moment(value.get("created")),
        service_tier=text(value.get("service_tier")),
        tools=tuple(dict.fromkeys(tools)),
        answer=tuple(answer) if want_text else None,
    )
    _add_tools(call, choices)
    if call.usage is not None and call.usage.keys() == {"input", "output"} and not choices:
        call.status = "error" if value.get("error") else call.status
    return [call]


def _add_tools(call: Call, choices: list[Mapping[str, Any]]) -> None:
    """Count the searches that a host ran, and name what it ran whose fee is not known here."""
    searches = 0
    run: set[str] = set()
    for choice in choices:
        message = first_mapping(choice, "message", "delta")
        if choice.get("finish_reason") == "tool_calls":
            searches += _tools(message).count(_KIMI_SEARCH)
        for tool in objects(message.get("executed_tools")):  # Groq's compound systems
            run.add(str(tool.get("type") or tool.get("name") or "tool")[:40])
    if searches and call.usage is not None:
        call.usage = {**call.usage, "web_search": searches}
    call.warnings += tuple(
        f"'{name}' ran on the server and may be billed: its fee is not metered"
        for name in sorted(run)
    )


def provider_of(value: Mapping[str, Any]) -> str | None:
    """Tell who answered, where the object shows it."""
    usage = first_mapping(value, "usage")
    if "x_groq" in value or "queue_time" in usage:
        return "groq"
    if "cost_in_usd_ticks" in usage or "num_sources_used" in usage:
        return "xai"
    if "prompt_cache_hit_tokens" in usage:
        return "deepseek"
    if isinstance(value.get("provider"), str) and "native_finish_reason" in str(
        value.get("choices")
    ):
        return _ROUTER
    if router := router_of(usage):
        return router
    if "search_context_size" in usage or "citation_tokens" in usage:
        return "perplexity"
    if "time_info" in value:
        return "cerebras"
    if "prompt_filter_results" in value:
        return "azure"
    model = str(value.get("model") or "")
    for prefix, provider in (
        ("grok", "xai"),
        ("deepseek-", "deepseek"),
        ("mistral", "mistral"),
        ("codestral", "mistral"),
        ("magistral", "mistral"),
        ("ministral", "mistral"),
        ("sonar", "perplexity"),
    ):
        if model.startswith(prefix):
            return provider
    return None


def _tools(message: Mapping[str, Any]) -> list[str]:
    calls = message.get("tool_calls")
    names = [
        str(first_mapping(call, "function").get("name") or call.get("name") or "")
        for call in (calls if isinstance(calls, list) else [])
        if isinstance(call, Mapping)
    ]
    return [name for name in names if name]


def _answer(choice: Mapping[str, Any], message: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the parts of an answer, as they are sent back."""
    if message.get("content") is None and choice.get("text"):
        message = {**message, "content": choice["text"]}
    for read in messages_of([{**message, "role": "assistant"}]):
        yield from block_parts(read.blocks, ASSISTANT)


RESPONSE_FORMAT: Final = ResponseFormat("openai-chat", _recognises, _read, order=50)
