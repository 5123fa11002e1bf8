"""List the modules that one command enters, from the first line of the command's function on.

    python scripts/modules_entered.py check examples/prompts/support.txt -m gpt-6.1-sol

A module is entered when one of its functions runs. What is only imported does not count, nor what
runs while something is imported. Options are parsed and settings read before the count begins.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = {
    "cli": ROOT / "cli" / "tokencost_cli",
    "profiles": ROOT / "profiles" / "tokencost_profiles",
    "pricing": ROOT / "pricing" / "tokencost_pricing",
}
# The fixed check, and which rooms its limits are about.
CHECK: Final = (
    "check", "examples/prompts/support.txt", "-m", "gpt-6.1-sol", "--budget", "0.02",
)  # fmt: skip
GATE_ROOMS: Final = ("cli/commands", "cli/tasks", "profiles/gate")
UNCOUNTED_ROOMS: Final = ("cli/output/renderers", "pricing", "profiles/tokens")


class Entered(NamedTuple):
    """A module that was entered."""

    room: str  # such as `profiles/gate`
    file: str  # below its package
    lines: int


def entered(arguments: Sequence[str]) -> list[Entered]:
    """Run a command line in this process; return the modules that it enters, sorted by room."""
    from tokencost_cli.app import run
    from tokencost_cli.runtime.context import Context

    command = str(_PACKAGES["cli"] / "commands" / f"{arguments[0].replace('-', '_')}.py")
    files: set[str] = set()
    counting, imports = False, 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counting, imports
        code = frame.f_code
        if code.co_name == "<module>":
            imports += {"call": 1, "return": -1}.get(event, 0)
        elif event == "call" and not imports:
            counting = counting or (code.co_filename == command and code.co_name == arguments[0])
            if counting:
                files.add(code.co_filename)

    errors = io.StringIO()
    context = Context(
        stdin=io.BytesIO(),
        stdout=io.StringIO(),
        stderr=errors,
        environment={},
        folder=ROOT,
        now=datetime.now(UTC),
    )
    sys.setprofile(profile)
    try:
        code = run(arguments, context)
    finally:
        sys.setprofile(None)
    if code not in (0, 1):
        raise SystemExit(errors.getvalue())
    return sorted(one for file in files if (one := _module(Path(file))) is not None)


def _module(file: Path) -> Entered | None:
    """Return a module of ours with its room; None for any other file."""
    for package, folder in _PACKAGES.items():
        if file.is_relative_to(folder):
            parts = file.relative_to(folder).parts
            room = package if package == "pricing" else "/".join((package, *parts[:-1][:1]))
            if parts[:2] == ("output", "renderers"):
                room = "cli/output/renderers"
            lines = len(file.read_text("utf-8").splitlines())
            return Entered(room, file.relative_to(folder).as_posix(), lines)
    return None


if __name__ == "__main__":
    modules = entered(sys.argv[1:] or CHECK)
    for module in modules:
        print(f"{module.room:<22}{module.file:<42}{module.lines:>5}")
    gate = [module for module in modules if module.room in GATE_ROOMS]
    counted = [module for module in modules if module.room not in UNCOUNTED_ROOMS]
    print(f"\n{len(gate)} of commands, tasks and gate; at most {max(m.lines for m in gate)} lines")
    print(f"{len(counted)} of all rooms but renderers, pricing and tokens")
