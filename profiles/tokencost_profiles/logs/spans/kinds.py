"""The kind of a span: a request to a model, an operation around requests, or neither."""

from __future__ import annotations

from typing import Any, Final

from tokencost_profiles.logs.common.sub_agents import AGENT, TOOL
from tokencost_profiles.logs.spans.span import Span, parse_json

MODEL: Final = "model"  # one request
OUTER: Final = "outer"  # holds requests, and repeats their sum
OTHER: Final = "other"


_AGENTS: Final = frozenset(("agent", "invoke_agent"))
_TOOLS: Final = frozenset(("tool", "execute_tool", "function"))
_REQUESTS: Final = frozenset((
    "chat", "text_completion", "completion", "generate_content", "embeddings", "embedding",
    "rerank", "reranker", "llm", "chat_model", "generation", "responses", "image_generation",
    "speech", "transcription", "messages", "vision", "llm_request", "llm_call", "model",
))  # fmt: skip
_AROUND: Final = frozenset((
    "invoke_agent", "create_agent", "invoke_workflow", "execute_tool", "agent", "chain", "tool",
    "workflow", "task", "retriever", "retrieval", "guardrail", "evaluator", "span", "event",
    "function", "flow", "parser", "unknown", "prompt", "interaction", "invoke", "execute_task",
    "memory", "default",
))  # fmt: skip
# The attribute with the kind of a span, in each convention.
_KINDS: Final = (
    "openinference.span.kind",
    "gen_ai.operation.name",
    "mlflow.spanType",
    "langfuse.observation.type",
    "span_type",
    "langsmith.span.kind",
    "traceloop.span.kind",
    "llm.request.type",
    "lmnr.span.type",
    "span.type",
)
_MODELS: Final = (
    "gen_ai.request.model",
    "gen_ai.response.model",
    "llm.model_name",
    "llm.request.model",
    "llm.response.model",
    "embedding.model_name",
    "langfuse.observation.model.name",
)


def kind_of(span: Span) -> str:
    """Return whether a span is a request, holds requests, or neither."""
    attributes = span.attributes
    operation = attributes.get("ai.operationId")
    if isinstance(operation, str):
        if operation.startswith("ai.toolCall"):
            return OTHER
        return MODEL if ".do" in operation else OUTER
    for key in _KINDS:
        word = _word(attributes[key]) if key in attributes else ""
        if word in _REQUESTS:
            return MODEL
        if word in _AROUND:
            return OTHER
    return MODEL if any(isinstance(attributes.get(key), str) for key in _MODELS) else OTHER


def agent_or_tool(span: Span) -> str:
    """Return whether a span is that of an agent or of a tool; an empty text for others."""
    operation = span.attributes.get("ai.operationId")
    if isinstance(operation, str) and operation.startswith("ai.toolCall"):
        return TOOL
    for key in _KINDS:
        word = _word(span.attributes[key]) if key in span.attributes else ""
        if word:
            return AGENT if word in _AGENTS else TOOL if word in _TOOLS else ""
    return ""


def is_embedding(span: Span) -> bool:
    """Whether a span is a request for embeddings."""
    operation = span.attributes.get("ai.operationId")
    return (isinstance(operation, str) and ".doEmbed" in operation) or any(
        _word(span.attributes[key]).startswith("embedding")
        for key in _KINDS
        if key in span.attributes
    )


def _word(value: Any) -> str:
    word = parse_json(value)  # MLflow writes every value as JSON
    return word.strip().lower() if isinstance(word, str) else ""
