"""The rows of Claude Code's session files, decoded by type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tokencost_profiles.logs.formats.claude_code.usage import KnownUsage


class Block(msgspec.Struct, gc=False):
    """A content block of a message: its type, and the tool that it calls."""

    type: str | None = None
    name: str | None = None
    id: str | None = None


class Message(msgspec.Struct, gc=False):
    """A message of the API."""

    id: str | None = None
    model: str | None = None
    content: Sequence[Block] | str | None = None
    stop_reason: str | msgspec.UnsetType | None = msgspec.UNSET


class RawMessage(Message, gc=False):
    """A message with its usage object undecoded."""

    usage: msgspec.Raw = msgspec.Raw()


class KnownMessage(Message, gc=False):
    """A message whose usage object has no unknown key."""

    usage: KnownUsage | msgspec.UnsetType | None = msgspec.UNSET


class Nested(msgspec.Struct, gc=False):
    """A row inside a row: the progress of a subagent."""

    message: msgspec.Raw = msgspec.Raw()


class Row(msgspec.Struct, gc=False):
    """A row of a session, with the fields that a call needs."""

    type: str | None = None
    message: Message | None = None
    timestamp: str | None = None
    session: str | None = msgspec.field(default=None, name="sessionId")
    request: str | None = msgspec.field(default=None, name="requestId")
    cwd: str | None = None
    branch: str | None = msgspec.field(default=None, name="gitBranch")
    agent: str | None = msgspec.field(default=None, name="agentId")
    aside: bool = msgspec.field(default=False, name="isSidechain")
    cost: Any = msgspec.field(default=None, name="costUSD")
    data: Nested | None = None


class RawRow(Row, gc=False):
    """A row whose usage object is not decoded."""

    message: RawMessage | None = None


class KnownRow(Row, gc=False):
    """A row of which every key that counts is known."""

    message: KnownMessage | None = None


ROW: Final = msgspec.json.Decoder(RawRow, strict=False)
KNOWN_ROW: Final = msgspec.json.Decoder(KnownRow, strict=False)
