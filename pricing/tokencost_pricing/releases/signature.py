"""Ed25519 signatures, by the library `cryptography` (the extra `update`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tokencost_pricing.errors import TableError, UsageError

Signer = Callable[[bytes], bytes]
Verifier = Callable[[bytes, bytes], bool]  # (message, signature)
# The public key of the project's releases, beside this file. There is none yet.
KEY_FILE: Final = Path(__file__).with_name("release_key.pem")


def verifier(key: Path | None) -> Verifier:
    """Return what checks signatures by the public key of a PEM file, or the project's.

    Raise `UsageError` where there is no key or no library, `TableError` for a file that is no key.
    """
    path = key or KEY_FILE
    if key is None and not path.is_file():
        raise UsageError(
            "this tokencost has no key of a release: the project has not published one",
            hint="`--key FILE` names the public key (PEM) of who signs your table",
        )
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError as error:
        raise _no_library() from error
    try:
        public = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a public key in PEM form"
        raise TableError(f"cannot read the key: {reason}", file=str(path)) from error
    if not isinstance(public, Ed25519PublicKey):
        raise TableError("not an Ed25519 key", file=str(path))

    def verify(message: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def signer(key: Path) -> Signer:
    """Return what signs by the private key of a PEM file. Raise `TableError` for another file."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise _no_library() from error
    try:
        private = load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise TableError("not a private key in PEM form", file=str(key)) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise TableError("not an Ed25519 key", file=str(key))
    return private.sign


def _no_library() -> UsageError:
    return UsageError(
        "signatures need the library cryptography",
        hint='pip install "tokencost-profiler[update]"',
    )
