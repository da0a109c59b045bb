"""Records of fixed layout (Types 3-8): the header is unpacked in one go, the rest is a view."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any

from nistitl.declare.binary import Slots, Uint
from nistitl.model.decoding import UnpackedRecord
from nistitl.model.record import Record
from nistitl.wire.grammar import Key, Layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.declare.element import Element


class BinaryRecord(UnpackedRecord, Record):
    """The base of the binary record types. Layout: ANSI/NIST-ITL 1-2011, Annex B; big-endian, no separators."""

    __slots__ = ()
    binary = True

    @classmethod
    def declare(cls, elements: dict[int, Element], setters: list[Callable[[Any, Any], None]]) -> None:
        """Take the fields of a complete declaration, and the layout that follows from their widths."""
        super().declare(elements, setters)
        declared = tuple(elements.values())
        cls.widths = tuple([getattr(element.value, "width", None) for element in declared])
        index: dict[Key | None, int] = {number: at for at, number in enumerate(elements)}
        cls.header_layout = Layout((b"",) * len(cls.widths), index)
        cls.header_struct = Struct("".join(f"{width}s" for width in cls.widths if width is not None))
        slots = [at for at, element in enumerate(declared) if isinstance(element.value, Slots)]
        cls.unpack_by(Struct(">" + "".join(map(_format, declared))), slots[0] if slots else None)


def _format(element: Element) -> str:
    value = element.value
    if isinstance(value, Uint):
        return Uint.FORMATS[value.width]
    return f"{value.width}s" if isinstance(value, Slots) else ""
