"""Logs with the text of calls and no usage: counted where there is a counter, and marked so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from logs.reading import inputs
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import COUNTED, Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.token_count import Count
from tokencost_profiles.logs.formats import Log, read

CORPUS = Path(__file__).parents[1] / "corpus"


class Words:
    """Counts words."""

    def text(self, model: str | None, text: str) -> Count:
        return Count(len(text.split()), "words", 0.25)

    def answer(self, model: str | None, parts: Sequence[Part]) -> Count:
        return self.text(model, "\n".join(part.text for part in parts))


def counted(path: Path, *, text: bool = False) -> list[Call]:
    (log_file,) = inputs(path)
    log = Log(log_file.label, Audit(), text=text, counter=Words())
    return [call for call in read(log_file, log) if isinstance(call, Call)]


@pytest.mark.parametrize(
    "name",
    ["sweagent/replay.traj", "mini-swe-agent/messages.traj.json"],
)
def test_each_answer_is_a_call_and_reads_all_before_it(name: str) -> None:
    calls = counted(CORPUS / name)
    assert len(calls) > 1
    for call in calls:
        assert call.usage is not None
        assert call.usage_source == COUNTED
        assert call.error == 0.25
    prompts = [call.prompt_tokens for call in calls]
    assert prompts == sorted(prompts)
    assert prompts[0] > 0


def test_a_demonstration_is_text_of_the_prompt() -> None:
    first, last = counted(CORPUS / "sweagent/replay.traj", text=True)
    assert first.parts is not None
    assert "shown how" in [part.text for part in first.parts]
    assert last.answer is not None
    assert last.answer[0].text.startswith("Done.")


def test_steps_of_a_trajectory_with_no_metrics_are_counted() -> None:
    calls = counted(CORPUS / "atif/trajectories.jsonl")
    (text,) = [call for call in calls if call.session == "trial-0005"]
    assert text.usage == {"input": 2, "output": 2}
