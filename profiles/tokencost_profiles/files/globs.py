"""Path patterns as shells and git write them: `*` stays within a folder, `**` does not."""

from __future__ import annotations

import re
from functools import lru_cache

_LINE = re.compile(r":\d+$")  # of a file with a request on every line


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a path (or the file that a line of requests stands in)."""
    expression = _compile(pattern.removeprefix("./"))
    path = path.removeprefix("./")
    return bool(expression.fullmatch(path) or expression.fullmatch(_LINE.sub("", path)))


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    blocks: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            blocks.append("(?:[^/]+/)*")
            at += 3
        elif pattern.startswith("**", at):
            blocks.append(".*")
            at += 2
        elif pattern[at] == "*":
            blocks.append("[^/]*")
            at += 1
        elif pattern[at] == "?":
            blocks.append("[^/]")
            at += 1
        elif pattern[at] == "[" and (end := pattern.find("]", at + 2)) > 0:
            inside = pattern[at + 1 : end].replace("\\", "\\\\")
            blocks.append(f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]")
            at = end + 1
        else:
            blocks.append(re.escape(pattern[at]))
            at += 1
    try:
        return re.compile("".join(blocks), re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern))
