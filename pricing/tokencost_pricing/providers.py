"""The providers of a compiled table and their models, each read when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import cached_property
from typing import Any, Final

SELF_HOSTED: Final = "self-hosted"
Read = Callable[[str], bytes]


class Shard(Mapping[str, Any]):
    """The models of one provider by id, in the order of its files; each is read when asked for."""

    def __init__(self, lines: bytes) -> None:
        self._lines = b"\n" + lines
        self._known: dict[str, dict[str, Any]] = {}

    def __getitem__(self, model: str) -> dict[str, Any]:
        entry = self._known.get(model)
        if entry is None:
            key = b"\n%b\t" % model.encode()
            start = self._lines.find(key) + len(key)
            if start < len(key):
                raise KeyError(model)
            entry = json.loads(self._lines[start : self._lines.index(b"\n", start)])
            self._known[model] = entry
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    @cached_property
    def _ids(self) -> list[str]:
        return [line.partition(b"\t")[0].decode() for line in self._lines.split(b"\n")[1:-1]]


class Providers(MutableMapping[str, dict[str, Any]]):
    """The providers of a compiled table by id; each is read when it is asked for.

    What is set goes before what the table has, and is `changed`.
    """

    def __init__(self, read: Read, files: Mapping[str, str]) -> None:
        self._read = read
        self._files = files
        self._known: dict[str, dict[str, Any]] = {}
        self.changed: dict[str, dict[str, Any]] = {}

    def copied(self) -> Providers:
        """Return a copy to lay something over: setting an entry of it leaves this one alone."""
        copy = Providers(self._read, self._files)
        copy._known, copy.changed = dict(self._known), dict(self.changed)
        return copy

    def __getitem__(self, provider: str) -> dict[str, Any]:
        known = self.changed.get(provider) or self._known.get(provider)
        if known is None:
            head, _, lines = self._read(self._files[provider]).partition(b"\n")
            known = self._known[provider] = {**json.loads(head), "models": Shard(lines)}
        return known

    def __setitem__(self, provider: str, entry: dict[str, Any]) -> None:
        self.changed[provider] = entry

    def __delitem__(self, provider: str) -> None:
        del self.changed[provider]

    def __contains__(self, provider: object) -> bool:
        return provider in self._files or provider in self.changed

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._files), **self.changed})

    def __len__(self) -> int:
        return len({**dict.fromkeys(self._files), **self.changed})
