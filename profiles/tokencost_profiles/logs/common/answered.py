"""The calls of a recorded answer beside its request, which states what the answer leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.answers.requested import apply_request
from tokencost_profiles.providers.answers.response_format import SPEECH


def answered_calls(response: Mapping[str, Any], request: Mapping[str, Any]) -> list[Call]:
    """Return the calls of an answer, or of a request for speech; none where neither is one."""
    calls = responses.read(dict(response))
    if not calls and request:
        calls = [call for call in responses.read(dict(request)) if call.api == SPEECH]
    for call in calls:
        apply_request(call, request)
    return calls
