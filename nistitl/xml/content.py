"""What a record says, field by field, as XML would say it: text in subfields and items, or bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nistitl.declare.binary import Slots, Uint
from nistitl.wire.grammar import RS, US
from nistitl.xml.extension import FIELD, ITEM, SUBFIELD
from nistitl.xml.markup import NewElement
from nistitl.xml.tables import ElementRow

if TYPE_CHECKING:
    from nistitl.model.context import RecordPort
    from nistitl.wire.fields import Raw

LEN = 1
_UNSAYABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1d]")  # of ASCII, what it does not allow but separators
_FIELD_ROW, _SUBFIELD_ROW, _ITEM_ROW = (ElementRow(name, many=True) for name in (FIELD, SUBFIELD, ITEM))


class Content:
    """What a record says, field by field: subfields of items as text, or bytes."""

    def __init__(self, record: RecordPort) -> None:
        self.record = record
        self.raws: dict[int, Raw] = {
            key: raw
            for key in record.keys()
            if isinstance(key, int) and key != LEN and (raw := record.raw(key)) is not None
        }
        self._texts: dict[int, list[list[str]] | None] = {}

    def value(self, field: int, item: int = 1) -> str | None:
        """An item of the first subfield of a field."""
        if field in self.raws and self._is_blob(field):
            return ""
        subfields = self.subfields(field)
        return subfields[0][item - 1] if subfields and item <= len(subfields[0]) else None

    def blob(self, field: int) -> Raw | None:
        """The bytes of a field."""
        return self.raws.get(field)

    def subfields(self, field: int) -> list[list[str]]:
        """The items of each subfield; nothing where there is no text that XML could say."""
        if field not in self._texts:
            self._texts[field] = self._split(field)
        return self._texts[field] or []

    def sayable(self, field: int) -> bool:
        """True where the content is text, and all of its characters are allowed in XML."""
        self.subfields(field)
        return self._texts[field] is not None

    def _is_blob(self, field: int) -> bool:
        return field == (max(self.record.elements) if self.record.binary else self.record.data_field)

    def _split(self, field: int) -> list[list[str]] | None:
        raw = self.raws.get(field)
        if raw is None:
            return []
        if self.record.binary:
            return _binary(self.record, field, bytes(raw))
        charset = self.record.context.charset
        text = bytes(raw)
        if charset.transparent and text.isascii():  # all at once
            subfields = [subfield.split("\x1f") for subfield in text.decode("ascii").split("\x1e")]
            return None if _CONTROLS.search(text) else subfields
        decode = charset.decode
        subfields = [[decode(item) for item in subfield.split(US)] for subfield in text.split(RS)]
        return None if any(_UNSAYABLE.search(item) for items in subfields for item in items) else subfields


def _binary(record: RecordPort, field: int, raw: bytes) -> list[list[str]] | None:
    content = record.elements[field].value
    if isinstance(content, Uint):
        return [[str(int.from_bytes(raw, "big"))]]
    if isinstance(content, Slots):
        return [[str(position)] for position in raw.rstrip(b"\xff")] or [["255"]]
    return None


def whole_field(content: Content, field: int) -> NewElement:
    """A field in our own extension element."""
    element = NewElement(_FIELD_ROW, attributes={"number": f"{field:03d}"})
    if not content.sayable(field) or not content.subfields(field):
        element.attributes["encoding"] = "base64"
        raw = bytes(content.raws[field])
        charset = content.record.context.charset
        blob = field == content.record.data_field
        element.text = raw if blob else charset.decode(raw).encode("utf-8", "surrogateescape")
        return element
    for items in content.subfields(field):
        element.children.append(NewElement(_SUBFIELD_ROW, None, [NewElement(_ITEM_ROW, text) for text in items]))
    return element
