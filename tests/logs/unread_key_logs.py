"""A log in each format and the usage key in it that no reader knows, with a count of 7."""

from __future__ import annotations

from typing import Any

from logs.unread_key_agents import AGENT_LOGS


def span(**attributes: Any) -> dict[str, Any]:
    listed = [
        {"key": key.replace("__", "."), "value": {"intValue": str(value)}}
        for key, value in attributes.items()
    ]
    listed.append({"key": "gen_ai.response.model", "value": {"stringValue": "gpt-5"}})
    listed.append({"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}})
    spans = [{"traceId": "t", "spanId": "s", "name": "chat gpt-5", "attributes": listed}]
    return {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}


LOGS: dict[str, tuple[list[Any], str]] = {
    **AGENT_LOGS,
    "braintrust": (
        [
            {
                "span_id": "a",
                "root_span_id": "a",
                "span_attributes": {"type": "llm"},
                "metrics": {"prompt_tokens": 5, "completion_tokens": 2, "prompt_odd_tokens": 7},
            }
        ],
        "prompt_odd_tokens",
    ),
    "helicone": (
        [
            {
                "request_id": "r",
                "request_created_at": "2026-05-01",
                "prompt_tokens": 5,
                "completion_tokens": 2,
                "prompt_image_tokens": 7,
            }
        ],
        "prompt_image_tokens",
    ),
    "langfuse": (
        [
            {
                "id": "o",
                "traceId": "t",
                "type": "GENERATION",
                "model": "gpt-5",
                "usageDetails": {"input": 5, "output": 2, "odd": 7},
            }
        ],
        "usage.odd",
    ),
    "openrouter-activity": (
        [
            {
                "generation_id": "gen-1",
                "created_at": "2026-05-01",
                "model_permaslug": "openai/gpt-5",
                "tokens_prompt": 5,
                "tokens_completion": 2,
                "num_search_results": 7,
            }
        ],
        "num_search_results",
    ),
    "otlp": (
        [
            span(
                gen_ai__usage__input_tokens=5,
                gen_ai__usage__output_tokens=2,
                gen_ai__usage__smell__input_tokens=7,
            )
        ],
        "gen_ai.usage.smell.input_tokens",
    ),
    "openinference": (
        [
            span(
                llm__token_count__prompt=5,
                llm__token_count__completion=2,
                llm__token_count__prompt_details__smell=7,
            )
        ],
        "llm.token_count.prompt_details.smell",
    ),
    "atif": (
        [
            {
                "schema_version": "ATIF-v1.4",
                "session_id": "s",
                "agent": {"name": "a"},
                "steps": [
                    {
                        "step_id": 1,
                        "source": "agent",
                        "model_name": "gpt-5",
                        "message": "x",
                        "metrics": {
                            "prompt_tokens": 5,
                            "completion_tokens": 2,
                            "extra": {"odd_tokens": 7},
                        },
                    }
                ],
            }
        ],
        "odd_tokens",
    ),
    "weave": (
        [
            {
                "id": "c",
                "op_name": "op",
                "trace_id": "w",
                "started_at": "2026-05-01",
                "summary": {
                    "usage": {
                        "gpt-5": {"prompt_tokens": 5, "completion_tokens": 2, "odd_tokens": 7}
                    }
                },
            }
        ],
        "odd_tokens",
    ),
    "bedrock-invocation": (
        [
            {
                "schemaType": "ModelInvocationLog",
                "modelId": "x",
                "requestId": "r",
                "input": {"inputTokenCount": 5, "oddTokenCount": 7},
                "output": {"outputTokenCount": 2},
            }
        ],
        "oddTokenCount",
    ),
    "litellm": (
        [
            {
                "request_id": "chatcmpl-1",
                "call_type": "acompletion",
                "spend": 0.1,
                "startTime": "2026-06-10T10:00:00Z",
                "model": "gpt-5",
                "prompt_tokens": 5,
                "completion_tokens": 2,
                "total_tokens": 7,
                "metadata": {
                    "usage_object": {
                        "prompt_tokens": 5,
                        "completion_tokens": 2,
                        "total_tokens": 7,
                        "odd_tokens": 7,
                    }
                },
            }
        ],
        "odd_tokens",
    ),
    "langchain": (
        [
            {
                "type": "ai",
                "content": "",
                "response_metadata": {"model_name": "gpt-5"},
                "usage_metadata": {
                    "input_tokens": 5,
                    "output_tokens": 2,
                    "total_tokens": 7,
                    "input_token_details": {"odd": 7},
                },
            }
        ],
        "input_token_details.odd",
    ),
    "walker": (
        [{"model": "gpt-5", "spent": {"tokens_in": 5, "tokens_out": 2, "tokens_odd": 7}}],
        "tokens_odd",
    ),
}
