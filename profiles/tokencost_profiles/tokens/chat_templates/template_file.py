"""Chat templates from files: a .jinja, or those of a tokenizer_config.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import InputError

DEFAULT: Final = "default"
WITH_TOOLS: Final = "tool_use"  # is taken where a request has tools
CONFIG: Final = "tokenizer_config.json"
_LARGEST: Final = 8 << 20  # bytes of a file
_ENDINGS: Final = (".jinja", ".jinja2", ".j2", ".txt")
_HINT: Final = "it takes a .jinja file, or a tokenizer_config.json that holds `chat_template`"


class TemplateFile(NamedTuple):
    """The templates of a file by name, and the special tokens that they may write."""

    label: str  # as the user named it
    templates: Mapping[str, str]
    tokens: Mapping[str, Any]
    added: tuple[str, ...] = ()  # special tokens, which the tokenizer may lack
    has_config: bool = True  # whether a tokenizer_config.json names the special tokens

    def source(self, *, tools: bool) -> str:
        """Return the template of a request: of several, `tool_use` where it has tools."""
        if tools and WITH_TOOLS in self.templates:
            return self.templates[WITH_TOOLS]
        if DEFAULT in self.templates:
            return self.templates[DEFAULT]
        raise InputError(
            f"has no template named '{DEFAULT}', only {', '.join(sorted(self.templates))}",
            file=self.label,
        )


def read_template(path: Path, label: str) -> TemplateFile:
    """Read a template file.

    The special tokens of a .jinja are those of the tokenizer_config.json beside it, where there is
    one. Raise `InputError` for what is no template.
    """
    if path.suffix == ".json":
        config = read_config(path, label)
        templates = _templates(config.get("chat_template"))
        if not templates:
            raise InputError("has no `chat_template`", file=label, hint=_HINT)
        return TemplateFile(label, templates, special_tokens(config), added_tokens(config))
    if path.suffix not in _ENDINGS:
        raise InputError("no chat template by its name", file=label, hint=_HINT)
    beside = path.with_name(CONFIG)
    config = read_config(beside, str(Path(label).with_name(CONFIG))) if beside.is_file() else {}
    source = {DEFAULT: _text(path, label)}
    tokens, added = special_tokens(config), added_tokens(config)
    return TemplateFile(label, source, tokens, added, bool(config))


def special_tokens(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the special tokens of a tokenizer_config.json, under the names templates know."""
    tokens: dict[str, Any] = {}
    extra = config.get("extra_special_tokens")
    named = {**extra, **config} if isinstance(extra, Mapping) else config
    for name, value in named.items():
        token = _token(value)
        is_extra = isinstance(extra, Mapping) and name in extra
        if token is not None and (name.endswith("_token") or is_extra):
            tokens[name] = token
    several = config.get("additional_special_tokens")
    if isinstance(several, list):
        tokens["additional_special_tokens"] = [one for one in map(_token, several) if one]
    return tokens


def added_tokens(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tokens that a tokenizer_config.json adds to a vocabulary."""
    decoder = config.get("added_tokens_decoder")
    if not isinstance(decoder, Mapping):
        return ()
    return tuple(token for token in map(_token, decoder.values()) if token)


def _token(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("content")
    return value if isinstance(value, str) else None


def _templates(value: Any) -> dict[str, str]:
    if isinstance(value, str):
        return {DEFAULT: value}
    named = value if isinstance(value, list) else []
    if isinstance(value, Mapping):
        named = [{"name": name, "template": text} for name, text in value.items()]
    return {
        one["name"]: one["template"]
        for one in named
        if isinstance(one, Mapping)
        and isinstance(one.get("name"), str)
        and isinstance(one.get("template"), str)
    }


def read_config(path: Path, label: str) -> Mapping[str, Any]:
    """Read a tokenizer_config.json. Raise `InputError` where it is none."""
    try:
        value = json.loads(_text(path, label))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        reason = getattr(error, "msg", "nested too deeply")
        raise InputError(f"not JSON: {reason}", file=label, line=line, hint=_HINT) from error
    if not isinstance(value, Mapping):
        raise InputError("not a tokenizer_config.json", file=label, hint=_HINT)
    return value


def _text(path: Path, label: str) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"larger than {_LARGEST >> 20} MB", file=label, hint=_HINT)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text", file=label, hint=_HINT) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=label) from error
