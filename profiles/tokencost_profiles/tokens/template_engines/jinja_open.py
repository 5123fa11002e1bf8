"""The value of a place that nothing fills, in a Jinja2 template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:

    class _Undefined:
        """Jinja2 types every operation on an undefined value as one that never returns."""

        def __init__(self, hint: str | None, obj: Any, name: str | None) -> None: ...
else:
    from jinja2 import Undefined as _Undefined


class Open(_Undefined):
    """A place that nothing fills. It prints nothing, and its name is remembered where it is used.

    Conditions on it hold, and loops over it run once, where the longest text is asked for.
    """

    names: ClassVar[dict[str, None]] = {}
    longest: ClassVar[bool] = True
    # What a sandbox asks before it calls something.
    unsafe_callable = False
    alters_data = False
    __slots__ = ("is_item", "label")

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = None,
        name: str | None = None,
        exc: Any = None,
        *,
        label: str = "",
        is_item: bool = False,
    ) -> None:
        super().__init__(hint, obj, name)
        self.label = label or str(name or hint or "?")
        self.is_item = is_item

    def _note_use(self) -> None:
        type(self).names[self.label] = None

    def _inside(self, name: str) -> Open:
        label = self.label if self.is_item else f"{self.label}.{name}"
        return type(self)(name=name, label=label, is_item=self.is_item)

    def _item(self) -> Open:
        self._note_use()
        return type(self)(name=self.label, label=self.label, is_item=True)

    def _condition(self, *_: Any) -> bool:
        self._note_use()
        return type(self).longest

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_", "jinja_")):
            raise AttributeError(name)
        return self._inside(name)

    def __getitem__(self, key: Any) -> Open:
        return self._inside(key) if isinstance(key, str) else self._item()

    def __call__(self, *_: Any, **__: Any) -> Open:
        """Return the place itself: a method of an open place, as in `user.items()`, is that."""
        label = self.label.rpartition(".")[0] or self.label
        return type(self)(name=label, label=label)._item()

    def __str__(self) -> str:
        self._note_use()
        return ""

    def __format__(self, _: str) -> str:
        return str(self)

    def __iter__(self) -> Iterator[Open]:
        item = self._item()
        if type(self).longest:
            yield item

    def __len__(self) -> int:
        self._note_use()
        return int(type(self).longest)

    def __bool__(self) -> bool:
        return self._condition()

    def __hash__(self) -> int:
        return hash(self.label)

    def __int__(self) -> int:
        return len(self)

    def __index__(self) -> int:
        return len(self)

    def __float__(self) -> float:
        return float(len(self))

    def _result(self, *_: Any) -> Any:
        return self._item()

    def __eq__(self, _: object) -> bool:
        return self._condition()

    def __ne__(self, _: object) -> bool:
        return self._condition()

    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _condition
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _result
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _result
    __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = _result
