"""Records of fixed layout (Types 3-8): the header is unpacked in one go, the rest is a view."""

from __future__ import annotations

from itertools import repeat
from operator import call
from struct import Struct
from typing import TYPE_CHECKING, Any, ClassVar

from nistitl.declare.binary import Slots, Uint
from nistitl.model.record import Record
from nistitl.wire.grammar import Key, Layout

if TYPE_CHECKING:
    from nistitl.declare.element import Element


class BinaryRecord(Record):
    """The base of the binary record types. Layout: ANSI/NIST-ITL 1-2011, Annex B; big-endian, no separators."""

    __slots__ = ()
    binary = True
    _header: ClassVar[Struct]
    _positions: ClassVar[int | None]  # which of the header's values is made of slots

    @classmethod
    def _declared(cls) -> None:
        cls.widths = tuple(getattr(e.value, "width", None) for e in cls.elements.values())
        order: dict[Key | None, int] = dict(zip(cls.elements, range(len(cls.widths)), strict=True))
        cls.header_layout = Layout((b"",) * len(cls.widths), order)
        places = [at for at, e in enumerate(cls.elements.values()) if isinstance(e.value, Slots)]
        cls._positions = places[0] if places else None
        cls.header_struct = Struct("".join(f"{width}s" for width in cls.widths if width is not None))
        cls._header = Struct(">" + "".join(_format(e) for e in cls.elements.values()))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            cls = self.__class__
            slot = cls._slots.get(name)
            if slot is None or self.edits is not None:
                return super().__getattr__(name)
            backing, start, end = self.origin
            values = backing.unpack(cls._header, start, end)
            if values is None:
                return super().__getattr__(name)
            at = cls._positions
            if at is not None:
                values[at] = tuple(values[at].rstrip(b"\xff"))
            # fill every slot in one go: a slot's setter gives None, so that any() calls them all
            any(map(call, cls._fills, repeat(self), values))
            return values[slot[0].number - 1]


def _format(element: Element) -> str:
    value = element.value
    if isinstance(value, Uint):
        return Uint.FORMATS[value.width]
    return f"{value.width}s" if isinstance(value, Slots) else ""
