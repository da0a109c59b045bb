"""The change itself: record types first, then each record by the tables, text, and last what binds records together."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from nistitl.base.editions import E2011, Edition
from nistitl.base.errors import FieldError, StructureError
from nistitl.base.findings import Finding, Severity
from nistitl.base.numbers import HIGHEST_IDC
from nistitl.exchange.editions.impressions import settle_impression
from nistitl.exchange.editions.ledger import CHANGED, KEPT, LOST, UNSETTLED, Ledger
from nistitl.exchange.editions.minutiae import settle_minutiae
from nistitl.exchange.editions.prints import CARRIED, as_binary, as_tagged, positions_lost
from nistitl.exchange.editions.settling import RecordGone, Settler
from nistitl.exchange.editions.tables import record_rows
from nistitl.exchange.editions.text import settle_text
from nistitl.minutiae.record import MinutiaeRecord
from nistitl.model.context import DCS
from nistitl.model.renumbering import renumber
from nistitl.profiles.checking import checked
from nistitl.records.undeclared import UndeclaredRecord
from nistitl.validation.plans import record_check

if TYPE_CHECKING:
    from collections.abc import Callable

    from nistitl.exchange.editions.tables import RecordRow
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

_T = TypeVar("_T", bound="Transaction")
Place = tuple[str, int | None, int | None]  # of a finding: code, record of the source, field

_NSR, _NTR = 11, 12
_LATENT = frozenset({4, 5, 6, 7})
_NOTHING = b"00.00"
_LEAST = 19.30  # pixels per millimetre with a Type-4
_SPEAKING = (3, 4, 5, 6, 7)  # types whose resolution stood in Type-1 before 2011
_FRICTION_RIDGES = (13, 14, 15, 19)
_BINARY = 4


class _Unsettled(Exception):
    """Type-1 cannot be brought into the target, which is told; no more can be done."""


class EditionChange(Generic[_T]):
    """One transaction on its way from edition to edition: `tx` is what it becomes, `ledger` what became of it."""

    most_rounds = 16  # in which what breaks a rule is let go, before it is told that nobody can settle it

    def __init__(self, tx: _T, source: Edition, target: Edition, prints: int | None = None) -> None:
        self.original = tx
        self.tx = tx.copy()
        self.source = source
        self.target = target
        self.prints = prints
        self.ledger = Ledger(self.tx)
        self._made: set[int] = set()  # the records that are new
        self._gone: dict[int, Record] = {}  # those that went, which are kept so that no other is taken for one

    def make(self) -> None:
        """Do all of it, or as much as can be told before something is there that nobody can settle."""
        with suppress(_Unsettled):
            self._make()

    def _make(self) -> None:
        at = 1
        for record in self.tx.records[1:]:
            others = len(self.tx) - 1
            self._settle_type(record, at)
            at += len(self.tx) - others  # 0 where it went
        for record in self.tx.records:
            self._attempt(record, self._settle)
        if self.source < E2011 <= self.target:
            self._settle_idcs()
        if self.source is not self.target:
            self._settle_text()
        self._lose_unwritable()
        self._settle_resolution()
        self._settle_relations()

    def _lose_unwritable(self) -> None:
        """Let go of the records of a cut header in which something is another now: they cannot be written."""
        for record in self.tx.records:
            if record.binary:
                try:
                    record.pieces()
                except FieldError:
                    self._lose(record, "its header is cut, so that nothing in it can change")

    def _settle_text(self) -> None:
        try:
            settle_text(self.tx, self.target, self.ledger, self._attempt)
        except FieldError as error:
            self._lose(self.tx.records[0], str(error), DCS)

    # -- record by record ---------------------------------------------------------------------

    def _attempt(self, record: Record, change: Callable[[Settler], None]) -> None:
        """Make a change of a record; one that cannot stay afterwards goes, and is told."""
        if id(record) in self._gone:
            return
        try:
            change(self._settler(record))
        except RecordGone as gone:
            self._lose(record, str(gone), gone.number)

    def _settler(self, record: Record) -> Settler:
        kind = type(record)
        before = None if id(record) in self._made else record_check(kind, self.source)  # type: ignore[arg-type]  # hashable
        now = record_check(kind, self.target)  # type: ignore[arg-type]
        return Settler(record, before, now, self.ledger, self.tx.records[0])

    def _settle(self, settler: Settler) -> None:
        record = settler.record
        if isinstance(record, UndeclaredRecord):
            return
        if record.type in _FRICTION_RIDGES:
            settle_impression(record, self.source, self.target, self.ledger)
        if isinstance(record, MinutiaeRecord):
            settle_minutiae(settler)
        else:
            settler.settle()

    def _lose(self, record: Record, why: str, number: int | None = None) -> None:
        if record.type == 1:
            self.ledger.tell(UNSETTLED, record, why, number)
            raise _Unsettled
        self.ledger.forget(record)
        self.ledger.tell(LOST, record, f"Type-{record.type}: {why}; the record goes")
        self._gone[id(record)] = record
        self.tx.remove(record)

    # -- record types -------------------------------------------------------------------------

    def _has(self, record: Record, edition: Edition) -> bool:
        return record.since <= edition and (record.until is None or edition <= record.until)

    def _settle_type(self, record: Record, at: int) -> None:
        there = self._has(record, self.target)
        if isinstance(record, UndeclaredRecord) or not (there or self._has(record, self.source)):
            return
        row = next(
            (one for one in record_rows() if one.type == record.type and self._applies(one, record, there)), None
        )
        if row is None and not there:
            self._lose(record, f"it is no record type of {self.target.year}")
        if row is None:
            return
        try:
            self._replace_by(record, row, at)
        except (RecordGone, StructureError) as error:
            if there:
                self.ledger.tell(KEPT, record, f"Type-{record.type} {error}; it stays a Type-{record.type}")
            else:
                self._lose(record, str(error))

    def _made_of(self, record: Record, kind: int) -> Record:
        try:
            return as_binary(record) if kind == _BINARY else as_tagged(record, kind)
        except FieldError as error:
            why = error.finding.message if error.finding is not None else str(error)
            raise RecordGone(f"has what a Type-{kind} does not hold: {why}") from None

    def _applies(self, row: RecordRow, record: Record, there: bool) -> bool:
        if row.when == "gone":
            return not there
        if row.when == "asked":
            return row.becomes == self.prints
        return self.source < E2011 <= self.target and bytes(record.raw(3) or b"") in map(_byte, _LATENT)

    def _replace_by(self, record: Record, row: RecordRow, at: int) -> None:
        made = self._made_of(record, row.becomes)
        header = self.tx.records[0]
        nominal = header.raw(_NTR)
        self.tx.remove(record)
        try:
            made = self.tx.insert(at, made)
        except StructureError:
            self.tx.insert(at, record)
            raise
        self._made.add(id(made))
        if row.becomes == _BINARY and not record.binary:
            self._tell_left_out(record)
        self.ledger.follows(made, record)
        self.ledger.tell(CHANGED, made, f"Type-{record.type} is Type-{row.becomes}", clause=row.clause)
        if header.raw(_NTR) is not nominal:
            self.ledger.tell(CHANGED, header, "NTR tells the resolution of a record that is a Type-4 now", _NTR)

    def _tell_left_out(self, record: Record) -> None:
        """What of a tagged record stays behind when its image goes into a Type-4."""
        for number in record.keys():  # noqa: SIM118
            if isinstance(number, int) and number not in CARRIED:
                element = record.element(number)
                name = element.mnemonic if element is not None else f"{record.type}.{number:03d}"
                self.ledger.tell(LOST, record, f"{name} has no place in a Type-4; it goes", number)
        for place, loses in positions_lost(record):
            self.ledger.tell(LOST, record, f"FGP of a Type-4 does not say {loses}", 13, place)

    # -- what Type-1 says of others -----------------------------------------------------------

    def _settle_idcs(self) -> None:
        """Give IDCs that have three digits another number."""
        there = {record.idc for record in self.tx.records[1:]}
        free = (number for number in range(HIGHEST_IDC + 1) if number not in there)
        beyond = [idc for idc in sorted(one for one in there if one is not None) if HIGHEST_IDC < idc <= 255]
        numbers = dict(zip(beyond, free, strict=False))
        moved = [record for record in self.tx.records[1:] if record.idc in numbers]
        try:
            renumber(self.tx, numbers)
        except StructureError as error:
            self.ledger.tell(UNSETTLED, self.tx.records[0], f"IDCs above {HIGHEST_IDC} stay: {error}")
            return
        for record in moved:
            self.ledger.tell(CHANGED, record, f"IDC is another one, as {self.target.year} has two digits", 2)

    def _settle_resolution(self) -> None:
        """NSR and NTR speak where a record goes by them, and are 00.00 where none does."""
        header = self.tx.records[0]
        types = {record.type for record in self.tx}
        speaking = {_BINARY} if self.target >= E2011 else set(_SPEAKING)
        for number, name in ((_NSR, "NSR"), (_NTR, "NTR")):
            raw = bytes(header.raw(number) or b"")
            if not types & speaking and _positive(raw):
                code = LOST if types & set(_SPEAKING) else CHANGED
                header.put(number, _NOTHING)
                message = f"{name} is 00.00, as {self.target.year} has it without a record that goes by it"
                self.ledger.tell(code, header, message, number)
        nominal = bytes(header.raw(_NTR) or b"")
        if self._made and _BINARY in types and _number(nominal) >= _LEAST > _number(bytes(header.raw(_NSR) or b"")):
            header.put(_NSR, nominal)
            self.ledger.tell(CHANGED, header, "NSR is what NTR is, as a Type-4 is there now", _NSR)

    # -- what binds fields and records --------------------------------------------------------

    def _settle_relations(self) -> None:
        """Let go of what rules of the target forbid and those of the source did not, as long as there is such."""
        known: dict[Place, Severity] = {}
        for finding in checked(self.original, None, 2, (), None, False).findings:
            where = finding.location
            place = finding.code, where.record, where.field
            known[place] = max(known.get(place, finding.severity), finding.severity)
        for _ in range(self.most_rounds):
            records = self.tx.records
            broken = [one for one in self._errors() if self._place(one, records) not in known]
            if not broken:
                break
            for finding in _from_the_end(broken):
                self._mend(finding, records)
            self._settle_resolution()
        else:
            for finding in self._errors():
                if self._place(finding, self.tx.records) not in known:
                    record = _record_of(finding, self.tx.records)
                    self.ledger.tell(UNSETTLED, record, finding.message, finding.location.field)

    def _errors(self) -> list[Finding]:
        found = checked(self.tx, None, 2, (), None, False).findings
        return [one for one in found if one.severity is Severity.ERROR]

    def _place(self, finding: Finding, records: tuple[Record, ...]) -> Place:
        at = finding.location.record
        there = at is not None and at < len(records)  # CNT may name more records than there are
        return finding.code, self.ledger.place_of(records[at or 0]) if there else at, finding.location.field

    def _mend(self, finding: Finding, records: tuple[Record, ...]) -> None:
        where, why = finding.location, f"{finding.message} in {self.target.year}"
        record = _record_of(finding, records)
        if record.type == 1:
            self._lose(record, why, where.field)
        self._attempt(record, lambda settler: _let_go(settler, finding, why))


def _record_of(finding: Finding, records: tuple[Record, ...]) -> Record:
    """The record that a finding is of; Type-1 where it is of all, or of one that is not there."""
    at = finding.location.record or 0
    return records[at if at < len(records) else 0]


def _from_the_end(findings: list[Finding]) -> list[Finding]:
    """One finding a subfield, the last subfields first: what goes moves none that is still to be looked at."""
    wheres = {(one.location.record, one.location.field, one.location.subfield): one for one in reversed(findings)}
    return sorted(wheres.values(), key=lambda one: one.location.subfield or 0, reverse=True)


def _let_go(settler: Settler, finding: Finding, why: str) -> None:
    """Lose the place of a finding, or give what has to stand there. RecordGone where neither can be."""
    where = finding.location
    element = settler.now.elements.get(where.field) if where.field is not None else None
    if where.field is None or (settler.record.raw(where.field) is None and element is None):
        raise RecordGone(why)
    if settler.record.raw(where.field) is None and element is not None:
        settler.give(element)
        return
    settler.lose(where.field, where.subfield, where.item, why)


def _byte(number: int) -> bytes:
    return bytes([number])


def _positive(raw: bytes) -> bool:
    return _number(raw) > 0


def _number(raw: bytes) -> float:
    try:
        return float(raw)
    except ValueError:
        return 0.0
