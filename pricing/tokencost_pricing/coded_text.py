"""A warning as text that knows its stable code and what it is about."""

from __future__ import annotations

from typing import Any

GENERAL = "note"  # the code of a text that has none


class CodedText(str):
    """A text for people with a code for programs: `unknown-usage-key`.

    `file`, `line` and `model` name what it is about; None where that does not apply. It is a `str`
    wherever only the text matters. Composed texts (f-strings) lose the code, so compose
    first; msgspec does not encode it, so documents take `str(text)`.
    """

    __slots__ = ("code", "file", "line", "model")

    code: str
    file: str | None
    line: int | None
    model: str | None

    def __new__(
        cls,
        code: str,
        text: str,
        *,
        file: str | None = None,
        line: int | None = None,
        model: str | None = None,
    ) -> CodedText:
        """Return the text with its code."""
        coded = super().__new__(cls, text)
        coded.code, coded.file, coded.line, coded.model = code, file, line, model
        return coded

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again, in another process."""
        return _restored, (self.code, str(self), self.file, self.line, self.model)


def code_of(text: str) -> str:
    """Return the code of a warning; `note` for a plain text."""
    return text.code if isinstance(text, CodedText) else GENERAL


def _restored(
    code: str, text: str, file: str | None, line: int | None, model: str | None
) -> CodedText:
    return CodedText(code, text, file=file, line=line, model=model)
