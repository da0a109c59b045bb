"""Level 1 of a record: its type, its tags, every field that is there, and those that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.editions import Edition
from nistitl.base.findings import Severity
from nistitl.model.context import VER
from nistitl.model.faults import readable
from nistitl.records.undeclared import UndeclaredRecord
from nistitl.validation.contents import LONGEST_GOOD, Fault
from nistitl.validation.structure import doubt_swallowed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nistitl.declare.element import Element
    from nistitl.model.record import Record
    from nistitl.validation.collecting import Reporter
    from nistitl.validation.contents import RecordCheck
    from nistitl.validation.context import RecordView, ValidationContext
    from nistitl.validation.criteria import Criteria
    from nistitl.validation.structure import StructureCheck
    from nistitl.wire.fields import Raw

_TOT = 4  # 1.004
_TYPE_2, _NO_MORE = 2, 2  # a Type-2 that has LEN and IDC, and no more
MOST_FAULTS = 100  # that are reported of one field, one by one
_STILL_READABLE = frozenset({"code-legacy", "separator-trailing"})  # the value is what it seems: rules may look at it


class Stranger(NamedTuple):
    """A record or field that the edition does not have: what is said of it, and whether another edition has it."""

    view: RecordView
    fault: Fault
    element: Element | None  # None: the record as a whole

    def in_edition(self, edition: Edition) -> bool:
        """True where that edition has it."""
        if self.element is not None:
            return self.element.in_edition(edition) is not None
        return _record_type_fault(self.view.record, edition) is None

    @property
    def place(self) -> tuple[int, int]:
        """Record type and field, 0 for the record."""
        return self.view.record.type, 0 if self.element is None else self.element.number

    def __str__(self) -> str:
        kind = self.view.record.type
        return f"Type-{kind}" if self.element is None else f"{kind}.{self.element.number:03d}"


class RecordChecker:
    """Checks one record after another against the declarations of its fields."""

    def __init__(self, criteria: Criteria, structure: StructureCheck, reporter: Reporter) -> None:
        self.criteria = criteria
        self.structure = structure
        self.reporter = reporter
        self.charset = criteria.tx.context.charset
        self._legacy: set[tuple[int, str]] = set()  # records and blocks that were reported as legacy
        self._legacy_codes: set[tuple[str | None, str]] = set()  # that were reported, by list
        self._strangers: list[Stranger] = []  # to be reported when all are known

    def check(self, view: RecordView) -> Collection[object]:
        """Report what is wrong with a record by itself; the fields that are there."""
        check = self.criteria.record_check(view.record)
        if fault := _record_type_fault(view.record, self.criteria.edition):
            self._strangers.append(Stranger(view, fault, None))
        if not view.record.binary:
            self.structure.check_tags(view)
        present = self._check_fields(view, check)
        if view.record.type == _TYPE_2 and len(present) <= _NO_MORE and self.criteria.type2 is not None:
            self._check_unread(view)
        if not view.incomplete:
            self._check_missing(view, check.missing(present))
        return present

    def _check_unread(self, view: RecordView) -> None:
        """Report a Type-2 of which nothing is read, in XML of a domain that is not known: nothing of it is missing."""
        if any(True for _ in view.record.origin[0].unknown_content(view.record)):
            view.incomplete = True
            message = "its fields stand in elements that no installed domain knows; they are not checked"
            self.reporter.fault(view, Fault("domain-unread", message, sure=False), None)

    def _check_fields(self, view: RecordView, check: RecordCheck) -> Collection[object]:
        """Check every field that is there; their keys. What was good before is passed over in records never edited."""
        record = view.record
        if record.edits is not None:
            keys = record.keys()
            for key in keys:
                self._check_field(view, check, key, record.raw(key) or b"")
            return dict.fromkeys(keys)
        fields = record.raw_fields
        raws, index, plain = fields.raws, fields.index, self.charset.transparent
        for tag, position in index.items():
            raw = raws[position]
            known = check.fields.get(tag)  # type: ignore[arg-type]
            if known is None:
                if tag in check.user_defined and plain and raw.isascii():  # type: ignore[union-attr]
                    continue
            elif (len(raw) <= LONGEST_GOOD and raw in known.good) or (plain and known.quick(raw)):  # type: ignore[arg-type]
                continue  # to look up a longer one, an image, would take a look at all its bytes
            self._check_field(view, check, tag, raw)
        return index.keys()

    def _check_field(self, view: RecordView, check: RecordCheck, key: object, raw: Raw) -> None:
        if not isinstance(key, int) or view.doubtful(key):
            return  # a tag of another record type, or none, is reported with the tags
        if view.incomplete and view.record.binary and not len(raw):
            return  # cut off with the rest of the record
        known = check.fields.get(key)
        if known is None:
            self._check_unknown(view, check, key)
            faults = []
        else:
            faults = known.faults(raw, self.charset)  # type: ignore[arg-type]
            self._report(view, key, _first_faults(faults))
        record = view.record
        if key != record.data_field and not record.binary:
            if faults:
                doubt_swallowed(view, key)
            elif not readable(bytes(raw), self.charset):
                message = "holds bytes outside the character set of the transaction"
                self.reporter.fault(view, Fault("text-undecodable", message, sure=False), key)
        if known is not None and key in check.legacy:
            self._report_legacy(view, known.element, check.legacy[key])

    def _check_unknown(self, view: RecordView, check: RecordCheck, number: int) -> None:
        """Check a field that the edition does not declare."""
        fault = check.unknown_field(number)
        if fault is None or (fault.code == "field-legacy" and (view.index, fault.message) in self._legacy):
            return
        if fault.code == "field-legacy":
            self._legacy.add((view.index, fault.message))
        if fault.code == "field-edition":
            self._strangers.append(Stranger(view, fault, check.elements[number]))
            view.doubt(number, severity=self.criteria.severity(view.record, fault, number))
        else:
            self._report(view, number, [fault])

    def report_strangers(self, context: ValidationContext) -> None:
        """Report what the edition does not have; as one error of VER where a later one has all these fields."""
        taken = [one for one in self._strangers if self.criteria.takes_newer(one.place[0], one.place[1] or None)]
        strangers = [one for one in self._strangers if one not in taken] if taken else self._strangers
        fields = [one for one in strangers if one.element is not None]
        later = _later_edition(self.criteria.edition, strangers, fields) if len(fields) > 1 else None
        if later is not None and context.header is not None:
            there = {one.place: str(one) for one in strangers if one.in_edition(later)}
            names = ", ".join(there[place] for place in sorted(there))
            message = f"names an edition without what {later.ver} has and is there: {names}"
            self.reporter.fault(context.header, Fault("edition-older", message, later.ver), VER, Severity.ERROR)
            strangers = [one for one in strangers if not one.in_edition(later)]
        for one in (*taken, *strangers):
            self.reporter.fault(one.view, one.fault, one.place[1] or None)

    def _report(self, view: RecordView, number: int, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if fault.code == "value-length" and self._is_listed_type(view, number):
                continue
            if fault.code == "code-legacy" and self._told_of_code(view, fault):
                continue
            severity = self.criteria.severity(view.record, fault, number)
            self.reporter.fault(view, fault, number, severity)
            if fault.code not in _STILL_READABLE:
                view.doubt(number, fault.subfield, severity)

    def _is_listed_type(self, view: RecordView, number: int) -> bool:
        """True for a transaction type whose name is as long as its authority wants."""
        return number == _TOT and view.record.type == 1 and self.criteria.lists_type

    def _told_of_code(self, view: RecordView, fault: Fault) -> bool:
        """True where nothing more is to be said of a legacy code: each is told once, where VER names an edition."""
        raw = fault.raw or b""
        code = str(int.from_bytes(raw, "big")) if view.record.binary else raw.decode("latin-1").lstrip("0")
        known = (fault.expected, code) in self._legacy_codes or self.criteria.tx.edition is None
        self._legacy_codes.add((fault.expected, code))
        return known

    def _report_legacy(self, view: RecordView, element: Element, since: Edition) -> None:
        """Report once of a field, or of its block, that new data should not have it."""
        key = view.index, element.block or str(element.number)
        if key in self._legacy:
            return
        self._legacy.add(key)
        block = f", like all of its block ({element.block})" if element.block else ""
        fault = Fault("field-legacy", f"is legacy from {since.year} on{block}")
        self.reporter.fault(view, fault, element.number)

    def _check_missing(self, view: RecordView, missing: Iterable[Element]) -> None:
        for element in missing:
            if not view.doubtful(element.number):
                message = f"{element.mnemonic} ({element.name}) is missing"
                fault = Fault("field-missing", message, sure=not element.unverified)
                self._report(view, element.number, [fault])


def _first_faults(faults: list[Fault]) -> list[Fault]:
    """The first faults of a field; of the others only how many."""
    if len(faults) <= MOST_FAULTS:
        return faults
    others = faults[MOST_FAULTS:]
    sure = any(fault.sure and fault.code != "code-legacy" for fault in others)
    more = Fault("faults-more", f"{len(others)} more of its values are not as declared", sure=sure)
    return [*faults[:MOST_FAULTS], more]


def _later_edition(edition: Edition, strangers: list[Stranger], fields: list[Stranger]) -> Edition | None:
    """The first later edition that has all of these, or else all of these fields."""
    later = [one for one in Edition if one > edition]
    for group in (strangers, fields):
        for one in later:
            if all(stranger.in_edition(one) for stranger in group):
                return one
    return None


def _record_type_fault(record: Record, edition: Edition) -> Fault | None:
    """What is wrong with a record type that the edition, or any edition, does not have."""
    if isinstance(record, UndeclaredRecord):
        expected = "a record type of the standard, or a user-defined field of one"
        hint = "Leave the record out; what it holds may stand in user-defined fields."
        return Fault("record-edition", f"Type-{record.type} is of no edition", expected, hint=hint)
    if record.since <= edition and (record.until is None or edition <= record.until):
        return None
    if edition < record.since:
        years = f"from {record.since.year} on"
    else:
        years = f"to {record.until.year if record.until else 0}"
    message = f"Type-{record.type} ({record.title}) exists {years} only"
    return Fault("record-edition", message, f"a record type of {edition.year}")
