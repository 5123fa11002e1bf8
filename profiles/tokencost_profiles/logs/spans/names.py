"""Attribute names of conventions and tools, for each fact the newest first."""

from __future__ import annotations

from typing import Final


class Names(tuple[str, ...]):
    """The attribute names of one fact, in order of preference, with a set for quick lookup."""

    known: frozenset[str]

    def __new__(cls, *names: str) -> Names:
        """Create the tuple and its set."""
        instance = super().__new__(cls, names)
        instance.known = frozenset(names)
        return instance


INPUT: Final = Names(
    "gen_ai.usage.input_tokens",
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
    "llm.token_count.prompt",
    "gen_ai.usage.prompt_tokens",
    "llm.usage.prompt_tokens",
    "llm.usage.input_tokens",
    "gen_ai.input_tokens",
    "ai.usage.tokens",
    "input_tokens",
    "input_token_count",
    "ai.prompt_tokens.used",
)
OUTPUT: Final = Names(
    "gen_ai.usage.output_tokens",
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
    "llm.token_count.completion",
    "gen_ai.usage.completion_tokens",
    "llm.usage.completion_tokens",
    "llm.usage.output_tokens",
    "gen_ai.output_tokens",
    "output_tokens",
    "output_token_count",
    "ai.completion_tokens.used",
)
TOTAL: Final = Names(
    "gen_ai.usage.total_tokens",
    "ai.usage.totalTokens",
    "llm.token_count.total",
    "llm.usage.total_tokens",
    "gen_ai.total_tokens",
    "total_token_count",
    "ai.total_tokens.used",
)
CACHE_READ: Final = Names(
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "ai.usage.inputTokenDetails.cacheReadTokens",
    "ai.usage.cachedInputTokens",
    "llm.token_count.prompt_details.cache_read",
    "gen_ai.usage.input_tokens.cached",
    "gen_ai.usage.cached_tokens",
    "gen_ai.usage.input_tokens.cache_read",
    "gen_ai.usage.input_cached_tokens",
    "gen_ai.usage.cached_input_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.details.cache_read_input_tokens",
    "gen_ai.usage.details.cached_tokens",
    "gen_ai.usage.details.cached_content_tokens",
    "gen_ai.usage.details.cache_read",
    "gen_ai.usage.prompt_tokens_details.cached_tokens",
    "gen_ai.usage.input_token_details.cache_read",
    "llm.usage.cache_read_input_tokens",
    "llm.usage.cached_tokens",
    "llm.usage.prompt_tokens_details.cached_tokens",
    "llm.token_count.prompt_details.cache_input",
    "cache_read_tokens",
    "cached_token_count",
    "cached_content_token_count",
)
CACHE_WRITE: Final = Names(
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "ai.usage.inputTokenDetails.cacheWriteTokens",
    "llm.token_count.prompt_details.cache_write",
    "gen_ai.usage.input_tokens.cache_write",
    "gen_ai.usage.details.cache_write_tokens",
    "gen_ai.usage.details.cache_creation_input_tokens",
    "gen_ai.usage.details.cache_creation",
    "gen_ai.usage.input_token_details.cache_creation",
    "llm.usage.cache_creation_input_tokens",
    "cache_creation_tokens",
    "cache_write_token_count",
)
WRITTEN_5M: Final = Names(
    "gen_ai.usage.cache_creation.ephemeral_5m_input_tokens",
    "gen_ai.usage.details.ephemeral_5m_input_tokens",
    "gen_ai.usage.input_token_details.ephemeral_5m_input_tokens",
)
WRITTEN_1H: Final = Names(
    "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens",
    "gen_ai.usage.details.ephemeral_1h_input_tokens",
    "gen_ai.usage.input_token_details.ephemeral_1h_input_tokens",
)
REASONING: Final = Names(
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "ai.usage.outputTokenDetails.reasoningTokens",
    "ai.usage.reasoningTokens",
    "llm.token_count.completion_details.reasoning",
    "gen_ai.usage.output_tokens.reasoning",
    "gen_ai.usage.details.reasoning_tokens",
    "gen_ai.usage.details.thoughts_tokens",
    "gen_ai.usage.completion_tokens_details.reasoning_tokens",
    "gen_ai.usage.output_token_details.reasoning",
    "gen_ai.usage.experimental.reasoning_tokens",
    "llm.usage.reasoning_tokens",
    "reasoning_token_count",
    "thoughts_token_count",
)
AUDIO_IN: Final = Names(
    "gen_ai.usage.audio.input_tokens",
    "llm.token_count.prompt_details.audio",
    "gen_ai.usage.details.input_audio_tokens",
    "gen_ai.usage.input_token_details.audio",
)
IMAGE_IN: Final = Names("gen_ai.usage.image.input_tokens", "llm.token_count.prompt_details.image")
VIDEO_IN: Final = Names("gen_ai.usage.video.input_tokens")
AUDIO_OUT: Final = Names(
    "gen_ai.usage.audio.output_tokens",
    "llm.token_count.completion_details.audio",
    "gen_ai.usage.details.output_audio_tokens",
    "gen_ai.usage.output_token_details.audio",
)
IMAGE_OUT: Final = Names("gen_ai.usage.image.output_tokens")
SEARCHES: Final = Names(
    "gen_ai.usage.server_tool_use.web_search_requests",
    "gen_ai.usage.web_search_requests",
    "gen_ai.usage.details.web_search_requests",
)

COST: Final = Names(
    "llm.cost.total",
    "operation.cost",
    "gen_ai.usage.cost",
    "gen_ai.usage.total_cost",
    "gen_ai.usage.cost.total",
    "gen_ai.cost.total_tokens",
    "cost_usd",
)

MODEL_SERVED: Final = Names(
    "gen_ai.response.model",
    "ai.response.model",
    "llm.response.model",
    "mlflow.llm.model",
    "llm.model_name",
    "langfuse.observation.model.name",
)
MODEL_ASKED: Final = Names(
    "gen_ai.request.model",
    "ai.model.id",
    "llm.request.model",
    "embedding.model_name",
    "reranker.model_name",
    "llm.model",
    "model",
)
PROVIDER: Final = Names(
    "gen_ai.provider.name",
    "gen_ai.system",
    "ai.model.provider",
    "llm.provider",
    "mlflow.llm.provider",
    "llm.system",
    "llm.vendor",
)
ANSWERED_BY: Final = Names("gen_ai.response.provider")  # behind a router
HOST: Final = Names(
    "server.address",
    "gen_ai.openai.api_base",
    "llm.openai.api_base",
    "gen_ai.request.base_url",
    "http.url",
    "url.full",
)
RESPONSE_ID: Final = Names("gen_ai.response.id", "ai.response.id", "llm.response.id")
TIER: Final = Names(
    "openai.response.service_tier",
    "gen_ai.openai.response.service_tier",
    "gen_ai.response.service_tier",
    "gen_ai.usage.service_tier",
    "service_tier",
)
TIER_ASKED: Final = Names(
    "openai.request.service_tier",
    "gen_ai.openai.request.service_tier",
    "gen_ai.request.service_tier",
)

SESSION: Final = Names(
    "session.id",
    "gen_ai.conversation.id",
    "langfuse.session.id",
    "conversation.id",
    "mlflow.trace.session",
    "gcp.vertex.agent.session_id",
    "session_id",
    "ai.telemetry.metadata.sessionId",
    "ai.telemetry.metadata.session_id",
    "ai.telemetry.metadata.threadId",
    "ai.telemetry.metadata.thread_id",
    "ai.telemetry.metadata.conversationId",
    "ai.telemetry.metadata.chatId",
    "traceloop.association.properties.session_id",
    "traceloop.association.properties.sessionId",
    "traceloop.association.properties.conversation_id",
    "traceloop.association.properties.thread_id",
    "traceloop.association.properties.chat_id",
    "lmnr.association.properties.session_id",
    "langsmith.trace.session_id",
    "langsmith.metadata.session_id",
    "langsmith.metadata.thread_id",
)
USER: Final = Names(
    "user.email",
    "user.id",
    "enduser.id",
    "langfuse.user.id",
    "mlflow.trace.user",
    "ai.telemetry.metadata.userId",
    "ai.telemetry.metadata.user_id",
    "traceloop.association.properties.user_id",
    "traceloop.association.properties.userId",
    "lmnr.association.properties.user_id",
    "langsmith.metadata.user_id",
    "user.account_uuid",
    "user.account_id",
)
AGENT: Final = Names(
    "gen_ai.agent.name",
    "agent.name",
    "agent_name",
    "gen_ai.agent.id",
    "agent_id",
    "ai.telemetry.functionId",
)
TEAM: Final = Names("team.id", "team", "team.name", "department", "organization.id")
ENVIRONMENT: Final = Names(
    "deployment.environment.name",
    "deployment.environment",
    "langfuse.environment",
    "sentry.environment",
    "environment",
)
PROJECT: Final = Names("openinference.project.name", "project.name", "project", "service.name")

MOST_OUTPUT: Final = Names(
    "gen_ai.request.max_tokens",
    "gen_ai.request.max_output_tokens",
    "llm.request.max_tokens",
    "ai.settings.maxTokens",
    "ai.settings.maxOutputTokens",
)
