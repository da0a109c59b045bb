"""One record by the tables of another edition: what they do not have is renamed by a row, or goes and is told.

What is wrong by the source's own tables, too, stays as it is: a conversion mends nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nistitl.base.editions import E2011, Edition
from nistitl.base.findings import Severity
from nistitl.declare.binary import Uint
from nistitl.declare.conditions import M_UP, M
from nistitl.declare.items import Sets, Values
from nistitl.exchange.editions.codestreams import coded_anew
from nistitl.exchange.editions.ledger import CHANGED, GIVEN, KEPT, LOST
from nistitl.exchange.editions.pieces import Pieces
from nistitl.exchange.editions.tables import code_rows, given_rows
from nistitl.validation.older import confirmed
from nistitl.validation.partial import severity_in_part
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.declare.element import Element
    from nistitl.declare.values import Value
    from nistitl.exchange.editions.ledger import Ledger
    from nistitl.exchange.editions.tables import CodeRow
    from nistitl.model.record import Record
    from nistitl.validation.contents import Fault, RecordCheck

_LEN_AND_IDC = frozenset({1, 2})  # fields that others settle
_OF_TYPE_1 = frozenset({1, 2, 3, 15})  # likewise LEN, VER, CNT and the character set
_TYPE_2 = 2  # whose elements are a profile's: what it asks for nobody else knows
_OF_CODES = frozenset({"value-code", "code-legacy"})
_SURPLUS = frozenset({"item-many", "separator-trailing"})


class RecordGone(Exception):
    """The target cannot have the record; why, in words that follow its name, and the field that it is for."""

    def __init__(self, why: str, number: int | None = None) -> None:
        super().__init__(why)
        self.number = number


class Settler:
    """A record, level 1 of it by the source (None for a record that is new) and by the target."""

    def __init__(
        self, record: Record, before: RecordCheck | None, now: RecordCheck, ledger: Ledger, header: Record
    ) -> None:
        self.record = record
        self.before = before
        self.now = now
        self.ledger = ledger
        self.header = header
        self._kept: set[int] = set()  # fields of which it is told that an old code stays
        self._field: Pieces | None = None  # the one that is being settled

    @property
    def edition(self) -> Edition:
        """The target."""
        return self.now.edition

    def settle(self) -> None:
        """Bring the record into the target. RecordGone where it cannot be there."""
        for number in self._numbers():
            if number in self.now.fields:
                self._settle_field(number)
            elif (fault := self._new_stranger(number)) is not None:
                of_edition = f"{self.name(number)} is no field of {self.edition.year}"
                self.lose(number, why=fault.message if self.record.type == _TYPE_2 else of_edition)
        for element in self._missing():
            self.give(element)

    def _settle_field(self, number: int) -> None:
        """Mend what is wrong, the last subfields first, so that those before keep their places."""
        field = self._field = Pieces(self.record, number)
        while faults := self._new_faults(number):
            with self.ledger.in_order():
                for fault in faults:
                    if not field.gone:
                        self._mend(field, fault)
            field.put_back()
            self._kept |= {number for one in faults if one.code == "code-legacy"}
        self._field = None

    def _numbers(self) -> list[int]:
        passed = _OF_TYPE_1 if self.record.type == 1 else _LEN_AND_IDC
        keys = self.record.keys()
        return [key for key in keys if isinstance(key, int) and key not in passed]

    def name(self, number: int) -> str:
        """What a field is called: its mnemonic, or its number."""
        element = self.record.element(number)
        return element.mnemonic if element is not None and element.mnemonic else f"{self.record.type}.{number:03d}"

    # -- what is wrong ------------------------------------------------------------------------

    def _new_stranger(self, number: int) -> Fault | None:
        """What is wrong with a field that the target does not have and the source did."""
        fault, before = self.now.unknown_field(number), self.before
        if fault is None or fault.code == "field-legacy" or not fault.sure:
            return None
        known = before is None or number in before.fields or before.unknown_field(number) is None
        return fault if known else None

    def _new_faults(self, number: int) -> list[Fault]:
        """What the target finds and the source did not: of each subfield the first, of the field by itself."""
        raw = self.record.raw(number)
        if raw is None:
            return []
        faults = self.serious(number, bytes(raw))
        if faults and self.before is not None and (known := self.before.fields.get(number)) is not None:
            old = known.faults(bytes(raw), self.record.context.charset)
            had = {(one.code, one.subfield, one.item) for one in old}
            faults = [one for one in faults if (one.code, one.subfield, one.item) not in had]
        firsts = {one.subfield: one for one in reversed(faults)}
        if None in firsts:
            return [firsts[None]]
        return sorted(firsts.values(), key=lambda one: one.subfield or 0, reverse=True)

    def serious(self, number: int, raw: bytes) -> list[Fault]:
        """What the target finds wrong with these bytes, for certain."""
        faults = self.now.fields[number].faults(raw, self.record.context.charset)
        return [one for one in faults if self._matters(number, one)]

    def _matters(self, number: int, fault: Fault) -> bool:
        if fault.code == "field-empty" or (fault.code == "code-legacy" and number in self._kept):
            return False
        if fault.code in _SURPLUS:
            return True
        if not self.edition.checked:
            return severity_in_part(self.record, fault, number, self.edition) > Severity.NOTE
        if fault.code in _OF_CODES or self.record.type == _TYPE_2:
            return fault.sure
        return fault.sure and (self.edition >= E2011 or confirmed(self.record, fault, number, self.edition))

    def _missing(self) -> list[Element]:
        """What the target asks for, and the source did not, or was given to nobody yet."""
        there = self.record.keys()
        old = {one.number for one in self.before.missing(there)} if self.before is not None else set()
        return [one for one in self.now.missing(there) if one.number not in old and self._asks_for(one)]

    def _asks_for(self, element: Element) -> bool:
        return element.number > 2 and not element.unverified and self.record.type != _TYPE_2

    # -- what is done about it ----------------------------------------------------------------

    def _mend(self, field: Pieces, fault: Fault) -> None:
        number, place = field.number, field.place(fault.subfield)
        if fault.code in _SURPLUS and fault.item is not None:
            _cut_items(self, field, fault.subfield or 1, fault.item)
        elif fault.code == "separator-trailing":
            _cut_separators(self, field)
        elif fault.code == "subfields-many" and fault.subfield is not None:
            _cut_subfields(self, field, fault.subfield)
        elif fault.code == "item-missing":
            self.lose(number, fault.subfield, why=f"{self.name(number)}: {fault.message} in {self.edition.year}")
        elif (row := self._row(field, fault)) is not None:
            self._rename(field, fault, row)
        elif self.name(number) == "CGA" and coded_anew(self.record, partial(self.serious, number), self.ledger):
            field.reload()
        elif fault.code == "code-legacy":
            message = f"{self.name(number)} keeps a code that new data of {self.edition.year} do not have"
            self.ledger.tell(KEPT, self.record, message, number, place, fault.item)
        else:
            why = f"{self.name(number)} {fault.message} in {self.edition.year}"
            self.lose(number, fault.subfield, fault.item, why)

    def _row(self, field: Pieces, fault: Fault) -> CodeRow | None:
        """The row for a code: the first whose other code the field may hold in the target.

        What is only old keeps its code, unless another one says the same.
        """
        code = self._code(field.at(fault.subfield, fault.item))
        places = set(self._places(field.number, fault.item))
        for row in code_rows():
            fits = row.place in places and row.code == code and not (fault.code == "code-legacy" and row.loses)
            if fits and self._takes(field, fault, self._spelled(field.number, row.becomes)):
                return row
        return None

    def _takes(self, field: Pieces, fault: Fault, piece: bytes) -> bool:
        """True where the target finds nothing wrong with another piece at the place of a fault."""
        subfield = None if fault.subfield is None else min(fault.subfield, 2)  # the others say nothing of it
        raw = piece if fault.subfield is None else field.with_item(fault.subfield, fault.item, piece)
        if subfield == 2:
            raw = RS.join((field.at(1, None), raw))
        return all((one.subfield, one.item) != (subfield, fault.item) for one in self.serious(field.number, raw))

    def _code(self, raw: bytes) -> str:
        if self.record.binary:
            return str(int.from_bytes(raw, "big"))
        text = raw.decode("latin-1")
        return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else text

    def _places(self, number: int, item: int | None) -> Iterator[str]:
        """The names that rows may have for the place: its code tables, and the field."""
        yield f"{self.record.type}.{number:03d}"
        for check in (self.before, self.now):
            if check is not None and number in check.fields:
                table = _content(check.fields[number].element, item, check.edition).table
                if table is not None:
                    yield table

    def _spelled(self, number: int, code: str) -> bytes:
        value = self.now.fields[number].element.value
        if self.record.binary and isinstance(value, Uint):
            return int(code).to_bytes(value.width, "big")
        return code.encode()

    def _rename(self, field: Pieces, fault: Fault, row: CodeRow) -> None:
        number, subfield, item = field.number, fault.subfield, fault.item
        piece = self._spelled(number, row.becomes)
        field.replace(subfield, piece if subfield is None else field.with_item(subfield, item, piece))
        name = self.name(number)
        message = f"{name} is {row.becomes}, no longer {row.code}"
        if row.loses:
            message += f": it does not say {row.loses}"
        code = LOST if row.loses else CHANGED
        self.ledger.tell(code, self.record, message, number, field.place(subfield), item, row.clause)

    def give(self, element: Element) -> None:
        """Have a field that the target asks for, by a row. RecordGone where there is none."""
        number = element.number
        row = given_rows().get((self.record.type, number))
        raw = row and (self.header.raw(row.header) if row.header is not None else row.value.encode())
        if row is None or not raw or self.serious(number, bytes(raw)):
            if element.block is not None:
                self._lose_block(element.block, f"{element.mnemonic}, which {self.edition.year} asks for, is not there")
                return
            raise RecordGone(f"lacks {element.mnemonic}, which {self.edition.year} asks for", number)
        self.record.put(number, bytes(raw))
        if row.header is None:
            message = f"{element.mnemonic}, which {self.edition.year} asks for, says that nobody knows"
            self.ledger.tell(CHANGED, self.record, message, number, clause=row.clause)
        else:
            message = f"{element.mnemonic}, which {self.edition.year} asks for, is what 1.{row.header:03d} says"
            self.ledger.tell(GIVEN, self.record, message, number, clause=row.clause)

    # -- what goes ----------------------------------------------------------------------------

    def lose(self, number: int, subfield: int | None = None, item: int | None = None, why: str = "") -> None:
        """Take away an item, or as much around it as cannot stand without it. RecordGone where that is the record."""
        known = self.now.fields.get(number)
        element = known.element if known is not None else None
        if self.record.binary:
            raise RecordGone(why)
        if item is not None and not self._may_be_empty(number, subfield or 1, item):
            item = None
        if item is None and subfield is not None and self._is_last(number, element):
            subfield = None
        if subfield is None and element is not None and element.condition is M and element.block is None:
            raise RecordGone(why, number)
        if subfield is None and element is not None and element.condition is M:
            self._lose_block(element.block or "", why)
            return
        field = self._opened(number)
        place = field.place(subfield)
        if subfield is None:
            field.delete_all()
        else:
            field.delete(subfield, item)
        if field is not self._field:
            field.put_back()
        self.ledger.tell(LOST, self.record, f"{why}; it goes", number, place, item)

    def lose_pieces(self, number: int, places: Iterable[tuple[int | None, int | None]], why: str) -> None:
        """Take away several subfields and items of a field, told from the end."""
        self._field = Pieces(self.record, number)
        for place in places:
            if not self._field.gone:
                self.lose(number, *place, why)
        self._field.put_back()
        self._field = None

    def _opened(self, number: int) -> Pieces:
        field = self._field
        return field if field is not None and field.number == number else Pieces(self.record, number)

    def _lose_block(self, block: str, why: str) -> None:
        for number in self._numbers():
            element = self.record.element(number)
            if element is not None and element.block == block:
                self._opened(number).delete_all()
                self.ledger.tell(LOST, self.record, f"{why}; {element.mnemonic} goes with its block", number)

    def _may_be_empty(self, number: int, subfield: int, item: int) -> bool:
        place = self.record.get(f"{self.record.type}.{number:03d}.{subfield}.{item}")
        row = place.declared_item if place is not None else None
        return row is not None and not row.repeats and row.condition is not M_UP

    def _is_last(self, number: int, element: Element | None) -> bool:
        least = element.subfields[0] if element is not None else 1
        return len(self._opened(number)) <= max(least, 1)


def _content(element: Element, item: int | None, edition: Edition) -> Value:
    """What the field holds, or the item at that place; the last item where it repeats."""
    value = element.value
    if isinstance(value, Sets):
        rows = value.items.items
        return rows[min(item or 1, len(rows)) - 1].content_in(edition)
    return value.inner if isinstance(value, Values) else value


def _cut_items(settler: Settler, field: Pieces, subfield: int, first: int) -> None:
    """Take away the items from one on; empty ones leave no trace but separators."""
    number, place = field.number, field.place(subfield)
    items = field.at(subfield, None).split(US)
    for item, piece in enumerate(items[first - 1 :], first):
        if piece:
            message = f"{settler.name(number)}: the item is not in {settler.edition.year}; it goes"
            settler.ledger.tell(LOST, settler.record, message, number, place, item)
    if not any(items[first - 1 :]):
        message = f"{settler.name(number)}: no separators stand for items that {settler.edition.year} does not have"
        settler.ledger.tell(CHANGED, settler.record, message, number, place)
    field.replace(subfield, US.join(items[: first - 1]))


def _cut_separators(settler: Settler, field: Pieces) -> None:
    field.replace(None, field.at(None, None).rstrip(RS))
    message = f"{settler.name(field.number)}: no separator stands behind the last subfield"
    settler.ledger.tell(CHANGED, settler.record, message, field.number)


def _cut_subfields(settler: Settler, field: Pieces, first: int) -> None:
    for subfield in range(first, len(field) + 1):
        message = (
            f"{settler.name(field.number)} has {first - 1} subfields at the most in {settler.edition.year}; it goes"
        )
        settler.ledger.tell(LOST, settler.record, message, field.number, field.place(subfield))
    field.cut(first)
