"""The compiled form of a table: one small index, names as text, and a file a provider.

    index.json     version, hash, heads of the providers, calendars, rules by name
    names.txt      every name of every provider, sorted (see `matching/names.py`)
    weights.txt    who sells which weights
    PROVIDER.json  the provider, and a line a model (see `providers.py`)

A command reads the index, the names, and of the providers the models that it asks for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import copy
from functools import partial
from typing import Any, Final

from tokencost_pricing.canonical import canonical, sha256
from tokencost_pricing.errors import TableError
from tokencost_pricing.matching.directory import Directory
from tokencost_pricing.matching.index import merged, name_lines, provider_head, weight_lines
from tokencost_pricing.matching.names import Names, names_text
from tokencost_pricing.matching.spellings import weights_key
from tokencost_pricing.prompt_lengths import prompt_lengths
from tokencost_pricing.providers import SELF_HOSTED, Providers, Read, provider_text, to_json

INDEX: Final = "index.json"
NAMES: Final = "names.txt"
WEIGHTS: Final = "weights.txt"
_BESIDE: Final = ("providers", "index")  # what is not in the index as it stands


class _Files:
    """The files of a compiled table. Where it is pickled, the pickle holds all of them."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.names: tuple[str, ...] = ()

    def __call__(self, name: str) -> bytes:
        """Return the content of one file. Raise `TableError` where it cannot be read."""
        try:
            return self._read(name)
        except (OSError, KeyError) as error:
            raise TableError(f"cannot read the compiled form: {error}", file=name) from error

    def __reduce__(self) -> tuple[Any, ...]:
        return _held, ({name: self(name) for name in self.names},)


def _held(contents: Mapping[str, bytes]) -> _Files:
    files = _Files(contents.__getitem__)
    files.names = tuple(contents)
    return files


class Packed:
    """A compiled table, read part by part. `read` returns the content of one of its files."""

    def __init__(self, read: Read, index: str = INDEX) -> None:
        checked = _Files(read)
        try:
            self.index: dict[str, Any] = json.loads(checked(index))
            files = self.index["files"]
            self.heads: Mapping[str, dict[str, Any]] = self.index["heads"]
            self.providers = Providers(checked, files["providers"])
            checked.names = (files["names"], files["weights"], *files["providers"].values())
        except (KeyError, TypeError, ValueError) as error:
            raise TableError(f"cannot read the compiled form: {error}", file=index) from error
        self.names = Names(partial(checked, files["names"]))
        self.weights = Names(partial(checked, files["weights"]))

    def over(self, providers: Providers, stated: Mapping[str, Any]) -> Packed:
        """Return the table with the providers, as overlays have changed some of them.

        `stated`: what the overlays state beside: `discounts`, their labels, `notes` on them.
        """
        table = copy(self)
        changed = providers.changed
        table.providers = providers
        heads = {name: provider_head(name, entry) for name, entry in changed.items()}
        for name, entry in changed.items():
            patterns = [*heads[name].get("own_names", ()), *self._names_of_user(name, entry)]
            heads[name]["own_names"] = patterns
        table.heads = {**self.heads, **heads}
        table.names = self.names.replacing({key: name_lines(key, changed[key]) for key in changed})
        table.weights = self.weights.replacing(
            {key: weight_lines(key, changed[key]) for key in changed}
        )
        lengths = {*self.index["prompt_lengths"], *prompt_lengths(changed)}
        body = {**changed, "": [self.index["sha256"], {**stated, "notes": []}]}
        digest = sha256(canonical(body))
        table.index = {**self.index, **stated, "prompt_lengths": sorted(lengths), "sha256": digest}
        return table

    def _names_of_user(self, provider: str, entry: Mapping[str, Any]) -> Iterator[str]:
        """Yield patterns of the names that a user gave to models and nobody else sells."""
        for model_id, model in entry["models"].items():
            if "overlay" in model:
                for name in (model_id, *model.get("aliases", {}).get("exact", ())):
                    sellers = self.weights.get(weights_key(name.casefold()))
                    if provider == SELF_HOSTED or not sellers:
                        yield re.escape(name.casefold())

    def directory(self) -> Directory:
        """Return what resolves names."""
        return Directory(
            self.heads,
            self.names,
            self.weights,
            lambda provider, model: self.providers[provider]["models"][model],
            self.index["day"],
        )


def pack(content: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a compiled table by name. Raise `TableError` where names clash."""
    providers: Mapping[str, Any] = content["providers"]
    files: dict[str, bytes] = {
        NAMES: names_text(merged(name_lines(*item) for item in providers.items())),
        WEIGHTS: names_text(merged(weight_lines(*item) for item in providers.items())),
    }
    for provider_id, provider in providers.items():
        files[f"{provider_id}.json"] = provider_text(provider)
    index = {
        **{key: value for key, value in content.items() if key not in _BESIDE},
        "heads": {key: provider_head(key, provider) for key, provider in providers.items()},
        "prompt_lengths": prompt_lengths(providers),
        "files": {
            "names": NAMES,
            "weights": WEIGHTS,
            "providers": {provider: f"{provider}.json" for provider in providers},
        },
    }
    files[INDEX] = to_json(index).encode()
    return files
