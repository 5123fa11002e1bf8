"""Names of a table as sorted lines of text: a search opens it at no cost, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Final, NamedTuple

EVERY: Final = "*"  # the pattern of every name


class Entry(NamedTuple):
    """What one name means at one provider."""

    provider: str
    model: str
    level: str  # in the lines of weights: the name that the provider has; none: its id


Lines = Mapping[str, list[Entry]]


def names_text(lines: Lines) -> bytes:
    """Return the text of an index: a line `name TAB provider TAB model TAB level` each.

    A model that is the name itself is left out.
    """
    rows = [
        (name.encode(), entry.provider, "" if entry.model == name else entry.model, entry.level)
        for name, entries in lines.items()
        for entry in entries
    ]
    rows.sort(key=lambda row: row[0])
    return b"".join(b"%b\t%b\n" % (row[0], "\t".join(row[1:]).encode()) for row in rows)


class Names:
    """An index of names, read when the first one is looked up.

    `replaced`: providers whose lines hold instead of those of the text.
    """

    def __init__(
        self, read: Callable[[], bytes], replaced: Mapping[str, Lines] | None = None
    ) -> None:
        self._read = read
        self._replaced = replaced or {}

    def get(self, name: str) -> list[Entry]:
        """Return what a name (in lower case) means at each provider that has it."""
        entries = [one for one in self._entries(name) if one.provider not in self._replaced]
        for lines in self._replaced.values():
            entries += lines.get(name, ())
        return entries

    def keys(self, providers: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
        """Yield every name with its model; of some providers if they are named."""
        for line in self._text.decode().split("\n")[:-1]:
            name, provider, model, _ = line.split("\t")
            if provider not in self._replaced and (providers is None or provider in providers):
                yield name, model or name
        for provider, lines in self._replaced.items():
            if providers is None or provider in providers:
                for name, entries in lines.items():
                    yield name, entries[0].model

    def replacing(self, lines: Mapping[str, Lines]) -> Names:
        """Return the same index with other lines for some providers."""
        return Names(partial(getattr, self, "_text"), {**self._replaced, **lines})

    @cached_property
    def _text(self) -> bytes:
        return self._read()

    def _entries(self, name: str) -> Iterable[Entry]:
        if not name or "\t" in name or "\n" in name:
            return
        text, key = self._text, name.encode(errors="replace")
        at = _first_line(text, key)
        while text.startswith(key + b"\t", at):
            end = text.index(b"\n", at)
            provider, model, level = text[at + len(key) + 1 : end].decode().split("\t")
            yield Entry(provider, model or name, level)
            at = end + 1


def _first_line(text: bytes, key: bytes) -> int:
    """Return where the first line begins whose name is not before `key`."""
    low, high = 0, len(text)
    while low < high:
        start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        if text[start : text.index(b"\t", start)] < key:
            low = text.index(b"\n", start) + 1
        else:
            high = start
    return low
