"""The front door. `--version` is answered before anything else is imported."""

from __future__ import annotations

import os
import sys

_UNWRITABLE = 3  # as `InputError`, which is not imported for it


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from tokencost_pricing._version import __version__

        if sys.stdout is not None:  # closed by the caller
            try:
                sys.stdout.write(f"tokencost {__version__}\n")
                sys.stdout.flush()
            except OSError:  # a full disk, a stream that is only for reading
                os._exit(_UNWRITABLE)
        return
    import gc
    import signal
    from contextlib import suppress

    from tokencost_cli.app import run
    from tokencost_cli.runtime.context import Context

    signal.signal(signal.SIGTERM, _stop)
    # A run makes many records and few circles: looking for circles all the time costs a fifth.
    gc.set_threshold(1_000_000, 50, 100)
    code = run(sys.argv[1:], Context.of_process())
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a closed pipe; a stream that is closed
            stream.flush()
    os._exit(code)  # the system frees memory faster than we could, object by object


def _stop(signum: int, frame: object) -> None:
    """End as if interrupted, so that what is half written is taken away."""
    sys.exit(128 + signum)


if __name__ == "__main__":
    main()
