"""Counting speed on one core: ratios to tiktoken in the same run, and worst cases.

    python tests/benchmarks/tokenizers.py [--mb 50] [--only start|bulk|claude|worst]

- start: a 4 KB prompt from process start to its count, against `tiktoken.get_encoding` + `encode`
  with the vocabulary already in tiktoken's cache. CPU seconds, alternating, median ratio.
- bulk: mixed text (prose, code, JSON logs, ten scripts) against a loop over tiktoken's
  `encode_ordinary`, 1 MB at a time, both with a warm vocabulary.
- claude: MB/s on English (the documentation inside the standard library) and on its source code.
- worst: one megabyte of one thing, in every family.
"""

from __future__ import annotations

import argparse
import os
import pydoc_data.topics
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from corpus import PROSE, WORST, documents
from encoding_references import reference_engine
from tokencost_profiles.tokens.encoders.cut import blocks
from tokencost_profiles.tokens.encoders.openai import ENCODINGS
from tokencost_profiles.tokens.encoders.vocabulary import tokens_of
from tokencost_profiles.tokens.tokenizers import families, tokenizer

ENGLISH = "\n".join(str(text) for text in pydoc_data.topics.topics.values())
CODE = "\n".join(text for text in documents() if "import " in text and "def " in text)
# tiktoken's name for the file of o200k_base in its cache.
CACHED_NAME = "fb374d419588a4632f3f557e76b4b70aebbca790"


def cpu() -> float:
    """Return the CPU seconds of this process."""
    return time.process_time()


def child(command: list[str], environment: dict[str, str]) -> float:
    """Return the CPU seconds of a child process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start(cache: Path, runs: int = 11) -> None:
    """Compare from process start to the count of 4 KB."""
    folder = cache / "tiktoken"
    folder.mkdir(exist_ok=True)
    lines = (
        b64encode(token) + b" %d\n" % rank
        for rank, token in sorted(tokens_of("o200k_base").items())
    )
    (folder / CACHED_NAME).write_bytes(b"".join(lines))
    environment = {**os.environ, "TIKTOKEN_CACHE_DIR": str(folder)}
    for name, text in (("English", ENGLISH), ("code", CODE)):
        prompt = cache / "prompt.txt"
        prompt.write_text(text[10_000:14_096])
        ours = (
            "from pathlib import Path; from tokencost_profiles.tokens.tokenizers import tokenizer; "
            f"print(tokenizer('o200k_base', Path({str(cache)!r})).count("
            f"open({str(prompt)!r}).read()).tokens)"
        )
        theirs = (
            "import tiktoken; print(len(tiktoken.get_encoding('o200k_base').encode("
            f"open({str(prompt)!r}).read(), disallowed_special=())))"
        )
        commands = [[sys.executable, "-c", code] for code in (ours, theirs)]
        pairs = []
        for _ in range(runs + 1):
            pairs.append([child(command, environment) for command in commands])
        ratio = statistics.median(b / a for a, b in pairs[1:])
        a, b = (statistics.median(values) * 1e3 for values in zip(*pairs[1:], strict=True))
        print(f"start, 4 KB {name:<8} {a:7.0f} ms  tiktoken {b:7.0f} ms  {ratio:5.1f} x less")


def mixed(megabytes: int) -> str:
    """Return mixed text of about a size, the same at every call."""
    random_ = random.Random(11)
    sources = [ENGLISH[at : at + 3000] for at in range(0, len(ENGLISH) - 3000, 3000)]
    sources += [CODE[at : at + 3000] for at in range(0, len(CODE) - 3000, 3000)]
    sources += [text for text in documents() if text.startswith("{")]
    scripts = [" ".join([PROSE[name]] * 3) for name in PROSE]
    out, size = [], 0
    while size < megabytes * 1_000_000:
        text = random_.choice(sources if random_.random() < 0.9 else scripts)
        out.append(text)
        size += len(text.encode())
    return "\n".join(out)


def bulk(megabytes: int, cache: Path) -> None:
    """Compare throughput on mixed text."""
    text = mixed(megabytes)
    size = len(text.encode()) / 1e6
    for name in ("o200k_base", "cl100k_base"):
        other = reference_engine(ENCODINGS[name])
        other.count("warm up")
        ours = tokenizer(name, cache)
        begun = cpu()
        counted = ours.count(text).tokens
        fast = cpu() - begun
        begun = cpu()
        expected = sum(other.count(block) for block in blocks(text))
        slow = cpu() - begun
        assert counted == expected, (counted, expected)
        print(
            f"bulk, {size:.0f} MB {name:<12} {size / fast:6.1f} MB/s  tiktoken "
            f"{size / slow:5.1f} MB/s  {slow / fast:4.1f} x"
        )


def claude(cache: Path) -> None:
    """Print the throughput of every Claude family, from a fresh tokenizer."""
    for name in ("claude-3", "claude-4.7", "claude-5"):
        for kind, text in (("English", ENGLISH), ("code", CODE[:3_000_000])):
            tokenizer.cache_clear()
            chosen = tokenizer(name, cache)
            chosen.count("warm up")
            begun = cpu()
            chosen.count(text)
            spent = cpu() - begun
            size = len(text.encode()) / 1e6
            print(f"{name:<10} {kind:<8} {size:5.2f} MB  {size / spent:6.1f} MB/s")


def worst(cache: Path) -> None:
    """Print the slowest megabyte of every family."""
    for family in families():
        spent = {}
        for kind, text in WORST.items():
            tokenizer.cache_clear()
            begun = cpu()
            tokenizer(family.name, cache).count(text)
            spent[kind] = cpu() - begun
        kind = max(spent, key=lambda name: spent[name])
        print(f"worst, {family.name:<15} {spent[kind]:5.2f} s  ({kind})")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=int, default=50)
    parser.add_argument("--only", choices=["start", "bulk", "claude", "worst"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        tokenizer("o200k_base", cache).count("make the index")
        tokenizer("cl100k_base", cache).count("make the index")
        if options.only in (None, "start"):
            start(cache)
        if options.only in (None, "bulk"):
            bulk(options.mb, cache)
        if options.only in (None, "claude"):
            claude(cache)
        if options.only in (None, "worst"):
            worst(cache)


if __name__ == "__main__":
    main()
