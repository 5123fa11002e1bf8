"""Where input comes from: files, folders, globs, standard input; and what kind of bytes it is."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from tokencost_pricing.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

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


class Source(NamedTuple):
    """One input: how reports call it, and how to open it (again and again)."""

    label: str
    open: Callable[[], BinaryIO]
    size: int  # bytes
    named: bool = True  # named by the user, not listed from a folder
    path: Path | None = None
    copies: tuple[str, ...] = ()  # other names of the very same content, which are not read


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


def expand(paths: Sequence[str], folder: Path, stdin: Callable[[], Source]) -> list[Source]:
    """Return the sources that paths name, in a stable order, each file once.

    A path is `-`, a file, a folder (walked, leaving out what git ignores and what is hidden), or a
    glob. Raise `InputError` for one that names nothing.
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
        if argument != STDIN and path.is_dir():
            sources += [
                from_file(file, _label(file, argument, path), named=False)
                for file in _files_below(path)
            ]
        else:
            sources += _sources_of(argument, folder, stdin)
    return _drop_repeats(sources)


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder, in order."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NO_LOGS)
        for name in sorted(files):
            path = Path(root, name)
            if path.is_file():
                yield path


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
    path = folder / argument
    if path.is_dir():
        return [from_file(file, _label(file, argument, path), named=False) for file in walk(path)]
    if path.exists():
        return [from_file(path, argument)]
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


def walk(root: Path) -> Iterator[Path]:
    """Yield the files below a folder in order, leaving out hidden ones and what git ignores."""
    yield from _walk(root, _outer_rules(root))


def ignore_predicate(root: Path) -> Callable[[Path], bool]:
    """Return a function that says whether the `.gitignore` rules on disk ignore a file below."""
    outer = _outer_rules(root)
    known: dict[Path, tuple[bool, list[tuple[Path, GitIgnoreSpec]]]] = {}

    def inside(folder: Path) -> tuple[bool, list[tuple[Path, GitIgnoreSpec]]]:
        """Return whether a folder is left out, and the rules that hold in it."""
        state = known.get(folder)
        if state is None:
            out, rules = (False, outer) if folder == root else inside(folder.parent)
            out = out or (folder != root and _is_ignored(folder, rules, is_folder=True))
            folder_rules = _rules(folder)
            state = known[folder] = (
                out,
                [*rules, (folder, folder_rules)] if folder_rules is not None else rules,
            )
        return state

    def left_out(path: Path) -> bool:
        out, rules = inside(path.parent)
        return out or _is_ignored(path, rules, is_folder=False)

    return left_out


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _walk(folder: Path, rules: list[tuple[Path, GitIgnoreSpec]]) -> Iterator[Path]:
    folder_rules = _rules(folder)
    rules = [*rules, (folder, folder_rules)] if folder_rules is not None else rules
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if _is_ignored(path, rules, is_folder=is_folder):
            continue
        if is_folder:
            yield from _walk(path, rules)
        elif _is_file(entry):
            yield path


def _outer_rules(root: Path) -> list[tuple[Path, GitIgnoreSpec]]:
    """Return the rules of the folders above `root`, up to the root of its repository."""
    above: list[tuple[Path, GitIgnoreSpec]] = []
    resolved = root.resolve()
    if (resolved / ".git").exists():
        return above
    for folder in resolved.parents:
        folder_rules = _rules(folder)
        if folder_rules is not None:
            above.insert(0, (folder, folder_rules))
        if (folder / ".git").exists():
            return above
    return []  # not inside a repository


def _rules(folder: Path) -> GitIgnoreSpec | None:
    path = folder / ".gitignore"
    if not path.is_file():
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(path.read_text(encoding="utf-8", errors="replace").splitlines())


def _is_ignored(path: Path, rules: list[tuple[Path, GitIgnoreSpec]], *, is_folder: bool) -> bool:
    """Whether the nearest rule that speaks of a path leaves it out."""
    for folder, spec in reversed(rules):
        try:
            relative = path.relative_to(folder)
        except ValueError:
            relative = path.resolve().relative_to(folder)
        verdict = spec.check_file(relative.as_posix() + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False


def _open(path: Path, label: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=label) from error
