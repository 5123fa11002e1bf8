"""How clients, hosts and routers write the name of one model.

Every function gets names in lower case.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

# Claude Code writes the window that was asked for behind the name: `claude-opus-4-6[1m]`.
_WINDOW: Final = re.compile(r"\[[0-9]+[km]\]$")
_DATED: Final = re.compile(r"(.+)[-@](20\d\d)(-?)(\d\d)\3(\d\d)")
_VERSION: Final = re.compile(r"(?<=\d)-(?=\d\b)")
# What a host has around the maker's name: `global.anthropic.NAME-v1:0`, `openai/NAME`.
_PATH: Final = re.compile(r".*/")
_VENDOR: Final = re.compile(r"(?:(?P<profile>[a-z-]+)\.)?[a-z][a-z0-9]*\.(?=[a-z])")
_REVISION: Final = re.compile(r"-v?\d+:0$")
_POINT: Final = re.compile(r"(?<=\d)p(?=\d)")  # Fireworks: `llama-v3p1-8b`
_NUMBER: Final = re.compile(r"(?<=[a-z])-v?(?=\d)")
_TUNED_BY_OPENAI: Final = re.compile(r"ft:(?P<base>[^:]+)(?::.*)?")
_TUNED_BY_AZURE: Final = re.compile(r"(?P<base>.+?)\.ft-.+")

_CUSTOM: Final = (
    ("application-inference-profile/", "an inference profile of yours"),
    ("provisioned-model/", "provisioned throughput of yours"),
    ("custom-model-deployment/", "a deployment of yours"),
    ("custom-model/", "a model of yours"),
    ("imported-model/", "a model that you imported"),
    ("custom:", "a name of yours"),
    ("custom/", "a name of yours"),
    ("deployments/", "a deployment of yours"),
    ("/endpoints/", "an endpoint of yours"),
)
# Names by which a router is left to choose the model.
_CHOSEN: Final = re.compile(r"(?:openrouter/)?openrouter/(?:auto|auto-beta|free)|[a-z-]+/auto|auto")
_ROUTER_CHOOSES: Final = "the router chooses the model, and the answer names it"
_ROUTER_HINT: Final = (
    "`tokencost profile LOG` prices each answer by the model that it names; "
    "give that model here, or an alias of this name"
)
ALIAS_HINT: Final = (
    "`[aliases]` in tokencost.toml (or `--alias NAME=MODEL`) says which model it is; "
    "`--prices FILE` adds a price"
)


class Reason(NamedTuple):
    """Why no table has a name, and what its user can do."""

    detail: str
    hint: str


def plain_name(name: str) -> str:
    """Return a name in lower case, without the window that Claude Code adds."""
    return _WINDOW.sub("", name.strip().casefold())


def dated(name: str) -> tuple[str, date] | None:
    """Return name and day of a dated name: `NAME-2026-03-05`, `NAME@20260305`. None otherwise."""
    parts = _DATED.fullmatch(name)
    if parts is None:
        return None
    try:
        day = date(int(parts[2]), int(parts[4]), int(parts[5]))
    except ValueError:
        return None
    return parts[1], day


def weights_key(name: str) -> str:
    """Return what all spellings of the name of some weights have in common.

    `meta-llama/Llama-3.3-70B-Instruct`, `llama-3-3-70b-instruct`,
    `us.meta.llama3-3-70b-instruct-v1:0` and `accounts/fireworks/models/llama-v3p3-70b-instruct`
    have one key.
    """
    last = _REVISION.sub("", _VENDOR.sub("", _PATH.sub("", name), count=1))
    return _NUMBER.sub("", _POINT.sub(".", _VERSION.sub(".", last)))


def dashed(name: str) -> str:
    """Return a name with the points of its versions as dashes: `gemini-3-1-pro`."""
    return name.replace(".", "-")


def organisation(name: str) -> str | None:
    """Return who made the weights, where a path says so: `qwen` of `qwen/qwen3-32b`."""
    return name.split("/")[-2] if "/" in name else None


def profile(name: str) -> str | None:
    """Return the profile of a cloud that a host's name begins with: `eu` of `eu.meta.llama3`."""
    named = _VENDOR.match(name)
    return named["profile"] if named else None


def tuned_from(name: str) -> str | None:
    """Return the base of a fine-tuned model: `gpt-4.1` of `ft:gpt-4.1:acme::x`, or None."""
    for pattern in (_TUNED_BY_OPENAI, _TUNED_BY_AZURE):
        if named := pattern.fullmatch(name):
            return named["base"]
    return None


def custom(name: str) -> Reason | None:
    """Say why no table has a name: only its user knows what it is, or a router chooses."""
    if _CHOSEN.fullmatch(name):
        return Reason(_ROUTER_CHOOSES, _ROUTER_HINT)
    noun = next((noun for mark, noun in _CUSTOM if mark in name), None)
    return None if noun is None else Reason(noun, ALIAS_HINT)
