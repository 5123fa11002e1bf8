"""`--map`: a custom format, described by the paths of its fields.

    input=usage.tokens_in   a path into the row: keys and list indexes; a key with dots goes first
    provider==openai        a fixed value
    map.yaml                fields: {input: usage.tokens_in}, values: {provider: openai}

Rows are JSON lines, a JSON list, CSV or Parquet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import ConfigError, UsageError, did_you_mean
from tokencost_pricing.units import UNITS
from tokencost_profiles.calls.call import OWNER_LABELS, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.exports import parse_json_text
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.logged_text import answer_parts
from tokencost_profiles.logs.common.table_rows import rows_of
from tokencost_profiles.logs.row_text import set_request
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import amount
from tokencost_profiles.providers.usage_fields.usage_format import number as counted

_TEXTS: Final = (
    "model",
    "provider",
    "host",
    "api",
    "session",
    "trace",
    "span",
    "parent",
    "response_id",
    "service_tier",
    "speed",
    "region",
    "search_context",
    "media_size",
    "media_quality",
    *OWNER_LABELS,
    "status",
)
_SECONDS: Final = ("latency", "first_token")
# Totals: the prompt with its cache reads and writes, the answer with its reasoning.
_TOTALS: Final = ("prompt", "completion")
# The text, for what counts it: a request body, messages or a prompt; the answer to it.
_CONTENTS: Final = ("request", "answer")
_OTHERS: Final = ("time", "cost", "batch", "tool", "usage", "id", *_SECONDS, *_CONTENTS)
_TAG: Final = "tag:"
FIELDS: Final = (*UNITS, *_TOTALS, *_TEXTS, *_OTHERS)
# Names of other tools for the same fields.
_ALIASES: Final = {
    "timestamp": "time",
    "at": "time",
    "input_tokens": "input",
    "output_tokens": "output",
    "prompt_tokens": "prompt",
    "completion_tokens": "completion",
    "request_id": "id",
    "cached_tokens": "cache_read",
    "tier": "service_tier",
    "tools": "tool",
}


class FieldMapping(NamedTuple):
    """Where each field is, and the values of those that are the same everywhere."""

    paths: dict[str, tuple[str, ...]]
    values: dict[str, Any]


def mapped_reader(fields: Sequence[str], folder: Path) -> Reader:
    """Return a reader for the format that `--map` describes.

    Raise `UsageError` or `ConfigError` where a field is unknown or no field counts tokens.
    """
    paths: dict[str, str] = {}
    values: dict[str, Any] = {}
    for text in fields:
        if "==" in text:
            name, _, value = text.partition("==")
            values[_field(name)] = value
        elif "=" in text:
            name, _, path = text.partition("=")
            paths[_field(name)] = path
        else:
            _read_file(folder / text, text, paths, values)
    if not {*UNITS, *_TOTALS, "usage", "cost"} & set(paths):
        raise UsageError(
            "--map names no tokens", hint="for example: --map input=usage.in --map output=usage.out"
        )
    mapping = FieldMapping({name: tuple(path.split(".")) for name, path in paths.items()}, values)
    return Reader(
        "mapped", "a format described by --map", ("usage",), lambda _: True, partial(_read, mapping)
    )


def _field(name: str) -> str:
    name = name.strip()
    name = _ALIASES.get(name, name)
    if name.startswith(_TAG) or name in FIELDS:
        return name
    raise UsageError(
        f"--map knows no field '{name}'{did_you_mean(name, FIELDS)}",
        hint="fields: the units (input, cache_read, output, ...), prompt, completion, usage, "
        "model, time, session, user, team, cost, request, answer, tag:NAME, ...",
    )


def _read_file(path: Path, label: str, paths: dict[str, str], values: dict[str, Any]) -> None:
    if not path.is_file():
        raise ConfigError("no such mapping file (or write FIELD=PATH)", file=label)
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"not YAML: {error}", file=label) from error
    if not isinstance(document, dict) or set(document) - {"fields", "values"}:
        raise ConfigError("a mapping file has `fields:` and `values:`", file=label)
    for name, place in _entries(document, "fields", label):
        paths[_field(name)] = place
    for name, value in _entries(document, "values", label):
        values[_field(name)] = value


def _entries(document: Mapping[Any, Any], part: str, label: str) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of one part of a mapping file. Raise `ConfigError` for others."""
    entries = document.get(part)
    if entries is None:
        return
    if not isinstance(entries, dict):
        raise ConfigError(f"`{part}:` is not a list of `name: value`", file=label)
    for name, value in entries.items():
        if isinstance(value, (dict, list)) or value is None:
            raise ConfigError(f"{part}: {name}: is not a text or a number", file=label)
        yield str(name), str(value)


def _read(mapping: FieldMapping, log_file: Input, log: Log) -> Iterator[Record]:
    columns = {name for path in mapping.paths.values() for name in (path[0], ".".join(path))}
    for number, row in rows_of(log_file, log, columns):
        if not isinstance(row, Mapping):
            log.skip(number, "not an object")
            continue
        values = {
            name: value
            for name, path in mapping.paths.items()
            if (value := _value_at(row, path)) not in (None, "")
        }
        call = _call({**mapping.values, **values})
        call.key = f"mapped:{values['id']}" if "id" in values else None
        if log.text:
            _add_text(call, values)
        yield set_location(call, log, number)


def _value_at(value: Any, path: tuple[str, ...]) -> Any:
    """Follow a path. A key that holds dots itself is tried first."""
    if isinstance(value, Mapping) and ".".join(path) in value:
        return value[".".join(path)]
    for key in path:
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.lstrip("-").isdigit():
            at = int(key)
            value = value[at] if -len(value) <= at < len(value) else None
        else:
            return None
    return value


def _call(values: Mapping[str, Any]) -> Call:
    call = Call()
    provider = str(values["provider"]) if values.get("provider") is not None else None
    reading = read_usage(parse_json_text(values.get("usage")), provider)
    if reading is not None:
        reading.apply_to(call)
    for name in _TEXTS:
        if values.get(name) is not None:
            setattr(call, name, str(values[name]))
    call.at = moment(values.get("time"))
    for name in _SECONDS:
        number = amount(values.get(name))
        setattr(call, name, float(number) if number is not None else None)
    if "cost" in values:
        call.cost = amount(str(values["cost"]).strip().lstrip("$"))
        call.cost_basis = "client" if call.cost is not None else None
    if "batch" in values:
        call.batch = str(values["batch"]).casefold() in ("1", "true", "yes", "batch")
    call.tools = _names(values.get("tool"))
    call.tags = tuple(
        sorted(
            (name[len(_TAG) :], str(value))
            for name, value in values.items()
            if name.startswith(_TAG)
        )
    )
    call.usage = _usage(values, call.usage or {})
    return call


def _add_text(call: Call, values: Mapping[str, Any]) -> None:
    if "request" in values:
        set_request(call, values["request"])
    if "answer" in values:
        call.answer = answer_parts(values["answer"]) or None


def _usage(values: Mapping[str, Any], reading: Mapping[str, int]) -> dict[str, int] | None:
    """Return the counts of a usage object, and those of single fields, which go before."""
    usage = dict(reading)
    for unit in UNITS:
        count = _count(values.get(unit))
        if count is not None:
            usage[unit] = count
    prompt, completion = _count(values.get("prompt")), _count(values.get("completion"))
    if prompt is not None:
        rest = sum(count for unit, count in usage.items() if UNITS[unit].side == "input")
        usage["input"] = max(0, prompt - rest + usage.get("input", 0))
    if completion is not None:
        rest = sum(count for unit, count in usage.items() if UNITS[unit].side == "output")
        usage["output"] = max(0, completion - rest + usage.get("output", 0))
    return {unit: usage[unit] for unit in UNITS if unit in usage} or None


def _count(value: Any) -> int | None:
    """Read a count as tables write it: 1234, "1,234", 1234.0."""
    number = amount(value.replace(",", "") if isinstance(value, str) else value)
    if number is None or number != number.to_integral_value():
        return None
    return counted(int(number))


def _names(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value] if value is not None else []
    return tuple(dict.fromkeys(str(name) for name in values))
