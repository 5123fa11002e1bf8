"""The prompts of Copilot CLI, where its event log has single requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from logs.sent import brief, calls, texts, write


class Events:
    """An event log while it is written."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.add("session.start", sessionId="s1", producer="copilot-agent", selectedModel="gpt-5.4")

    def add(self, kind: str, agent: str | None = None, **data: Any) -> None:
        number = len(self.rows)
        stated = {"type": kind, "data": data, "id": f"e{number}", "parentId": f"e{number - 1}"}
        stamp = {"timestamp": f"2026-10-01T10:{number:02}:00Z"}
        self.rows.append({**stated, **stamp, **({"agentId": agent} if agent else {})})

    def usage(self, agent: str | None = None) -> None:
        numbers = {"inputTokens": 10 + len(self.rows), "outputTokens": 5}
        self.add("assistant.usage", agent, model="gpt-5.4", **numbers)


def test_requests_of_the_session_and_of_a_subagent(tmp_path: Path) -> None:
    log = Events()
    log.add("system.message", role="system", content="Be brief.")
    log.add("user.message", content="Start.")
    asked = {"toolCallId": "c1", "name": "view", "arguments": {"path": "a"}}
    log.add("assistant.message", content="", reasoningText="Hm.", toolRequests=[asked])
    log.usage()
    log.add("user.message", "helper", content="Find.")
    log.usage("helper")
    log.add("assistant.message", "helper", content="Here.")
    log.add("tool.execution_complete", toolCallId="c1", success=True, result={"content": "one"})
    log.usage()
    log.add("assistant.message", content="Done.")
    log.add("session.compaction_complete", success=True, summaryContent="So far.")
    log.add("user.message", content="On.")
    log.add("assistant.message", content="End.")
    log.usage()
    by_answer = {
        texts(call.answer)[-1]: call for call in calls(write(tmp_path / "e.jsonl", *log.rows))
    }
    first, child = by_answer['view{"path":"a"}'], by_answer["Here."]
    assert brief(first.parts) == [("system", "Be brief."), ("user", "Start.")]
    assert brief(by_answer["Done."].parts)[2:] == [
        ("reasoning", "Hm."),
        ("tool_call", 'view{"path":"a"}', "view", "c1", "a"),
        ("tool_result", "one", "view", "c1"),
    ]
    assert (child.thread, child.agent, texts(child.parts)) == ("helper", "helper", ["Find."])
    assert brief(by_answer["End."].parts) == [
        ("system", "Be brief."),
        ("summary", "So far."),
        ("user", "On."),
    ]
