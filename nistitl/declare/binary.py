"""What binary records (Types 3-8) are made of: big-endian numbers, position slots, the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.declare.values import Data, Value, whole_number

if TYPE_CHECKING:
    from nistitl.wire.charsets import Charset

UNUSED = 255


class Uint(Value):
    """An unsigned big-endian number of `width` bytes."""

    char_type = "Binary"
    FORMATS = {1: "B", 2: "H", 4: "I"}

    def __init__(self, width: int, within: str | None = None, *, table: str | None = None) -> None:
        super().__init__(within=within, table=table)
        self.width = width

    def decode(self, raw: bytes, charset: Charset) -> int:
        if len(raw) != self.width:
            raise ValueError(f"{len(raw)} bytes, expected {self.width}")
        return int.from_bytes(raw, "big")

    def encode(self, value: Any, charset: Charset) -> bytes:
        number = whole_number(value)
        if not 0 <= number < 256**self.width:
            raise ValueError(f"expected a number that fits {self.width} bytes")
        self.check_range(number)
        return number.to_bytes(self.width, "big")

    @property
    def limits(self) -> str:
        return f"Binary, {self.width} byte{'s' if self.width > 1 else ''}"


class Slots(Value):
    """Positions in slots of one byte, the most probable first: a tuple. Unused slots are 255, at the end."""

    char_type = "Binary"

    def __init__(self, width: int, within: str | None = None, *, table: str | None = None) -> None:
        super().__init__(within=within, table=table)
        self.width = width

    absent = ()

    def decode(self, raw: bytes, charset: Charset) -> tuple[int, ...]:
        if len(raw) != self.width:
            raise ValueError(f"{len(raw)} bytes, expected {self.width}")
        return tuple(raw.rstrip(b"\xff"))

    def fits(self, raw: bytes, charset: Charset) -> bool:
        return len(raw) == self.width and (self.within is None or all(position in self.within for position in raw))

    def encode(self, value: Any, charset: Charset) -> bytes:
        positions = [whole_number(v) for v in (value if isinstance(value, tuple | list) else (value,))]
        if len(positions) > self.width or any(not 0 <= p <= UNUSED for p in positions):
            raise ValueError(f"expected up to {self.width} positions of one byte each")
        return bytes(positions).ljust(self.width, b"\xff")

    @property
    def limits(self) -> str:
        return f"Binary, {self.width} slots of one byte"


class Rest(Data):
    """The bytes after the header, to the end of the record."""
