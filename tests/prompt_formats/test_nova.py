"""What Amazon Nova is billed for: fitted frames, images by tiles."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.markup.digits import more_for_digits
from tokencost_profiles.tokens.prompt_count import PromptCount
from tokencost_profiles.tokens.prompt_formats.nova import _tiles

DAY = date(2026, 9, 1)
ONE, TWO = "us.amazon.nova-lite-v1:0", "us.amazon.nova-2-lite-v1:0"
TURN = {"role": "user", "content": [{"text": "To Skye, please"}]}
FERRY = {"name": "find_ferry", "inputSchema": {"json": {"type": "object", "properties": {}}}}


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def count(counter: Counter, model: str, *messages: Any, **body: Any) -> PromptCount:
    request = requests.read({"messages": list(messages) or [TURN], "inferenceConfig": {}, **body})
    assert request is not None
    return counter.request(request, Target(model, "bedrock", "nova", DAY))


def test_frames(counter: Counter) -> None:
    plain = counter.text("To Skye, please", "nova")
    assert count(counter, ONE).tokens == plain
    assert count(counter, TWO).tokens == plain + 46
    assert count(counter, TWO, TURN, TURN, TURN).kinds["frame"] == 46 + 5


def test_nova_2_thinks_where_a_request_asks_for_it(counter: Counter) -> None:
    effort = {"type": "enabled", "maxReasoningEffort": "low"}
    counted = count(counter, TWO, additionalModelRequestFields={"reasoningConfig": effort})
    assert counted.tokens == count(counter, TWO).tokens + 48
    off = {"reasoningConfig": {"type": "disabled"}}
    assert count(counter, TWO, additionalModelRequestFields=off).kinds["frame"] == 46


def test_functions_bring_a_long_text_with_them(counter: Counter) -> None:
    tools = {"tools": [{"toolSpec": FERRY}]}
    assert 340 < count(counter, ONE, toolConfig=tools).kinds["tools"] < 400
    assert 809 < count(counter, TWO, toolConfig=tools).kinds["tools"] < 860
    call = {"toolUse": {"toolUseId": "a", "name": "find_ferry", "input": {}}}
    result = {"toolResult": {"toolUseId": "a", "content": [{"text": "none"}]}}
    answer, back = {"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}
    counted = count(counter, TWO, TURN, answer, back, toolConfig=tools)
    assert counted.kinds["calls"] == pytest.approx(
        16 + 10 + 9 + counter.text("find_ferry{}", "nova") + counter.text("none", "nova")
    )


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        ((900, 450), 2),
        ((900, 900), 4),
        ((1400, 900), 6),
        ((1800, 900), 8),
        ((1300, 1300), 9),
        ((540, 360), 6),
        ((1, 1), 1),
    ],
)
def test_images_are_cut_into_the_grid_that_fits(size: tuple[int, int], tiles: int) -> None:
    assert _tiles(*size) == tiles


def test_images_and_videos(counter: Counter) -> None:
    data = {"media_type": "image/png", "bytes": 9, "width": 900, "height": 900}
    turn = {"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": data}}}]}
    assert count(counter, ONE, turn).kinds["images"] == 12 + 5 * 259
    assert count(counter, TWO, turn).kinds["images"] == pytest.approx(9 + 810_000 / 790)
    video = {"media_type": "video/mp4", "bytes": 9, "duration": 10}
    turn = {"role": "user", "content": [{"video": {"format": "mp4", "source": {"bytes": video}}}]}
    counted = count(counter, TWO, turn)
    assert counted.kinds["media"] == 1800
    assert any("video" in warning for warning in counted.warnings)


@pytest.mark.parametrize(
    ("text", "more"), [("", 0), ("no 7", 0), ("12", 1), ("123", 2), ("1234 and 5", 2)]
)
def test_every_digit_is_a_token(text: str, more: int) -> None:
    assert more_for_digits(text) == more
