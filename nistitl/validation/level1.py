"""Level 1 of a record: its type, its tags, every field that is there, and those that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.model.faults import readable
from nistitl.validation.contents import Fault
from nistitl.validation.structure import doubt_swallowed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nistitl.base.editions import Edition
    from nistitl.declare.element import Element
    from nistitl.model.record import Record
    from nistitl.validation.collecting import Reporter
    from nistitl.validation.contents import RecordCheck
    from nistitl.validation.context import RecordView
    from nistitl.validation.criteria import Criteria
    from nistitl.validation.structure import StructureCheck
    from nistitl.wire.fields import Raw

MOST_FAULTS = 100  # that are reported of one field, one by one
_STILL_READABLE = frozenset({"code-legacy", "separator-trailing"})  # the value is what it seems: rules may look at it


class RecordChecker:
    """Checks one record after another against the declarations of its fields."""

    def __init__(self, criteria: Criteria, structure: StructureCheck, reporter: Reporter) -> None:
        self.criteria = criteria
        self.structure = structure
        self.reporter = reporter
        self.charset = criteria.tx.context.charset
        self._legacy: set[tuple[int, str]] = set()  # records and blocks that were reported as legacy

    def check(self, view: RecordView) -> Collection[object]:
        """Report what is wrong with a record by itself; the fields that are there."""
        check = self.criteria.record_check(view.record)
        if fault := _record_type_fault(view.record, self.criteria.edition):
            self.reporter.fault(view, fault, None)
        if not view.record.binary:
            self.structure.check_tags(view)
        present = self._check_fields(view, check)
        if not view.incomplete:
            self._check_missing(view, check.missing(present))
        return present

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
            elif raw in known.good or (plain and known.quick(raw)):  # type: ignore[arg-type]
                continue
            self._check_field(view, check, tag, raw)
        return index.keys()

    def _check_field(self, view: RecordView, check: RecordCheck, key: object, raw: Raw) -> None:
        if not isinstance(key, int) or view.doubtful(key):
            return  # a tag of another record type, or none, is reported with the tags
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
        if fault is not None and not self._of_unchecked_edition(view, number):
            self.reporter.fault(view, fault, number)
            view.doubt(number)

    def _of_unchecked_edition(self, view: RecordView, number: int) -> bool:
        """True for a field of an edition that is read and written, and not checked."""
        edition, element = self.criteria.tx.edition, view.record.element(number)
        if edition is None or edition.checked or element is None:
            return False
        return element.in_edition(edition) is not None

    def _report(self, view: RecordView, number: int, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if fault.code != "code-legacy" or self.criteria.tx.edition is not None:
                self.reporter.fault(view, fault, number)
            if fault.code not in _STILL_READABLE:
                view.doubt(number, fault.subfield)

    def _report_legacy(self, view: RecordView, element: Element, since: Edition) -> None:
        """Report once of a field, or of its block, that new data should not have it."""
        key = view.index, element.block or str(element.number)
        if key in self._legacy:
            return
        self._legacy.add(key)
        block = f", like all of its block ({element.block})" if element.block else ""
        fault = Fault("field-legacy", f"is legacy from {since.year} on{block}")
        self.reporter.fault(view, fault, element.number, Severity.NOTE)

    def _check_missing(self, view: RecordView, missing: Iterable[Element]) -> None:
        for element in missing:
            if not view.doubtful(element.number):
                message = f"{element.mnemonic} ({element.name}) is missing"
                fault = Fault("field-missing", message, sure=not element.unverified)
                self.reporter.fault(view, fault, element.number)
                view.doubt(element.number)


def _first_faults(faults: list[Fault]) -> list[Fault]:
    """The first faults of a field; of the others only how many."""
    if len(faults) <= MOST_FAULTS:
        return faults
    more = Fault("faults-more", f"{len(faults) - MOST_FAULTS} more of its values are not as declared")
    return [*faults[:MOST_FAULTS], more]


def _record_type_fault(record: Record, edition: Edition) -> Fault | None:
    """What is wrong with a record type that the edition does not have."""
    if record.since <= edition and (record.until is None or edition <= record.until):
        return None
    if edition < record.since:
        years = f"from {record.since.year} on"
    else:
        years = f"to {record.until.year if record.until else 0}"
    message = f"Type-{record.type} ({record.title}) exists {years} only"
    return Fault("record-edition", message, f"a record type of {edition.year}")
