"""Requests to Gemini, counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_count import PromptCount

DAY = date(2026, 9, 1)


OLD, NEW, NEWEST = "gemini-2.0-flash", "gemini-2.5-flash", "gemini-3-flash-preview"


FERRY: dict[str, Any] = {
    "name": "find_ferry",
    "description": "Finds a ferry",
    "parameters": {
        "type": "OBJECT",
        "required": ["port"],
        "properties": {
            "port": {"type": "STRING", "description": "Where from"},
            "cars": {"type": "INTEGER"},
        },
    },
}


TURN = {"role": "user", "parts": [{"text": "To Skye, please"}]}


WITH_FERRY = {"contents": [TURN], "tools": [{"functionDeclarations": [FERRY]}]}


CALL = {"functionCall": {"name": "find_ferry", "args": {"port": "Mallaig", "cars": 2}}}


RESULT: dict[str, Any] = {"functionResponse": {"name": "find_ferry", "response": {"seat": "none"}}}


def count(
    counter: Counter, body: dict[str, Any], model: str = NEW, provider: str = "google"
) -> PromptCount:
    request = requests.read(body)
    assert request is not None
    return counter.request(request, Target(model, provider, "gemini", DAY))


def words(counter: Counter, *texts: str) -> int:
    return sum(counter.text(text, "gemini") for text in texts)
