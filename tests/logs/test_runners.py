"""Logs read in several processes: their cases run in a process that no other test has touched.

A process with threads is not copied, and other tests leave some, as libraries for object stores do.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).with_name("runner_cases.py")


def test_logs_are_read_in_several_processes() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(CASES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert " passed" in done.stdout
