"""Pre-tokenization: cutting text, as the regular expressions of the OpenAI encodings do.

Those expressions need Unicode classes that the standard `re` lacks, and the `regex` library costs
25 ms to import and runs at half the speed. So every non-ASCII character is replaced by a stand-in
of its class first (`str.translate`, one look-up per distinct character), and the expression runs
over the stand-ins; the pre-tokens are cut from the text itself. ASCII text needs no translation.

The patterns are those of tiktoken's `openai_public.py` (MIT), class by class. They are compiled by
who uses one: each costs a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# Stand-ins, all of Latin-1 so that the translated string is one byte a character.
_UPPER = "\u00c0"  # Lu, Lt
_LOWER = "\u00e0"  # Ll
_LETTER = "\u00aa"  # Lm, Lo
_MARK = "\u00b4"  # Mn, Mc, Me
_NUMBER = "\u00b2"  # Nd, Nl, No
_SPACE = "\u00a0"
_OTHER = "\u00a1"
_LONG_S = "\u00df"  # the long s: a lower-case letter that matches `s` where case is ignored
_UNKNOWN = "\u00a6"  # not assigned in this Python's Unicode; see `Unassigned`

_SPACES: Final = frozenset(
    "\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_BY_CATEGORY: Final = {
    "Lu": _UPPER,
    "Lt": _UPPER,
    "Ll": _LOWER,
    "Lm": _LETTER,
    "Lo": _LETTER,
    "Mn": _MARK,
    "Mc": _MARK,
    "Me": _MARK,
    "Nd": _NUMBER,
    "Nl": _NUMBER,
    "No": _NUMBER,
    "Cn": _UNKNOWN,
}

_S = rf"\t-\r {_SPACE}"
_L = f"A-Za-z{_UPPER}{_LOWER}{_LETTER}{_LONG_S}"
_N = f"0-9{_NUMBER}"
_CAPITAL = f"A-Z{_UPPER}{_LETTER}{_MARK}"
_SMALL = f"a-z{_LOWER}{_LETTER}{_MARK}{_LONG_S}"
_CONTRACTION = f"'(?:[sS{_LONG_S}]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])"

O200K: Final = (
    rf"[^\r\n{_L}{_N}]?[{_CAPITAL}]*[{_SMALL}]+(?:{_CONTRACTION})?"
    rf"|[^\r\n{_L}{_N}]?[{_CAPITAL}]+[{_SMALL}]*(?:{_CONTRACTION})?"
    rf"|[{_N}]{{1,3}}"
    rf"| ?[^{_S}{_L}{_N}]+[\r\n/]*"
    rf"|[{_S}]*[\r\n]+"
    rf"|[{_S}]+(?![^{_S}])"
    rf"|[{_S}]+"
)
CL100K: Final = (
    f"'(?:[sSdDmMtT{_LONG_S}]|[lL][lL]|[vV][eE]|[rR][eE])"
    rf"|[^\r\n{_L}{_N}]?+[{_L}]++"
    rf"|[{_N}]{{1,3}}+"
    rf"| ?[^{_S}{_L}{_N}]++[\r\n]*+"
    rf"|[{_S}]++\Z"
    rf"|[{_S}]*[\r\n]"
    rf"|[{_S}]+(?![^{_S}])"
    rf"|[{_S}]"
)
QWEN35: Final = (
    f"{_CONTRACTION}"
    rf"|[^\r\n{_L}{_N}]?[{_L}{_MARK}]+"
    rf"|[{_N}]"
    rf"| ?[^{_S}{_L}{_MARK}{_N}]++[\r\n]*+"
    rf"|[{_S}]*[\r\n]+"
    rf"|[{_S}]+(?![^{_S}])"
    rf"|[{_S}]+"
)
R50K: Final = (
    "'(?:[sdmt]|ll|ve|re)"
    rf"| ?[{_L}]++"
    rf"| ?[{_N}]++"
    rf"| ?[^{_S}{_L}{_N}]++"
    rf"|[{_S}]++\Z"
    rf"|[{_S}]+(?![^{_S}])"
    rf"|[{_S}]"
)
# As GPT-2, but every digit stands alone, and the space before it as well.
SINGLE_DIGITS: Final = (
    "'(?:[sdmt]|ll|ve|re)"
    rf"| ?[{_L}]+"
    rf"|[{_N}]"
    rf"| ?[^{_S}{_L}{_N}]+"
    rf"|[{_S}]+(?=[{_N}]|\Z)"
    rf"|[{_S}]+(?![^{_S}])"
    rf"|[{_S}]"
)


class Unassigned(Exception):
    """The text holds a character newer than this Python's Unicode: let the native engine cut."""


class _StandIns(dict[int, str]):
    """Code point -> stand-in, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        import unicodedata

        character = chr(code)
        if code < 128:
            stand_in = character
        elif character == "\u017f":
            stand_in = _LONG_S
        elif character in _SPACES:
            stand_in = _SPACE
        else:
            stand_in = _BY_CATEGORY.get(unicodedata.category(character), _OTHER)
        self[code] = stand_in
        return stand_in


_STAND_INS: Final = _StandIns()


def split_text(text: str, pattern: re.Pattern[str]) -> Iterable[str]:
    """Cut a text into pre-tokens, each of which is encoded alone.

    Raise `Unassigned` when a character's class is not known here.
    """
    if text.isascii():
        pretokens: list[str] = pattern.findall(text)
        return pretokens
    classes = text.translate(_STAND_INS)
    if _UNKNOWN in classes:
        raise Unassigned
    start = 0
    cut: list[str] = []
    for hit in pattern.finditer(classes):
        end = hit.end()
        cut.append(text[start:end])
        start = end
    return cut
