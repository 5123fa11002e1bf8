"""The prompts of Codex: results in time, compactions, rollbacks, aborted answers, subagents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from logs.sent import brief, calls, lists, texts, write


class Rollout:
    """A session while it is written."""

    def __init__(self, session: str = "s1", **meta: Any) -> None:
        self.rows: list[dict[str, Any]] = []
        self.total = 0
        about = {"id": session, "timestamp": "2026-09-01T10:00:00Z", "cwd": "/p"}
        self.row("session_meta", **about, model_provider="openai", **meta)
        self.turn("t1")

    def row(self, kind: str, **payload: Any) -> None:
        stamp = f"2026-09-01T10:{len(self.rows):02}:00.000Z"
        self.rows.append({"timestamp": stamp, "type": kind, "payload": payload})

    def turn(self, name: str) -> None:
        self.row("turn_context", model="gpt-5.2-codex", turn_id=name)

    def message(self, role: str, text: str) -> None:
        content = [{"type": "input_text", "text": text}]
        self.row("response_item", type="message", role=role, content=content)

    def call(self, name: str, arguments: str) -> None:
        self.row(
            "response_item", type="function_call", name="read", arguments=arguments, call_id=name
        )

    def output(self, name: str, output: Any) -> None:
        self.row("response_item", type="function_call_output", call_id=name, output=output)

    def usage(self) -> None:
        self.total += 15
        last = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
        total = {**last, "input_tokens": self.total - 5, "total_tokens": self.total}
        info = {"last_token_usage": last, "total_token_usage": total}
        self.row("event_msg", type="token_count", info=info)

    def write(self, path: Path) -> Path:
        return write(path, *self.rows)


def test_calls_and_results_are_parts_in_the_order_of_the_wire(tmp_path: Path) -> None:
    tools = [{"name": "look", "description": "Look.", "inputSchema": {}}]
    log = Rollout(base_instructions={"text": "Be brief."}, dynamic_tools=tools)
    log.message("developer", "Mind.")
    log.message("user", "Start.")
    log.row("response_item", type="reasoning", summary=[], encrypted_content="c2VhbGVk")
    log.call("c1", '{"path":"a"}')
    log.output("c1", "one")
    log.usage()
    patch = "*** Begin Patch\n*** Update File: src/b.py\n*** End Patch"
    log.row("response_item", type="custom_tool_call", name="apply_patch", input=patch, call_id="c2")
    log.usage()
    image = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}
    log.output("c2", [{"type": "input_text", "text": "done"}, image])
    log.message("assistant", "Done.")
    log.usage()
    first, second, last = calls(log.write(tmp_path / "rollout-1.jsonl"))
    head = [
        ("tools", '{"name":"look","description":"Look.","inputSchema":{}}', "look"),
        ("system", "Be brief."),
        ("system", "Mind."),
        ("user", "Start."),
    ]
    asked = ("tool_call", 'read{"path":"a"}', "read", "c1", "a")
    assert brief(first.parts) == head
    assert brief(first.answer) == [("reasoning", ""), asked]
    assert first.answer is not None
    assert first.answer[0].size == 6
    assert brief(second.parts)[4:] == [("reasoning", ""), asked, ("tool_result", "one", "c1")]
    assert brief(last.parts)[7:] == [
        ("tool_call", f"apply_patch{patch}", "apply_patch", "c2", "src/b.py"),
        ("tool_result", "done", "c2"),
        ("attachment", "", "c2"),
    ]
    assert {call.turn for call in (first, second, last)} == {"t1"}
    assert lists([first, second, last]) == 1


def test_a_compaction_replaces_the_history(tmp_path: Path) -> None:
    history = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Start."}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "So far."}]},
        {"type": "compaction", "encrypted_content": "c2VhbGVk"},
    ]
    for payload, remaining in (
        (
            {"message": "So far.", "replacement_history": history},
            [("user", "Start."), ("summary", "So far."), ("summary", "")],
        ),
        ({"message": "So far."}, [("user", "Start."), ("summary", "So far.")]),
    ):
        log = Rollout(base_instructions="Be brief.")
        log.message("user", "Start.")
        log.message("assistant", "One.")
        log.usage()
        log.row("compacted", **payload)
        log.message("user", "On.")
        log.message("assistant", "Two.")
        log.usage()
        last = calls(log.write(tmp_path / "rollout-1.jsonl"))[-1]
        assert brief(last.parts) == [("system", "Be brief."), *remaining, ("user", "On.")]


def test_aborted_answers_are_sent_and_rolled_back_turns_are_not(tmp_path: Path) -> None:
    log = Rollout()
    log.message("user", "<environment>")
    log.message("user", "Start.")
    log.message("assistant", "Half")
    log.message("user", "Left.")
    log.message("assistant", "Went left.")
    log.usage()
    log.row("event_msg", type="thread_rolled_back", num_turns=1)
    log.turn("t2")
    log.message("user", "Right.")
    log.message("assistant", "Went right.")
    log.usage()
    left, right = calls(log.write(tmp_path / "rollout-1.jsonl"))
    assert texts(left.parts) == ["<environment>", "Start.", "Half", "Left."]
    assert texts(right.parts) == ["<environment>", "Start.", "Half", "Right."]
    assert (left.turn, right.turn) == ("t1", "t2")


def test_a_response_that_is_reported_twice_has_one_text(tmp_path: Path) -> None:
    log = Rollout()
    log.message("user", "Start.")
    log.message("assistant", "One.")
    log.usage()
    usage = {"input_tokens": 10, "output_tokens": 5}
    log.row("token_usage_record", response_id="resp_1", usage=usage, turn_id="t9")
    (call,) = calls(log.write(tmp_path / "rollout-1.jsonl"))
    assert (texts(call.parts), texts(call.answer), call.turn) == (["Start."], ["One."], "t9")


def test_a_subagent_names_the_session_that_started_it(tmp_path: Path) -> None:
    spawned = {"subagent": {"thread_spawn": {"parent_thread_id": "s0", "agent_role": "explorer"}}}
    log = Rollout("s1", source=spawned)
    log.message("user", "Find.")
    log.message("assistant", "Here.")
    log.usage()
    (call,) = calls(log.write(tmp_path / "rollout-1.jsonl"))
    assert (call.started_by, call.agent) == ("s0", "explorer")
    assert texts(call.parts) == ["Find."]
