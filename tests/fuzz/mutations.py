"""Ways to spoil an input: in its bytes, in its lines, in one place of its structure."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

# Values that a field of any kind may hold in a damaged or hostile document.
JUNK: Final[tuple[Any, ...]] = (
    None, True, False, -1, 0, 1, 0.5, -0.0, 1e300, 1e-300, 10**30, 2**63, float("inf"),
    float("nan"), "", "x", " ", "0", "-1", "1e999999999", "NaN", "9" * 40, "\u0000", "\ud800",
    "=1+1", "a\nb\x1b[31m", "2026-13-45T99:99", "9999-12-31T23:59:59Z", "0000-00-00",
    "10000-01-01", "\u00b2", [], {}, [[]], [None], [1, "a", None, {}], {"a": {"b": [{}]}},
    {"": ""}, ["x"] * 50,
)  # fmt: skip
_DEEP: Final = 3000
_SPLICES: Final = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"\r", b"{", b"}", b"[", b"]", b'"', b",", b":",
    b"&a *a", b"!!python/object:os.system ", b"{{", b"{% for x in y %}", b"---\n", b"<<: *x\n",
    b'"\\ud800"', b"1e400", b"-" * 200, b"\t",
)  # fmt: skip


def mutate_value(value: Any, random: Random) -> Any:
    """Return a copy of a JSON value that differs in one to three places."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        value = _changed(value, random)
    return value


def _changed(value: Any, random: Random) -> Any:
    if not isinstance(value, (dict, list)) or not value or random.random() < 0.08:
        return _leaf(value, random)
    if isinstance(value, dict):
        key = random.choice(list(value))
        copy = dict(value)
        action = random.random()
        if action < 0.08:
            del copy[key]
        elif action < 0.12:
            copy[str(random.choice(JUNK))] = copy.pop(key)
        elif action < 0.16:
            copy[str(random.choice(JUNK))] = random.choice(JUNK)
        else:
            copy[key] = _changed(value[key], random)
        return copy
    at = random.randrange(len(value))
    items = list(value)
    action = random.random()
    if action < 0.06:
        del items[at]
    elif action < 0.12:
        items.insert(at, random.choice(JUNK))
    elif action < 0.16:
        items.append(items[at])
    else:
        items[at] = _changed(items[at], random)
    return items


def _leaf(value: Any, random: Random) -> Any:
    action = random.random()
    if action < 0.08:
        return [value]
    if action < 0.16:
        return {"value": value}
    if action < 0.24 and isinstance(value, (int, float)) and not isinstance(value, bool):
        return random.choice((-value, value * 10**15, str(value), value + 0.5))
    return random.choice(JUNK)


def mutate_bytes(content: bytes, random: Random) -> bytes:
    """Return content cut, spliced, doubled, or with changed bytes."""
    return random.choice(_BYTE_MUTATIONS)(content, random)


def _cut(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] if random.random() < 0.7 else content[at:]


def _flip(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _splice(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(_SPLICES) * random.choice((1, 1, 1, 50)) + content[at:]


def _lines(content: bytes, random: Random) -> bytes:
    lines = content.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    action = random.random()
    if action < 0.3:
        lines[first], lines[second] = lines[second], lines[first]
    elif action < 0.6:
        lines.insert(first, lines[second])
    elif action < 0.8:
        del lines[first]
    else:
        lines[first] = lines[first][: random.randrange(len(lines[first]) + 1)]
    return b"\n".join(lines)


def _deep(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    opening = random.choice((b"[", b'{"a":'))
    return content[:at] + opening * _DEEP + content[at:]


def _encoded(content: bytes, random: Random) -> bytes:
    encoding = random.choice(("utf-16", "utf-32", "latin-1", "utf-8-sig"))
    return content.decode("utf-8", "replace").encode(encoding, "replace")


_BYTE_MUTATIONS: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (
    _cut,
    _flip,
    _splice,
    _splice,
    _lines,
    _lines,
    _deep,
    _encoded,
)


def mutate_json(content: bytes, random: Random) -> bytes:
    """Return a JSON document, or one line of JSON lines, with places of its structure changed."""
    try:
        return _dumped(mutate_value(json.loads(content), random))
    except ValueError:
        pass
    lines = content.splitlines()
    if not lines:
        return mutate_bytes(content, random)
    at = random.randrange(len(lines))
    try:
        lines[at] = _dumped(mutate_value(json.loads(lines[at]), random))
    except ValueError:
        return mutate_bytes(content, random)
    return b"\n".join(lines) + b"\n"


def mutate_yaml(content: bytes, random: Random) -> bytes:
    """Return a YAML document with places of its structure changed."""
    import yaml

    try:
        value = yaml.safe_load(content)
        return yaml.safe_dump(mutate_value(value, random), allow_unicode=True).encode(
            "utf-8", "surrogatepass"
        )
    except (yaml.YAMLError, RecursionError):
        return mutate_bytes(content, random)


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8")
