"""Names of the subagents of Claude Code: their type, from the file beside their rows."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import Input, decode
from tokencost_profiles.providers.usage_fields.usage_format import text

SUBAGENT: Final = "subagent"  # of a type that is not known
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,120}")
# Agents of the client have their type in the id: acompact-0f3a91c2.
_TYPED: Final = re.compile(r"a([a-z][a-z_]+)-[0-9a-f]{6,}")
_LARGEST: Final = 1 << 20


class AgentNames:
    """The names of the agents whose rows stand in one file."""

    def __init__(self, log_file: Input) -> None:
        self._file = log_file
        self._known: dict[str, str] = {}

    def name(self, agent: str) -> str:
        """Return the type of an agent, from the metadata file beside its rows."""
        known = self._known.get(agent)
        if known is None:
            known = self._known[agent] = self._type(agent)
        return known

    def _type(self, agent: str) -> str:
        if not _ID.fullmatch(agent):
            return SUBAGENT
        about = f"agent-{agent}.meta.json"
        session = PurePath(self._file.label).name.removesuffix(".jsonl")
        for name in (about, f"{session}/subagents/{about}"):
            kind = _stated_type(self._file.beside(name))
            if kind:
                return kind
        typed = _TYPED.fullmatch(agent)
        return typed[1] if typed else SUBAGENT


def _stated_type(about: Input | None) -> str | None:
    """Return the type that a file states; None where there is no such file, or it states none."""
    if about is None or (about.size or 0) > _LARGEST:
        return None
    try:
        with about.open() as file:
            content = decode(file.read(_LARGEST), about.label)
    except (InputError, OSError):
        return None
    return text(content.get("agentType")) if isinstance(content, dict) else None
