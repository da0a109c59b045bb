"""Records of fixed layout (Types 3-8): the header is unpacked in one go, the rest is a view."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, ClassVar

import construct

from nistitl.declare.binary import Rest, Slots, Uint
from nistitl.declare.record import LEN, Record

if TYPE_CHECKING:
    from nistitl.declare.element import Element


class BinaryRecord(Record):
    """The base of the binary record types. Layout: ANSI/NIST-ITL 1-2011, Annex B; big-endian, no separators."""

    __slots__ = ()
    binary = True
    _header: ClassVar[Struct]

    @classmethod
    def _declared(cls) -> None:
        cls.widths = tuple(getattr(e.value, "width", None) for e in cls.elements.values())
        cls._header = Struct(">" + "".join(_format(e) for e in cls.elements.values()))

    def _decode(self, element: Element) -> Any:
        backing, start, end = self._origin
        numbers = None if self._edits else backing.unpack(self._header, start, end)
        if numbers is None or isinstance(element.value, Rest):
            return super()._decode(element)
        wanted = None
        for (declared, fill), number in zip(self._slots.values(), numbers, strict=False):
            value = declared.value.decode(number, None) if type(declared.value) is Slots else number  # type: ignore[arg-type]
            if declared.number != LEN:
                fill(self, value)
            if declared is element:
                wanted = value
        return wanted

    @classmethod
    def layout(cls) -> construct.Struct:
        """The record as a `construct.Struct`, header and data."""
        return construct.Struct(*(element.mnemonic / _subcon(element) for element in cls.elements.values()))


def _format(element: Element) -> str:
    value = element.value
    if isinstance(value, Uint):
        return Uint.FORMATS[value.width]
    return f"{value.width}s" if isinstance(value, Slots) else ""


def _subcon(element: Element) -> construct.Construct:
    value = element.value
    if isinstance(value, Uint):
        return construct.BytesInteger(value.width)
    return construct.FixedSized(value.width, value) if isinstance(value, Slots) else value
