"""Images that a tool of the Responses API made: calls of the image model."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from logs.answers import (
    CREATED,
    cost_of,
    lines,
    response,
)
from logs.reading import totals
from tokencost_pricing.table import PriceTable


def image_answer(*tools: Any, **more: Any) -> dict[str, Any]:
    tool_usage = {
        "input_tokens": 50,
        "input_tokens_details": {"text_tokens": 30, "image_tokens": 20},
        "output_tokens": 4160,
        "total_tokens": 4210,
    }
    items = [{"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": "x"}]
    return response(
        "gpt-5.4", output=items, tools=list(tools), tool_usage={"image_gen": tool_usage}, **more
    )


def test_an_image_without_a_named_model_is_counted_and_has_no_price(table: PriceTable) -> None:
    calls = lines(image_answer())
    assert totals(calls) == {"input": 1030, "input_image": 20, "output": 100, "output_image": 4160}
    assert cost_of(table, calls) is None
    assert any("does not name the image model" in note for c in calls for note in c.warnings)


def test_an_image_is_a_call_of_the_model_that_the_tool_names() -> None:
    calls = lines(image_answer({"type": "image_generation", "model": "gpt-image-1"}))
    assert [(c.model, c.scope) for c in calls] == [("gpt-5.4", "call"), ("gpt-image-1", "pass")]
    asked = {"model": "gpt-5.4", "tools": [{"type": "image_generation", "model": "gpt-image-2"}]}
    calls = lines({"request": asked, "response": image_answer()})
    assert [c.model for c in calls] == ["gpt-5.4", "gpt-image-2"]
    assert not any(c.warnings for c in calls)


def test_an_image_is_priced_by_its_model(table: PriceTable) -> None:
    calls = lines(image_answer({"type": "image_generation", "model": "gpt-image-1"}))
    image = Decimal(30 * 5 + 20 * 10 + 4160 * 40) / 1_000_000
    assert cost_of(table, calls) == Decimal("0.004") + image
    asked = {"model": "gpt-image-1", "prompt": "a boat", "size": "1024x1024"}
    answer = {
        "created": CREATED,
        "data": [{"b64_json": "x"}],
        "size": "1024x1024",
        "usage": {
            "input_tokens": 50,
            "output_tokens": 4160,
            "total_tokens": 4210,
            "input_tokens_details": {"text_tokens": 30, "image_tokens": 20},
        },
    }
    assert cost_of(table, lines({"request": asked, "response": answer})) == image


def test_an_image_without_tokens_is_named() -> None:
    items = [{"type": "image_generation_call", "id": "ig_1", "result": "x"}]
    (call,) = lines(response("gpt-5", output=items))
    assert any("images were generated" in note for note in call.warnings)
