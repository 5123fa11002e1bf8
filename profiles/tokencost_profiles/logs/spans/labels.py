"""The labels of a span: session, user, agent, team, environment, project, tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.logs.spans import names
from tokencost_profiles.logs.spans.span import Span, any_text, json_mapping, parse_json, text_in

_UNNAMED: Final = "unknown_service"
_MOST_TAGS: Final = 20
_LONGEST_TAG: Final = 200
# Attributes whose names end in a label that the user chose.
_PREFIXES: Final = (
    "ai.telemetry.metadata.",
    "traceloop.association.properties.",
    "langfuse.trace.metadata.",
    "langfuse.observation.metadata.",
    "langsmith.metadata.",
    "lmnr.association.properties.",
)
_LISTS: Final = ("tag.tags", "langfuse.trace.tags", "langsmith.span.tags", "logfire.tags", "tags")
_KNOWN: Final = frozenset((*names.SESSION, *names.USER))


class Labels(NamedTuple):
    """The labels of one span."""

    session: str | None = None
    user: str | None = None
    agent: str | None = None
    team: str | None = None
    environment: str | None = None
    project: str | None = None


def labels_of(span: Span, shared: Labels | None = None) -> Labels:
    """Return the labels of a span, or those of the program that wrote it (`shared`)."""
    attributes = span.attributes
    shared = resource_labels(span.resource) if shared is None else shared
    return Labels(
        session=text_in(attributes, names.SESSION) or shared.session,
        user=text_in(attributes, names.USER) or shared.user,
        agent=_agent(attributes),
        team=text_in(attributes, names.TEAM) or shared.team,
        environment=text_in(attributes, names.ENVIRONMENT) or shared.environment,
        project=shared.project or _project(attributes),
    )


def resource_labels(resource: Mapping[str, Any]) -> Labels:
    """Return the labels that a program's resource states for all its spans."""
    return Labels(
        session=any_text(resource, "session.id"),
        user=text_in(resource, names.USER),
        team=text_in(resource, names.TEAM),
        environment=text_in(resource, names.ENVIRONMENT),
        project=_project(resource),
    )


def _agent(attributes: Mapping[str, Any]) -> str | None:
    agent = text_in(attributes, names.AGENT)
    if agent is None and attributes.get("traceloop.span.kind") == "agent":
        agent = any_text(attributes, "traceloop.entity.name")
    return agent


def _project(attributes: Mapping[str, Any]) -> str | None:
    project = text_in(attributes, names.PROJECT)
    return None if project is None or project.startswith(_UNNAMED) else project


def tags_of(span: Span) -> tuple[tuple[str, str], ...]:
    """Return the user's tags of a span."""
    return tuple(sorted(set(_tags(span)))[:_MOST_TAGS])


def _tags(span: Span) -> Iterator[tuple[str, str]]:
    for key, value in span.attributes.items():
        if key.startswith(_PREFIXES) and key not in _KNOWN:
            prefix = next(prefix for prefix in _PREFIXES if key.startswith(prefix))
            yield from _tag(key.removeprefix(prefix), value)
    for key in _LISTS:
        values = parse_json(span.attributes.get(key))
        if isinstance(values, list):
            for value in values:
                yield from _tag("tag", value)
    for key, value in json_mapping(span.attributes.get("metadata")).items():
        yield from _tag(str(key), value)


def _tag(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield name, str(value).lower()
    elif isinstance(value, (str, int, float)) and value != "":
        yield name, str(value)[:_LONGEST_TAG]
