"""Generated files of prices that only mirror public lists: one line a model.

They lie in `tables/lists/`, one a provider. Their models stand beside those of the provider's
file, which go before: an id that has an entry there is left out. A file is YAML; its models are
JSON, which is read ten times as fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import TableError
from tokencost_pricing.schema import LIST_FILE, check_version
from tokencost_pricing.yaml_loader import Document, Place, parse, read_text

_MODELS: Final = "models:\n"
_WARNING: Final = (
    "# Written by `tokencost prices import --write`: do not edit. What is decided by hand stands\n"
    "# in ../{provider}.yaml, whose models go before these.\n"
)


def load_list(path: Path, label: str) -> Document:
    """Read a generated file. Raise `TableError` naming file and line where it is wrong."""
    text = read_text(path, label)
    head, separator, body = text.partition(_MODELS)
    if not separator:
        raise TableError("no line 'models:'", file=label)
    data = parse(head, label).data
    start = head.count("\n") + 2
    lines: dict[Place, int] = {}
    models: dict[str, Any] = {}
    for number, line in enumerate(body.splitlines(), start):
        try:
            ((model, entry),) = json.loads("{" + line + "}").items()
        except ValueError as error:
            reason = f'must be `  "MODEL": {{...}}` in JSON: {error}'
            raise TableError(reason, file=label, line=number) from error
        if model in models:
            raise TableError(f"the key '{model}' is there twice", file=label, line=number)
        models[model] = entry
        lines["models", model] = number
    document = Document(label, {**(data or {}), "models": models}, lines)
    LIST_FILE.check(document.data, (), document)
    check_version(document, "schema")
    return document


def behind(provider: Mapping[str, Any], models: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models of a list that stand behind those of a provider's file.

    A name that the file knows, as an id, another name or a pointer, is that of the file.
    """
    taken = {name.casefold() for name in (*provider["models"], *provider.get("floating", {}))}
    for model in provider["models"].values():
        taken.update(name.casefold() for name in model.get("aliases", {}).get("exact", ()))
    added = {}
    for name, model in models.items():
        if name.casefold() in taken:
            continue
        aliases = model.get("aliases", {})
        free = [one for one in aliases.get("exact", ()) if one.casefold() not in taken]
        if len(free) < len(aliases.get("exact", ())):
            model = {**model, "aliases": {**aliases, "exact": free}}
        added[name] = model
    return added


def list_text(provider: str, checked: str, models: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the text of a generated file. `checked` is the newest day of its lists."""
    head = f'schema: 1\nprovider: {provider}\nchecked: "{checked}"\n'
    lines = [
        f"  {json.dumps(model, ensure_ascii=False)}: {json.dumps(entry, ensure_ascii=False)}\n"
        for model, entry in models
    ]
    return _WARNING.format(provider=provider) + head + _MODELS + "".join(lines)
