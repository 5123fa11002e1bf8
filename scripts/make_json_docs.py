"""Write docs/json.md and docs/schema/*.json from the structs of the JSON documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tokencost_cli.reports.documents.schemas import DOCUMENTS, VERSION, schema_of, schema_text

ROOT: Final = Path(__file__).resolve().parents[1]
_REF: Final = "#/$defs/"
_SHARED: Final = ("Head", "Prices", "Run", "WarningEntry", "Totals", "TokenRange", "Place")
_TITLES: Final = {"US dollars": "money", "0 to 1": "share", "ISO 8601, UTC": "time"}
_INTRO: Final = """\
# JSON documents

Every command writes one JSON document with `-f json` (or `--json`). This page and the schemas in
`docs/schema` are written from the structs in the code by `scripts/make_json_docs.py`;
`tokencost formats --schema NAME` prints a schema. Fields may be added within a version: readers
ignore what they do not know. A document of an older version is refused in one line that says how to
make it again.

- **Money** is a decimal string in US dollars, or null: not priced. Where it is not one number,
  `cost_low` and `cost_high` stand beside `cost`: the counted tokens at the rate in force, and the
  low one where only an hour decides. A null `cost_high` has no bound.
- **Tokens** are integers, or null: not known. A number that the provider did not report is an
  object with `tokens`, `low`, `high`, `method` (`exact`, `reconstructed`, `family`, `estimated`,
  `assumed`) and `tokenizer`: in `prompt`, and as a row of `count`. Sums are always integers;
  `estimated_calls` and `estimated_tokens` say how much of a sum was counted here.
- **`usage`** is the map of billable units, disjoint, named as in the price table. Beside it stand
  the sums that OpenTelemetry names: `input_tokens` is the complete prompt. `costs` is the same map
  in money. `charged_cost` is what calls without a price here cost by their log: it is in `cost` and
  in no unit. A sum over priced and unpriced calls is that of the priced, null where none is.
- **Shares** are 0 to 1 and end in `_share`. A change is a ratio to the base: `relative`.
- **Times** are ISO 8601 in UTC and end in `_at`; days are in `run.timezone`. Durations are seconds
  and end in `_seconds`.
- **Places** are `file`, `line` and `reason`, never a text to be parsed.
- **Lists** hold what has an order or grows. `key` maps dimensions to values; a missing label is
  null. A field marked *optional* is left out where it does not apply.

The profile of logs that other commands read is not this document: `tokencost profile --save FILE`
writes it. A document of `estimate` or `baseline` is a baseline of prompts.
"""


def files() -> dict[Path, str]:
    """Return every generated file with its text."""
    schemas = ROOT / "docs" / "schema"
    texts = {schemas / f"{name}.json": schema_text(name) for name in DOCUMENTS}
    return {ROOT / "docs" / "json.md": "".join(f"{line}\n" for line in _page()), **texts}


def _page() -> Iterator[str]:
    yield from _INTRO.splitlines()
    structs: dict[str, Mapping[str, Any]] = {}
    for name in DOCUMENTS:
        structs |= schema_of(name)["$defs"]
    shared = _shared_structs()
    listed: set[str] = set()
    yield "\n## Shared by all documents"
    for struct in _SHARED:
        listed.add(struct)
        yield from _table(struct, shared[struct])
    inherited = {"Head": set(shared["Head"]["properties"])}
    inherited["Totals"] = set(shared["Totals"]["properties"])
    for name in DOCUMENTS:
        schema = schema_of(name)
        top = schema["$ref"].removeprefix(_REF)
        yield f"\n## `tokencost.{name}/{VERSION}`\n"
        yield f"[schema](schema/{name}.json). {structs[top]['description']}"
        yield from _table(None, structs[top], inherited)
        for struct in _order(top, schema["$defs"]):
            if struct not in listed:
                listed.add(struct)
                yield from _table(struct, structs[struct], inherited)


def _shared_structs() -> dict[str, Mapping[str, Any]]:
    from msgspec.json import schema_components

    from tokencost_cli.reports.documents.fields import Place
    from tokencost_cli.reports.documents.head import Head
    from tokencost_cli.reports.documents.tokens import TokenRange
    from tokencost_cli.reports.documents.totals import Totals

    _, components = schema_components(
        [Head, Totals, TokenRange, Place], ref_template=_REF + "{name}"
    )
    return components


def _order(top: str, structs: Mapping[str, Any]) -> list[str]:
    """Return the structs that a document uses, in the order of their first use."""
    order: list[str] = []

    def visit(name: str) -> None:
        for used in _references(structs[name].get("properties", {})):
            if used not in order and used != top:
                order.append(used)
                visit(used)

    visit(top)
    return order


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(_REF)
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _table(
    name: str | None,
    struct: Mapping[str, Any],
    inherited: Mapping[str, set[str]] | None = None,
) -> Iterator[str]:
    """Yield the table of a struct; fields that it shares with a base are named in one line."""
    if name is not None:
        yield f"\n### {name}\n"
        yield str(struct.get("description", ""))
    properties = struct["properties"]
    bases = [base for base, fields in (inherited or {}).items() if fields <= set(properties)]
    skipped = {field for base in bases for field in (inherited or {})[base]}
    if bases:
        yield f"\nThe fields of {' and '.join(f'`{base}`' for base in bases)}, and:"
    yield "\n| field | type | meaning |\n|---|---|---|"
    required = struct.get("required", ())
    for field, schema in properties.items():
        if field not in skipped:
            optional = "" if field in required else "*optional* "
            meaning = f"{optional}{schema.get('description', '')}".strip()
            yield f"| `{field}` | {_kind(schema)} | {meaning} |"


def _kind(schema: Mapping[str, Any]) -> str:
    """Return the type of a field in words."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(option) for option in schema["anyOf"]))
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"] if value is not None)
    if schema.get("title") in _TITLES:
        return _TITLES[schema["title"]]
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"map to {_kind(values)}" if isinstance(values, Mapping) else "map"
    return str(kind)


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
