"""Gemini generateContent, from the Gemini API or Vertex."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, REASONING, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.grounding import grounding_of
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.requests.gemini import message_blocks
from tokencost_profiles.providers.usage.gemini import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects


def _recognises(value: Mapping[str, Any]) -> bool:
    usage = value.get("usageMetadata", value.get("usage_metadata"))
    if isinstance(usage, Mapping):
        return "candidates" in value or "modelVersion" in value or USAGE_FORMAT.recognises(usage)
    return "candidates" in value and isinstance(value["candidates"], list)


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usageMetadata", "usage_metadata")
    candidates = objects(value.get("candidates"))
    parts = [
        block
        for candidate in candidates
        for block in objects(first_mapping(candidate, "content").get("parts"))
        if isinstance(block, Mapping)
    ]
    # Vertex marks its traffic; the Gemini API does not.
    provider = "vertex" if "trafficType" in usage or "traffic_type" in usage else "google"
    call = call_of(
        USAGE_FORMAT.read(usage, provider) if usage else None,
        api="generateContent",
        provider=provider,
        model=value.get("modelVersion", value.get("model_version")),
        response_id=value.get("responseId", value.get("response_id")),
        at=moment(value.get("createTime", value.get("create_time"))),
        tools=_tools(parts),
        answer=tuple(_answer(candidates)) if want_text else None,
        final=any(c.get("finishReason", c.get("finish_reason")) for c in candidates),
    )
    grounding = grounding_of(value)
    if call.usage is not None:
        call.usage = {**call.usage, **grounding.usage}
        call.warnings += grounding.warnings if provider == "vertex" else ()
    return [call]


def _tools(parts: list[Mapping[str, Any]]) -> tuple[str, ...]:
    names = [
        str(first_mapping(p, "functionCall", "function_call").get("name") or "") for p in parts
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _answer(candidates: list[Mapping[str, Any]]) -> Iterator[Part]:
    """Yield the parts of an answer, as they are sent back. Chunks of a stream are one text."""
    last: Part | None = None
    index = 0
    for candidate in candidates:
        same = candidate.get("index", 0) == index
        index = candidate.get("index", 0)
        blocks = message_blocks(first_mapping(candidate, "content"), "content")
        for at, part in enumerate(block_parts(blocks, ASSISTANT)):
            if last is not None and at == 0 and same and _continues(last, part):
                last = last._replace(text=last.text + part.text)
                continue
            if last is not None:
                yield last
            last = part
    if last is not None:
        yield last


def _continues(last: Part, part: Part) -> bool:
    return last.role == part.role and last.role in (ASSISTANT, REASONING) and bool(last.text)


RESPONSE_FORMAT: Final = ResponseFormat("gemini", _recognises, _read, order=10)
