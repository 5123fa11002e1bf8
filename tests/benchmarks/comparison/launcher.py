"""Run a command and write what it took as JSON: `launcher.py REPORT CORE WATCH COMMAND...`.

A small process, because a child is charged with the memory of the process that started it.
CORE: a number to pin it to, or `-`. WATCH: `1` looks at the memory of the first process by itself.
"""

import json
import os
import sys
import time

_EVERY = 0.01  # seconds between two looks


def main() -> None:
    report, core, watch, *command = sys.argv[1:]
    if core != "-":
        os.sched_setaffinity(0, [int(core)])
    begun = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    parent = _memory(child) if watch == "1" else 0
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    with open(report, "w", encoding="utf-8") as file:
        json.dump(
            {
                "cpu": used.ru_utime + used.ru_stime,
                "wall": wall,
                "peak": used.ru_maxrss * 1024,
                "parent": parent,
                "status": os.waitstatus_to_exitcode(status),
            },
            file,
        )


def _memory(child: int) -> int:
    """Return the most bytes that a process had, when it has ended."""
    peak = 0
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        try:
            with open(f"/proc/{child}/status", "rb") as file:
                lines = [line for line in file if line.startswith(b"VmHWM")]
        except OSError:
            continue
        if lines:
            peak = max(peak, int(lines[0].split()[1]) * 1024)
        time.sleep(_EVERY)
    return peak


main()
