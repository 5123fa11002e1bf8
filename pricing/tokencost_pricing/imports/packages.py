"""Archives and files of public price lists: read as data, never installed, never imported.

What is read comes from strangers. An archive is refused where a member leaves its folder, is a
link, is there twice, or would unpack to more than a price list can need.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_pricing.imports.unpacking import LARGEST_MEMBER, Member, unpack
from tokencost_pricing.imports.versions import refused, release_of

_MOST_ALIASES: Final = 2_000


class Package:
    """An archive, or a plain file as its only member.

    `day` is the day of the list as far as the package states one: a reader prefers a day that
    stands in the data.
    """

    def __init__(self, path: Path, members: Mapping[str, Member], day: str) -> None:
        self.path = path
        self.members = members
        self.day = day
        self.name, self.version = release_of(path, members)

    def ending(self, *ends: str) -> list[str]:
        """Return the members whose path ends in one of `ends`, sorted."""
        return sorted(name for name in self.members if name.endswith(ends))

    def text(self, member: str) -> str:
        """Return a member as text. Raise `InputError` where it is not UTF-8."""
        data = self.members[member].read()
        if member.endswith(".gz"):
            data = self._plain(member, data)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.error(member, f"not UTF-8 at byte {error.start}") from error

    def json(self, member: str) -> Any:
        """Return a member read as JSON, each number as a `Decimal`."""
        try:
            return json.loads(
                self.text(member),
                parse_float=Decimal,
                parse_int=Decimal,
                parse_constant=lambda text: self._constant(member, text),
            )
        except (ValueError, InvalidOperation) as error:
            raise self.error(member, f"not JSON: {error}") from error
        except RecursionError as error:
            raise self.error(member, "not JSON of a price list: nested too deep") from error

    def yaml(self, member: str) -> Any:
        """Return a member read as YAML, each scalar as its text. Nothing is constructed by tag."""
        import yaml

        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        try:
            text = self.text(member)
            aliases = sum(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, loader))
            if aliases > _MOST_ALIASES:
                raise self.error(member, f"more than {_MOST_ALIASES:,} aliases")
            return yaml.load(text, Loader=loader)
        except (yaml.YAMLError, RecursionError) as error:
            reason = " ".join(str(error).split())
            raise self.error(member, f"not YAML: {reason}") from error

    @cached_property
    def only(self) -> Any:
        """The JSON of a plain file; None for an archive, or where the file is not JSON."""
        if len(self.members) != 1 or not next(iter(self.members)).endswith(".json"):
            return None
        return self.json(next(iter(self.members)))

    def error(self, member: str, reason: str) -> InputError:
        """Return (not raise) an error that names the archive and the member."""
        place = str(self.path) if member == self.path.name else f"{self.path}!{member}"
        return InputError(reason, file=place)

    def _constant(self, member: str, text: str) -> Any:
        raise self.error(member, f"not a price: {text}")

    def _plain(self, member: str, data: bytes) -> bytes:
        unzip = zlib.decompressobj(wbits=31)
        try:
            plain = unzip.decompress(data, LARGEST_MEMBER)
        except zlib.error as error:
            raise self.error(member, f"not gzip: {error}") from error
        if unzip.unconsumed_tail or not unzip.eof:
            raise self.error(member, f"unpacks to more than {LARGEST_MEMBER:,} bytes")
        return plain


def open_package(path: Path, day: str | None = None) -> Package:
    """Open an archive (wheel, zip, tar.gz, tgz) or a plain file.

    `day` is the day of the list; without it, the day of the newest member, or of the file. Raise
    `InputError` where it cannot be read, is hostile, or is a release known to be malicious.
    """
    try:
        members = unpack(path)
        day = day or _newest_day(path, members)
    except (OSError, gzip.BadGzipFile) as error:
        raise InputError(f"cannot read: {error.strerror or error}", file=path) from error
    package = Package(path, members, day)
    if reason := refused(package.name, package.version):
        raise InputError(reason, file=path)
    return package


def _newest_day(path: Path, members: Mapping[str, Member]) -> str:
    """Return the day of the newest member; archives built without days have the file's own."""
    days = [member.day for member in members.values() if member.day > "2020-02-02"]
    return max(days, default=str(datetime.fromtimestamp(path.stat().st_mtime, UTC).date()))
