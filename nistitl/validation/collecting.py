"""The findings of one validation: each place is named once for one thing, all are brought into the order of the bytes.

What stands in the input is shown when asked for, and else only where its declaration says that it is nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from nistitl.base.findings import Finding, Severity
from nistitl.base.text import printable

if TYPE_CHECKING:
    from nistitl.base.findings import Location
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.validation.assertions import Ledger
    from nistitl.validation.contents import Fault
    from nistitl.validation.context import RecordView
    from nistitl.validation.criteria import Criteria
    from nistitl.validation.rules import Problem, Rule

SortKey = tuple[int, ...]  # record, position in it, and further down
Kind = tuple[str, int | None, int | None]  # code of a finding, record type, field
MOST_RECORDS = 100  # whose findings of one kind are told one by one: as many as IDC can tell apart
_CHOICE, _FRAMING = -3, -2  # positions before all fields
_NAMED = frozenset({"field-missing", "field-edition", "field-not-listed"})  # their messages name the field
_TYPE_2 = 2
_MOST_SHOWN = 80  # bytes of one value


@attrs.define(slots=True)
class _Alike:
    """Findings of one kind: how many records have them, where the first stands that is not told, how grave they are."""

    records: int = 0
    last: int = -1  # the record seen last
    key: SortKey = ()
    where: Location | None = None
    severity: Severity = Severity.NOTE


class FindingCollector:
    """Takes in findings, and gives them in the order of the bytes.

    Those of one kind are told of the first records that have them, and in how many more there are such.
    A few bytes of a record can lack many fields: without a bound, findings would grow far beyond their input.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._rows: list[tuple[SortKey, Finding]] = []
        self._alike: defaultdict[Kind, _Alike] = defaultdict(_Alike)
        self._reported: dict[tuple[str, int, int, int | None, int | None, str], int | None] = {}  # where in the rows

    def add_choice(self, finding: Finding) -> None:
        """Take in what is said of how the profile was chosen; it comes first."""
        self._take((0, _CHOICE), finding)

    def add_framing(self, finding: Finding, index: int | None) -> None:
        """Take in a finding of framing; it comes before the fields of its record."""
        self.ledger.found(index or 0, None, finding)
        self._take((index or 0, _FRAMING, finding.location.offset or 0), finding)

    def add_tag(self, finding: Finding, view: RecordView) -> None:
        """Take in a finding on a tag; two on one field are two."""
        self.ledger.found(view.index, None, finding)
        self._take((view.index, *view.position(finding.location.field), 0, 0), finding)

    def add(self, finding: Finding, view: RecordView, by: Rule | int | None, what: str = "") -> None:
        """Take in a finding on a record; of one code for one field, subfield and item the first of the most severe.

        `by` is what it comes from: a rule, a field by its number, or the record itself. `what` tells findings apart
        that are several with one code, as of an image.
        """
        where = finding.location
        self.ledger.found(view.index, by, finding)
        row = (view.index, *view.position(where.field), where.subfield or 0, where.item or 0), finding
        if where.field is None:
            self._take(*row)
            return
        key = finding.code, view.index, where.field, where.subfield, where.item, what
        if key not in self._reported:
            self._reported[key] = self._take(*row)
        elif (at := self._reported[key]) is None:
            alike = self._alike[finding.code, where.type, where.field]
            alike.severity = max(alike.severity, finding.severity)
        elif finding.severity > self._rows[at][1].severity:
            self._rows[at] = row

    def _take(self, key: SortKey, finding: Finding) -> int | None:
        """Keep a finding, and where; or only count its record where those of its kind are kept in enough others."""
        where = finding.location
        alike = self._alike[finding.code, where.type, where.field]
        if alike.last != key[0]:
            alike.last = key[0]
            alike.records += 1
        if alike.records <= MOST_RECORDS:
            self._rows.append((key, finding))
            return len(self._rows) - 1
        alike.severity = max(alike.severity, finding.severity)
        if alike.where is None:
            alike.key, alike.where = key, where
        return None

    def _count_untold(self) -> None:
        """Tell in how many more records there is a finding of each kind, where the first of them would stand."""
        for (code, _, _), alike in self._alike.items():
            if alike.where is not None:
                count = alike.records - MOST_RECORDS
                message = f"{code}, as in {MOST_RECORDS} records before, from here on in {count} more"
                self._rows.append((alike.key, Finding("findings-more", message, alike.where, alike.severity)))
        self._alike.clear()

    def in_byte_order(self, tx: Transaction) -> tuple[Finding, ...]:
        """All findings by record, then by offset; one on an edited field follows those on the field before it."""
        self._count_untold()
        located = tx.located(finding for _, finding in self._rows)
        keys = [key for key, _ in self._rows]
        rows = []
        last_record, last_offset = 0, -1
        for key, finding in sorted(zip(keys, located, strict=True), key=lambda row: row[0]):
            record, offset, framing = key[0], finding.location.offset, key[1] == _FRAMING
            if offset is None:
                offset = last_offset if last_record == record else -1
            elif not framing:
                last_record, last_offset = record, offset
            rows.append(((record, offset, not framing), finding))
        rows.sort(key=lambda row: row[0])
        return tuple(finding for _, finding in rows)


class Reporter:
    """Makes findings of faults and of problems, and hands them to the collector.

    With `values` all that stands there is shown, without it what is declared to be nobody's data, and looks like it.
    """

    def __init__(self, collector: FindingCollector, criteria: Criteria, values: bool) -> None:
        self.collector = collector
        self.criteria = criteria
        self.values = values

    def fault(self, view: RecordView, fault: Fault, number: int | None, severity: Severity | None = None) -> None:
        """Report what level 1 found wrong with a field, or with the record."""
        record, criteria = view.record, self.criteria
        where = view.location(number, fault.subfield, fault.item)
        element = criteria.element(record, number) if number is not None else None
        message = fault.message
        if element is not None and fault.code not in _NAMED:
            message = f"{element.mnemonic} {message}" if not fault.item else f"{element.mnemonic}: {message}"
        message = fault.says or message
        shown = fault.raw is not None and (self.values or fault.told)
        hint = fault.hint or (element.note if element is not None and record.type == _TYPE_2 else None) or None
        if shown and fault.meant:
            hint = f"Write {fault.meant}. {fault.hint or ''}".rstrip()
        finding = Finding(
            fault.code, message, where, severity or criteria.severity(record, fault, number), fault.expected,
            _shown(record, fault.raw) if shown and fault.raw is not None else None,
            clause=criteria.clause(type(record), where), hint=hint,
        )  # fmt: skip
        self.collector.add(finding, view, number)

    def problem(self, view: RecordView, rule: Rule, severity: Severity, problem: Problem) -> None:
        """Report what a rule found wrong."""
        where = view.location(problem.field, problem.subfield, problem.item)
        finding = Finding(
            problem.code or rule.code, problem.message, where, severity, problem.expected,
            self.actual(view.record, where), clause=rule.clause, hint=problem.hint,
        )  # fmt: skip
        self.collector.add(finding, view, rule)

    def passed_on(self, view: RecordView, rule: Rule, finding: Finding) -> None:
        """Report what says all by itself, but where its record lies, and what stands there when that is asked for."""
        where = attrs.evolve(finding.location, record=view.index)
        actual = finding.actual or (self.actual(view.record, where) if self.values and finding.expected else None)
        self.collector.add(attrs.evolve(finding, location=where, actual=actual), view, rule, finding.message)

    def more_problems(self, view: RecordView, rule: Rule, severity: Severity, field: int | None, count: int) -> None:
        """Report how many more problems a rule has with a field than are reported one by one."""
        message = f"{count} more of its values: {rule.code}"
        finding = Finding("faults-more", message, view.location(field), severity, clause=rule.clause)
        self.collector.add(finding, view, rule)

    def actual(self, record: Record, where: Location) -> str | None:
        """What stands at a place, where it may be shown."""
        number = where.field
        if number is None or number == record.data_field or record.raw(number) is None:
            return None
        path = ".".join(str(part) for part in (number, where.subfield, where.item) if part is not None)
        place = record.get(f"{record.type}.{path}")
        return _shown(record, bytes(place.raw)) if place is not None and (self.values or place.told) else None


def _shown(record: Record, raw: bytes) -> str:
    """Bytes as a finding shows them."""
    if record.binary:
        return str(int.from_bytes(raw, "big")) if len(raw) <= 4 else raw.hex(" ")
    text = record.context.charset.decode(raw[:_MOST_SHOWN])
    return printable(text.replace("\x1e", " / ").replace("\x1f", " | "))
