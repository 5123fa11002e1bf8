"""Claude Code on disk: sessions, subagents, resumed copies.

A response is written once a content block, the output growing from row to row, and written again
in every session that was resumed or forked from this one. Its key is the message id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from stringzilla import find

from tokencost_profiles.calls.call import Record
from tokencost_profiles.files.line_scan import lines_with, may_hold
from tokencost_profiles.files.log_file import DECODE_ERRORS, Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.claude_costs import COST_STATE
from tokencost_profiles.logs.common.log_format import Reader
from tokencost_profiles.logs.formats.claude_code.agents import AgentNames
from tokencost_profiles.logs.formats.claude_code.session_calls import SessionCalls
from tokencost_profiles.logs.formats.claude_code.text import TextTree
from tokencost_profiles.logs.formats.claude_code.text_rows import TEXT_ROW, TextRow, repaired_row

_USAGE: Final = b'"usage"'
_COST_STATE: Final = b'"cost-state"'


def _recognises(log_file: Input) -> bool:
    if log_file.is_document and log_file.has("loglines"):
        return True
    return any(_is_row(row) for row in log_file.objects)


def _is_row(row: dict[str, Any]) -> bool:
    if "usageMetadata" in row or "sessionId" not in row:
        return False
    message = row.get("message")
    if isinstance(message, dict):
        return "parts" not in message and ("uuid" in row or "usage" in message)
    return "leafUuid" in row or "parentUuid" in row or row.get("type") == COST_STATE


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    session = SessionCalls(log, AgentNames(log_file))
    tree = TextTree() if log.text else None
    is_export = log_file.is_document and log_file.has("loglines")
    if tree is not None:
        for number, line in _loglines(log_file) if is_export else log_file.lines():
            log.row()
            _take_with_text(session, tree, number, line)
    elif is_export:
        for number, line in _loglines(log_file):
            log.row()
            session.take(number, line)
    else:
        session.take_lines(lines_with(log_file, _USAGE, log, _COST_STATE))
        log.close(session.responses.asked)
    calls = session.responses.calls()
    yield from calls if tree is None else tree.with_text(calls)
    yield from session.costs.reports()


def _loglines(log_file: Input) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a session that the web client exported as one document."""
    document = log_file.document
    rows = document.get("loglines") if isinstance(document, dict) else [document]
    for number, row in enumerate(rows if isinstance(rows, list) else (), 1):
        yield number, msgspec.json.encode(row)


def _take_with_text(session: SessionCalls, tree: TextTree, number: int, line: bytes) -> None:
    """Take a line for the calls, where it may hold one, and for their text; it is decoded once."""
    row: TextRow | None
    try:
        row = TEXT_ROW.decode(line)
    except (*DECODE_ERRORS, RecursionError):
        row = repaired_row(line)
        if may_hold(line, (_USAGE, _COST_STATE)):
            session.take(number, line)
    else:
        # Most bytes are in messages of the user, which are no calls.
        is_user = row.type == "user" and row.message is not None
        if not is_user and (find(line, _USAGE) >= 0 or find(line, _COST_STATE) >= 0):
            session.take_row(number, row, line)
    if row is not None:
        tree.take(row, line)


READER: Final = Reader(
    "claude-code",
    "Claude Code sessions and their subagents",
    ("usage", "time", "session", "tools", "agent", "project", "text"),
    _recognises,
    _read,
    order=20,
    is_continued=True,
    where="~/.claude/projects",
    homes=("CLAUDE_CONFIG_DIR=~/.claude:projects", "XDG_CONFIG_HOME=~/.config:claude/projects"),
)
