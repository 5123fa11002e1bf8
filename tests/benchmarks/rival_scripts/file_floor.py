"""The least that must be done with a folder of logs: `file_floor.py stat|search FOLDER`.

- stat: list it and ask the size and time of each file.
- search: read each file of it and find every `"usage"`.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def files_of(folder: str) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from files_of(entry.path)
        elif entry.name.endswith(".jsonl"):
            yield entry


def stat(folder: str) -> dict[str, object]:
    times = [(entry.stat().st_mtime_ns, entry.stat().st_size) for entry in files_of(folder)]
    return {"files": len(times), "bytes": sum(size for _, size in times)}


def search(folder: str) -> dict[str, object]:
    import stringzilla

    number, size = 0, 0
    for entry in files_of(folder):
        data = Path(entry.path).read_bytes()
        number += 1
        size += len(data)
        stringzilla.count(data, b'"usage"')
    return {"files": number, "bytes": size}


WHAT = {"stat": stat, "search": search}

print(json.dumps(WHAT[sys.argv[1]](sys.argv[2])))
