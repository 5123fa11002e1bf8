"""Spans of tracing libraries, from any file format, and the calls in them.

A format (OTLP, an exporter's dump, an MLflow trace) makes `Span`s, and those become calls and links
here. One file a question: the counts (`usage`, `usage_objects`), the provider (`providers`), the
kind of span (`kinds`), its labels (`labels`), its text (`messages`), and the tree of a trace
(`span_tree`).
"""

from tokencost_profiles.logs.spans.span import Span
from tokencost_profiles.logs.spans.span_tree import SpanTree

__all__ = ["Span", "SpanTree"]
