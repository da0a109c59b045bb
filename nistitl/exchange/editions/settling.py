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
from nistitl.exchange.editions.tables import code_rows, given_rows
from nistitl.validation.older import confirmed
from nistitl.validation.partial import severity_in_part
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterator

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

    @property
    def edition(self) -> Edition:
        """The target."""
        return self.now.edition

    def settle(self) -> None:
        """Bring the record into the target. RecordGone where it cannot be there."""
        for number in self._numbers():
            if number in self.now.fields:
                while (fault := self._first_fault(number)) is not None:
                    self._mend(number, fault)
            elif (fault := self._new_stranger(number)) is not None:
                of_edition = f"{self.name(number)} is no field of {self.edition.year}"
                self.lose(number, why=fault.message if self.record.type == _TYPE_2 else of_edition)
        for element in self._missing():
            self.give(element)

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

    def _first_fault(self, number: int) -> Fault | None:
        """The first thing that the target finds and the source did not."""
        raw = self.record.raw(number)
        if raw is None:
            return None
        faults = self.serious(number, bytes(raw))
        if not faults or self.before is None:
            return faults[0] if faults else None
        known = self.before.fields.get(number)
        old = known.faults(bytes(raw), self.record.context.charset) if known is not None else ()
        had = {(one.code, one.subfield, one.item) for one in old}
        return next((one for one in faults if (one.code, one.subfield, one.item) not in had), None)

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

    def _mend(self, number: int, fault: Fault) -> None:
        if fault.code in _SURPLUS and fault.item is not None:
            _cut_items(self, number, fault.subfield or 1, fault.item)
        elif fault.code == "separator-trailing":
            _cut_separators(self, number)
        elif fault.code == "subfields-many" and fault.subfield is not None:
            _cut_subfields(self, number, fault.subfield)
        elif fault.code == "item-missing":
            self.lose(number, fault.subfield, why=f"{self.name(number)}: {fault.message} in {self.edition.year}")
        elif (row := self._row(number, fault)) is not None:
            self._rename(number, fault, row)
        elif self.name(number) == "CGA" and coded_anew(self.record, partial(self.serious, number), self.ledger):
            return
        elif fault.code == "code-legacy":
            self._kept.add(number)
            message = f"{self.name(number)} keeps a code that new data of {self.edition.year} do not have"
            self.ledger.tell(KEPT, self.record, message, number, fault.subfield, fault.item)
        else:
            why = f"{self.name(number)} {fault.message} in {self.edition.year}"
            self.lose(number, fault.subfield, fault.item, why)

    def _row(self, number: int, fault: Fault) -> CodeRow | None:
        """The row for a code: the first whose other code the field may hold in the target.

        What is only old keeps its code, unless another one says the same.
        """
        code = self._code_at(number, fault)
        places = set(self._places(number, fault.item))
        for row in code_rows():
            if row.place in places and row.code == code and not (fault.code == "code-legacy" and row.loses):
                raw = self._with(number, fault, self._spelled(number, row.becomes))
                place = (fault.subfield, fault.item)
                if all((one.subfield, one.item) != place for one in self.serious(number, raw)):
                    return row
        return None

    def _code_at(self, number: int, fault: Fault) -> str:
        raw = self._piece(number, fault)
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

    def _piece(self, number: int, fault: Fault) -> bytes:
        raw = bytes(self.record.raw(number) or b"")
        if fault.subfield is not None:
            raw = raw.split(RS)[fault.subfield - 1]
        return raw.split(US)[fault.item - 1] if fault.item is not None else raw

    def _with(self, number: int, fault: Fault, piece: bytes) -> bytes:
        """The field with another piece at the place of a fault."""
        raw = bytes(self.record.raw(number) or b"")
        if fault.subfield is None and fault.item is None:
            return piece
        subfields = raw.split(RS)
        at = (fault.subfield or 1) - 1
        if fault.item is None:
            subfields[at] = piece
        else:
            items = subfields[at].split(US)
            items[fault.item - 1] = piece
            subfields[at] = US.join(items)
        return RS.join(subfields)

    def _rename(self, number: int, fault: Fault, row: CodeRow) -> None:
        self.record.put(number, self._with(number, fault, self._spelled(number, row.becomes)))
        name = self.name(number)
        message = f"{name} is {row.becomes}, no longer {row.code}"
        if row.loses:
            message += f": it does not say {row.loses}"
        code = LOST if row.loses else CHANGED
        self.ledger.tell(code, self.record, message, number, fault.subfield, fault.item, row.clause)

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
        self._delete(number, subfield, item)
        self.ledger.tell(LOST, self.record, f"{why}; it goes", number, subfield, item)

    def _lose_block(self, block: str, why: str) -> None:
        for number in self._numbers():
            element = self.record.element(number)
            if element is not None and element.block == block:
                self._delete(number, None, None)
                self.ledger.tell(LOST, self.record, f"{why}; {element.mnemonic} goes with its block", number)

    def _may_be_empty(self, number: int, subfield: int, item: int) -> bool:
        place = self.record.get(f"{self.record.type}.{number:03d}.{subfield}.{item}")
        row = place.declared_item if place is not None else None
        return row is not None and not row.repeats and row.condition is not M_UP

    def _is_last(self, number: int, element: Element | None) -> bool:
        least = element.subfields[0] if element is not None else 1
        return bytes(self.record.raw(number) or b"").count(RS) + 1 <= max(least, 1)

    def _delete(self, number: int, subfield: int | None, item: int | None) -> None:
        deeper = "".join(f".{one}" for one in (subfield, item) if one is not None)
        self.record[f"{self.record.type}.{number:03d}{deeper}"].delete()


def _content(element: Element, item: int | None, edition: Edition) -> Value:
    """What the field holds, or the item at that place; the last item where it repeats."""
    value = element.value
    if isinstance(value, Sets):
        rows = value.items.items
        return rows[min(item or 1, len(rows)) - 1].content_in(edition)
    return value.inner if isinstance(value, Values) else value


def _cut_items(settler: Settler, number: int, subfield: int, first: int) -> None:
    """Take away the items from one on; empty ones leave no trace but separators."""
    subfields = bytes(settler.record.raw(number) or b"").split(RS)
    items = subfields[subfield - 1].split(US)
    for item, piece in enumerate(items[first - 1 :], first):
        if piece:
            message = f"{settler.name(number)}: the item is not in {settler.edition.year}; it goes"
            settler.ledger.tell(LOST, settler.record, message, number, subfield, item)
    if not any(items[first - 1 :]):
        message = f"{settler.name(number)}: no separators stand for items that {settler.edition.year} does not have"
        settler.ledger.tell(CHANGED, settler.record, message, number, subfield)
    subfields[subfield - 1] = US.join(items[: first - 1])
    settler.record.put(number, RS.join(subfields))


def _cut_separators(settler: Settler, number: int) -> None:
    settler.record.put(number, bytes(settler.record.raw(number) or b"").rstrip(RS))
    message = f"{settler.name(number)}: no separator stands behind the last subfield"
    settler.ledger.tell(CHANGED, settler.record, message, number)


def _cut_subfields(settler: Settler, number: int, first: int) -> None:
    subfields = bytes(settler.record.raw(number) or b"").split(RS)
    for place in range(first, len(subfields) + 1):
        message = f"{settler.name(number)} has {first - 1} subfields at the most in {settler.edition.year}; it goes"
        settler.ledger.tell(LOST, settler.record, message, number, place)
    settler.record.put(number, RS.join(subfields[: first - 1]))
