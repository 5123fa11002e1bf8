"""Claude's cost of ASCII text, cut into words (letters) and gaps (what stands between two words).

The cost of a word depends on the word alone, that of a gap on the gap alone: markers and single
spaces are decided inside it, and a digit counts as any other. So a text is cut twice by functions
written in C (`translate`, then `split` at what became white space), and each distinct word or gap
is tiled once. One rule needs both: `'s` and its kin after a word, which are corrected afterwards.

Characters that the provider strips from every text stand for what is not ASCII: see `ATOMS`.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import Final

from tokencost_profiles.tokens.encoders.claude_stream import BOW, CAPS, EOW, Rules, mark_case
from tokencost_profiles.tokens.encoders.claude_vocabulary import (
    CACHE_SIZE,
    CONTRACTED,
    Vocabulary,
)

# A part that is not ASCII and was counted before, by what it is for the spaces around it: begins
# with a marker << 1 | ends with one.
ATOMS: Final = "\x05\x06\x07\x08"

_SPACE: Final = "\x0e"
_LINE_END: Final = "\x0f"
_TAB: Final = "\x10"
_LONGEST: Final = 64  # characters of a word or gap that is remembered

_PUNCT: Final = r"!-/:-@\[-`{-~"
_RUN: Final = re.compile(rf"{_SPACE}+|0+|{_LINE_END}+|{_TAB}+|[{ATOMS}]|[{_PUNCT}]+")
_CONTRACTION: Final = re.compile(rf"'(?<![{_PUNCT}]')({'|'.join(CONTRACTED)})(?![A-Za-z])")

_WORDS: Final = bytes(code if chr(code) in ascii_letters else ord(" ") for code in range(256))
_GAPS: Final = bytes.maketrans(
    (ascii_letters + digits + " \n\t").encode(),
    (" " * len(ascii_letters) + "0" * len(digits) + _SPACE + _LINE_END + _TAB).encode(),
)
# One space between two words costs nothing.
_LONE_SPACE: Final = f" {_SPACE} ".encode()


class _Words(dict[str, int]):
    """Word -> its cost."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        super().__init__()
        self._fewest = vocabulary.fewest
        self._caps_from = rules.caps_from

    def __missing__(self, word: str) -> int:
        marked = mark_case(word, self._caps_from)
        if marked[0] <= CAPS:
            cost = self._fewest(f"{marked[0]}{BOW}{marked[1:]}{EOW}")
        else:
            cost = self._fewest(f"{BOW}{marked}{EOW}")
        if len(word) <= _LONGEST:
            self[word] = cost
        return cost


class _Gaps(dict[str, int]):
    """Gap between two words -> its cost, where line ends, tabs and spaces have been replaced."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        super().__init__()
        self._tiles = vocabulary.tiles
        self._frame_bow = rules.frame_bow

    def __missing__(self, gap: str) -> int:
        cost = self.cost(gap)
        if len(gap) <= _LONGEST:
            self[gap] = cost
        return cost

    def cost(
        self, gap: str, *, opens: bool = False, first: bool = False, closes: bool = False
    ) -> int:
        """Return what a gap costs that opens or closes a block, the `first` one or another."""
        runs = _RUN.findall(gap)
        last = len(runs) - 1
        # An apostrophe that opens the word after it takes no marker.
        quote = last if runs[last] == "'" and not closes else -1
        left_space = opens and (self._frame_bow or not first)
        tiles = self._tiles
        cost = 0
        if opens and first and self._frame_bow and (quote == 0 or runs[0][0] in _UNMARKED):
            cost = 1  # nothing took the frame's marker, so it stands for itself
        for i, run in enumerate(runs):
            head = run[0]
            if head == "0":
                cost += (len(run) + 2) // 3
            elif head in _WHITE:
                if run == _SPACE:
                    ends = _ends(runs[i - 1]) if i else not opens
                    begins = i + 1 != quote and _begins(runs[i + 1]) if i < last else not closes
                    cost += not (ends and begins)
                else:
                    cost += tiles(_WHITE[head] * len(run))
            elif head not in ATOMS:
                left = i != quote and (runs[i - 1][0] == _SPACE if i else left_space)
                right = i < last and runs[i + 1] == _SPACE
                cost += tiles(f"{BOW if left else ''}{run}{EOW if right else ''}")
        return cost


_WHITE: Final = {_SPACE: " ", _LINE_END: "\n", _TAB: "\t"}
_UNMARKED: Final = frozenset({"0", _LINE_END, _TAB})  # runs that take no marker


def _begins(run: str) -> bool:
    """Whether a run after a space begins with a marker."""
    at = ATOMS.find(run[0])
    return bool(at & 2) if at >= 0 else run[0] not in _UNMARKED


def _ends(run: str) -> bool:
    """Whether a run before a space ends with a marker."""
    at = ATOMS.find(run[0])
    return bool(at & 1) if at >= 0 else run[0] not in _UNMARKED


class AsciiCosts:
    """Counts blocks of ASCII text, remembering words and gaps."""

    def __init__(self, vocabulary: Vocabulary, rules: Rules) -> None:
        self._words = _Words(vocabulary, rules)
        self._gaps = _Gaps(vocabulary, rules)
        self._contracted = {
            ending: vocabulary.tiles(f"'{ending}{EOW}")
            - vocabulary.tiles("'")
            - self._words[ending]
            for ending in CONTRACTED
        }

    def block(self, text: str, *, first: bool) -> int:
        """Return the tokens of a block, the `first` of its message or another."""
        if not text:
            return 0
        data = text.encode("ascii")
        words = data.translate(_WORDS).decode("ascii").split()
        gaps = data.translate(_GAPS).replace(_LONE_SPACE, b" ").decode("ascii").split()
        cost = 0
        if not text[0].isalpha():
            cost += self._gaps.cost(gaps.pop(0), opens=True, first=first, closes=not words)
        if words and not text[-1].isalpha():
            cost += self._gaps.cost(gaps.pop(), closes=True)
        for known in (self._words, self._gaps):
            if len(known) > CACHE_SIZE:
                known.clear()
        cost += sum(map(self._words.__getitem__, words)) + sum(map(self._gaps.__getitem__, gaps))
        if "'" in text:
            cost += sum(map(self._contracted.__getitem__, _CONTRACTION.findall(text)))
        return cost
