"""The conversation of `tool_conversations` as coding agents log it, where no corpus case has it."""

from __future__ import annotations

from typing import Any

from tool_conversations import ANSWER, ARGUMENTS, ASKED, ID, NAME, RESULT, lines


def claude_code() -> str:
    """Return a session of Claude Code."""
    use = {"type": "tool_use", "id": ID, "name": NAME, "input": ARGUMENTS}
    result = {"type": "tool_result", "tool_use_id": ID, "content": RESULT}
    entries: list[tuple[str, Any]] = [
        ("user", ASKED),
        ("assistant", [use]),
        ("user", [result]),
        ("assistant", [{"type": "text", "text": ANSWER}]),
    ]
    rows = []
    for at, (role, content) in enumerate(entries):
        message: dict[str, Any] = {"role": role, "content": content}
        if role == "assistant":
            usage = {"input_tokens": 40, "output_tokens": 9}
            message |= {"id": f"msg_01tool{at:0>16}", "type": "message", "usage": usage}
            message |= {"model": "claude-opus-4-5", "stop_reason": "end_turn"}
        rows.append(
            {
                "type": role,
                "uuid": f"u{at}",
                "parentUuid": f"u{at - 1}" if at else None,
                "sessionId": "s1",
                "timestamp": f"2026-01-01T00:00:0{at}Z",
                "message": message,
            }
        )
    return lines(rows)


def copilot() -> str:
    """Return the events of Copilot CLI."""
    usage = {"model": "gpt-5.4", "inputTokens": 40, "outputTokens": 9}
    asked = {"toolCallId": ID, "name": NAME, "arguments": ARGUMENTS}
    answered = {"toolCallId": ID, "success": True, "result": {"content": RESULT}}
    events: list[tuple[str, dict[str, Any]]] = [
        ("session.start", {"sessionId": "s1", "producer": "copilot-agent"}),
        ("user.message", {"content": ASKED}),
        ("assistant.message", {"content": "", "toolRequests": [asked]}),
        ("assistant.usage", usage),
        ("tool.execution_complete", answered),
        ("assistant.message", {"content": ANSWER}),
        ("assistant.usage", usage),
    ]
    return lines(
        [
            {
                "type": kind,
                "data": data,
                "id": f"e{at}",
                "parentId": f"e{at - 1}",
                "timestamp": f"2026-01-01T00:00:0{at}Z",
            }
            for at, (kind, data) in enumerate(events)
        ]
    )
