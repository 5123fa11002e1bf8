"""Make a signed release of the price table.

    python scripts/release_table.py KEY.pem OUTPUT.zip [SEQUENCE]

SEQUENCE says which release of its day it is (1 without it). Of two tables of a day that with the
higher one is the newer; the table of a package counts as the first.
KEY.pem is an Ed25519 private key, which never lies in the repository:
`openssl genpkey -algorithm ed25519 -out KEY.pem`. The public key for `prices update --key`:
`openssl pkey -in KEY.pem -pubout`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tokencost_pricing.compile import compile_folder
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.packed import INDEX, Packed, pack
from tokencost_pricing.releases.archive import Release, release_bytes
from tokencost_pricing.releases.signature import signer
from tokencost_pricing.table import TABLES
from tokencost_pricing.table_loading import LAYOUT


def release_of(folder: Path, sequence: int = 1) -> Release:
    """Return the release of the price files in a folder."""
    files = pack(compile_folder(folder))
    index = Packed(files.__getitem__, INDEX).index
    return Release(index["table"], LAYOUT, index["sha256"], files, sequence)


def main(arguments: list[str]) -> str | None:
    """Write the release that the arguments ask for; return what was wrong with them."""
    names, sequence = arguments[:2], arguments[2:] or ["1"]
    if len(names) != 2 or len(sequence) != 1 or not sequence[0].isdecimal() or sequence == ["0"]:
        return "usage: python scripts/release_table.py KEY.pem OUTPUT.zip [SEQUENCE]"
    key, output = (Path(name) for name in names)
    try:
        sign = signer(key)
        release = release_of(TABLES, int(sequence[0]))
        output.write_bytes(release_bytes(release, sign))
    except (TokencostError, OSError) as error:
        return f"error: {error}"
    label = f"{release.table}, release {release.sequence} of its day"
    print(f"{output}: table {label}, {output.stat().st_size:,} bytes")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
