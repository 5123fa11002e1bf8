"""Spans nested in one another: a node's `children` are the spans below it.

Nodes may leave out the trace, their parent and even their id, which follow from the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.logs.common.text_calls import digest
from tokencost_profiles.logs.spans.otlp_values import attributes_of
from tokencost_profiles.logs.spans.span import any_text, flatten_attributes, parse_json
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects

ROOTS: Final = ("span_tree", "spanTree", "root_span", "rootSpan")
_CHILDREN: Final = (
    "children",
    "child_spans",
    "childSpans",
    "sub_spans",
    "subSpans",
    "nodes",
    "span_children",
)
_DEEPEST: Final = 200
_COUNTING: Final = ("gen_ai.usage", "llm.token_count", "llm.usage", "ai.usage", "tokens")
_DOTTED: Final = ("gen_ai.", "llm.", "ai.usage.", "openinference.")
_PARENTS: Final = ("parent_id", "parent_span_id", "parentSpanId", "parentId", "parent_spanId")
_TRACES: Final = ("trace_id", "traceId", "traceID")
_IDS: Final = ("span_id", "spanId", "spanID", "id")


def children_of(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the nodes below a node."""
    for name in _CHILDREN:
        held = node.get(name)
        if isinstance(held, list) and held:
            return objects(held)
    return []


def is_tree(value: Mapping[str, Any]) -> bool:
    """Whether an object has spans below it."""
    below = children_of(value)
    return bool(below) and any(attributes_in(_span(node)) for node in (value, *below))


def has_span_identity(value: Mapping[str, Any]) -> bool:
    """Whether an object is a span whose trace id stands in an object around it."""
    named = any_text(value, *_IDS[:3]) is not None and "name" in value
    return named and bool(attributes_in(value))


def attributes_in(span: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the attributes of a node, from `attributes`, `tags` or dotted keys."""
    held = parse_json(span.get("attributes", span.get("tags")))
    if isinstance(held, list):
        return attributes_of(held)
    if isinstance(held, Mapping):
        return flatten_attributes(dict(held))
    return {name: value for name, value in span.items() if str(name).startswith(_DOTTED)}


def spans_in(root: Mapping[str, Any], trace: str | None) -> Iterator[Mapping[str, Any]]:
    """Yield the spans of a tree as rows that name their trace, their id and their parent.

    A tree with no trace id has to count tokens, and is named by a hash of its content.
    """
    if trace is None and any_text(_span(root), *_TRACES) is None:
        if not any(_counts(node) for node in _nodes(root, 0)):
            return
        trace = digest(root)
    yield from _rows(root, trace, None, "1", 0)


def _span(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the span of a node, which may be a wrapping around it."""
    return first_mapping(node, "span", "data") or node


def _nodes(node: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    yield node
    if depth < _DEEPEST:
        for child in children_of(node):
            yield from _nodes(child, depth + 1)


def _counts(node: Mapping[str, Any]) -> bool:
    names = " ".join(map(str, attributes_in(_span(node))))
    return any(word in names for word in _COUNTING)


def _rows(
    node: Mapping[str, Any], trace: str | None, parent: str | None, place: str, depth: int
) -> Iterator[Mapping[str, Any]]:
    span = _span(node)
    context = first_mapping(span, "context", "spanContext")
    trace = any_text(context, *_TRACES) or any_text(span, *_TRACES) or trace
    name = any_text(context, *_IDS) or any_text(span, *_IDS) or (f"node-{place}")
    if attributes_in(span):
        row = {key: value for key, value in span.items() if key not in _CHILDREN}
        row |= {"trace_id": trace, "span_id": name}
        if parent is not None and any_text(span, *_PARENTS) is None:
            row["parent_id"] = parent
        if "attributes" not in row and "tags" not in row:
            row["attributes"] = dict(attributes_in(span))
        yield row
        parent = name
    if depth < _DEEPEST:
        for at, child in enumerate(children_of(node), 1):
            yield from _rows(child, trace, parent, f"{place}.{at}", depth + 1)
