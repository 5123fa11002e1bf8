"""Requests that many hosts of open models are sent alike, invented."""

from __future__ import annotations

from datetime import date
from typing import Any

DAY = date(2026, 6, 1)
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Where"}},
    "required": ["city"],
}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "weather", "description": "Tells the weather", "parameters": PARAMETERS},
}
OTHER = {
    "type": "function",
    "function": {"name": "tides", "description": "Tells the tides", "parameters": PARAMETERS},
}
QUESTION = {"role": "user", "content": "Is it wet in Oslo?"}
CALL: dict[str, Any] = {
    "id": "call00001",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
}
ROUND: list[dict[str, Any]] = [
    QUESTION,
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call00001", "content": "Rain"},
]
TEXTS = {
    "role": "user",
    "content": [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}],
}
GPT_OSS = "openai/gpt-oss-120b"
