"""The file or URL that a tool call names."""

from __future__ import annotations

from typing import Any

import pytest

from tokencost_profiles.calls.tool_targets import tool_target

PATCH = "*** Begin Patch\n*** Update File: src/a.py\n@@\n*** Add File: src/b.py\n*** End Patch"


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ({"file_path": "/p/a.py", "offset": 3}, "/p/a.py"),
        ({"filePath": "./a.py", "path": "other"}, "a.py"),
        ({"notebook_path": "a.ipynb"}, "a.ipynb"),
        ({"url": "https://example.org/a"}, "https://example.org/a"),
        ({"uri": "file:///p/a"}, "/p/a"),
        ('{"absolute_path": "/p/a"}', "/p/a"),
        ({"files": [{"path": "a"}, {"path": "b"}, {"path": "a"}]}, "a, b"),
        ({"paths": ["a", "b"]}, "a, b"),
        (PATCH, "src/a.py, src/b.py"),
        ({"command": ["apply_patch", PATCH]}, "src/a.py, src/b.py"),
        ({"command": "cat /p/a"}, ""),
        ({"path": "a\nb"}, ""),
        ({"path": {"x": 1}, "file": 3}, ""),
        ('{"path": ', ""),
        ("text", ""),
        (None, ""),
        ([1], ""),
    ],
)
def test_the_target_of_arguments(arguments: Any, target: str) -> None:
    assert tool_target(arguments) == target
