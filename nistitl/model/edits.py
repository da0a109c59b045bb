"""Edits at a place: a field, subfield or item is put, inserted or taken away, and its bytes are spelled."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Protocol

from nistitl.base.errors import FieldError, PathError
from nistitl.declare.items import AMBIGUOUS, Sets, Values, is_flat
from nistitl.declare.values import Date, GreenwichTime, U, Value, whole_number
from nistitl.model.raw import refusal
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nistitl.declare.element import Element
    from nistitl.declare.items import Item, Items
    from nistitl.model.context import FieldsPort
    from nistitl.wire.fields import Raw
    from nistitl.wire.grammar import Key

_ANY_TEXT = U()
_BINARY, _SEQUENCE = (bytes, bytearray, memoryview), (tuple, list)


class PlacePort(Protocol):
    """What an edit asks of the place that it is made at."""

    record: FieldsPort
    key: Key
    subfield: int | None
    item: int | None

    @property
    def path(self) -> str: ...
    @property
    def mnemonic(self) -> str: ...
    @property
    def element(self) -> Element | None: ...
    @property
    def items_class(self) -> type[Items] | None: ...
    def older_values(self) -> Iterator[Value]: ...
    @property
    def declared_item(self) -> Item | None: ...
    @property
    def declared_value(self) -> Value | None: ...
    @property
    def single(self) -> bool: ...
    @property
    def exists(self) -> bool: ...
    @property
    def raw(self) -> Raw: ...


def assign(place: PlacePort, value: object) -> None:
    """Put a value here, by the declaration; bytes stand as they are; None deletes."""
    if value is None:
        if place.exists:
            delete(place)
        return
    _check_type(place)
    if _whole(place):
        if (element := place.element) is not None:
            place.record.assign(element, value)
        else:
            place.record.put(place.key, _bytes(place, value))
        return
    _edit_subfields(place, partial(_replace, place, value), shaped=not isinstance(value, bytes))


def assign_raw(place: PlacePort, raw: object) -> None:
    """Put bytes here as they stand."""
    if not isinstance(raw, bytes | bytearray | memoryview):
        raise refused(place, f"expected bytes, not {type(raw).__name__}")
    assign(place, bytes(raw))


def delete(place: PlacePort) -> None:
    """Take it away. An item of a declared set is emptied, so that its neighbours keep their places."""
    if _whole(place):
        place.record.put(place.key, None)
        return
    _edit_subfields(place, partial(_remove, place), shaped=False)


def insert(place: PlacePort, value: object) -> None:
    """Insert before what stands here now; a field only where there is none yet."""
    _check_type(place)
    if _whole(place):
        if place.exists:
            raise PathError(f"{place.path} is already there; a field stands once, its repeats are subfields")
        assign(place, value)
        return
    _edit_subfields(place, partial(_insert, place, value), shaped=not isinstance(value, bytes))


def _whole(place: PlacePort) -> bool:
    """True where the place is all of its field; PathError below a field that has no subfields."""
    if place.subfield is None:
        return True
    single = place.single
    if single and (place.subfield != 1 or place.item not in (None, 1)):
        raise PathError(f"{place.path}: this field has no subfields")
    return single


def _check_type(place: PlacePort) -> None:
    """Fields of another record type are kept where a file has them, not made."""
    if isinstance(place.key, tuple) and place.record.raw(place.key) is None:
        raise PathError(f"{place.path}: this is a Type-{place.record.type} record")


def _edit_subfields(place: PlacePort, change: Callable[[list[bytes]], None], *, shaped: bool) -> None:
    """Change the subfields; `shaped`: they may not become more, nor their items, than the declaration allows."""
    raw = place.record.raw(place.key)
    subfields = bytes(raw).split(RS) if raw is not None else []
    before = _extent(place, subfields)
    change(subfields)
    if shaped:
        _check_extent(place, before, _extent(place, subfields))
    place.record.put(place.key, RS.join(subfields) if subfields else None)


def _extent(place: PlacePort, subfields: list[bytes]) -> tuple[int, int]:
    """How many subfields there are, and items in this one."""
    assert place.subfield is not None
    mine = subfields[place.subfield - 1] if place.subfield <= len(subfields) else b""
    return len(subfields), mine.count(US) + 1


def _check_extent(place: PlacePort, before: tuple[int, int], now: tuple[int, int]) -> None:
    most = _most(place)
    for was, is_now, limit, what in zip(before, now, most, ("subfields", "items"), strict=True):
        if is_now > max(was, limit):
            raise refused(place, f"{is_now} {what}, expected {limit} at the most")


def _most(place: PlacePort) -> tuple[float, float]:
    """Subfields of the field and items of this subfield that the declaration allows, whatever the edition."""
    element, subfield = place.element, place.subfield
    if element is None or subfield is None:
        return inf, inf
    contents = list(element.spellings())
    return max(map(_most_subfields, contents)), max(_most_items(content, subfield) for content in contents)


def _most_subfields(content: Value) -> float:
    if not isinstance(content, Sets | Values):
        return 1
    return inf if content.most is None else content.most


def _most_items(content: Value, subfield: int) -> float:
    if not isinstance(content, Sets):
        return 1
    kind = content.of(subfield)
    return inf if kind.repeats else len(kind.items)


def _replace(place: PlacePort, value: object, subfields: list[bytes]) -> None:
    assert place.subfield is not None
    if place.subfield > len(subfields) + 1:
        raise PathError(f"{place.path}: the field has {len(subfields)} subfields, the next is {len(subfields) + 1}")
    if place.subfield == len(subfields) + 1:
        subfields.append(b"")
    at = place.subfield - 1
    if place.item is None:
        subfields[at] = _subfield_bytes(place, value)
        return
    pieces = subfields[at].split(US)
    pieces += [b""] * (place.item - len(pieces))
    pieces[place.item - 1] = _item_bytes(place, value)
    subfields[at] = US.join(pieces)


def _remove(place: PlacePort, subfields: list[bytes]) -> None:
    assert place.subfield is not None
    at = place.subfield - 1
    if at >= len(subfields):
        raise PathError(f"{place.path} is not there")
    if place.item is None:
        del subfields[at]
        return
    pieces = subfields[at].split(US)
    if place.item > len(pieces):
        raise PathError(f"{place.path} is not there")
    if (row := place.declared_item) is not None and not row.repeats:
        pieces[place.item - 1] = b""
        if place.item == len(pieces):  # no separator stands behind the last item
            subfields[at] = US.join(pieces).rstrip(US)
            return
    else:
        del pieces[place.item - 1]
    subfields[at] = US.join(pieces)


def _insert(place: PlacePort, value: object, subfields: list[bytes]) -> None:
    assert place.subfield is not None
    at = place.subfield - 1
    if place.item is None:
        if at > len(subfields):
            raise PathError(f"{place.path}: the field has {len(subfields)} subfields")
        subfields.insert(at, _subfield_bytes(place, value))
        return
    row = place.declared_item
    if row is not None and not row.repeats and bytes(place.raw):
        raise PathError(f"{place.path}: {row.mnemonic} has this place; inserting would push its neighbours")
    if at >= len(subfields):
        raise PathError(f"{place.path}: the field has {len(subfields)} subfields")
    pieces = subfields[at].split(US)
    if row is not None and not row.repeats and place.item <= len(pieces):
        pieces[place.item - 1] = _item_bytes(place, value)
    else:
        pieces += [b""] * (place.item - 1 - len(pieces))
        pieces.insert(place.item - 1, _item_bytes(place, value))
    subfields[at] = US.join(pieces)


def _subfield_bytes(place: PlacePort, value: object) -> bytes:
    kind = place.items_class
    declared = place.declared_value
    if kind is not None and not isinstance(value, bytes):
        try:
            return kind.made_of(value).encode(place.record.context.charset)
        except (ValueError, TypeError) as error:
            raise refused(place, str(error)) from None
    if declared is not None:
        return _declared_bytes(place, declared, value)
    return _bytes(place, value, nested=False)


def _declared_bytes(place: PlacePort, declared: Value, value: object) -> bytes:
    """The bytes of a value by the newest declaration that can hold it, as `Element.encode`."""
    try:
        return _encoded(place, declared, value)
    except FieldError:
        for older in place.older_values():
            with suppress(FieldError):
                return _encoded(place, older, value)
        raise


def _item_bytes(place: PlacePort, value: object) -> bytes:
    if value is None:
        return b""
    declared = place.declared_value
    raw = _bytes(place, value, nested=False) if declared is None else _declared_bytes(place, declared, value)
    if RS in raw or US in raw:
        raise refused(place, "an item cannot contain a separator")
    return raw


def _bytes(place: PlacePort, value: object, nested: bool = True) -> bytes:
    """The bytes of a value for a field that nobody declared: text, number, date, or lists of them."""
    if isinstance(value, _BINARY):
        return bytes(value)
    if isinstance(value, _SEQUENCE):
        if nested:
            if len(value) > 1 and is_flat(value):
                raise refused(place, AMBIGUOUS)
            return RS.join(_bytes(place, part, nested=False) for part in value)
        return US.join(b"" if part is None else _text_bytes(place, part) for part in value)
    return _text_bytes(place, value)


def _text_bytes(place: PlacePort, value: object) -> bytes:
    if isinstance(value, str):
        return _encoded(place, _ANY_TEXT, value)
    if isinstance(value, datetime):
        return _encoded(place, GreenwichTime(), value)
    if isinstance(value, date):
        return _encoded(place, Date(), value)
    if isinstance(value, bytes):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return _encoded(place, _ANY_TEXT, str(whole_number(value)))
    raise refused(place, f"expected text, a number, a date or bytes, not {type(value).__name__}")


def _encoded(place: PlacePort, declared: Value, value: object) -> bytes:
    try:
        return declared.written(value, place.record.context.charset)
    except (ValueError, TypeError) as error:
        raise refused(place, str(error)) from None


def refused(place: PlacePort, message: str) -> FieldError:
    """The error for content that cannot stand here."""
    return refusal(place.record, place.key, message, place.mnemonic, place.subfield, place.item)
