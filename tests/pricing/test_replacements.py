"""The model that follows a retiring one, where its maker names it."""

from __future__ import annotations

from tokencost_pricing.table import PriceTable


def test_what_a_maker_names_comes_before_what_is_billed(table: PriceTable) -> None:
    """Its calls are billed as another one than the notice names."""
    model = table.model("xai", "grok-code-fast-1")
    assert model.redirect is not None
    assert (model.redirect.to, model.replacement) == ("grok-build-0.1", "grok-4.3")
    redirected = table.model("deepseek", "deepseek-chat")
    assert redirected.replacement == "deepseek-v4-flash"
    assert table.model("openai", "gpt-4").replacement is None


def test_every_replacement_is_a_model_of_the_provider(table: PriceTable) -> None:
    named = [model for model in table.models() if model.replacement is not None]
    assert len(named) > 5
    for model in named:
        assert table.find(str(model.replacement), model.provider).provider == model.provider
