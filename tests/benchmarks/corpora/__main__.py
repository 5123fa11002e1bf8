"""Write a corpus: `PYTHONPATH=tests python -m benchmarks.corpora KIND FOLDER [--scale 0.1]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.corpora import CORPORA, write_corpus


def main() -> None:
    """Write one corpus and print what is known of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora", description=__doc__)
    parser.add_argument("kind", choices=list(CORPORA))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0, help="a fraction of the full size")
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    truth = write_corpus(options.kind, options.folder, options.scale, options.seed)
    for name, value in truth.items():
        if name != "days":
            print(f"{name:16} {value}")


if __name__ == "__main__":
    main()
