"""What rules see: the transaction under validation, and each record without what level 1 found wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.findings import Location, Severity
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nistitl.base.editions import Edition
    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_SEPARATORS = b"\x1e\x1f"
Doubts = dict[int, "set[int | None] | frozenset[None]"]  # subfields by field; None for all of it

_WHOLE = frozenset((None,))  # doubts about a whole field, which most are: one for all of them
_TYPE_2 = 2  # the record type whose fields have the names of a dictionary
_SHORT = 8  # a longer field is not made of separators only; if it is, level 1 reports it


class ValidationContext:
    """The whole transaction under validation: `tx`, its `edition` and `tot`, its `records` as rules see them.

    `stated_tot` is what 1.004 says; `tot` the transaction type whose rules hold, which is another one where a profile
    says that the stated type is like it. `dictionary` is that of the profile that validates, `today` the day by which
    dates are to come, `request` the transaction that this one answers, where it is checked beside that.
    """

    __slots__ = ("dictionary", "edition", "header", "records", "request", "stated_tot", "today", "tot", "tx")

    def __init__(
        self,
        tx: Transaction,
        edition: Edition,
        tot: str | None = None,
        dictionary: Dictionary | None = None,
        today: date | None = None,
        request: Transaction | None = None,
    ) -> None:
        self.tx = tx
        self.request = request
        self.dictionary = dictionary
        self.stated_tot = tx.TOT
        self.tot = tot or self.stated_tot
        self.today = today if today is not None else datetime.now(UTC).date()
        self.edition = edition
        self.records = [RecordView(record, index, self) for index, record in enumerate(tx)]
        self.header = self.records[0] if tx.header is not None else None

    def end(self) -> None:
        """Let go of the records, which know this context: nothing is left for the collector, and no file mapped."""
        self.records, self.header, self.request = [], None, None

    @property
    def subjects(self) -> list[RecordView]:
        """The same as `records`."""
        return self.records

    def of(self, *types: int) -> Iterator[RecordView]:
        """The records of these types, in order."""
        return (view for view in self.records if view.record.type in types)


class RecordView:
    """One record under validation, as rules see it.

    Fields and subfields that level 1 found wrong are doubtful: they have no value here, so that one defect gives
    one finding. What only warns is doubtful to rules that warn themselves: it hides no error.
    `index` is the place of the record in the transaction, from 0.
    """

    __slots__ = (
        "_by_errors", "_by_warnings", "_dictionary", "_positions", "context", "doubts", "edition", "idc",
        "incomplete", "index", "record",
    )  # fmt: skip

    def __init__(self, record: Record, index: int, context: ValidationContext) -> None:
        self.record = record
        self.index = index
        self.context = context
        self.edition = context.edition
        self.idc = record.idc
        self._dictionary = context.dictionary if record.type == _TYPE_2 else None
        self.incomplete = False  # bytes of the record are lost: what is missing may have stood in them
        self.doubts: Doubts = {}  # of whoever looks now
        self._by_errors = self.doubts
        self._by_warnings: Doubts | None = None  # and by errors; None as long as these are the same
        self._positions: dict[object, int] | None = None

    @property
    def at(self) -> int:
        """The same as `index`."""
        return self.index

    @property
    def scene(self) -> ValidationContext:
        """The same as `context`."""
        return self.context

    @property
    def positions(self) -> dict[object, int]:
        """The position of each field in the record, from 0."""
        if self._positions is None:
            self._positions = {key: position for position, key in enumerate(self.record.keys())}
        return self._positions

    # -- doubts -------------------------------------------------------------------------------

    def doubt(self, number: int, subfield: int | None = None, severity: Severity = Severity.ERROR) -> None:
        """Remember that a field, or one of its subfields, is not what it should be, and how much that matters."""
        if severity is Severity.ERROR:
            _add(self._by_errors, number, subfield)
        elif severity is Severity.WARNING and self._by_warnings is None:
            self._by_warnings = dict(self._by_errors)
        if severity is not Severity.NOTE and self._by_warnings is not None:
            _add(self._by_warnings, number, subfield)

    @property
    def warned(self) -> bool:
        """True where level 1 warns of a field, so that errors and warnings have doubts of their own."""
        return self._by_warnings is not None

    def look_as(self, severity: Severity) -> None:
        """Have the doubts that a rule has whose findings matter so much."""
        self.doubts = self._by_errors if severity is Severity.ERROR else self._by_warnings or self._by_errors

    def doubtful(self, number: int) -> bool:
        """True where level 1 found something wrong with the field."""
        return number in self.doubts

    def wholly_doubtful(self, number: int) -> bool:
        """True where level 1 found the field wrong as a whole, not only some of its subfields."""
        return None in self.doubts.get(number, ())

    def any_doubtful(self, numbers: Iterable[int]) -> bool:
        """True where level 1 found something wrong with one of these fields."""
        return not self.doubts.keys().isdisjoint(numbers)

    # -- content ------------------------------------------------------------------------------

    def number(self, name: str) -> int:
        """The number of a field by mnemonic: of a Type-2 by the dictionary of the profile that validates."""
        element = None if self._dictionary is None else self._dictionary.by_mnemonic(name)
        return self.record.number_of(name) if element is None else element.number

    def _value(self, name: str) -> Any:
        element = None if self._dictionary is None else self._dictionary.by_mnemonic(name)
        return getattr(self.record, name) if element is None else self.record.decoded(element)

    def _absent(self, name: str) -> Any:
        element = None if self._dictionary is None else self._dictionary.by_mnemonic(name)
        element = element or self.record.element(self.number(name))
        return None if element is None else element.value.absent

    def has(self, name: str) -> bool:
        """True where the field is there, whatever it holds."""
        return self.present(self.number(name))

    def present(self, number: int) -> bool:
        """True where the field of that number is there and not empty."""
        raw = self.record.raw(number)
        return raw is not None and bool(len(raw)) and (len(raw) > _SHORT or bool(bytes(raw).strip(_SEPARATORS)))

    def value(self, name: str) -> Any:
        """The value of a field; None or () where it is absent or doubtful."""
        if self.doubts and self.number(name) in self.doubts:
            return self._absent(name)
        return getattr(self.record, name) if self._dictionary is None else self._value(name)

    def subfields(self, name: str) -> Iterator[tuple[int, Any]]:
        """The subfields of a field with their places from 1, without those that are doubtful."""
        doubtful = self.doubts.get(self.number(name), ()) if self.doubts else ()
        if None in doubtful:
            return
        value = self._value(name)
        for place, one in enumerate(value if isinstance(value, tuple) else () if value is None else (value,), 1):
            if place not in doubtful:
                yield place, one

    def column(self, name: str, item: str) -> Iterator[tuple[int, Any]]:
        """One item of the subfields of a field, with their places; as `subfields` gives it, and no object is made.

        Of a field whose subfields are all alike and in which nothing that repeats stands before the item.
        """
        number = self.number(name)
        doubtful = self.doubts.get(number, ())
        raw, element = self.record.raw(number), self.record.element(number)
        if None in doubtful or not raw or element is None:
            return
        rows = element.value.items.items
        at = next(at for at, row in enumerate(rows) if row.mnemonic == item)
        decode, charset = rows[at].value.decode, self.record.context.charset
        for place, subfield in enumerate(bytes(raw).split(RS), 1):
            if place in doubtful:
                continue
            piece = subfield.split(US, at + 1)[at : at + 1]
            try:
                yield place, decode(piece[0], charset) if piece and piece[0] else None
            except ValueError:
                yield place, None

    def count(self, name: str) -> int:
        """How many subfields a field has, as it stands."""
        raw = self.record.raw(self.number(name))
        return 0 if raw is None else bytes(raw).count(RS) + 1

    # -- places -------------------------------------------------------------------------------

    def position(self, number: int | None) -> tuple[int, int]:
        """What findings on a field are sorted by; on one that is not there they come first, by number."""
        if number is None:
            return -1, -1
        position = self.positions.get(number)
        return (-1, number) if position is None else (position, 0)

    def location(self, number: int | None, subfield: int | None = None, item: int | None = None) -> Location:
        """Where a value stands; of a field that is not there, where the record stands."""
        record = self.record
        if number is not None and record.raw(number) is not None:
            return attrs.evolve(record.location(number, subfield, item), record=self.index)
        backing, start, end = record.origin
        from_input = backing.is_input and end > 0
        offset, length = (start, end - start) if from_input else (None, None)
        return Location(offset, length, self.index, record.type, record.idc, number, subfield, item)


def _add(doubts: Doubts, number: int, subfield: int | None) -> None:
    known = doubts.get(number)
    if known is None and subfield is None:
        doubts[number] = _WHOLE
    else:
        doubts[number] = {subfield, *(known or ())}
