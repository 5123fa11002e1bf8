"""Messages between two processes, over a pair of pipes."""

from __future__ import annotations

import os
import pickle
from typing import Any, Final

_LENGTH: Final = 8  # bytes before each message
_BLOCK: Final = 1 << 20


class Channel:
    """One end. Only what was sent by the other end, a copy of this program, is ever unpacked."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    @classmethod
    def pair(cls) -> tuple[Channel, Channel]:
        """Return both ends."""
        (a_in, b_out), (b_in, a_out) = os.pipe(), os.pipe()
        return cls(a_in, a_out), cls(b_in, b_out)

    def fileno(self) -> int:
        """Return what can be waited for."""
        return self._incoming

    def send(self, message: Any) -> None:
        """Send a message. Raise `OSError` where the other end is closed."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        for block in (len(data).to_bytes(_LENGTH, "big"), data):
            view = memoryview(block)
            while view:
                view = view[os.write(self._outgoing, view[:_BLOCK]) :]

    def receive(self) -> Any:
        """Return the next message. Raise `EOFError` where the other end was closed before it."""
        length = int.from_bytes(self._read(_LENGTH), "big")
        return pickle.loads(self._read(length))

    def _read(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            block = os.read(self._incoming, min(_BLOCK, length - len(data)))
            if not block:
                raise EOFError
            data += block
        return bytes(data)

    def close(self) -> None:
        """Close this end."""
        for end in {self._incoming, self._outgoing}:
            os.close(end)
        self._incoming = self._outgoing = -1
