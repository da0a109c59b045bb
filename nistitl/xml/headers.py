"""Fields of binary records, whose headers XML spells as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.declare.binary import Slots, Uint
from nistitl.wire.fields import Fields, Raw
from nistitl.wire.grammar import RS

if TYPE_CHECKING:
    from nistitl.declare.values import Value
    from nistitl.model.context import RecordPort
    from nistitl.wire.fields import Part
    from nistitl.wire.grammar import Key

LEN = 1


def binary_fields(record: RecordPort, raws: dict[int, Raw]) -> Fields:
    """The fields as a binary record has them; what is not there is empty."""
    parts: list[Part] = []
    for (number, element), width in zip(record.elements.items(), record.widths, strict=True):
        raw = raws.get(number, b"")
        if width is None or number == LEN:
            parts.append((b"", b"", raw))
            continue
        parts.append((b"", b"", _header_field(element.value, bytes(raw))))
    size = 4 + sum(len(part[2]) for part in parts[1:])
    parts[0] = (b"", b"", size.to_bytes(4, "big") if size < 1 << 32 else b"")
    index: dict[Key | None, int] = dict(zip(record.elements, range(len(parts)), strict=True))
    return Fields.of(parts, index, b"", 0)


def _header_field(content: Value, raw: bytes) -> bytes:
    """A field of a binary header, of the numbers that its elements hold."""
    try:
        numbers = [int(text) for text in raw.split(RS)] if raw else []
        if isinstance(content, Slots):
            return bytes(numbers[: content.width]).ljust(content.width, b"\xff") if numbers else b""
        return numbers[0].to_bytes(content.width) if numbers and isinstance(content, Uint) else b""
    except (ValueError, OverflowError):
        return b""
