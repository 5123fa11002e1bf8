"""The providers of a compiled table and their models, each read when it is asked for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from functools import cached_property
from typing import Any, Final

from tokencost_pricing.errors import TableError

SELF_HOSTED: Final = "self-hosted"
Read = Callable[[str], bytes]


# What many models of a provider have alike: written once, after the head of the provider.
_SHARED_KEYS: Final = (
    *("tokenizer", "tokenizer_unverified", "thinks", "kind", "lists", "sources", "limits"),
    *("cache", "modifiers", "modes", "fees", "unverified"),
)


class Shard(Mapping[str, Any]):
    """The models of one provider by id, in the order of its files; each is read when asked for.

    A line holds the id, which of the `shared` facts the model has, and the rest of its entry.
    """

    def __init__(self, shared: Sequence[Mapping[str, Any]], lines: bytes) -> None:
        self._shared = shared
        self._lines = b"\n" + lines
        self._known: dict[str, dict[str, Any]] = {}

    def __getitem__(self, model: str) -> dict[str, Any]:
        entry = self._known.get(model)
        if entry is None:
            key = b"\n%b\t" % model.encode()
            start = self._lines.find(key) + len(key)
            if start < len(key):
                raise KeyError(model)
            line = self._lines[start : self._lines.index(b"\n", start)]
            place, _, rest = line.partition(b"\t")
            shared = self._shared[int(place)] if place else {}
            entry = self._known[model] = {**shared, **json.loads(rest)}
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

    def __reduce__(self) -> tuple[Any, ...]:
        return _with_changes, (self._read, self._files, self.changed)

    def __getitem__(self, provider: str) -> dict[str, Any]:
        known = self.changed.get(provider) or self._known.get(provider)
        if known is None:
            known = self._known[provider] = self._shard(self._files[provider])
        return known

    def _shard(self, file: str) -> dict[str, Any]:
        """Read the file of a provider. Raise `TableError` where it is damaged."""
        content = self._read(file)
        try:
            head, shared, lines = content.split(b"\n", 2)
            return {**json.loads(head), "models": Shard(json.loads(shared), lines)}
        except (ValueError, TypeError) as error:
            raise TableError(f"cannot read the compiled form: {error}", file=file) from error

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


def _with_changes(
    read: Read, files: Mapping[str, str], changed: dict[str, dict[str, Any]]
) -> Providers:
    providers = Providers(read, files)
    providers.changed = changed
    return providers


def provider_text(provider: Mapping[str, Any]) -> bytes:
    """Return the file of a provider: a line of its head, one of shared facts, a line a model."""
    head = {key: value for key, value in provider.items() if key != "models"}
    alike = {
        model_id: to_json({key: model[key] for key in _SHARED_KEYS if key in model})
        for model_id, model in provider["models"].items()
    }
    shared = [text for text, count in Counter(alike.values()).items() if count > 1]
    places = {text: str(place) for place, text in enumerate(shared)}
    lines = [to_json(head), f"[{','.join(shared)}]"]
    for model_id, model in provider["models"].items():
        place = places.get(alike[model_id], "")
        rest = {key: model[key] for key in model if not place or key not in _SHARED_KEYS}
        lines.append(f"{model_id}\t{place}\t{to_json(rest)}")
    return ("\n".join(lines) + "\n").encode()


def to_json(value: Any) -> str:
    """Return a value as JSON in its shortest form."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
