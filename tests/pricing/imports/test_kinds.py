"""What a model does, by its name."""

from __future__ import annotations

import pytest

from tokencost_pricing.imports.kinds import kind_of
from tokencost_pricing.table import PriceTable

# Sold as chat, and billed for what they read alone.
NO_OUTPUT = {
    "openrouter/perplexity/pplx-decider-v1.1-27b",
    "openrouter/scaledown/extract",
    "openrouter/scaledown/summarize",
}


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("sentence-transformers/clip-ViT-B-32-multilingual-v1", "embedding"),
        ("shibing624/text2vec-base-chinese", "embedding"),
        ("WhereIsAI/UAE-Large-V1", "embedding"),
        ("jina-colbert-v1-en", "embedding"),
        ("Salesforce/Llama-Rank-V1", "rerank"),
        ("frankly-70b", "chat"),
        ("gpt-5.4", "chat"),
    ],
)
def test_the_name_of_a_model_says_what_it_does(model: str, kind: str) -> None:
    assert kind_of(model, ["input"]) == kind


def test_a_chat_model_has_a_price_of_its_output() -> None:
    models = (model for model in PriceTable.load().models() if model.kind == "chat")
    without_output = {
        model.key for model in models if any("output" not in row.rates for row in model.prices)
    }
    assert without_output == NO_OUTPUT
