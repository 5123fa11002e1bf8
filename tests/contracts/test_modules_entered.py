"""Who follows one `check` through the code has few files to read, none of them long."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "modules_entered.py"
MOST_OF_THE_GATE = 10
MOST_LINES = 300
MOST = 30


def modules(*arguments: str) -> list[tuple[str, str, int]]:
    """Return room, file and number of lines of each module that a command enters."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=True
    )
    rows = re.findall(r"^(\S+) +(\S+\.py) +(\d+)$", done.stdout, re.MULTILINE)
    return [(room, file, int(lines)) for room, file, lines in rows]


def test_one_check_enters_few_modules() -> None:
    entered = modules()
    gate = [row for row in entered if row[0] in ("cli/commands", "cli/tasks", "profiles/gate")]
    files = {file for _, file, _ in gate}
    assert {"commands/check.py", "tasks/check.py", "gate/verdict.py"} <= files
    assert len(gate) <= MOST_OF_THE_GATE, sorted(files)
    assert max(lines for _, _, lines in gate) <= MOST_LINES
    left_out = ("cli/output/renderers", "pricing", "profiles/tokens")
    counted = [file for room, file, _ in entered if room not in left_out]
    assert {"calls/content.py", "output/formatting.py"} <= set(counted)
    assert len(counted) <= MOST, sorted(counted)


def test_another_command_is_counted_from_its_function() -> None:
    entered = modules("tokenizers")
    assert {file for room, file, _ in entered if room == "cli/commands"} == {
        "commands/tokenizers.py"
    }
    assert "options/declare.py" not in {file for _, file, _ in entered}
