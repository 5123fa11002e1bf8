"""What tools gave back, as Claude reads it.

One text alone stands between the tags. Several results are each named, blocks that are not all text
are each marked, and what went wrong says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tokencost_profiles.calls.content import Block, Media, Other, Text, Tool, ToolResult
from tokencost_profiles.providers.bodies.blocks import as_list, as_mapping, string
from tokencost_profiles.tokens.markup.prompt_format import CALLS, Segment
from tokencost_profiles.tokens.markup.text import segments_of
from tokencost_profiles.tokens.prompt_formats.anthropic.media_tokens import citation_tokens, media
from tokencost_profiles.tokens.prompt_formats.anthropic.tools import definition

_START: Final = "<function_results>"
_END: Final = "</function_results>"


def results(
    blocks: Sequence[ToolResult],
    names: Mapping[str, str],
    tools: Mapping[str, Tool],
    rules: Mapping[str, Any],
) -> Iterator[Segment]:
    """Yield the segments of the tool results that one turn begins with."""
    if len(blocks) == 1:
        yield from _result(blocks[0], tools, rules)
        return
    yield Segment(CALLS, f"{_START}\n{_END}", place=blocks[0].place)
    for result in blocks:
        name = names.get(result.id or "", result.name or "")
        yield Segment(CALLS, tokens=rules.get("result", 0), place=result.place)
        before = f"<result>\n<name>{name}</name>\n"
        text = _text(result)
        if text is not None and not result.error:
            yield Segment(
                CALLS, f"{before}<output>{text}</output>\n</result>\n", place=result.place
            )
            continue
        yield Segment(CALLS, f"{before}</result>\n", place=result.place)
        yield from _content(result, tools, rules)


def _result(
    result: ToolResult, tools: Mapping[str, Tool], rules: Mapping[str, Any]
) -> Iterator[Segment]:
    text = _text(result)
    if text is not None and not result.error:
        yield Segment(CALLS, f"{_START}{text}{_END}", place=result.place)
        return
    frame = rules.get("result_blocks", 0) if text is None else 0
    yield Segment(CALLS, f"{_START}{_END}", frame, place=result.place)
    yield from _content(result, tools, rules)


def _content(
    result: ToolResult, tools: Mapping[str, Tool], rules: Mapping[str, Any]
) -> Iterator[Segment]:
    text = _text(result)
    if text is not None:
        yield Segment(
            CALLS, f"\n<error>{text}</error>\n", rules.get("error", 0), place=result.place
        )
        return
    before: Block | None = None
    for block in result.content:
        if isinstance(before, Media) and isinstance(block, Text):
            yield Segment(CALLS, tokens=rules.get("image_before_text", 0), place=result.place)
        before = block
        frame = "result_media" if isinstance(block, Media) else "result_block"
        yield Segment(CALLS, tokens=rules.get(frame, 0), place=result.place)
        yield from _block(block, tools, rules)


def _block(block: Block, tools: Mapping[str, Tool], rules: Mapping[str, Any]) -> Iterable[Segment]:
    if isinstance(block, Media):
        return media(block, rules)
    if isinstance(block, Other) and block.kind == "tool_reference":
        return reference(block, tools, rules)
    if isinstance(block, Other) and block.kind in ("search_result", "searchResult"):
        return _search_result(block, rules)
    return (segment._replace(kind=CALLS) for segment in segments_of(block))


def reference(
    block: Other, tools: Mapping[str, Tool], rules: Mapping[str, Any]
) -> Iterator[Segment]:
    """Yield the definition of a deferred tool that is now loaded."""
    value = as_mapping(block.value)
    name = string(value.get("tool_name")) or string(as_mapping(value.get("tool")).get("name"))
    tool = tools.get(name)
    if tool is None:
        return
    tokens = rules.get("reference", 0)
    if block.kind == "tool_addition":
        tokens += rules.get("addition", 0)
    yield Segment(CALLS, definition(tool), tokens, place=block.place)


def _search_result(block: Other, rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield a result of the client's search: title, source and texts."""
    match = as_mapping(block.value)
    match = as_mapping(match.get("searchResult")) or match
    texts = [string(as_mapping(one).get("text")) for one in as_list(match.get("content"))]
    text = "\n".join((string(match.get("title")), string(match.get("source")), *texts))
    tokens = rules.get("search_result", 0)
    if as_mapping(match.get("citations")).get("enabled") is True:
        tokens += citation_tokens("\n".join(texts), rules)
    yield Segment(CALLS, text, tokens, place=block.place)


def _text(result: ToolResult) -> str | None:
    """Return a result that is text alone."""
    if all(isinstance(block, Text) for block in result.content):
        return "".join(block.text for block in result.content if isinstance(block, Text))
    return None
