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


class Block(NamedTuple):
    """A piece of a prompt that is cached whole or not at all."""

    digest: int | bytes  # equal digests are equal content
    tokens: int
    role: str
    marked: bool = False  # whether the client asked for a breakpoint after it
    lifetime: str | None = None  # of that breakpoint: 5m, 1h; None is the provider's default


class Turn(NamedTuple):
    """One call, as far as a cache is concerned."""

    at: float  # UTC seconds: when the request began
    rules: tuple[CacheRule, ...]  # of its model, from `tokencost_pricing.caching.cache_rules`
    blocks: tuple[Block, ...]  # tools, system, messages; their tokens sum to the billed prompt
    scope: str  # what caches are kept apart by: account, provider, model
    session: str = ""  # whose history it continues; empty: the scope is one session
    ready: float | None = None  # when its answer began: what it writes can be read from then on

    @property
    def history(self) -> str:
        """The session that it belongs to."""
        return self.session or self.scope


class BlockMaker:
    """Makes blocks from parts. A text is counted and hashed once, however often it is sent."""

    def __init__(self, count: CountTokens) -> None:
        self._count = count
        self._known: dict[tuple[str, str], Block] = {}

    def __call__(self, parts: Iterable[Part]) -> tuple[Block, ...]:
        """Return the blocks of a prompt: tools, then system, then the messages as they stand."""
        found = [self._block(part) for part in parts]
        if all(block.role not in HEAD_ROLES for block in found):
            return tuple(found)
        tools = [block for block in found if block.role == TOOLS]
        system = [block for block in found if block.role == SYSTEM]
        rest = [block for block in found if block.role not in HEAD_ROLES]
        return (*tools, *system, *rest)

    def _block(self, part: Part) -> Block:
        key = (part.role, part.text)
        block = self._known.get(key)
        if block is None:
            digest = hashlib.blake2b(part.text.encode("utf-8", "surrogatepass"), digest_size=12)
            digest.update(b"\0" + part.role.encode())
            block = Block(digest.digest(), self._count(part.text), part.role)
            self._known[key] = block
        return block


def blocks_of(parts: Iterable[Part], count: CountTokens) -> tuple[Block, ...]:
    """Return the blocks of one prompt. For many prompts a `BlockMaker` counts each text once."""
    return BlockMaker(count)(parts)


class Fitter:
    """Makes the tokens of blocks sum to what was billed, call after call of a session.

    Counts of single texts leave out what stands between them, and a log seldom holds the system
    prompt and the tools. What the first call was billed beyond its texts becomes one constant block
    at its head; from then on a prefix that was sent before keeps its tokens, and what was billed
    beyond it is shared among the new blocks. Without a `head`, where prompts are whole, the first
    call's blocks share what it was billed.
    """

    def __init__(self, *, head: bool = True) -> None:
        self._head = head
        self._last: dict[str, tuple[Block, ...]] = {}

    def __call__(
        self, session: str, blocks: Sequence[Block], billed: int, *, head: str | None = None
    ) -> tuple[Block, ...]:
        """Return the blocks of the next call of a session, their tokens summing to `billed`.

        Sessions that name the same `head` share their first block, if it is equally long.
        """
        before = self._last.get(session)
        top: tuple[Block, ...] = ()
        if before is None:
            counted = sum(block.tokens for block in blocks)
            missing = max(0, billed - counted)
            digest = f"{HEAD} {session if head is None else head} {missing}".encode()
            if missing and self._head:
                top = (Block(digest, missing, HEAD),)
        elif before and before[0].role == HEAD:
            top = before[:1]
        whole = (*top, *blocks)
        same = _shared(before, whole) if before else len(top)
        kept = [*(before or whole)[:same]]
        fitted = (*_marked(kept, whole), *_spread(whole[same:], billed - _tokens(kept)))
        found = _cut(fitted, billed)
        self._last[session] = found
        return found


class Grower:
    """Makes blocks of prompts whose text is not logged, from what was billed for them.

    A prompt that is longer than the one before continues it; a shorter one keeps the first call's
    prompt, where it is long enough, and replaces the rest.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[Block, ...]] = {}
        self._made = 0

    def __call__(self, session: str, billed: int) -> tuple[Block, ...]:
        """Return the blocks of the next call of a session."""
        before = self._last.get(session, ())
        kept = before if billed >= _tokens(before) else before[:1]
        if billed < _tokens(kept):
            kept = ()
        found = kept
        added = billed - _tokens(kept)
        if added:
            self._made += 1
            role = HEAD if not kept else "user"
            found = (*kept, Block(f"{session} {self._made}".encode(), added, role))
        self._last[session] = found
        return found


def prefix_sums(blocks: Sequence[Block]) -> list[int]:
    """Return the tokens up to and including each block."""
    return list(accumulate(block.tokens for block in blocks))


def _tokens(blocks: Iterable[Block]) -> int:
    return sum(block.tokens for block in blocks)


def _shared(before: Sequence[Block], after: Sequence[Block]) -> int:
    """Return how many blocks two prompts share at their start."""
    for position, (old, new) in enumerate(zip(before, after, strict=False)):
        if old.digest != new.digest:
            return position
    return min(len(before), len(after))


def _marked(kept: Iterable[Block], asked: Iterable[Block]) -> list[Block]:
    """Return known blocks with the breakpoints of the call at hand."""
    return [
        old
        if (old.marked, old.lifetime) == (new.marked, new.lifetime)
        else old._replace(marked=new.marked, lifetime=new.lifetime)
        for old, new in zip(kept, asked, strict=False)
    ]


def _spread(blocks: Sequence[Block], tokens: int) -> list[Block]:
    """Share `tokens` among blocks in the ratio of their own counts, as whole numbers."""
    tokens = max(0, tokens)
    counted = _tokens(blocks)
    found: list[Block] = []
    seen = given = 0
    for position, block in enumerate(blocks, 1):
        seen += block.tokens
        upto = tokens * seen // counted if counted else tokens * position // len(blocks)
        found.append(block._replace(tokens=upto - given))
        given = upto
    return found


def _cut(blocks: Sequence[Block], billed: int) -> tuple[Block, ...]:
    """Make blocks sum to what was billed: too many tokens go from the end, too few are added."""
    over = _tokens(blocks) - billed
    if not over:
        return tuple(blocks)
    if over < 0:
        return (*blocks, Block(f"{HEAD} rest {-over}".encode(), -over, "user"))
    found = list(blocks)
    for position in range(len(found) - 1, -1, -1):
        taken = min(over, found[position].tokens)
        found[position] = found[position]._replace(tokens=found[position].tokens - taken)
        over -= taken
        if not over:
            break
    return tuple(found)
