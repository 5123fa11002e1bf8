"""LiteLLM: spend logs (rows of its database) and the payloads of its logging callbacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import CACHED, ERROR, OK, Call, Record
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.times import moment
from tokencost_profiles.calls.usage_conventions import PROFILE
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.answered import answered_calls
from tokencost_profiles.logs.common.exports import (
    document_rows,
    duration_between,
    first_rows,
    header_of,
    json_mapping,
    parse_json_text,
    seconds,
)
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.logs.http.hosts import Address, address
from tokencost_profiles.providers.answers.grounding import grounding_of
from tokencost_profiles.providers.answers.hosted_tools import add_tools, image_calls
from tokencost_profiles.providers.answers.response_format import copy_billing, copy_terms
from tokencost_profiles.providers.answers.routing import (
    HUGGING_FACE,
    asked_host,
    header_host,
    routing_of,
)
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    amount,
    first_count,
    first_mapping,
    text,
)

_LISTS: Final = ("data", "logs", "results")
_SPEND: Final = {"request_id", "spend", "startTime"}
_PAYLOAD: Final = {"id", "call_type", "response_cost"}
_SPEECH: Final = ("speech", "aspeech")
_COUNTS: Final = ("prompt_tokens", "completion_tokens", "total_tokens")
_PROXIES: Final = (None, "litellm_proxy", "litellm")
_SPEAKERS: Final = (*_PROXIES, "openai", "custom_openai", "openai_like", "text-completion-openai")
_LOCATIONS: Final = ("vertex_location", "vertex_ai_location", "aws_region_name")
_PASSED_ON: Final = "anthropic_messages"  # a call in Anthropic's format


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return header >= _SPEND
    return any(
        row.keys() >= _SPEND or row.keys() >= _PAYLOAD or _is_summary(row)
        for row in first_rows(log_file, *_LISTS)
    )


def _is_summary(row: Mapping[str, Any]) -> bool:
    """Whether a row is a day of `/spend/logs?summarize=true`, or of the daily activity."""
    return {"startTime", "spend", "models"} <= row.keys() and isinstance(row["models"], dict)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    rows: Any
    if log_file.is_document and not header_of(log_file):
        rows, counted = enumerate(document_rows(log_file.document, *_LISTS), 1), False
    else:
        rows, counted = rows_of(log_file, log), True
    for number, row in rows:
        if not counted:
            log.row()
        if not isinstance(row, Mapping):
            continue
        if _is_summary(row):
            raise InputError(
                "sums by the day, not calls",
                hint="export the spend logs themselves (summarize=false)",
                file=log_file.label,
            )
        if row.keys() >= _SPEND or row.keys() >= _PAYLOAD:
            call = _call(row, log)
            yield set_location(call, log, number)
            for image in image_calls(call, json_mapping(row.get("response"))):
                yield set_location(image, log, number)


def _call(row: Mapping[str, Any], log: Log) -> Call:
    metadata = json_mapping(row.get("metadata"))
    hidden = json_mapping(row.get("hidden_params"))
    begun, ended = moment(row.get("startTime")), moment(row.get("endTime"))
    spoke = moment(row.get("completionStartTime"))
    stated_costs = (amount(row.get(name)) for name in ("spend", "response_cost"))
    cost = next((one for one in stated_costs if one is not None), None)
    name = text(row.get("request_id")) or text(row.get("id"))
    tags = parse_json_text(row.get("request_tags"))
    asked = json_mapping(row.get("model_parameters"))
    place = _address(row, metadata, hidden)
    call = Call(
        provider=_provider(row, place),
        api=text(row.get("call_type")),
        model=_model(row, hidden),
        at=begun,
        latency=duration_between(begun, ended) or seconds(row.get("response_time")),
        first_token=duration_between(begun, spoke) if spoke != ended else None,
        session=text(row.get("session_id")) or text(row.get("trace_id")),
        user=_label(row, metadata, "end_user", "user", "user_api_key_user_id"),
        team=_label(metadata, row, "user_api_key_team_alias", "team_id", "user_api_key_team_id"),
        project=_label(metadata, row, "user_api_key_alias", "user_api_key_project_id"),
        response_id=name,
        status=_status(row, metadata),
        service_tier=text(json_mapping(row.get("response")).get("service_tier"))
        or text(asked.get("service_tier")),
        speed=text(asked.get("speed")),
        search_context=_search_context(row, asked),
        tags=tuple(("tag", str(tag)) for tag in tags) if isinstance(tags, list) else (),
        batch="batch" in str(row.get("call_type") or ""),
    )
    reading = _usage_reading(row, metadata, hidden)
    if reading is not None:
        reading.apply_to(call)
        call.warnings += _ambiguity(row, reading)
    else:
        _measure(call, row, asked)
    _add_tools(call, json_mapping(row.get("response")), asked)
    if cost or (cost is not None and call.cost is None):
        call.cost, call.cost_basis = cost, "gateway"
    call.region = call.region or place.region or _location(asked)
    call.host = _host(row, hidden, call.model) or place.host
    if name:
        call.key = f"id:{name}" if is_strong(name) else f"litellm:{name}:{begun}"
    if log.text:
        sent = row.get("messages") or row.get("proxy_server_request")
        set_text(call, sent, row.get("response"), asked.get("tools") or asked.get("functions"))
        call.has_request = call.has_request or bool(asked and call.parts)
    return call


def _measure(call: Call, row: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Set the usage of a call that is not counted in tokens: audio, images, pages, searches."""
    request = dict(asked)
    if text(row.get("call_type")) in _SPEECH:
        request |= {"model": call.model, "input": row.get("messages")}
    answers = answered_calls(json_mapping(row.get("response")), request)
    if answers and answers[0].usage is not None:
        copy_billing(answers[0], call)
        copy_terms(answers[0], call)


def _provider(row: Mapping[str, Any], place: Address) -> str | None:
    """Return who bills: the provider of the deployment.

    LiteLLM has a provider name for each family of models on Vertex, and calls whoever speaks
    OpenAI's API by that name; then the address of the deployment says who it is.
    """
    name = text(row.get("custom_llm_provider"))
    if name and name.startswith("vertex_ai"):
        return "vertex_ai"
    if name not in _SPEAKERS:
        return name
    routed = routing_of(json_mapping(row.get("response"))).router
    return routed or place.provider or (None if name in _PROXIES else name)


def _host(row: Mapping[str, Any], hidden: Mapping[str, Any], asked: str | None) -> str | None:
    """Return the host behind a router, from the answer, its headers or the name asked for."""
    stated = header_host(first_mapping(hidden, "additional_headers"))
    stated = stated or routing_of(json_mapping(row.get("response"))).host
    if stated is None and text(row.get("custom_llm_provider")) == HUGGING_FACE:
        return asked_host(asked)
    return stated


def _model(row: Mapping[str, Any], hidden: Mapping[str, Any]) -> str | None:
    """Return the model that LiteLLM priced, which may differ from the name of the deployment."""
    priced_as = first_mapping(row, "model_map_information").get("model_map_key")
    return (
        text(hidden.get("litellm_model_name"))
        or text(row.get("model"))
        or text(priced_as)
        or text(row.get("model_group"))
    )


def _label(a: Mapping[str, Any], b: Mapping[str, Any], *names: str) -> str | None:
    return next((label for name in names for one in (a, b) if (label := text(one.get(name)))), None)


def _status(row: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    if str(row.get("cache_hit")).lower() == "true":
        return CACHED
    failed = "failure" in (row.get("status"), metadata.get("status"))
    return ERROR if failed else OK


def _usage_reading(
    row: Mapping[str, Any], metadata: Mapping[str, Any], hidden: Mapping[str, Any]
) -> UsageReading | None:
    """Return the reading of the provider's usage object, where the row has it, else of the row."""
    usage = (
        json_mapping(metadata.get("usage_object"))
        or json_mapping(hidden.get("usage_object"))
        or first_mapping(json_mapping(row.get("response")), "usage")
        or json_mapping(metadata.get("additional_usage_values"))
    )
    if not usage.keys() & {"prompt_tokens", "input_tokens"}:
        counts = {name: first_count(row, name) for name in _COUNTS}
        usage = {**usage, **counts}
    if not any(isinstance(value, int) and value for value in usage.values()):
        return None
    return read_usage(dict(usage), text(row.get("custom_llm_provider")))


def _ambiguity(row: Mapping[str, Any], reading: UsageReading) -> tuple[str, ...]:
    """Warn where a row does not state whether its cached tokens are inside `prompt_tokens`.

    They are, in rows of every kind of call but `anthropic_messages`, where versions differ.
    """
    cached = any(unit.startswith("cache_") for unit in reading.usage)
    if not cached or reading.semantics != PROFILE or row.get("call_type") != _PASSED_ON:
        return ()
    return ("cached tokens taken as part of prompt_tokens: the row does not state it",)


def _address(
    row: Mapping[str, Any], metadata: Mapping[str, Any], hidden: Mapping[str, Any]
) -> Address:
    """Return the provider and region of the address that was called."""
    written = next(
        (
            base
            for source in (row, hidden, first_mapping(metadata, "hidden_params"))
            if (base := text(source.get("api_base")))
        ),
        "",
    )
    return address(written if "://" in written or not written else f"https://{written}")


def _location(asked: Mapping[str, Any]) -> str | None:
    return next((location for name in _LOCATIONS if (location := text(asked.get(name)))), None)


def _add_tools(call: Call, response: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Count the tools in the answer that are billed beside its tokens."""
    if call.usage is None or not response:
        return
    if response.get("object") == "response":
        add_tools(call, {**response, "tools": response.get("tools") or asked.get("tools")})
    else:
        call.usage = {**grounding_of(response).usage, **call.usage}


def _search_context(row: Mapping[str, Any], asked: Mapping[str, Any]) -> str | None:
    built_in = json_mapping(row.get("standard_built_in_tools_params"))
    for source in (built_in, asked):
        size = text(first_mapping(source, "web_search_options").get("search_context_size"))
        if size:
            return size
    return None


READER: Final = Reader(
    "litellm",
    "LiteLLM spend logs and logging payloads",
    ("usage", "cost", "time", "session", "user", "team", "project", "tags", "text", "latency"),
    _recognises,
    _read,
    order=57,
    where="LiteLLM_SpendLogs, logging callbacks",
)
