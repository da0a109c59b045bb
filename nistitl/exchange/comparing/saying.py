"""What the content of a field says, whatever its spelling: what two of them are compared by."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from nistitl.declare.items import Either, Sets, same_codes, value_of_item
from nistitl.declare.values import Data, H, Text
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nistitl.declare.element import Element
    from nistitl.declare.values import Value
    from nistitl.model.record import Record
    from nistitl.wire.charsets import Charset
    from nistitl.wire.grammar import Key

_LONG = 10  # digits: a longer number is no code
Row = tuple[object, ...]  # what the items of a subfield say, without empty ones at its end


class Content:
    """A field of one record, taken apart into subfields and items; `element` is its declaration, of either record."""

    def __init__(self, record: Record, key: Key, element: Element | None) -> None:
        self.record = record
        self.key = key
        self.element = element
        self.charset: Charset = record.context.charset
        raw = record.raw(key)
        self.there = raw is not None
        self.raw = b"" if raw is None else bytes(raw)
        declared = element.value if element is not None else None
        self.is_data = key == record.data_field or isinstance(declared, Data)
        self.whole = record.binary or self.is_data

    @cached_property
    def text(self) -> str:
        """What stands there as characters; of a binary field its value, of data size and hash."""
        if self.is_data:
            return f"{len(self.raw)} bytes, SHA-256 {sha256(self.raw).hexdigest().upper()}"
        if self.whole and self.element is not None:
            return str(said(self.element.value, self.raw, self.charset))
        return self.charset.decode(self.raw)

    @cached_property
    def empty(self) -> bool:
        """True where nothing is said: absent, or nothing but separators and blanks."""
        return not self.raw if self.whole else not any(self.rows)

    @cached_property
    def subfields(self) -> list[bytes]:
        """The subfields as they stand."""
        return [self.raw] if self.whole else self.raw.split(RS)

    @cached_property
    def texts(self) -> list[list[str]]:
        """The items of each subfield as characters."""
        if self.whole:
            return [[self.text]]
        decode = self.charset.decode
        return [[decode(piece) for piece in subfield.split(US)] for subfield in self.subfields]

    @cached_property
    def rows(self) -> list[Row]:
        """What each subfield says."""
        if self.whole:
            return [(self.raw if self.element is None else said(self.element.value, self.raw, self.charset),)]
        return [self._row(at, subfield) for at, subfield in enumerate(self.subfields, 1)]

    def _row(self, place: int, subfield: bytes) -> Row:
        pieces = subfield.split(US)
        told = [
            said(value, piece, self.charset)
            for value, piece in zip(self._values(place, subfield, pieces), pieces, strict=True)
        ]
        while told and told[-1] is None:
            told.pop()
        return tuple(told)

    def _values(self, place: int, subfield: bytes, pieces: list[bytes]) -> Sequence[Value | None]:
        """The declaration of each piece of a subfield; None for those that have none."""
        declared = self.element.value if self.element is not None else None
        if isinstance(declared, Either) and US not in subfield:
            return [declared.alone]
        if not isinstance(declared, Sets):
            value = None if declared is None or len(pieces) > 1 else value_of_item(declared, None)
            return [value] * len(pieces)
        values: list[Value | None] = [row.value for row, own in declared.of(place).dealt(pieces) for _ in own]
        return values + [None] * (len(pieces) - len(values))

    @property
    def has_items(self) -> bool:
        """True where its subfields are made of items."""
        declared = self.element.value if self.element is not None else None
        return isinstance(declared, Sets) or (not self.whole and US in self.raw)


def said(value: Value | None, raw: bytes, charset: Charset) -> Any:
    """What the bytes of one value say: decoded, a code as its number; their text where they are no such value."""
    plain = charset.transparent and (value is None or value.char_type != "Binary")
    stripped = raw.strip(b" ") if plain else raw
    if not stripped:
        return None
    if value is not None and not isinstance(value, Text):
        with suppress(ValueError):
            return value.decode(stripped, charset)
    text = charset.decode(raw).strip(" ")
    if not text:
        return None
    if isinstance(value, H):
        return text.upper()
    is_code = value is not None and text.isdecimal() and len(text) < _LONG
    return int(text) if is_code and value is not None and (value.within is not None or value.lists(text)) else text


def same_said(one: Content, other: Content) -> bool:
    """True where two contents of a field say the same."""
    element = one.element
    if one.whole or other.whole:
        return one.raw == other.raw or (not one.is_data and one.rows == other.rows)
    if element is not None and isinstance(element.value, Either) and same_codes(element.value, one.text, other.text):
        return True
    return _told(one.rows) == _told(other.rows)


def _told(rows: list[Row]) -> list[Row]:
    """Rows without empty ones at their end."""
    last = next((at for at in range(len(rows), 0, -1) if rows[at - 1]), 0)
    return rows[:last]
