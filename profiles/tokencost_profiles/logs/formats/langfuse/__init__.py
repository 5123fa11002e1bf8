"""Langfuse: traces with their observations, lists and pages of observations, tables, ingestion.

Where an observation reports no usage, Langfuse counts it; wrappers carry sums. So an observation
counts only where none below it reports usage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import (
    drop_sums,
    duration_between,
    first_rows,
    header_of,
    json_mapping,
    parse_json_text,
)
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import set_text
from tokencost_profiles.logs.common.sub_agents import AGENT, CHAIN, TOOL, AgentTree, kind_of
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.logs.formats.langfuse.usage import usage_of
from tokencost_profiles.logs.spans.usage import tier_of
from tokencost_profiles.logs.walk.framework_messages import answer_in
from tokencost_profiles.providers.answers.response_format import copy_billing
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_mapping,
    objects,
    service_tier,
    text,
)

_BILLED: Final = frozenset({"GENERATION", "EMBEDDING", "AGENT", "SPAN", "CHAIN", "EVALUATOR"})
_LEVELS: Final = {"agent": AGENT, "tool": TOOL, "chain": CHAIN, "span": CHAIN}
_COLUMNS: Final = (
    {"traceId", "usageDetails"},
    {"trace_id", "usage_details"},
    {"traceId", "totalTokens"},
    {"traceId", "usage"},
    {"traceId", "inputUsage"},
)
_EVENTS: Final = ("generation-create", "generation-update", "observation-create", "trace-create")


def _recognises(log_file: Input) -> bool:
    header = header_of(log_file)
    if header:
        return any(wanted <= header for wanted in _COLUMNS) and "id" in header
    return any(_is_known(row) for row in first_rows(log_file, "data", "observations", "batch"))


def _is_known(row: Mapping[str, Any]) -> bool:
    if isinstance(row.get("trace"), dict) and isinstance(row.get("observations"), list):
        return True
    if row.get("type") in _EVENTS and isinstance(row.get("body"), dict):
        return True
    if isinstance(row.get("observations"), list):
        return any(_is_observation(one) for one in objects(row["observations"]))
    return _is_observation(row)


def _is_observation(row: Mapping[str, Any]) -> bool:
    return ("traceId" in row or "trace_id" in row) and bool(
        {
            "usageDetails",
            "usage_details",
            "promptTokens",
            "calculatedTotalCost",
            "inputUsage",
            "providedModelName",
            "parentObservationId",
        }
        & row.keys()
    )


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    export = _Export(log)
    if log_file.is_document and not header_of(log_file):
        export.take(1, log_file.document)
    else:
        for number, row in rows_of(log_file, log):
            export.take(number, row, counted=True)
    yield from export.agents.placed(drop_sums(export.calls.values(), log))


class _Export:
    """The observations of one file, which may repeat, or come as a creation and an update."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.calls: dict[str, tuple[Call, str | None]] = {}
        self.observations: dict[str, dict[str, Any]] = {}
        self.agents = AgentTree()

    def take(
        self,
        number: int,
        value: Any,
        trace: Mapping[str, Any] | None = None,
        *,
        counted: bool = False,
    ) -> None:
        """Take an observation, or a value that holds observations."""
        if isinstance(value, list):
            for at, one in enumerate(value, number):
                self.take(at, one, trace)
            return
        if not isinstance(value, Mapping):
            return
        inside = value.get("observations")
        for name in ("data", "batch"):
            if inside is None and isinstance(value.get(name), list):
                inside = value[name]
        if isinstance(inside, list):
            trace_object = first_mapping(value, "trace") or value
            self.take(1, inside, trace_object)
            return
        if not counted:
            self.log.row()
        if value.get("type") in _EVENTS and isinstance(value.get("body"), dict):
            value = self._merge_half(value["body"])
        self._observation(number, value, trace or {})

    def _merge_half(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Merge an update into the observation that its creation began."""
        observation = self.observations.setdefault(str(body.get("id")), {})
        observation.update({name: value for name, value in body.items() if value is not None})
        return observation

    def _observation(self, number: int, row: Mapping[str, Any], trace: Mapping[str, Any]) -> None:
        name = text(row.get("id"))
        parent = text(row.get("parentObservationId", row.get("parent_observation_id")))
        if name is not None:
            kind = kind_of(row.get("type"), _LEVELS)
            self.agents.add(name, parent, kind, str(row.get("name") or ""))
        if name is None or str(row.get("type") or "GENERATION").upper() not in _BILLED:
            return
        call = _call(row, trace)
        call.span, call.trace = name, text(row.get("traceId", row.get("trace_id"))) or "?"
        call.key = f"span:{call.trace}/{name}"
        if self.log.text:
            set_text(call, row.get("input"), row.get("output"))
        if name in self.calls:
            self.log.audit.calls += 1
        call.parent = parent
        self.calls[name] = (set_location(call, self.log, number), parent)


def _call(row: Mapping[str, Any], trace: Mapping[str, Any]) -> Call:
    begun = moment(row.get("startTime", row.get("start_time")))
    ended = moment(row.get("endTime", row.get("end_time")))
    spoke = moment(row.get("completionStartTime", row.get("completion_start_time")))
    attributes = json_mapping(json_mapping(row.get("metadata")).get("attributes"))
    provided = json_mapping(row.get("providedCostDetails")).get("total")
    stated_cost = (
        provided
        if provided is not None
        else next(
            (
                row[name]
                for name in ("totalCost", "calculatedTotalCost", "total_cost", "cost")
                if row.get(name) not in (None, "")
            ),
            None,
        )
    )
    cost = amount(stated_cost)
    tags = parse_json_text(row.get("tags")) or trace.get("tags")
    call = Call(
        model=text(row.get("providedModelName"))
        or text(row.get("model"))
        or text(row.get("provided_model_name")),
        provider=_provider(attributes),
        at=begun,
        latency=duration_between(begun, ended),
        first_token=duration_between(begun, spoke),
        session=text(trace.get("sessionId")) or text(row.get("sessionId")),
        user=text(trace.get("userId")) or text(row.get("userId")),
        project=text(trace.get("projectId")) or text(row.get("projectId")),
        environment=text(row.get("environment")) or text(trace.get("environment")),
        agent=text(attributes.get("gen_ai.agent.name")),
        response_id=text(attributes.get("gen_ai.response.id")),
        status=ERROR if row.get("level") == "ERROR" else OK,
        cost=cost if cost else None,
        cost_basis="client" if cost else None,
        tags=tuple(("tag", str(tag)) for tag in tags) if isinstance(tags, list) else (),
    )
    call.service_tier = _tier(row, attributes)
    reading = usage_of(row)
    if reading is not None:
        return reading.apply_to(call)
    answer = answer_in(parse_json_text(row.get("output")))
    if answer is not None:
        copy_billing(answer, call)
        call.model = call.model or answer.model
    return call


def _provider(attributes: Mapping[str, Any]) -> str | None:
    for key in ("gen_ai.provider.name", "gen_ai.system"):
        name = text(attributes.get(key))
        if name and name not in ("microsoft.agent_framework", "langfuse"):
            return name
    return None


def _tier(row: Mapping[str, Any], attributes: Mapping[str, Any]) -> str | None:
    """Return the service tier that a client noted, or else the one that it asked for."""
    parameters = row.get("modelParameters", row.get("model_parameters"))
    return (
        service_tier(json_mapping(row.get("metadata")))
        or tier_of(attributes)
        or service_tier(json_mapping(parameters))
    )


READER: Final = Reader(
    "langfuse",
    "Langfuse traces and observations",
    ("usage", "cost", "time", "session", "user", "project", "agent", "tags", "text", "latency"),
    _recognises,
    _read,
    order=55,
    where="exports of Langfuse: JSON, JSON lines, CSV",
)
