"""What every log format that holds text gives, so that each part of a prompt has its cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

import tool_conversations
import tool_exports
import tool_sessions
import tool_trajectories
from logs.reading import calls_of
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ATTACHMENT, TOOL_CALL, TOOL_RESULT, TOOLS, Part
from tokencost_profiles.logs.formats import readers

CORPUS: Final = Path(__file__).parent.parent / "corpus"
# Formats whose cases in the corpus are about other things: a conversation is read instead.
WRITTEN: Final = {
    "walker": tool_exports.unknown_rows,
    "langfuse": tool_exports.langfuse,
    "claude-code": tool_sessions.claude_code,
    "copilot-cli": tool_sessions.copilot,
    "braintrust": tool_exports.braintrust,
    "helicone": tool_exports.helicone,
    "litellm": tool_exports.litellm,
    "portkey": tool_exports.portkey,
    "weave": tool_exports.weave,
    "otel-spans": tool_trajectories.genai_spans,
    "http-cassette": tool_conversations.cassette,
    "llm-logs": tool_trajectories.printed_log,
}
NAMES: Final = tuple(reader.name for reader in readers() if "text" in reader.gives)


def _calls(name: str, folder: Path) -> list[Call]:
    paths = [path for path in sorted((CORPUS / name).rglob("*")) if path.is_file()]
    paths = [path for path in paths if not path.name.endswith(".expected.json")]
    if name in WRITTEN:
        paths.append(folder / "written.json")
        paths[-1].write_text(WRITTEN[name]())
    return [call for path in paths for call in calls_of(path, text=True)[0]]


@pytest.mark.parametrize("name", NAMES)
def test_a_format_that_claims_text_gives_it(name: str, tmp_path: Path) -> None:
    calls = [call for call in _calls(name, tmp_path) if call.reader == name]
    assert any(call.parts for call in calls)
    assert any(call.answer for call in calls)
    for call in calls:
        for part in (*(call.parts or ()), *(call.answer or ())):
            _check(part)
        _check_results(call.parts or (), name)


def _check(part: Part) -> None:
    if part.role in (TOOL_CALL, TOOLS):
        assert part.name
    if part.role == TOOL_CALL:
        assert part.text.startswith(part.name)
    if part.role == ATTACHMENT:
        assert part.media is not None


def _check_results(parts: Sequence[Part], name: str) -> None:
    """Check that what has an id answers a call before it, where the prompt holds any call."""
    asked: set[str] = set()
    for part in parts:
        if part.role == TOOL_CALL and part.id:
            asked.add(part.id)
        elif part.role == TOOL_RESULT and part.id and asked:
            assert part.id in asked, name
