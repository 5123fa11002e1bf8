"""What `prices update` does: fetch a release, check it, show what changes, install it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tokencost_cli.options.price_tables import UpdateOptions
from tokencost_cli.reports.price_changes import diff_report
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.packed import Packed
from tokencost_pricing.price_changes import Side, rate_changes
from tokencost_pricing.releases.archive import LARGEST, Release, read_release
from tokencost_pricing.releases.installed import (
    TableInUse,
    check_newer,
    folder_in_use,
    go_back,
    install,
    is_in_use,
    sequence_of,
)
from tokencost_pricing.releases.signature import verifier
from tokencost_pricing.table import PriceTable
from tokencost_pricing.table_loading import LAYOUT

_SECONDS: Final = 30  # how long a server may be silent
_WEB: Final = ("https://", "http://")
_FILE: Final = "file://"


def update(invocation: Invocation, options: UpdateOptions) -> None:
    """Install the release that the options name, or go back to the table before."""
    folder = invocation.context.tables
    if folder is None:
        raise UsageError("TOKENCOST_TABLES is empty: there is no folder for tables")
    if options.previous:
        version = go_back(folder)
        invocation.context.inform(f"prices: table {version or 'of the package'} is used again")
        return
    if not options.source:
        raise UsageError(
            "no address of releases is built in",
            hint="`--from URL` or `--from FILE` names a release",
        )
    verify = verifier(invocation.context.folder / options.key if options.key else None)
    content = _content(invocation, options.source)
    _install(invocation, read_release(content, verify, options.source), options, folder)


def _install(
    invocation: Invocation, release: Release, options: UpdateOptions, folder: Path
) -> None:
    context = invocation.context
    used = invocation.table()
    shipped = PriceTable.load(cache=context.cache)
    in_use = _table_in_use(folder, shipped)
    check_newer(release, in_use, LAYOUT, str(options.source))
    if is_in_use(release, in_use):
        context.inform(f"prices: table {used.version} is in use already")
        return
    fetched = PriceTable(Packed(release.files.__getitem__))
    base, head = Side(used, context.now), Side(fetched, context.now)
    changes = list(rate_changes(base, head))
    invocation.write(diff_report(base, head, changes, invocation.facts))
    if not options.yes and not _agreed(invocation):
        raise UsageError("not installed", hint="`--yes` installs without asking")
    install(folder, release, shipped.version)
    context.inform(
        f"prices: table {release.table} is used from now on, {used.version} before; "
        "`tokencost prices update --previous` goes back"
    )


def _table_in_use(folder: Path, shipped: PriceTable) -> TableInUse:
    """Return the table before anything is laid over it."""
    place = folder_in_use(folder, shipped.version)
    table = PriceTable.load(folder=place) if place else shipped
    return TableInUse(table.version, table.sha256, sequence_of(place))


def _agreed(invocation: Invocation) -> bool:
    """Return whether the person at the terminal agrees; nobody there does not."""
    context = invocation.context
    if not context.stdin_is_terminal:
        return False
    context.stderr.write("install this table? [y/N] ")
    context.stderr.flush()
    return context.stdin.readline().strip().lower() in (b"y", b"yes")


def _content(invocation: Invocation, source: str) -> bytes:
    """Return the bytes of a release. Raise `InputError` where they cannot be had."""
    if source.startswith(_WEB):
        return _download(source)
    if "://" in source and not source.startswith(_FILE):
        raise UsageError(f"'{source}' is neither http, https nor a file")
    path = invocation.context.folder / source.removeprefix(_FILE)
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot read: {error.strerror}", file=source) from error


def _download(url: str) -> bytes:
    import http.client
    import urllib.error
    import urllib.request

    from tokencost_pricing._version import __version__

    try:
        request = urllib.request.Request(url, headers={"User-Agent": f"tokencost/{__version__}"})
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            content: bytes = answer.read(LARGEST + 1)
            stated = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        raise InputError(f"the server answered {error.code} {error.reason}", file=url) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise InputError(f"cannot be fetched: {reason}", file=url) from error
    if stated is not None and stated.isdigit() and len(content) < min(int(stated), LARGEST):
        raise InputError("cannot be fetched: the answer was cut off", file=url)
    return content
