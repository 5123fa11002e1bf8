"""Which logged calls hold their complete request: others prove nothing about a tokenizer.

Logs of coding agents leave out the system prompt and the tools. Two signs show it: tools are used
that nobody defined, or the text explains less than half of the billed tokens. What one call of a
session lacks, all of them lack; in logs with no sessions, what most calls of a file lack.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tokencost_profiles.accuracy.compare_counts import Result, Sample
from tokencost_profiles.calls.content import Request, ToolCall, ToolResult
from tokencost_profiles.calls.message_parts import request_parts


def complete_samples(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples whose requests may be complete, as far as is known before counting."""
    lost = _incomplete((sample, _lacks(sample)) for sample in samples)
    return [sample for sample in samples if id(sample) not in lost]


def complete_results(results: Sequence[Result]) -> list[Result]:
    """Return the results whose counts explain most of what was billed."""
    lost = _incomplete((result.sample, result.partial) for result in results)
    return [result for result in results if id(result.sample) not in lost]


def _incomplete(samples: Iterable[tuple[Sample, bool]]) -> set[int]:
    """Return the samples that lack something, and those of the same session or file."""
    groups: dict[tuple[str, bool], list[tuple[Sample, bool]]] = defaultdict(list)
    for sample, lacks in samples:
        groups[sample.group, sample.in_session].append((sample, lacks))
    lost: set[int] = set()
    for (_, in_session), group in groups.items():
        number = sum(lacks for _, lacks in group)
        all_lack = number > 0 if in_session else 2 * number > len(group)
        lost |= {id(sample) for sample, lacks in group if lacks or all_lack}
    return lost


def _lacks(sample: Sample) -> bool:
    if sample.complete:
        return False
    if not sample.request.tools and (_uses_tools(sample.request) or _uses_tools(sample.answer)):
        return True
    return 2 * _bytes(sample.request) < sample.billed  # no token is shorter than a byte


def _uses_tools(request: Request | None) -> bool:
    blocks = request.blocks() if request is not None else ()
    return any(isinstance(block, ToolCall | ToolResult) for _, block in blocks)


def _bytes(request: Request) -> int:
    return sum(len(part.text.encode("utf-8", "surrogatepass")) for part in request_parts(request))
