"""Where input comes from: files, folders, globs, standard input; and what kind of bytes it is."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from tokencost_pricing.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from tokencost_profiles.files.objects import StoredObject

STDIN: Final = "-"

_SNIFFED: Final = 8192
_CHUNK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GLOB: Final = frozenset("*?[")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class Source(NamedTuple):
    """One input: how reports call it, and how to open it (again and again)."""

    label: str
    open: Callable[[], BinaryIO]
    size: int  # bytes
    named: bool = True  # named by the user, not listed from a folder
    path: Path | None = None
    copies: tuple[str, ...] = ()  # other names of the very same content, which are not read
    stored: StoredObject | None = None  # where it is an object of a store


def is_url(argument: str) -> bool:
    """Whether an argument is a URL, such as `s3://bucket/logs`."""
    return _URL.match(argument) is not None


def from_file(path: Path, label: str, *, named: bool = True) -> Source:
    """Return the source of a file. Raise `InputError` when it cannot be opened."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=label) from error
    return Source(label, lambda: _open(path, label), size, named, path)


def from_bytes(data: bytes, label: str) -> Source:
    """Return a source over bytes in memory, such as standard input."""
    return Source(label, lambda: io.BytesIO(data), len(data))


def from_object(stored: StoredObject, *, named: bool = True) -> Source:
    """Return the source of an object in a store."""
    return Source(stored.url, stored.open, stored.size, named, stored=stored)


def asked_ahead(sources: Sequence[Source]) -> Iterable[Source]:
    """Return sources in order; stores are asked for what comes next while an object is read."""
    if all(source.stored is None for source in sources):
        return sources
    from tokencost_profiles.files.object_reads import read_ahead

    return read_ahead(sources)


def expand(paths: Sequence[str], folder: Path, stdin: Callable[[], Source]) -> list[Source]:
    """Return the sources that paths name, in a stable order, each file once.

    A path is `-`, a file, a folder (walked, leaving out what git ignores and what is hidden), a
    glob, or the URL of an object store for any of these. Raise `InputError` for one that names
    nothing.
    """
    return _drop_repeats(source for path in paths for source in _sources_of(path, folder, stdin))


def _drop_repeats(sources: Iterable[Source]) -> list[Source]:
    """Return each file once, by whatever paths it is named."""
    by_place: dict[str, Source] = {}
    for source in sources:
        place = source.label if source.path is None else os.path.normpath(source.path)
        by_place.setdefault(place, source)
    return list(by_place.values())


# What holds no logs, and much else.
_NO_LOGS: Final = frozenset({".git", "node_modules", ".venv", "venv", "__pycache__", ".tox"})


def expand_logs(paths: Sequence[str], folder: Path, stdin: Callable[[], Source]) -> list[Source]:
    """Return the sources that paths name, as `expand`, but folders with all that they hold.

    Logs are what git ignores, and agents keep theirs in hidden folders.
    """
    sources: list[Source] = []
    for argument in paths:
        path = folder / argument
        if is_url(argument):
            sources += _in_store(argument, _NO_LOGS.__contains__)
        elif argument != STDIN and path.is_dir():
            sources += _logs_below(path, argument)
        else:
            sources += _sources_of(argument, folder, stdin)
    return _drop_repeats(sources)


def _logs_below(folder: Path, argument: str) -> Iterator[Source]:
    """Yield every file below a folder, in order: those of a folder, then those of its folders.

    There may be thousands, so that no path is taken apart that is put together here.
    """
    above = "" if argument in (".", "./") else f"{argument.rstrip('/')}/"
    waiting = [(os.fspath(folder), above)]
    while waiting:
        root, label = waiting.pop()
        folders: list[str] = []
        files: list[os.DirEntry[str]] = []
        try:
            with os.scandir(root) as entries:
                for entry in entries:
                    if _is(entry.is_file):
                        files.append(entry)
                    elif (
                        entry.name not in _NO_LOGS and not entry.is_symlink() and _is(entry.is_dir)
                    ):
                        folders.append(entry.name)
        except OSError:
            continue
        for entry in sorted(files, key=lambda one: one.name):
            yield _listed(entry, f"{label}{entry.name}")
        folders.sort(reverse=True)
        waiting += [(os.path.join(root, name), f"{label}{name}/") for name in folders]


def _is(kind: Callable[[], bool]) -> bool:
    try:
        return kind()
    except OSError:  # a link that leads to itself
        return False


def _listed(entry: os.DirEntry[str], label: str) -> Source:
    """Return the source of a file of a folder. Raise `InputError` when it cannot be opened."""
    try:
        size = entry.stat().st_size
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=label) from error
    path = Path(entry.path)
    return Source(label, lambda: _open(path, label), size, named=False, path=path)


def text_blocks(source: Source) -> Iterator[str]:
    """Yield the text of a source in blocks, whatever its size.

    Raise `InputError` naming the line where it is binary or in another encoding than its mark says
    (UTF-8 where it has none).
    """
    line = 1
    with source.open() as file:
        head = file.read(_SNIFFED)
        encoding = encoding_of(head)
        if encoding is None:
            raise InputError(
                "is binary, not text",
                hint="tokencost counts prompts (text, Markdown, JSON bodies) and reads logs",
                file=source.label,
            )
        decoder = codecs.getincrementaldecoder(encoding)()
        chunk = head
        while True:
            last = not chunk
            try:
                text = decoder.decode(chunk, last)
            except UnicodeDecodeError as error:
                line += chunk[: error.start].count(b"\n")
                raise InputError(
                    f"not {encoding} text (byte 0x{error.object[error.start]:02x})",
                    hint="convert it first, for example: iconv -f latin1 -t utf-8",
                    file=source.label,
                    line=line,
                ) from error
            if text:
                yield text
            if last:
                return
            line += chunk.count(b"\n")
            chunk = file.read(_CHUNK)


def encoding_of(head: bytes) -> str | None:
    """Return the encoding that the first bytes show, or None where they are binary."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    return None if b"\0" in head else "utf-8"


def is_text(source: Source) -> bool:
    """Whether a source looks like text."""
    with source.open() as file:
        return encoding_of(file.read(_SNIFFED)) is not None


def read_text(source: Source) -> str:
    """Return the text of a source."""
    return "".join(text_blocks(source))


def _sources_of(argument: str, folder: Path, stdin: Callable[[], Source]) -> Iterable[Source]:
    if argument == STDIN:
        return [stdin()]
    if is_url(argument):
        return _in_store(argument, _is_hidden)
    path = folder / argument
    if path.is_dir():
        from tokencost_profiles.files.ignored import walk

        return [from_file(file, _label(file, argument, path), named=False) for file in walk(path)]
    if path.exists():
        if not _is_read_once(path):
            return [from_file(path, argument)]
        from tokencost_profiles.files.pipes import from_pipe

        return [from_pipe(path, argument)]
    if _GLOB & set(argument):
        matches = sorted(_glob(argument, folder))
        if not matches:
            raise InputError("matches no file", file=argument)
        return [
            from_file(
                match,
                os.path.relpath(match, folder) if not Path(argument).is_absolute() else str(match),
            )
            for match in matches
        ]
    siblings = os.listdir(path.parent) if path.parent.is_dir() else []
    raise InputError(f"no such file{did_you_mean(path.name, siblings)}", file=argument)


def _is_read_once(path: Path) -> bool:
    """Whether a path names a pipe or a device: what was read of it is gone."""
    mode = path.stat().st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _in_store(argument: str, leaves_out: Callable[[str], bool]) -> list[Source]:
    """Return the objects that a URL names; of a folder minus names that are left out."""
    from tokencost_profiles.files.objects import list_objects

    objects, named = list_objects(argument, leaves_out)
    return [from_object(stored, named=named) for stored in objects]


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _glob(pattern: str, folder: Path) -> Iterator[Path]:
    base = Path(pattern)
    root, relative = (
        (Path(base.anchor), str(base.relative_to(base.anchor)))
        if (base.is_absolute())
        else (folder, pattern)
    )
    return (path for path in root.glob(relative) if path.is_file())


def _label(file: Path, argument: str, root: Path) -> str:
    relative = file.relative_to(root).as_posix()
    return relative if argument in (".", "./") else f"{argument.rstrip('/')}/{relative}"


def _open(path: Path, label: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=label) from error
