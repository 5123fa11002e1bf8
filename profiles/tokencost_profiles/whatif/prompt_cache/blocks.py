"""A prompt as a prompt cache sees it: blocks in order, each with a digest and its tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from tokencost_pricing.caching import CacheRule
from tokencost_profiles.calls.content import Part

CountTokens = Callable[[str], int]

TOOLS: Final = "tools"
SYSTEM: Final = "system"
HEAD: Final = "head"  # what a log does not hold of a prompt: system text and tools
HEAD_ROLES: Final = frozenset((TOOLS, SYSTEM, HEAD))
ANSWER_ROLES: Final = frozenset(("assistant", "reasoning", "tool_call"))


class CacheBlock(NamedTuple):
    """A part of a prompt that is cached completely or not at all."""

    digest: int | bytes  # equal digests are equal content
    tokens: int
    role: str
    marked: bool = False  # whether the client asked for a breakpoint after it
    lifetime: str | None = None  # of that breakpoint: 5m, 1h; None is the provider's default


class CacheRequest(NamedTuple):
    """The request of one call, as a cache sees it."""

    at: float  # UTC seconds: when the request began
    rules: tuple[CacheRule, ...]  # of its model, from `tokencost_pricing.caching.cache_rules`
    blocks: tuple[CacheBlock, ...]  # tools, system, messages; their tokens sum to the billed prompt
    scope: str  # what separates caches: account, provider, model
    session: str = ""  # whose history it continues; empty: the scope is one session
    ready: float | None = None  # when its answer began: what it writes can be read from then on

    @property
    def history(self) -> str:
        """The session that it belongs to."""
        return self.session or self.scope


class BlockMaker:
    """Turns parts into blocks. A text is counted and hashed once, however often it is sent."""

    def __init__(self, count: CountTokens) -> None:
        self._count = count
        self._known: dict[tuple[str, str], CacheBlock] = {}

    def __call__(self, parts: Iterable[Part]) -> tuple[CacheBlock, ...]:
        """Return the blocks of a prompt: tools, then system, then the messages as they stand."""
        blocks = [self._block(part) for part in parts]
        if all(block.role not in HEAD_ROLES for block in blocks):
            return tuple(blocks)
        tools = [block for block in blocks if block.role == TOOLS]
        system = [block for block in blocks if block.role == SYSTEM]
        rest = [block for block in blocks if block.role not in HEAD_ROLES]
        return (*tools, *system, *rest)

    def _block(self, part: Part) -> CacheBlock:
        key = (part.role, part.text)
        block = self._known.get(key)
        if block is None:
            digest = hashlib.blake2b(part.text.encode("utf-8", "surrogatepass"), digest_size=12)
            digest.update(b"\0" + part.role.encode())
            block = CacheBlock(digest.digest(), self._count(part.text), part.role)
            self._known[key] = block
        return block


class TokenFitter:
    """Scales the tokens of blocks to what was billed, call after call of a session.

    Counts of single texts leave out what stands between them, and a log seldom holds the system
    prompt and the tools. What the first call was billed over its texts becomes one constant block
    at its head; from then on a prefix that was sent before keeps its tokens, and what was billed
    over it is divided among the new blocks. With `head=False`, where prompts are complete, the
    first call's blocks share what it was billed.
    """

    def __init__(self, *, head: bool = True) -> None:
        self._head = head
        self._last: dict[str, tuple[CacheBlock, ...]] = {}

    def __call__(
        self, session: str, blocks: Sequence[CacheBlock], billed: int
    ) -> tuple[CacheBlock, ...]:
        """Return the blocks of the next call of a session, their tokens summing to `billed`."""
        before = self._last.get(session)
        top: tuple[CacheBlock, ...] = ()
        if before is None:
            counted = sum(block.tokens for block in blocks)
            missing = max(0, billed - counted)
            digest = f"{HEAD} {session} {missing}".encode()
            if missing and self._head:
                top = (CacheBlock(digest, missing, HEAD),)
        elif before and before[0].role == HEAD:
            top = before[:1]
        prompt = (*top, *blocks)
        same = _shared(before, prompt) if before else len(top)
        prefix = [*(before or prompt)[:same]]
        scaled = _spread(prompt[same:], billed - _tokens(prefix))
        fitted = _cut((*_marked(prefix, prompt), *scaled), billed)
        self._last[session] = fitted
        return fitted


def prefix_sums(blocks: Sequence[CacheBlock]) -> list[int]:
    """Return the tokens up to and including each block."""
    return list(accumulate(block.tokens for block in blocks))


def _tokens(blocks: Iterable[CacheBlock]) -> int:
    return sum(block.tokens for block in blocks)


def _shared(before: Sequence[CacheBlock], after: Sequence[CacheBlock]) -> int:
    """Return how many blocks two prompts share at their start."""
    for position, (old, new) in enumerate(zip(before, after, strict=False)):
        if old.digest != new.digest:
            return position
    return min(len(before), len(after))


def _marked(prefix: Iterable[CacheBlock], prompt: Iterable[CacheBlock]) -> list[CacheBlock]:
    """Return known blocks with the breakpoints of the call at hand."""
    return [
        old
        if (old.marked, old.lifetime) == (new.marked, new.lifetime)
        else old._replace(marked=new.marked, lifetime=new.lifetime)
        for old, new in zip(prefix, prompt, strict=False)
    ]


def _spread(blocks: Sequence[CacheBlock], tokens: int) -> list[CacheBlock]:
    """Divide `tokens` among blocks in the ratio of their counts, as integers."""
    tokens = max(0, tokens)
    counted = _tokens(blocks)
    scaled: list[CacheBlock] = []
    seen = before = 0
    for position, block in enumerate(blocks, 1):
        seen += block.tokens
        upto = tokens * seen // counted if counted else tokens * position // len(blocks)
        scaled.append(block._replace(tokens=upto - before))
        before = upto
    return scaled


def _cut(blocks: Sequence[CacheBlock], billed: int) -> tuple[CacheBlock, ...]:
    """Return blocks that sum to what was billed; the difference goes from or to the end."""
    over = _tokens(blocks) - billed
    if not over:
        return tuple(blocks)
    if over < 0:
        return (*blocks, CacheBlock(f"{HEAD} rest {-over}".encode(), -over, "user"))
    cut = list(blocks)
    for position in range(len(cut) - 1, -1, -1):
        taken = min(over, cut[position].tokens)
        cut[position] = cut[position]._replace(tokens=cut[position].tokens - taken)
        over -= taken
        if not over:
            break
    return tuple(cut)
