"""Single fields: bytes as plain values, and plain values as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.base.errors import StructureError
from nistitl.declare.binary import Slots, Uint
from nistitl.wire.grammar import FS, GS, RS, US

if TYPE_CHECKING:
    from nistitl.plain.values import PlainContent, PlainItem
    from nistitl.wire.charsets import Charset

_SEPARATORS = frozenset(FS + GS + RS + US)


def header_content(value: object, raw: bytes) -> PlainContent:
    """The plain content of a field in the header of a binary record: a number, or several; bytes for its data."""
    if isinstance(value, Uint):
        return int.from_bytes(raw, "big")
    return list(raw.rstrip(b"\xff")) if isinstance(value, Slots) else raw


def content_of(raw: bytes, charset: Charset) -> PlainContent:
    """Text, or items in subfields; bytes where the character set cannot say them both ways."""
    subfields = [[_item(item, charset) for item in subfield.split(US)] for subfield in raw.split(RS)]
    single = subfields[0][0] if len(subfields) == 1 == len(subfields[0]) else None
    return single if isinstance(single, str) else subfields


def _item(raw: bytes, charset: Charset) -> PlainItem:
    text = charset.decode(raw)
    try:
        text.encode("utf-8")
        return text if _spell(text, charset) == raw else raw
    except ValueError:
        return raw


def content_bytes(content: PlainContent, charset: Charset) -> bytes:
    """The bytes of a field's plain content. StructureError when the character set cannot say it."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, int):
        content = str(content)
    if isinstance(content, str):
        return item_bytes(content, charset)
    nested: list[Any] = content if any(isinstance(one, list) for one in content) else [content]
    subfields = [one if isinstance(one, list) else [one] for one in nested]
    return RS.join(US.join(item_bytes(item, charset) for item in subfield) for subfield in subfields)


def item_bytes(item: Any, charset: Charset) -> bytes:
    """The bytes of a single text, number or piece of bytes. StructureError for anything else."""
    if isinstance(item, bytes):
        return item
    if isinstance(item, bool) or not isinstance(item, str | int):
        raise StructureError(f"expected text or a number, not {type(item).__name__}")
    try:
        return _spell(str(item), charset)
    except ValueError as error:
        raise StructureError(str(error)) from None


def _spell(text: str, charset: Charset) -> bytes:
    """The bytes of a text; ValueError where the set cannot say it, or where it would be read as more than one text."""
    raw = charset.encode(text)
    if not _SEPARATORS.isdisjoint(raw):
        raise ValueError("text cannot hold the separators FS, GS, RS and US; give lists of items, or bytes")
    return raw
