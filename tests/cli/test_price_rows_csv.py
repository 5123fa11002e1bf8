"""`prices show -f csv`: a row a price and tier, each with its source, day and lists."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]


def rows_of(cli: Cli, model: str) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """Return the rows of the CSV file and the model of the JSON document."""
    show = ("prices", "show", model, "-f")
    document = json.loads(cli(*show, "json").out)
    return list(csv.DictReader(io.StringIO(cli(*show, "csv").out))), document["items"][0]


@pytest.mark.parametrize("model", ["gpt-5.4", "deepseek-chat", "together/Salesforce/Llama-Rank-V1"])
def test_rows_are_those_of_the_document(cli: Cli, model: str) -> None:
    rows, entry = rows_of(cli, model)
    assert {(row["provider"], row["model"]) for row in rows} == {
        (entry["provider"], entry["model"])
    }
    expected = []
    for price in entry["prices"]:
        for tokens, rates in (
            ("", price["rates"]),
            *((str(tier["from_prompt_tokens"]), tier["rates"]) for tier in price["tiers"]),
        ):
            expected.append((price["starts_at"] or "", tokens, price["source"] or "", rates))
    names = [name for name in rows[0] if name in entry["prices"][-1]["rates"]]
    assert expected == [
        (
            row["starts_at"],
            row["from_prompt_tokens"],
            row["source"],
            {name: row[name] for name in names if row[name]},
        )
        for row in rows
    ]


def test_a_row_has_its_page_with_the_day_and_the_lists_that_hold_it(cli: Cli) -> None:
    rows, _ = rows_of(cli, "gpt-5.4")
    assert [row["from_prompt_tokens"] for row in rows] == ["", "272001"]
    for row in rows:
        assert row["source"].startswith("https://")
        assert row["checked_at"] > "2026-01-01"
        assert "litellm" in row["lists"].split()
        assert row["status"] == "in force"


def test_the_lists_stand_at_the_newest_row_alone(cli: Cli) -> None:
    rows, _ = rows_of(cli, "deepseek-chat")
    assert len(rows) > 5
    assert [bool(row["lists"]) for row in rows] == [False] * (len(rows) - 1) + [True]
    mirrored, _ = rows_of(cli, "together/Salesforce/Llama-Rank-V1")
    assert len(mirrored[-1]["lists"].split()) > 1
