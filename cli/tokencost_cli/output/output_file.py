"""Output files, written atomically: a reader sees the old file or the new one, never a part."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Final

from tokencost_pricing.errors import InputError

_LONGEST: Final = 200  # characters of a name: the name of the partial file is longer
_STREAMS: Final = ("/dev/", "/proc/")  # names of open streams: these are appended to


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file by renaming a finished one into place.

    A run that is stopped leaves the old file as it was. A link stays a link, and permissions stay
    as they are. A pipe or a device is written to directly. Raise `InputError` if that fails.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    try:
        if path.is_dir():
            raise InputError("cannot be written: is a folder", file=path)
        if str(path).startswith(_STREAMS) or (path.exists() and not path.is_file()):
            with path.open("ab") as stream:
                stream.write(data)
            return
        _replace(Path(os.path.realpath(path)), data)
    except (OSError, ValueError) as error:  # ValueError: a path that no system can open
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot be written: {reason}", file=path) from error


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name[:_LONGEST]}.{os.urandom(4).hex()}.tmp")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            partial.chmod(stat.S_IMODE(path.stat().st_mode))
        partial.replace(path)
    except BaseException:  # a run that is interrupted leaves nothing behind
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
