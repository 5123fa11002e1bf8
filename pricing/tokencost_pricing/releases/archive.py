"""The archive of a release: a compiled table, what it is made of, and a signature.

A zip file. `manifest.json` states the version of the table, which release of its day this is
(`sequence`, 1 the first), and the hash of every file;
`manifest.sig` is the Ed25519 signature of the manifest's bytes; the other members are the files of
the compiled table. Nothing is read before the signature holds, and nothing that it does not cover.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import TableError
from tokencost_pricing.releases.signature import Signer, Verifier

RELEASE: Final = 1  # the version of this form
LARGEST: Final = 32 << 20  # of an archive, and of its content
_MANIFEST: Final = "manifest.json"
_SIGNATURE: Final = "manifest.sig"
_MOST_FILES: Final = 1000
_VERSION: Final = re.compile(r"20\d\d\.\d\d\.\d\d\+[0-9a-f]{8}")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,80}\.(?:json|txt)")
_DAY: Final = (1980, 1, 1, 0, 0, 0)  # of every member: the same table makes the same archive


class Release(NamedTuple):
    """A release whose signature holds."""

    table: str  # version
    layout: str  # of the compiled form
    sha256: str  # of the table
    files: Mapping[str, bytes]
    sequence: int = 1  # among the releases of the day


def release_bytes(release: Release, sign: Signer) -> bytes:
    """Return the archive of a release."""
    manifest = {
        "release": RELEASE,
        "table": release.table,
        "sequence": release.sequence,
        "layout": release.layout,
        "sha256": release.sha256,
        "files": {name: _hash(content) for name, content in sorted(release.files.items())},
    }
    text = (json.dumps(manifest, indent=1) + "\n").encode()
    members = {_MANIFEST: text, _SIGNATURE: sign(text), **release.files}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def read_release(content: bytes, verify: Verifier, label: str) -> Release:
    """Return the release in an archive.

    Raise `TableError` where it is no archive, is not signed by the key, was changed, or is larger
    than any table. `label` is how messages call it.
    """

    def error(reason: str) -> TableError:
        return TableError(f"{reason}; nothing was installed", file=label)

    if len(content) > LARGEST:
        raise error(f"larger than {LARGEST >> 20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {member.filename: member.file_size for member in archive.infolist()}
            if len(archive.infolist()) != len(sizes) or len(sizes) > _MOST_FILES:
                raise error("not a release: too many files, or one twice")
            if sum(sizes.values()) > LARGEST:
                raise error(f"its content is larger than {LARGEST >> 20} MB")
            if _MANIFEST not in sizes or _SIGNATURE not in sizes:
                raise error(f"not a release: no {_MANIFEST} and {_SIGNATURE}")
            manifest = _read(archive, _MANIFEST)
            if not verify(manifest, _read(archive, _SIGNATURE)):
                raise error("the signature is not that of the key")
            return _release(archive, json.loads(manifest), sizes.keys() - {_MANIFEST, _SIGNATURE})
    except TableError:
        raise
    except _Refused as refused:
        raise error(str(refused)) from refused
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as broken:
        raise error(f"not a release: {broken or 'it is cut off'}") from broken
    except (KeyError, TypeError, ValueError, RuntimeError) as broken:
        raise error(f"its manifest cannot be read: {broken}") from broken


class _Refused(Exception):
    """Ends the reading of an archive; the text is the reason."""


def _release(archive: zipfile.ZipFile, manifest: Mapping[str, Any], names: set[str]) -> Release:
    if manifest["release"] != RELEASE:
        raise _Refused(f"a release of version {manifest['release']!r}, this reads {RELEASE}")
    if not _VERSION.fullmatch(str(manifest["table"])):
        raise _Refused(f"'{str(manifest['table'])[:80]}' is no version of a table")
    sequence = manifest["sequence"]
    if type(sequence) is not int or sequence < 1:
        raise _Refused(f"its sequence is {str(sequence)[:80]!r}, not a number from 1 on")
    stated: Mapping[str, str] = manifest["files"]
    if names != stated.keys():
        raise _Refused("its files are not those of the manifest")
    files = {}
    for name in sorted(names):
        if not _NAME.fullmatch(name):
            raise _Refused(f"'{name[:80]}' is no file of a table")
        files[name] = _read(archive, name)
        if _hash(files[name]) != stated[name]:
            raise _Refused(f"{name} was changed after it was signed")
    table, layout, digest = (str(manifest[key]) for key in ("table", "layout", "sha256"))
    return Release(table, layout, digest, files, sequence)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member, whose size may not be the one that the archive states."""
    with archive.open(name) as member:
        content = member.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _Refused(f"{name} is larger than {LARGEST >> 20} MB")
    return content


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
