"""Which message of the user each row of a session works on."""

from __future__ import annotations


class BranchTurns:
    """The turns of a session whose rows name the one that they follow."""

    def __init__(self) -> None:
        self._last: str | None = None
        self._by_id: dict[str, str | None] = {}

    def take(self, name: str | None, above: str | None, begins: str | None) -> str | None:
        """Take the next row, and return its turn.

        `above`: the row it follows; None: the last one. `begins`: the turn that it begins.
        """
        turn = begins or (self._last if above is None else self._by_id.get(above))
        self._last = turn
        if name is not None:
            self._by_id[name] = turn
        return turn
