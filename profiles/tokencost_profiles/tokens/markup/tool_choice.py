"""What the choice of a tool does to a prompt: hosts of one family differ in it.

Values of a family's rules: `none_tools`: tools stay in the prompt although none may be called;
`chosen_only`: of several tools only the one that must be called is in it; `none`, `required`,
`named` (else `forced`): tokens that are added with such a choice, `required_each` for every tool.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokencost_profiles.calls.content import Request, Tool


def sent_tools(request: Request, rules: Mapping[str, Any]) -> tuple[Tool, ...]:
    """Return the tools of a request that are part of the prompt."""
    if request.choice == "none" and not rules.get("none_tools", False):
        return ()
    if rules.get("chosen_only", False):
        chosen = tuple(tool for tool in request.tools if tool.name == request.choice)
        return chosen or request.tools
    return request.tools


def choice_tokens(request: Request, rules: Mapping[str, Any]) -> float:
    """Return the tokens that a choice of tools adds where tools are part of the prompt."""
    if not request.tools or request.choice in (None, "auto"):
        return 0
    forced = rules.get("forced", 0)
    match request.choice:
        case "none":
            tokens = rules.get("none", 0)
        case "required":
            tokens = rules.get("required", forced)
            tokens += rules.get("required_each", 0) * len(request.tools)
        case _:
            tokens = rules.get("named", forced)
    return float(tokens)
