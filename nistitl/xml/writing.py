"""From fields to elements: what a record's fields look like in a vocabulary, as a tree of elements to be written."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from nistitl.declare.items import Sets
from nistitl.xml.content import Content, whole_field
from nistitl.xml.markup import NewElement
from nistitl.xml.reading import separator
from nistitl.xml.rows import new_rows
from nistitl.xml.runs import MANY
from nistitl.xml.tables import ElementRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nistitl.xml.packs import Parts

T = TypeVar("T")
Saying = tuple[int, int, int, tuple[int, int] | None]  # field, subfield, item, characters; 0, 0 for a whole field
_ALL = 0  # all characters of an item


class Position(NamedTuple):
    """The field and subfield that elements are written for, and how many items the groups before have taken."""

    field: int
    subfield: int
    shift: int
    guests: Mapping[int, int | None]  # of other fields, the subfield that has the same key

    def place_of(self, field: int) -> tuple[int | None, int]:
        """The subfield of a field that is written here, where there is one, and the shift of its items."""
        if field in self.guests:
            return self.guests[field], self.shift
        return self.subfield, self.shift if field == self.field else 0


class Said(set[Saying]):
    """What elements say: a whole field, or an item of a subfield, or of that only some characters."""

    _of_items: dict[int, dict[tuple[int, int], int]] | None = None

    def of(self, field: int) -> dict[tuple[int, int], int]:
        """The items of a field that are said, by subfield and item: to which character, or all of them.

        To be asked for once everything is said.
        """
        if self._of_items is None:
            self._of_items = {}
            for number, subfield, item, characters in self:
                last = self._of_items.setdefault(number, {})
                last[subfield, item] = max(characters[1] if characters else _ALL, last.get((subfield, item), _ALL))
        return self._of_items.get(field, {})


class Builder:
    """The elements for the fields of a record; `only` some of its fields, for an edit.

    `present` are rows that elements of the source stand for: of alternatives, those are written that are there.
    `whole` are fields that no element says as they are; they go into our own extension element, which has `unsaid`.
    What has no place is in `lost`.
    """

    def __init__(
        self,
        table: ElementRow,
        content: Content,
        only: frozenset[int] | None = None,
        present: Iterable[ElementRow] = (),
        whole: frozenset[int] = frozenset(),
    ) -> None:
        self.table = table
        self.content = content
        self.only = only
        self.whole = whole
        present = list(present)
        self.present = {id(row) for row in present}
        self.held = {row.field for row in present if row.spelling.binary}  # images keep their place, of several
        self.said = Said()
        self.rest: NewElement | None = None  # where fields go that no element can say
        self.firsts = _scattered(table)
        self.elements = self._rows(table.children, None)
        self.unsaid = [field for field in self._fields() if not self._all_said(field)]
        left_out = {field for field in self.unsaid if self.rest is None or field in table.without}
        self.lost = [field for field in self.unsaid if field in left_out and len(content.raws[field])]
        self.unsaid = [field for field in self.unsaid if field not in left_out]
        if self.rest is not None:
            self.rest.children = [whole_field(self.content, field) for field in self.unsaid]

    def _fields(self) -> list[int]:
        return [field for field in self.content.raws if self.only is None or field in self.only]

    def _all_said(self, field: int) -> bool:
        if (field, 0, 0, None) in self.said:
            return True
        if field in self.whole:
            return False
        subfields = self.content.subfields(field)
        if not subfields or not self.content.sayable(field):
            return False
        said = self.said.of(field)
        for at, items in enumerate(subfields):
            for place, text in enumerate(items, 1):
                if text and said.get((at, place)) not in (_ALL, len(text)):
                    return False
        return all(any(items) for items in subfields)

    # -- rows ---------------------------------------------------------------------------------

    def _rows(self, rows: list[ElementRow], inside: Position | None) -> list[NewElement]:
        elements: list[NewElement] = []
        chosen = False
        for at, row in enumerate(rows):
            if row.when is None:
                chosen = False
            elif not self._wanted(rows, at, chosen):
                continue
            else:
                chosen = True
            elements += self._row(row, inside)
        return elements

    def _wanted(self, rows: list[ElementRow], at: int, chosen: bool) -> bool:
        """True where this one of several alternatives is to be written."""
        row = rows[at]
        assert row.when is not None
        if self.present and not row.leaf:
            low = at
            while low and rows[low - 1].when is not None:
                low -= 1
            high = at
            while high + 1 < len(rows) and rows[high + 1].when is not None:
                high += 1
            there = [id(one) for one in rows[low : high + 1] if id(one) in self.present]
            if there:
                return id(row) in there
        if row.when.field is None:
            return not chosen
        return (row.many and row.leaf and row.when.field == row.field) or row.when.holds(self.content.value)

    def _row(self, row: ElementRow, inside: Position | None) -> Iterator[NewElement]:
        if row.rest:
            self.rest = NewElement(row)
            yield self.rest
        elif row.constant is not None:
            yield NewElement(row, row.constant)
        elif row.field is None:
            held = _fields_below(row)
            if held is None or not held.isdisjoint(self.content.raws):
                yield from self._container(row, inside)
        elif row.field not in self.content.raws and not row.guests:
            return
        elif row.field not in self.whole and (self.only is None or row.field in self.only):
            yield from (
                self._subfields(row, row.field, inside)
                if row.item is None
                else self._items(row, row.field, row.item, inside)
            )

    def _container(self, row: ElementRow, inside: Position | None) -> Iterator[NewElement]:
        if not row.children:
            return
        if not row.many or inside is None:
            children = self._rows(row.children, inside)
            if _says(children):
                yield NewElement(row, None, children)
            return
        step = len({one.item for one in row.walk() if one.item is not None})
        field, at, before, _ = inside
        subfields = self.content.subfields(field)
        for shift in range(before, len(subfields[at]) if at < len(subfields) else 0, step):
            children = self._rows(row.children, inside._replace(shift=shift))
            if not _says(children) or all(new.row.field in inside.guests for new in children):
                return
            yield NewElement(row, None, children)

    def _subfields(self, row: ElementRow, field: int, inside: Position | None) -> Iterator[NewElement]:
        if row.spelling.binary:
            yield from self._blob(row, field)
            return
        subfields = self.content.subfields(field)
        if self.only is None and inside is None and len(subfields) >= MANY:
            news = new_rows(self.table, row, subfields)
            if news is not None:
                self.said.add((field, 0, 0, None))
                yield news
                return
        first = 1 if row.children and field in self.firsts else 0
        places = range(first, len(self.content.subfields(field)))
        if inside is not None and row.children:
            places = range(inside.subfield, min(inside.subfield + 1, len(self.content.subfields(field))))
        for at in places if row.many or inside is not None else places[:1]:
            if self._elsewhere(row, field, at):
                continue
            if row.spelling.pack:
                yield from self._packed(row, field, at, 1)
            elif row.spelling.several:
                yield from self._repeated(row, field, at, 1)
            elif row.leaf:
                yield from self._leaf(row, field, at, 1)
            else:
                children = self._rows(row.children, Position(field, at, 0, self._guests(row, field, at)))
                if _says(children):
                    yield NewElement(row, None, children)

    def _guests(self, row: ElementRow, field: int, at: int) -> dict[int, int | None]:
        """The subfields of other fields that stand with this one, as they have the same key."""
        return {
            guest: self._place_with(guest, item, self._text(field, at, key.item or 1))
            for key in row.children
            for guest, item in key.guests
        }

    def _place_with(self, field: int, item: int, number: str) -> int | None:
        """The first subfield of a field that has a number in an item."""
        texts = (self._text(field, at, item) for at in range(len(self.content.subfields(field))))
        return next((at for at, text in enumerate(texts) if text.lstrip("0") == number.lstrip("0")), None)

    def _elsewhere(self, row: ElementRow, field: int, at: int) -> bool:
        """True where another element is for this value of a field whose values go to several."""
        when = row.when
        if when is None or when.field != field or not row.leaf:
            return False
        return not when.holds(lambda _, item: self._text(field, at, item) or None)

    def _blob(self, row: ElementRow, field: int) -> Iterator[NewElement]:
        blob = self.content.blob(field)
        if blob is None or (field, 0, 0, None) in self.said or (field in self.held and id(row) not in self.present):
            return
        pack = row.spelling.pack
        if pack is None or not blob:
            self.said.add((field, 0, 0, None))
            if blob:
                yield NewElement(row, bytes(blob))
            return
        spread = _tried(pack.split, bytes(blob).decode("latin-1"))
        if spread is not None:
            self.said.add((field, 0, 0, None))
            yield from (_parted(row, parts) for parts in spread)

    def _items(self, row: ElementRow, field: int, item: int, inside: Position | None) -> Iterator[NewElement]:
        if row.many and inside is None:  # one occurrence for each subfield
            for at in range(len(self.content.subfields(field))):
                yield from self._leaf(row, field, at, item)
            return
        at, shift = 0, 0
        if inside is not None:
            place, shift = inside.place_of(field)
            if place is None:
                return
            at = place
            its = ((guest, inside.guests[guest], its_item) for guest, its_item in row.guests)
            self.said.update((guest, there, its_item, None) for guest, there, its_item in its if there is not None)
        if row.spelling.pack:
            yield from self._packed(row, field, at, item + shift)
        elif row.many:
            yield from self._repeated(row, field, at, item + shift)
        else:
            yield from self._leaf(row, field, at, item + shift)

    def _text(self, field: int, at: int, item: int) -> str:
        subfields = self.content.subfields(field)
        return subfields[at][item - 1] if at < len(subfields) and item <= len(subfields[at]) else ""

    def _leaf(self, row: ElementRow, field: int, at: int, item: int) -> Iterator[NewElement]:
        text = self._text(field, at, item)
        spelling = row.spelling
        key = (field, at, item, spelling.characters)
        if not text or key in self.said or (spelling.tabled and not self._tabled(field, at, item, text)):
            return
        written = _tried(spelling.write, text)
        if written is None:
            return
        self.said.add(key)
        if spelling.filler:
            items = self.content.subfields(field)[at]
            fillers = (place for place, other in enumerate(items, 1) if other == spelling.filler)
            self.said.update((field, at, place, None) for place in fillers)
        yield NewElement(row, written)

    def _repeated(self, row: ElementRow, field: int, at: int, item: int) -> Iterator[NewElement]:
        """Values that share an item, or items of one kind to the end of the subfield."""
        between = separator(self.content.record.element(field), item)
        several = row.spelling.several
        if between is None and several is None:
            subfields = self.content.subfields(field)
            for place in range(item, len(subfields[at]) + 1 if at < len(subfields) else item):
                yield from self._leaf(row, field, at, place)
            return
        text = self._text(field, at, item)
        split = several.split if several else lambda text: text.split(between)
        parts = [_tried(row.spelling.write, part) for part in _tried(split, text) or []] if text else []
        if parts and None not in parts:
            self.said.add((field, at, item, None))
            yield from (NewElement(row, part) for part in parts)

    def _packed(self, row: ElementRow, field: int, at: int, item: int) -> Iterator[NewElement]:
        """Items that are spread over elements with parts."""
        pack = row.spelling.pack
        assert pack is not None
        subfields = self.content.subfields(field)
        last = len(subfields[at]) if pack.between is None and at < len(subfields) else item
        for place in range(item, last + 1):
            text = self._text(field, at, place)
            spread = _tried(pack.split, text) if text else None
            if spread is not None:
                self.said.add((field, at, place, None))
                yield from (_parted(row, parts) for parts in spread)

    def _tabled(self, field: int, at: int, item: int, text: str) -> bool:
        """True where the text is a code of the field's table."""
        declared = self.content.record.element(field)
        value = declared.value if declared is not None else None
        if isinstance(value, Sets):
            items = value.of(at + 1).items
            value = items[item - 1].value if item <= len(items) else None
        return value is not None and value.code_table is not None and text in value.code_table


def _says(children: list[NewElement]) -> bool:
    """True where an element among these holds more than constants."""
    return any(new.row.constant is None and not new.row.rest for new in children)


def _tried(write: Callable[[str], T], text: str) -> T | None:
    try:
        return write(text)
    except (ValueError, OverflowError):
        return None


def _parted(row: ElementRow, parts: Parts) -> NewElement:
    """The elements of an item that is spread over parts."""
    children = []
    for part in row.children:
        if part.part is None:
            inner = _parted(part, parts)
            children += [inner] if inner.children else []
        else:
            children += (NewElement(part, text) for text in parts.get(part.part, []))
    return NewElement(row, None, children, says=row.spelling.pack.join(parts) if row.spelling.pack else None)


@lru_cache(maxsize=4096)
def _fields_below(row: ElementRow) -> frozenset[int] | None:
    """The fields that elements below a container hold; None where our own extension is among them."""
    inner = [*row.walk()]
    if any(one.rest for one in inner):
        return None
    return frozenset(one.field for one in inner if one.field is not None)


@lru_cache(maxsize=256)
def _scattered(table: ElementRow) -> frozenset[int]:
    """Fields whose first subfield stands outside of the elements that hold the others."""
    inside: set[int] = set()
    outside: set[int] = set()

    def look(row: ElementRow, field: int | None) -> None:
        for child in row.children:
            if child.subfield and child.children:
                inside.add(child.field or 0)
                look(child, child.field)
            elif child.item is not None and child.field is not None and child.field != field:
                outside.add(child.field)
            else:
                look(child, field)

    look(table, None)
    return frozenset(inside & outside)
