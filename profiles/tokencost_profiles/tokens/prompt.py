"""A prompt: one request to estimate, with what it was read from; and how prompts are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from tokencost_pricing.coded_text import CodedText
from tokencost_profiles.calls.content import Request
from tokencost_profiles.files.paths import Source
from tokencost_profiles.tokens.template_engines.template import Template


class Prompt(NamedTuple):
    """One request to estimate. `source` is set when the text is too large to hold in `request`."""

    label: str
    request: Request
    source: Source | None = None
    text: str = ""  # that it was read from; with `source` it is not held
    template: Template | None = None  # where it is not sent as it stands, or was filled
    batch: bool = False  # it stands in a file that is sent as a batch
    line: int | None = None  # line or entry of a file of several, which ends the label
    known_digest: str | None = None  # where the text it was read from is not held

    @property
    def digest(self) -> str:
        """The hash of the content: the same for a file of any name."""
        import hashlib

        if self.known_digest is not None:
            return self.known_digest
        digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass"))
        if self.source is not None:
            with self.source.open() as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()


def batch_notes(prompts: Iterable[Prompt], modes: Iterable[str]) -> tuple[str, ...]:
    """Return a line for each file of batch requests that is not priced as a batch."""
    if "batch" in modes:
        return ()
    names = (re.sub(r":\d+\Z", "", prompt.label) for prompt in prompts if prompt.batch)
    text = "a batch request file: --mode batch prices it as it will be billed"
    return tuple(
        CodedText("batch-price", f"{name}: {text}", file=name) for name in dict.fromkeys(names)
    )


class ReadOptions(NamedTuple):
    """How prompts are read."""

    values: Mapping[str, Any] = {}  # of placeholders
    # Returns the format of a log, None for what is no log.
    log_of: Callable[[Source], str | None] | None = None
    # Of named files, logs are taken as text, and examples for fine-tuning are read.
    tokens_only: bool = False
