"""From the texts of calls to hashes and sizes, so that the texts need not be held.

A part is known by the hash of its kind, name and text, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from tokencost_profiles.attribution.part_sizes import PartSizes
from tokencost_profiles.attribution.words import Words, words_of
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, REASONING, TOOL_CALL, TOOL_RESULT, Part
from tokencost_profiles.calls.thread_parts import ThreadParts

_HASH_BYTES: Final = 12
_WORDED: Final = frozenset({ASSISTANT, REASONING, TOOL_CALL, TOOL_RESULT})
_FIRST_LINE: Final = 80  # characters that are kept of it


# Of a list that prompts share, by its identity: it, and how many of its parts are digested.
_Done = dict[int, tuple[list[Part], int]]


class Digest:
    """Replaces the parts of calls by their hashes and sizes.

    `sizes`: where tokens are noted as long as the text is at hand. `first_lines`: whether the first
    line of each text is kept, to be displayed. `words`: whether the distinctive words of answers
    and tool results are noted.
    """

    def __init__(self, sizes: PartSizes, *, first_lines: bool = False, words: bool = False) -> None:
        self._sizes, self._first_lines = sizes, first_lines
        self.words: dict[bytes, Words] = {}
        self._has_words = words
        # Of the calls at hand, by the identity of a part: it, what it became, and for which model.
        # An answer is in the prompts after it, and a fork of a conversation copies the list.
        self._digested: dict[int, tuple[Part, Part, str | None]] = {}
        self._tools: dict[str, str] = {}  # names of the tools that were last called, by call id

    def take(self, calls: Iterable[Call]) -> None:
        """Digest the parts of calls, in place. Parts that several calls share are done once."""
        self._digested.clear()  # it holds the texts of the calls before
        self._tools.clear()
        done: _Done = {}
        for call in calls:
            if call.parts is not None:
                call.parts = self._prompt(call.parts, call.model, done)
            if call.answer is not None:
                call.answer = tuple(self._parts(call.answer, call.model))
        for shared, end in done.values():
            del shared[end:]  # what no prompt holds
        self._digested.clear()

    def _prompt(self, parts: Sequence[Part], model: str | None, done: _Done) -> Sequence[Part]:
        if not isinstance(parts, ThreadParts):
            return tuple(self._parts(parts, model))
        shared, end = parts.parts, parts.end
        _, start = done.get(id(shared), (shared, 0))
        if start < end:
            shared[start:end] = self._parts(shared[start:end], model)
        done[id(shared)] = shared, max(start, end)
        return parts

    def _parts(self, parts: Iterable[Part], model: str | None) -> list[Part]:
        """Digest parts that one model reads."""
        digested, by_part, is_counted = [], self._digested, self._sizes.counted
        for part in parts:
            known = by_part.get(id(part))
            if known is None:
                digested.append(part if part.hash else self._new(part, model))
                continue
            if known[2] != model and (is_counted or part.media is not None):
                self._sizes.tokens(known[1]._replace(text=part.text), model)
            digested.append(known[1])
        return digested

    def _new(self, part: Part, model: str | None) -> Part:
        role, text, place, name, call_id, target, media, _, _ = part
        if role == TOOL_CALL and call_id:
            self._tools[call_id] = name
        elif role == TOOL_RESULT and not name:
            # Equal results of different tools are different parts.
            name = self._tools.get(call_id, "")
        data = text.encode("utf-8", "surrogatepass")
        digest = blake2b(data, digest_size=_HASH_BYTES)
        kind = _kind(role, name)
        digest.update(kind if media is None else kind + str(media).encode())
        key, size = digest.digest(), len(data)
        if self._sizes.counted or media is not None:  # noted while the text is there
            hashed = Part(role, text, place, name, call_id, target, media, key, size)
            self._sizes.tokens(hashed, model)
        if self._has_words and role in _WORDED and key not in self.words:
            self.words[key] = words_of(text)
        first = text.lstrip()[:_FIRST_LINE].partition("\n")[0] if self._first_lines else ""
        digested = Part(role, first, place, name, call_id, target, media, key, size)
        self._digested[id(part)] = part, digested, model
        return digested


@lru_cache(maxsize=1024)
def _kind(role: str, name: str) -> bytes:
    return f"\0{role}\0{name}\0".encode()
