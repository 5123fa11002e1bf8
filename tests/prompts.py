"""Files of prompts for tests, and the items that `estimate` reports of them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cli = Callable[..., Any]

CHAT = {"messages": [{"role": "user", "content": "Hi there"}]}
EXAMPLE = {"messages": [*CHAT["messages"], {"role": "assistant", "content": "Hello"}]}
PROMPTY = """\
# Copyright: nobody

---
name: Answer
model:
  api: chat
  configuration: {type: azure_openai, azure_deployment: gpt-4o}
  parameters: {max_tokens: 150}
inputs:
  tone: {type: string, default: kind}
  question: {type: string, sample: Why?}
sample: {question: How so?}
---
system:
You answer in a {{tone}} way.

user:
{{ question }}
"""


def write(folder: Path, **files: Any) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def items(cli: Cli, *arguments: str) -> list[dict[str, Any]]:
    result = cli("estimate", *arguments, "-f", "json")
    assert result.code == 0, result.err
    return list(json.loads(result.out)["items"])


def image(width: int, height: int, kind: str = "PNG") -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, kind)
    return stream.getvalue()
