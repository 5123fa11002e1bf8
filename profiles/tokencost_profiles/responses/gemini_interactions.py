"""Gemini's Interactions API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls import Call
from tokencost_profiles.meters.base import inner
from tokencost_profiles.meters.gemini_interactions import METER
from tokencost_profiles.responses.base import Shape, call_of, moment


def _recognises(value: Mapping[str, Any]) -> bool:
    return METER.recognises(inner(value, "usage"))


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    return [
        call_of(
            METER.read(inner(value, "usage"), "google"), api="interactions", provider="google",
            model=value.get("model"), response_id=value.get("id"),
            at=moment(value.get("created")) or moment(value.get("created_at")),
        )
    ]  # fmt: skip


SHAPE: Final = Shape("gemini-interactions", _recognises, _read, order=15)
