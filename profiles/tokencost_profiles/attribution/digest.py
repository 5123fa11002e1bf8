"""From the texts of calls to hashes and sizes, so that the texts need not be held.

A part is known by the hash of its kind, name and text, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

    def take(self, calls: Iterable[Call]) -> None:
        """Digest the parts of calls, in place. Lists that several calls share are done once."""
        done: dict[int, int] = {}  # of a shared list, by its identity: how many parts
        for call in calls:
            if call.parts is not None:
                call.parts = self._prompt(call.parts, call.model, done)
            if call.answer is not None:
                call.answer = tuple(self._part(part, call.model) for part in call.answer)

    def _prompt(
        self, parts: Sequence[Part], model: str | None, done: dict[int, int]
    ) -> Sequence[Part]:
        if not isinstance(parts, ThreadParts):
            return tuple(self._part(part, model) for part in parts)
        shared = parts.parts
        for at in range(done.get(id(shared), 0), parts.end):
            shared[at] = self._part(shared[at], model)
        done[id(shared)] = max(parts.end, done.get(id(shared), 0))
        return parts

    def _part(self, part: Part, model: str | None) -> Part:
        if part.hash:
            return part
        data = part.text.encode("utf-8", "surrogatepass")
        digest = blake2b(data, digest_size=_HASH_BYTES)
        digest.update(f"\0{part.role}\0{part.name}\0{part.media or ''}".encode())
        hashed = part._replace(hash=digest.digest(), size=len(data))
        self._sizes.tokens(hashed, model)  # noted while the text is there
        if self._has_words and part.role in _WORDED and hashed.hash not in self.words:
            self.words[hashed.hash] = words_of(part.text)
        first = part.text.lstrip()[:_FIRST_LINE].partition("\n")[0] if self._first_lines else ""
        return hashed._replace(text=first)
