"""A place in a record: what rec["14.021.2.3"] gives. Reads a field, subfield or item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nistitl.declare.items import Items, Sets, Values
from nistitl.declare.values import Data, U, Value
from nistitl.model.context import FIRST_TOUCH
from nistitl.wire.grammar import RS, US, Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.findings import Finding
    from nistitl.declare.element import Element
    from nistitl.declare.items import Item
    from nistitl.model.context import FieldsPort
    from nistitl.wire.fields import Raw

_ANY_TEXT = U()


class _Content:
    """A field's content taken apart once, for all the places in it; the time for n of them grows with n, not n x n."""

    __slots__ = ("dealt", "items", "subfields")

    def __init__(self) -> None:
        self.subfields: tuple[Raw | None, list[bytes]] = (None, [])  # of which content
        self.items: tuple[bytes | None, list[bytes]] = (None, [])  # of which subfield
        # of which items, by which declaration
        self.dealt: tuple[list[bytes] | None, type[Items] | None, list[tuple[Item, int]]] = (None, None, [])

    def into_subfields(self, raw: Raw) -> list[bytes]:
        kept = self.subfields  # in each of these another thread may put another one there
        if kept[0] is not raw:
            kept = self.subfields = (raw, bytes(raw).split(RS))
        return kept[1]

    def into_items(self, subfield: bytes) -> list[bytes]:
        kept = self.items
        if kept[0] is not subfield:
            kept = self.items = (subfield, subfield.split(US))
        return kept[1]

    def into_rows(self, kind: type[Items], pieces: list[bytes]) -> list[tuple[Item, int]]:
        kept = self.dealt
        if kept[0] is not pieces or kept[1] is not kind:
            kept = self.dealt = (pieces, kind, _rows(kind, pieces))
        return kept[2]


class DeclaredPlace:
    """A field, subfield or item of one record, and what is declared for it; which item it is depends on the content."""

    __slots__ = ("_parts", "item", "key", "record", "subfield")

    def __init__(
        self,
        record: FieldsPort,
        key: Key,
        subfield: int | None = None,
        item: int | None = None,
        content: _Content | None = None,
    ) -> None:
        self.record = record
        self.key = key
        self.subfield = subfield
        self.item = item
        self._parts = content

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
        if self.item is None:
            return None
        at = 0
        for row, pieces in self.item_rows:
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
    def single(self) -> bool:
        """True where the content is one value of bytes: field 999, and everything in binary records."""
        element = self.element
        return (
            self.record.binary
            or self.key == self.record.data_field
            or (element is not None and isinstance(element.value, Data))
        )

    @property
    def is_data(self) -> bool:
        """True for content that is no text: field 999, the image of a binary record, fields declared as data."""
        return self.element is not None and isinstance(self.element.value, Data)

    @property
    def declared_value(self) -> Value | None:
        """The declaration of the value that stands here; None where there is none, and for a set of items."""
        element = self.element
        if element is None:
            return None
        if self.subfield is None or self.single:
            return element.value
        if isinstance(element.value, Sets):
            row = self.declared_item
            return row.value if row else None
        return element.value.inner if isinstance(element.value, Values) else element.value

    def older_values(self) -> Iterator[Value]:
        """What older editions declare of the value that stands here."""
        element, row = self.element, self.declared_item
        for content in element.older_values() if element is not None and self.subfield is not None else ():
            if isinstance(content, Sets):
                if row is not None:
                    same = (one for one in content.of(self.subfield or 1).items if one.mnemonic == row.mnemonic)
                    yield from (one.value for one in same)
            elif row is None:
                yield content.inner if isinstance(content, Values) else content

    @property
    def items_class(self) -> type[Items] | None:
        """The class of the items of the subfield; None where it has no declared items."""
        element = self.element
        if element is None or self.subfield is None or not isinstance(element.value, Sets):
            return None
        return element.value.of(self.subfield)

    def _pieces(self) -> list[bytes]:
        """The items of this subfield, of the field where none is meant."""
        raw = self.record.raw(self.key) or b""
        whole = self.subfield is None or self.single
        return self._content.into_items(bytes(raw) if whole else self._subfield(raw))

    def _subfield(self, raw: Raw) -> bytes:
        subfields = self._content.into_subfields(raw)
        assert self.subfield is not None
        return subfields[self.subfield - 1] if self.subfield <= len(subfields) else b""

    @property
    def item_rows(self) -> list[tuple[Item, int]]:
        """Each declared item of the subfield with the number of pieces it has; none where no items are declared."""
        kind = self.items_class
        return [] if kind is None else self._content.into_rows(kind, self._pieces())

    @property
    def _content(self) -> _Content:
        if self._parts is None:
            self._parts = self.record.taken_apart.setdefault(self.key, _Content())
        return self._parts


class Place(DeclaredPlace):
    """A field, subfield or item of one record, by its place. Reading never changes the record."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{self.path} of {self.record!r}>"

    def _repr_html_(self) -> str:
        from nistitl.base.screen import table_of  # for notebooks

        return table_of(self)

    @property
    def exists(self) -> bool:
        """True when the record has bytes for this place."""
        raw = self.record.raw(self.key)
        if raw is None or self.subfield is None:
            return raw is not None
        if self.single:
            return self.subfield == 1 and self.item in (None, 1)
        if self.subfield > len(self._content.into_subfields(raw)):
            return False
        return self.item is None or self.item <= len(self._pieces())

    @property
    def raw(self) -> Raw:
        """The bytes as they stand; a view of the input for binary content. Settable."""
        raw = self.record.raw(self.key)
        if raw is None:
            return b""
        if self.subfield is None or self.single:
            return raw
        if self.item is None:
            return self._subfield(raw)
        pieces = self._pieces()
        return pieces[self.item - 1] if self.item <= len(pieces) else b""

    @raw.setter
    def raw(self, raw: Raw) -> None:
        from nistitl.model.edits import assign_raw

        with FIRST_TOUCH:
            assign_raw(self, raw)

    @property
    def told(self) -> bool:
        """True where what stands here is nobody's data, as its declaration says and its characters allow."""
        element, charset = self.element, self.record.context.charset
        if element is None or isinstance(element.value, Data):
            return False
        if not isinstance(element.value, Sets):
            return element.tells(bytes(self.raw), charset)
        if self.item is None:
            return all(item.told for item in self.items if item.raw)
        row = self.declared_item
        return row is not None and row.tells(bytes(self.raw), charset)

    @property
    def text(self) -> str:
        """The characters; bytes outside the character set appear as lone surrogates."""
        raw = self.record.raw(self.key) or b"" if self.subfield is None else self.raw
        return _ANY_TEXT.decode(bytes(raw), self.record.context.charset)

    @property
    def value(self) -> Any:
        """The typed value by the declaration: int, str, date, items, tuple; None when it does not decode."""
        kind = self.items_class if self.item is None else None
        if kind is not None:
            return kind.decode(bytes(self.raw), self.record.context.charset)
        declared = self.declared_value
        if declared is None:
            return self.text
        raw = self.raw
        if not raw:
            return declared.absent
        try:
            return declared.decode(raw, self.record.context.charset)  # type: ignore[arg-type]
        except ValueError as error:
            if self.record.context.strict:
                from nistitl.model.edits import refused

                raise refused(self, str(error)) from None
            return declared.absent

    @property
    def meaning(self) -> str | None:
        """What the code means, where the content is a code of a table, or begins with one."""
        return self.meaning_of(self.value if self.record.binary else self.text) or self.answer

    @property
    def answer(self) -> str | None:
        """What the codes mean that a receiver's answer begins with, and what is to be done; None where there is none.

        The receiver's own words, which hold nothing of the person whom the rest of the text may name.
        """
        declared = self.declared_value
        if isinstance(declared, Values):
            return "; ".join(filter(None, (one.answer for one in self.subfields))) or None
        return declared.explains(self.text) if declared is not None and declared.explains is not None else None

    def meaning_of(self, value: object) -> str | None:
        """What a code means at this place; codes joined by commas for a tuple of them."""
        declared = self.declared_value
        table = declared.code_table if declared is not None else None
        if table is None:
            return None
        codes = value if isinstance(value, tuple) else (value,)
        meanings = [table.meaning(str(code)) for code in codes]
        return ", ".join(meaning for meaning in meanings if meaning) or None

    @property
    def table(self) -> str | None:
        """The name of the code table that the content comes from."""
        declared = self.declared_value
        return declared.table if declared is not None else None

    @property
    def subfields(self) -> tuple[Place, ...]:
        """The subfields of the field; the place itself when it is one."""
        if self.subfield is not None:
            return (self,)
        count = 1 if self.single else len(self._content.into_subfields(self.raw))
        return tuple(Place(self.record, self.key, n, None, self._content) for n in range(1, count + 1))

    @property
    def items(self) -> tuple[Place, ...]:
        """The items of the subfield, or of all subfields of the field."""
        if self.item is not None:
            return (self,)
        if self.subfield is None:
            return tuple(item for subfield in self.subfields for item in subfield.items)
        count = 1 if self.single else len(self._pieces())
        return tuple(Place(self.record, self.key, self.subfield, n, self._content) for n in range(1, count + 1))

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
        from nistitl.model.edits import assign

        with FIRST_TOUCH:
            assign(self, value)

    def delete(self) -> None:
        """Take it away. An item of a declared set is emptied, so that its neighbours keep their places."""
        from nistitl.model.edits import delete

        with FIRST_TOUCH:
            delete(self)

    def insert(self, value: object) -> None:
        """Insert before what stands here now; a field only where there is none yet."""
        from nistitl.model.edits import insert

        with FIRST_TOUCH:
            insert(self, value)


def _rows(kind: type[Items], pieces: list[bytes]) -> list[tuple[Item, int]]:
    """Each item with the number of pieces it has now; items not reached yet have one, the last any number."""
    dealt = kind.dealt(pieces)
    rows = [(row, len(own)) for row, own in dealt]
    rows += [(row, 1) for row in kind.items[len(rows) :]]
    if rows and rows[-1][0].repeats:
        rows[-1] = (rows[-1][0], 1 << 30)
    return rows
