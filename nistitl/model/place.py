"""A place in a record: what rec["14.021.2.3"] gives. Reads and edits a field, subfield or item.

Paths are `TYPE.FIELD[.SUBFIELD[.ITEM]]` with numbers from 1, or begin with a mnemonic: `SEG.2.LHC`.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nistitl.base.errors import FieldError, PathError
from nistitl.declare.items import Items, Sets, Values, value_bytes
from nistitl.declare.values import Data, Date, GreenwichTime, U, Value
from nistitl.wire.grammar import MAX_FIELD, RS, US, Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.base.findings import Finding
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item
    from nistitl.model.context import FieldsPort
    from nistitl.wire.fields import Raw

_ANY_TEXT = U()
_BINARY, _SEQUENCE = (bytes, bytearray, memoryview), (tuple, list)


class _Taken:
    """A field's content taken apart once, for all the places in it; the time for n of them grows with n, not n x n."""

    __slots__ = ("dealt", "items", "subfields")

    def __init__(self) -> None:
        self.subfields: tuple[Raw | None, list[bytes]] = (None, [])  # of which content
        self.items: tuple[bytes | None, list[bytes]] = (None, [])  # of which subfield
        # of which items, by which declaration
        self.dealt: tuple[list[bytes] | None, type[Items] | None, list[tuple[Item, int]]] = (None, None, [])

    def into_subfields(self, raw: Raw) -> list[bytes]:
        if self.subfields[0] is not raw:
            self.subfields = (raw, bytes(raw).split(RS))
        return self.subfields[1]

    def into_items(self, subfield: bytes) -> list[bytes]:
        if self.items[0] is not subfield:
            self.items = (subfield, subfield.split(US))
        return self.items[1]

    def into_rows(self, kind: type[Items], pieces: list[bytes]) -> list[tuple[Item, int]]:
        if self.dealt[0] is not pieces or self.dealt[1] is not kind:
            self.dealt = (pieces, kind, _rows(kind, pieces))
        return self.dealt[2]


class Place:
    """A field, subfield or item of one record, by its place. Reading never changes the record."""

    __slots__ = ("_apart", "item", "key", "record", "subfield")

    def __init__(
        self,
        record: FieldsPort,
        key: Key,
        subfield: int | None = None,
        item: int | None = None,
        taken: _Taken | None = None,
    ) -> None:
        self.record = record
        self.key = key
        self.subfield = subfield
        self.item = item
        self._apart = taken

    def __repr__(self) -> str:
        return f"<{self.path} of {self.record!r}>"

    @property
    def _taken(self) -> _Taken:
        if self._apart is None:
            self._apart = _Taken()
        return self._apart

    # -- what it is ---------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The path in numbers: `14.021.2.3`."""
        record_type, number = self.key if isinstance(self.key, tuple) else (self.record.type, self.key)
        deeper = "".join(f".{n}" for n in (self.subfield, self.item) if n is not None)
        return f"{record_type}.{number:03d}{deeper}"

    @property
    def element(self) -> Element | None:
        """The declaration of the field, None for fields that nobody declared."""
        return self.record.element(self.key) if isinstance(self.key, int) else None

    @property
    def declared_item(self) -> Item | None:
        """The declaration of the item, where the place is an item of a declared set."""
        kind = self._items_class()
        if kind is None or self.item is None:
            return None
        at = 0
        for row, pieces in self._taken.into_rows(kind, self._pieces()):
            at += pieces
            if self.item <= at:
                return row
        return None

    @property
    def mnemonic(self) -> str:
        """The standard's short name of the field or item, empty when there is none."""
        if self.item is not None and (row := self.declared_item):
            return row.mnemonic
        return self.element.mnemonic if self.element else ""

    @property
    def name(self) -> str:
        """The standard's name of the field or item, empty when there is none."""
        if self.item is not None and (row := self.declared_item):
            return row.name
        return self.element.name if self.element else ""

    @property
    def exists(self) -> bool:
        """True when the record has bytes for this place."""
        raw = self.record.raw(self.key)
        if raw is None or self.subfield is None:
            return raw is not None
        if self._single:
            return self.subfield == 1 and self.item in (None, 1)
        if self.subfield > len(self._taken.into_subfields(raw)):
            return False
        return self.item is None or self.item <= len(self._pieces())

    # -- what it holds ------------------------------------------------------------------------

    @property
    def raw(self) -> Raw:
        """The bytes as they stand; a view of the input for binary content. Settable."""
        raw = self.record.raw(self.key)
        if raw is None:
            return b""
        if self.subfield is None or self._single:
            return raw
        if self.item is None:
            return self._subfield(raw)
        pieces = self._pieces()
        return pieces[self.item - 1] if self.item <= len(pieces) else b""

    @raw.setter
    def raw(self, raw: Raw) -> None:
        if not isinstance(raw, bytes | bytearray | memoryview):
            raise self._refused(f"expected bytes, not {type(raw).__name__}")
        self.assign(bytes(raw))

    @property
    def text(self) -> str:
        """The characters; bytes outside the character set appear as lone surrogates."""
        raw = self.record.raw(self.key) or b"" if self.subfield is None else self.raw
        return _ANY_TEXT.decode(bytes(raw), self.record.context.charset)

    @property
    def value(self) -> Any:
        """The typed value by the declaration: int, str, date, items, tuple; None when it does not decode."""
        kind = self._items_class() if self.item is None else None
        if kind is not None:
            return kind.decode(bytes(self.raw), self.record.context.charset)
        declared = self._value()
        if declared is None:
            return self.text
        raw = self.raw
        if not raw:
            return declared.absent
        try:
            return declared.decode(raw, self.record.context.charset)  # type: ignore[arg-type]
        except ValueError as error:
            if self.record.context.strict:
                raise self._refused(str(error)) from None
            return declared.absent

    @property
    def meaning(self) -> str | None:
        """What the code means, where the content is a code of a table."""
        return self.meaning_of(self.value if self.record.binary else self.text)

    def meaning_of(self, value: object) -> str | None:
        """What a code means at this place; codes joined by commas for a tuple of them."""
        declared = self._value()
        table = declared.code_table if declared is not None else None
        if table is None:
            return None
        codes = value if isinstance(value, tuple) else (value,)
        meanings = [table.meaning(str(code)) for code in codes]
        return ", ".join(meaning for meaning in meanings if meaning) or None

    @property
    def table(self) -> str | None:
        """The name of the code table that the content comes from."""
        declared = self._value()
        return declared.table if declared is not None else None

    @property
    def subfields(self) -> tuple[Place, ...]:
        """The subfields of the field; the place itself when it is one."""
        if self.subfield is not None:
            return (self,)
        count = 1 if self._single else len(self._taken.into_subfields(self.raw))
        return tuple(Place(self.record, self.key, n, None, self._taken) for n in range(1, count + 1))

    @property
    def items(self) -> tuple[Place, ...]:
        """The items of the subfield, or of all subfields of the field."""
        if self.item is not None:
            return (self,)
        if self.subfield is None:
            return tuple(item for subfield in self.subfields for item in subfield.items)
        count = 1 if self._single else len(self._pieces())
        return tuple(Place(self.record, self.key, self.subfield, n, self._taken) for n in range(1, count + 1))

    @property
    def span(self) -> tuple[int, int] | None:
        """Byte offset and length in the input; None when it was edited or did not come from there."""
        if self.record.edits is not None and self.key in self.record.edits:
            return None
        return self.record.span(self.key, self.subfield, self.item)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the record that concern this place."""
        if isinstance(self.key, tuple):
            at, _ = self.span or (None, 0)
            return tuple(f for f in self.record.findings() if at is not None and f.location.covers(at))
        return tuple(
            f
            for f in self.record.findings()
            if f.location.field == self.key
            and self.subfield in (None, f.location.subfield)
            and self.item in (None, f.location.item)
        )

    # -- editing ------------------------------------------------------------------------------

    def assign(self, value: object) -> None:
        """Put a value here, by the declaration; bytes stand as they are; None deletes."""
        if value is None:
            if self.exists:
                self.delete()
            return
        self._check_type()
        if self._whole:
            if (element := self.element) is not None:
                self.record.assign(element, value)
            else:
                self.record.put(self.key, self._bytes(value))
            return
        self._edit_subfields(lambda subfields: self._replace(subfields, value), shaped=not isinstance(value, bytes))

    def delete(self) -> None:
        """Take it away. An item of a declared set is emptied, so that its neighbours keep their places."""
        if self._whole:
            self.record.put(self.key, None)
            return
        self._edit_subfields(self._remove, shaped=False)

    def insert(self, value: object) -> None:
        """Insert before what stands here now; a field only where there is none yet."""
        self._check_type()
        if self._whole:
            if self.exists:
                raise PathError(f"{self.path} is already there; a field stands once, its repeats are subfields")
            self.assign(value)
            return
        self._edit_subfields(lambda subfields: self._insert(subfields, value), shaped=not isinstance(value, bytes))

    @property
    def _whole(self) -> bool:
        """True where the place is all of its field; PathError below a field that has no subfields."""
        if self.subfield is None:
            return True
        single = self._single
        if single and (self.subfield != 1 or self.item not in (None, 1)):
            raise PathError(f"{self.path}: this field has no subfields")
        return single

    def _check_type(self) -> None:
        """Fields of another record type are kept where a file has them, not made."""
        if isinstance(self.key, tuple) and self.record.raw(self.key) is None:
            raise PathError(f"{self.path}: this is a Type-{self.record.type} record")

    def _edit_subfields(self, change: Callable[[list[bytes]], None], *, shaped: bool) -> None:
        """Change the subfields; `shaped`: they may not become more, nor their items, than the declaration allows."""
        raw = self.record.raw(self.key)
        subfields = bytes(raw).split(RS) if raw is not None else []
        before = self._extent(subfields)
        change(subfields)
        if shaped:
            self._check_extent(before, self._extent(subfields))
        self.record.put(self.key, RS.join(subfields) if subfields else None)

    def _extent(self, subfields: list[bytes]) -> tuple[int, int]:
        """How many subfields there are, and items in this one."""
        assert self.subfield is not None
        mine = subfields[self.subfield - 1] if self.subfield <= len(subfields) else b""
        return len(subfields), mine.count(US) + 1

    def _check_extent(self, before: tuple[int, int], now: tuple[int, int]) -> None:
        most = self._most()
        for was, is_now, limit, what in zip(before, now, most, ("subfields", "items"), strict=True):
            if limit is not None and is_now > max(was, limit):
                raise self._refused(f"{is_now} {what}, expected {limit} at the most")

    def _most(self) -> tuple[int | None, int | None]:
        """Subfields of the field and items of this subfield that the declaration allows; None: any number."""
        element, kind = self.element, self._items_class()
        if element is None or len(list(element.spellings())) > 1:
            return None, None
        items = 1 if kind is None else None if any(row.repeats for row in kind.items) else len(kind.items)
        return element.subfields[1], items

    def _replace(self, subfields: list[bytes], value: object) -> None:
        assert self.subfield is not None
        if self.subfield > len(subfields) + 1:
            raise PathError(f"{self.path}: the field has {len(subfields)} subfields, the next is {len(subfields) + 1}")
        if self.subfield == len(subfields) + 1:
            subfields.append(b"")
        at = self.subfield - 1
        if self.item is None:
            subfields[at] = self._subfield_bytes(value)
            return
        pieces = subfields[at].split(US)
        pieces += [b""] * (self.item - len(pieces))
        pieces[self.item - 1] = self._item_bytes(value)
        subfields[at] = US.join(pieces)

    def _remove(self, subfields: list[bytes]) -> None:
        assert self.subfield is not None
        at = self.subfield - 1
        if at >= len(subfields):
            raise PathError(f"{self.path} is not there")
        if self.item is None:
            del subfields[at]
            return
        pieces = subfields[at].split(US)
        if self.item > len(pieces):
            raise PathError(f"{self.path} is not there")
        if (row := self.declared_item) is not None and not row.repeats:
            pieces[self.item - 1] = b""
        else:
            del pieces[self.item - 1]
        subfields[at] = US.join(pieces)

    def _insert(self, subfields: list[bytes], value: object) -> None:
        assert self.subfield is not None
        at = self.subfield - 1
        if self.item is None:
            if at > len(subfields):
                raise PathError(f"{self.path}: the field has {len(subfields)} subfields")
            subfields.insert(at, self._subfield_bytes(value))
            return
        row = self.declared_item
        if row is not None and not row.repeats and bytes(self.raw):
            raise PathError(f"{self.path}: {row.mnemonic} has this place; inserting would push its neighbours")
        if at >= len(subfields):
            raise PathError(f"{self.path}: the field has {len(subfields)} subfields")
        pieces = subfields[at].split(US)
        if row is not None and not row.repeats and self.item <= len(pieces):
            pieces[self.item - 1] = self._item_bytes(value)
        else:
            pieces += [b""] * (self.item - 1 - len(pieces))
            pieces.insert(self.item - 1, self._item_bytes(value))
        subfields[at] = US.join(pieces)

    # -- bytes of what is put here ------------------------------------------------------------

    def _subfield_bytes(self, value: object) -> bytes:
        kind = self._items_class()
        declared = self._value()
        if kind is not None and not isinstance(value, bytes):
            try:
                return kind.made_of(value).encode(self.record.context.charset)
            except (ValueError, TypeError) as error:
                raise self._refused(str(error)) from None
        if declared is not None:
            return self._encoded(declared, value)
        return self._bytes(value, nested=False)

    def _item_bytes(self, value: object) -> bytes:
        if value is None:
            return b""
        declared = self._value()
        raw = self._bytes(value, nested=False) if declared is None else self._encoded(declared, value)
        if RS in raw or US in raw:
            raise self._refused("an item cannot contain a separator")
        return raw

    def _bytes(self, value: object, nested: bool = True) -> bytes:
        """The bytes of a value for a field that nobody declared: text, number, date, or lists of them."""
        if isinstance(value, _BINARY):
            return bytes(value)
        if isinstance(value, _SEQUENCE):
            if nested:
                return RS.join(self._bytes(part, nested=False) for part in value)
            return US.join(b"" if part is None else self._text_bytes(part) for part in value)
        return self._text_bytes(value)

    def _text_bytes(self, value: object) -> bytes:
        if isinstance(value, str):
            return self._encoded(_ANY_TEXT, value)
        if isinstance(value, datetime):
            return self._encoded(GreenwichTime(), value)
        if isinstance(value, date):
            return self._encoded(Date(), value)
        if isinstance(value, bytes):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return self._encoded(_ANY_TEXT, str(value))
        raise self._refused(f"expected text, a number, a date or bytes, not {type(value).__name__}")

    def _encoded(self, declared: Value, value: object) -> bytes:
        try:
            return value_bytes(declared, value, self.record.context.charset)
        except (ValueError, TypeError) as error:
            raise self._refused(str(error)) from None

    def _refused(self, message: str) -> FieldError:
        from nistitl.base.findings import Finding, Location

        number = self.key if isinstance(self.key, int) else None
        where = Location(
            type=self.record.type, idc=self.record.idc, field=number, subfield=self.subfield, item=self.item
        )
        return FieldError.of(Finding("value-refused", f"{self.mnemonic} {message}".strip(), where))

    # -- declarations -------------------------------------------------------------------------

    @property
    def _single(self) -> bool:
        """True where the content is one value of bytes: field 999, and everything in binary records."""
        element = self.element
        return (
            self.record.binary
            or self.key == self.record.data_field
            or (element is not None and isinstance(element.value, Data))
        )

    def _value(self) -> Value | None:
        """The declaration of the value that stands here; None where there is none, and for a set of items."""
        element = self.element
        if element is None:
            return None
        if self.subfield is None or self._single:
            return element.value
        if isinstance(element.value, Sets):
            row = self.declared_item
            return row.value if row else None
        return element.value.inner if isinstance(element.value, Values) else element.value

    def _items_class(self) -> type[Items] | None:
        element = self.element
        if element is None or self.subfield is None or not isinstance(element.value, Sets):
            return None
        return element.value.of(self.subfield)

    def _pieces(self) -> list[bytes]:
        """The items of this subfield, of the field where none is meant."""
        raw = self.record.raw(self.key) or b""
        whole = self.subfield is None or self._single
        return self._taken.into_items(bytes(raw) if whole else self._subfield(raw))

    def _subfield(self, raw: Raw) -> bytes:
        subfields = self._taken.into_subfields(raw)
        assert self.subfield is not None
        return subfields[self.subfield - 1] if self.subfield <= len(subfields) else b""


def _rows(kind: type[Items], pieces: list[bytes]) -> list[tuple[Item, int]]:
    """Each item with the number of pieces it has now; items not reached yet have one, the last any number."""
    dealt = kind.dealt(pieces)
    rows = [(row, len(own)) for row, own in dealt]
    rows += [(row, 1) for row in kind.items[len(rows) :]]
    if rows and rows[-1][0].repeats:
        rows[-1] = (rows[-1][0], 1 << 30)
    return rows


def parse_path(record: FieldsPort, path: str | int) -> Place:
    """The place a path names in a record, whether or not it is there; PathError when malformed."""
    if isinstance(path, int):
        return Place(record, _field_number(str(path), str(path)))
    if path.partition(".")[0].isdigit():
        record_type, number, deeper = _numbered(path)
        key: Key = number if record_type == record.type else (record_type, number)
    else:
        mnemonic, *rest = path.split(".")
        key, deeper = record.number_of(mnemonic), tuple(rest)
    if len(deeper) > 2:
        raise PathError(f"{path!r}: expected TYPE.FIELD.SUBFIELD.ITEM at the most")
    place = Place(record, key, _field_number(deeper[0], path) if deeper else None)
    if len(deeper) == 2:
        place.item = _item_number(place, deeper[1], path)
    return place


@lru_cache(maxsize=4096)
def _numbered(path: str) -> tuple[int, int, tuple[str, ...]]:
    """Record type, field, and what stands behind them, of a path in numbers."""
    tokens = path.split(".")
    if len(tokens) < 2:
        raise PathError(f"{path!r}: expected TYPE.FIELD, such as 2.018")
    return _field_number(tokens[0], path), _field_number(tokens[1], path), tuple(tokens[2:])


def _field_number(token: str, path: str) -> int:
    if not token.isdecimal() or not token.isascii() or len(token) > 9 or not 0 < int(token) <= MAX_FIELD:
        raise PathError(f"{path!r}: {token!r} is no number from 1 to {MAX_FIELD}")
    return int(token)


def _item_number(place: Place, token: str, path: str) -> int:
    if token.isdecimal():
        return _field_number(token, path)
    kind = place._items_class()
    at = 1
    for row, count in _rows(kind, place._pieces()) if kind else ():
        if row.mnemonic == token or token in row.pair:
            return at
        at += count
    raise PathError(f"{path!r}: no item is named {token!r} here")
