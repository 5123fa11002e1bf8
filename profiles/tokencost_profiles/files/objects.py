"""What URLs of object stores name: an object, a folder of objects, or a glob.

The libraries that speak to stores (fsspec, and for S3 s3fs) take address and credentials where the
store's usual tools do. A store is asked for nothing unless an argument is a URL.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, BinaryIO, Final, NamedTuple

from tokencost_pricing.errors import InputError

_GLOB: Final = frozenset("*?[")
_MD5: Final = re.compile(r"[0-9a-f]{32}")
_EXTRA: Final = "pip install 'tokencost-profiler[cluster]'"
# Servers of pages can list nothing.
_PAGES: Final = frozenset({"http", "https"})
_NO_BUCKET: Final = "bucket does not exist"  # as the library for S3 says


class StoredObject(NamedTuple):
    """One object: how reports call it, and where it lies. Can be sent to other machines."""

    url: str  # the label
    store: str  # a URL that names the store
    path: str  # in the store, as its library writes it
    size: int  # bytes
    md5: str | None = None  # of the content, as the store states it: some state another number

    def open(self) -> BinaryIO:
        """Return the object as a file that is read in blocks."""
        from tokencost_profiles.files.object_reads import open_object

        return open_object(self)

    def beside(self, name: str) -> StoredObject | None:
        """Return the object at a relative place, where there is one. Raise `InputError`."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), name))
        near = posixpath.dirname(self.path)
        # Folder by folder: what the near ones do not have, no store is asked for.
        for step in posixpath.relpath(posixpath.dirname(path), near).split("/"):
            place = posixpath.normpath(posixpath.join(near, step))
            if step not in (".", "..") and place not in self._siblings(near).folders:
                return None
            near = place
        return self._siblings(near).objects.get(path)

    def _siblings(self, folder: str) -> _Folder:
        return _listing(self.store, folder, protocol_of(self.url))


class _Folder(NamedTuple):
    """What lies in one folder, by path."""

    objects: Mapping[str, StoredObject]
    folders: frozenset[str]


def protocol_of(url: str) -> str:
    """Return the protocol of a URL, in small letters."""
    return url.partition("://")[0].lower()


def store_of(url: str) -> tuple[Any, str]:
    """Return the filesystem of a URL, and the path in it. Raise `InputError` where there is none.

    It is the same one whenever the same process asks, and another in a process that was forked.
    """
    protocol = protocol_of(url)
    if protocol in _PAGES:
        raise InputError(
            "is no object store, and cannot be listed",
            hint="download it first, or pipe it: curl -s URL | tokencost profile -",
            file=url,
        )
    try:
        from fsspec.registry import get_filesystem_class
    except ImportError:
        raise _missing(url, f"{protocol}:// needs fsspec") from None
    try:
        kind = get_filesystem_class(protocol)
    except ValueError:
        raise InputError(f"no object store is known as {protocol}://", file=url) from None
    except ImportError as error:
        hint = _EXTRA if protocol in ("s3", "s3a") else str(error)
        raise InputError(f"the library for {protocol}:// is missing", hint=hint, file=url) from None
    try:
        return kind(**kind._get_kwargs_from_urls(url)), str(kind._strip_protocol(url))
    except Exception as error:  # of the store's library, whatever it is
        raise store_error(error, url) from error


def _missing(url: str, reason: str) -> InputError:
    return InputError(reason, hint=_EXTRA, file=url)


def list_objects(url: str, leaves_out: Callable[[str], bool]) -> tuple[list[StoredObject], bool]:
    """Return the objects that a URL names, in order, and whether each was asked for by name.

    Those of a folder were not. `leaves_out`: names of objects and folders that are passed over
    there. Raise `InputError` where the URL names nothing, or the store refuses.
    """
    filesystem, path = store_of(url)
    forget_listings()
    try:
        filesystem.invalidate_cache()
        details = _details_of(filesystem, path)
        if details is not None and details["type"] != "directory":
            return [_stored(url, url, details)], True
        if details is None and _GLOB & set(url):
            return _matches(filesystem, url, path), True
        if details is None:
            raise InputError("no such object or folder in the store", file=url)
        return _below(filesystem, url, path, leaves_out), False
    except InputError:
        raise
    except Exception as error:  # of the store's library, whatever it is
        raise store_error(error, url) from error


def _details_of(filesystem: Any, path: str) -> Mapping[str, Any] | None:
    try:
        details: Mapping[str, Any] = filesystem.info(path)
    except FileNotFoundError as error:
        if _NO_BUCKET in str(error):
            raise
        return None
    return details


def _matches(filesystem: Any, url: str, pattern: str) -> list[StoredObject]:
    objects = [
        _stored(_url(url, name), url, details)
        for name, details in _files(filesystem.glob(pattern, detail=True))
    ]
    if not objects:
        raise InputError("matches no object", file=url)
    return objects


def _below(
    filesystem: Any, url: str, folder: str, leaves_out: Callable[[str], bool]
) -> list[StoredObject]:
    objects = []
    for name, details in _files(filesystem.find(folder, detail=True)):
        relative = name[len(folder) :].lstrip("/")
        if not any(map(leaves_out, relative.split("/"))):
            objects.append(_stored(f"{url.rstrip('/')}/{relative}", url, details))
    return objects


def _files(listing: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield what a listing has, in order; not the objects that stand for folders."""
    for name in sorted(listing):
        details = listing[name]
        if details["type"] == "file" and not name.endswith("/"):
            yield name, details


def _url(url: str, path: str) -> str:
    """Return the URL of a path in the store of a URL."""
    return f"{protocol_of(url)}://{path.lstrip('/')}"


def _stored(label: str, store: str, details: Mapping[str, Any]) -> StoredObject:
    return StoredObject(
        label, store, str(details["name"]), int(details["size"] or 0), _md5(details)
    )


def _md5(details: Mapping[str, Any]) -> str | None:
    """Return what may be the MD5 of an object: S3 states it where it was sent in one part."""
    tag = str(details.get("ETag") or "").strip('"').lower()
    if _MD5.fullmatch(tag):
        return tag
    coded = details.get("md5Hash")
    if not isinstance(coded, str):
        return None
    from base64 import b64decode

    return b64decode(coded).hex()


@lru_cache(maxsize=64)
def _listing(store: str, folder: str, protocol: str) -> _Folder:
    filesystem, _ = store_of(store)
    try:
        listing = filesystem.ls(folder, detail=True)
    except FileNotFoundError:
        return _Folder({}, frozenset())
    except Exception as error:  # of the store's library, whatever it is
        raise store_error(error, f"{protocol}://{folder.lstrip('/')}") from error
    by_name = {str(details["name"]): details for details in listing}
    objects = {
        name: _stored(_url(f"{protocol}://", name), store, details)
        for name, details in _files(by_name)
    }
    return _Folder(objects, frozenset(by_name) - frozenset(objects))


def forget_listings() -> None:
    """List folders anew from now on."""
    _listing.cache_clear()


def store_error(error: Exception, url: str) -> InputError:
    """Return the error of a store's library as one line that names the URL."""
    text = " ".join(str(error).split())
    kind = type(error).__name__
    if isinstance(error, FileNotFoundError):
        reason = "no such bucket" if _NO_BUCKET in text else "no such object in the store"
        return InputError(reason, file=url)
    if "credentials" in f"{kind} {text}".lower():
        return InputError(
            f"the store takes no request: {text or kind}",
            hint="credentials are taken where the store's usual tools take them",
            file=url,
        )
    if isinstance(error, PermissionError):
        return InputError(f"the store refuses it: {text or kind}", file=url)
    return InputError(f"cannot be read from the store: {text or kind}", file=url)
