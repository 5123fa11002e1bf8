"""Values of the wrong type in otherwise good logs: never a traceback, the rest still counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokencost_profiles.calls.call import ABSURD_COUNT
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.paths import from_bytes
from tokencost_profiles.logs import read
from tokencost_profiles.providers.usage_fields.usage_format import number

CORPUS = Path(__file__).parents[1] / "corpus"


def _values(path: Path) -> list[Any]:
    """Return the JSON values of a log; none where a part of it is malformed on purpose."""
    try:
        text = path.read_text("utf-8")
        lines = text.splitlines() if path.suffix == ".jsonl" else [text]
        return [json.loads(line) for line in lines if line.strip()]
    except ValueError:
        return []


LOGS = {
    path: values
    for path in sorted(CORPUS.glob("*/*.json*"))
    if not path.name.endswith(".expected.json") and (values := _values(path))
}
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1e300, 0.5, "", "x", [], {}, [1, "a", None, {}], {"a": {"b": [{}]}},
     "9" * 30, 10**30, "2026-13-45T99:99", [[[[]]]], "1\x1c", "²"]
)  # fmt: skip


@pytest.mark.parametrize("path", LOGS, ids=lambda path: f"{path.parent.name}/{path.name}")
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_value_may_be_of_any_type(path: Path, data: st.DataObject) -> None:
    rows = list(LOGS[path])
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row] = _changed(rows[row], data)
    content = "\n".join(map(json.dumps, rows)).encode()
    how = read.ReadOptions(None, None, text=data.draw(st.booleans()), counter=None)
    calls, _ = settle(read.read_source(from_bytes(content, path.name), how))
    for call in calls:
        assert min((call.usage or {"": 0}).values(), default=0) >= 0, "no price takes it"


def _changed(value: Any, data: st.DataObject) -> Any:
    """Return a value with one place in it replaced."""
    if not isinstance(value, (dict, list)) or not value or data.draw(st.integers(0, 9)) == 0:
        return data.draw(JUNK)
    places = sorted(value) if isinstance(value, dict) else list(range(len(value)))
    at = data.draw(st.sampled_from(places))
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[at] = _changed(value[at], data)
    return copy


@pytest.mark.parametrize("value", ["1\x1c", "²", "٣", "1e3", "-1", -1, 1.5, True, 1e300, "9" * 40])
def test_what_is_no_count(value: Any) -> None:
    count = number(value)
    assert count in (None, 1) or count >= ABSURD_COUNT


@pytest.mark.parametrize("value", ["9" * 5000, float("inf"), float("nan"), 1e300, "", [], -5, "0"])
def test_what_is_no_moment(value: Any) -> None:
    assert moment(value) is None


@pytest.mark.parametrize(
    "key", ["input_tokens", "output_tokens", "cache_read_input_tokens", "web_search_requests"]
)
def test_a_count_below_zero_is_none(key: str) -> None:
    usage: dict[str, Any] = {"input_tokens": 7, "output_tokens": 5, "cache_read_input_tokens": 3}
    if key in usage:
        usage[key] = -5
    else:
        usage["server_tool_use"] = {key: -5}
    message = {"model": "claude-opus-4-6", "id": "m", "role": "assistant", "usage": usage}
    row = {"type": "assistant", "sessionId": "s", "uuid": "u", "message": message}
    source = from_bytes(json.dumps(row).encode(), "session.jsonl")
    how = read.ReadOptions("claude-code")
    (call,), _ = settle(read.read_source(source, how))
    assert call.usage is not None
    assert min(call.usage.values()) > 0
