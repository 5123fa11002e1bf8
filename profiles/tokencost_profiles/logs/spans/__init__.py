"""Spans: what tracing libraries write of a model call, whatever file it comes in.

A frame (OTLP, an exporter's dump, an MLflow trace) becomes `Span`s, and those become calls and
links here. One file a question: which numbers (`usage`, `raw`), who bills (`providers`), what kind
of span (`kinds`), whose it is (`labels`), what was said (`messages`), and how spans of one trace
hang together (`tree`).
"""

from tokencost_profiles.logs.spans.span import Span
from tokencost_profiles.logs.spans.span_tree import SpanTree

__all__ = ["Span", "SpanTree"]
