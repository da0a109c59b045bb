"""What a transaction holds, as people read it: a line a value, codes with their meaning, controls made visible."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from nistitl.base.findings import told_idc
from nistitl.base.text import printable
from nistitl.declare.items import Sets, Values
from nistitl.declare.values import Data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.model.place import Place
    from nistitl.model.record import Record


def title_of(at: int, record: Record) -> str:
    """What a record is called over its content: index, type, IDC."""
    idc = told_idc(record.idc)
    return f"Record {at}: Type-{record.type} {record.title}" + ("" if idc is None else f", IDC {idc}")


def lines_of(place: Place, *, values: bool = True) -> Iterator[str]:
    """The content of a field, a line a subfield; without `values` only what is nobody's data, of all else its size."""
    element = place.element
    if _is_binary(place):
        yield text_of(place, values=values)
    elif element is not None and isinstance(element.value, Sets):
        for subfield in place.subfields:
            yield ", ".join(_item(item, values) for item in subfield.items if item.raw) or "(empty)"
    elif element is not None and isinstance(element.value, Values):
        yield "; ".join(text_of(subfield, values=values) for subfield in place.subfields)
    elif element is None and (len(place.subfields) > 1 or len(place.items) > 1):
        for subfield in place.subfields:
            yield " | ".join(text_of(item, values=values) for item in subfield.items)
    else:
        yield text_of(place, values=values)


def _is_binary(place: Place) -> bool:
    element = place.element
    return isinstance(place.raw, memoryview) or (element is not None and isinstance(element.value, Data))


def _item(item: Place, values: bool) -> str:
    name = f"{item.mnemonic} " if item.mnemonic else ""
    return name + text_of(item, values=values)


def text_of(place: Place, *, values: bool = True) -> str:
    """The content of a place in one line, with the meaning of its code; its size where it may not be told.

    Binary content is told by size and SHA-256, which says nothing but whether two are the same.
    """
    raw = place.raw
    if not values and (_is_binary(place) or not place.told):
        answer = None if _is_binary(place) else place.answer  # the receiver's words on a code, nobody's data
        return f"<{len(raw)} bytes>" + (f" ({answer})" if answer else "")
    if _is_binary(place):
        return f"<{len(raw)} bytes, SHA-256 {sha256(raw).hexdigest().upper()}>"
    value = place.value if place.record.binary else None
    text = place.text if value is None else _plain(value)
    text = text.replace("\x1e", " / ").replace("\x1f", " | ")
    meaning = place.meaning if value is None else place.meaning_of(value)
    return printable(text) + (f" ({meaning})" if meaning else "")


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
