"""What a validation looked at, as conformance tools list it: an assertion a declared field and a rule of each record.

The ledger is written while records are checked, a few words a record; assertions are made of it when somebody asks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.findings import Location, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Set

    from nistitl.base.findings import Finding
    from nistitl.model.record import Record
    from nistitl.validation.contents import FieldCheck
    from nistitl.validation.context import RecordView
    from nistitl.validation.criteria import Criteria
    from nistitl.validation.rules import Rule

UNCHECKED = frozenset({"image-package-missing", "image-media"})  # findings which say that a rule could not look

_HIGHEST_LEVEL = 3
_NOTHING: frozenset[int] = frozenset()
_Part = int | str | None  # what was found wrong in a record: a field, by a rule, or None: the record itself


class Verdict(StrEnum):
    """What became of an assertion. A finding that warns makes it `warned`, one that is a note leaves it passed."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    NOT_CHECKED = "not checked"


class Assertion(NamedTuple):
    """One thing that was asked of a record, or of the whole transaction where `record` is None."""

    verdict: Verdict
    clause: str
    name: str  # of a field its path and mnemonic, of a rule its name
    record: int | None  # its index
    type: int | None


class _CheckedRecord(NamedTuple):
    record: int  # its index
    kind: type[Record]
    fields: Collection[object]  # that are there
    doubted: Set[int]  # by what framing found; of what level 1 found wrong the verdict is known
    silent: Collection[str]  # rules that had nothing sure to look at


# what a _CheckedRecord is made of: a plain tuple, as one is written of every record and most are never read
_Row = tuple[int, "type[Record]", "Collection[object]", "Set[int]", "Collection[str]"]


class Ledger:
    """What was checked in one validation, and what was found by it."""

    def __init__(self, criteria: Criteria) -> None:
        self._criteria = criteria
        self._records: list[_Row] = []
        self._worst: dict[int | None, dict[_Part, Severity]] = {}  # that was found, by record
        self._unchecked: set[tuple[int | None, _Part]] = set()

    def __reduce__(self) -> tuple[object, ...]:
        return tuple, (list(self),)  # of a report that travels; rules stay behind

    def checked(self, view: RecordView, fields: Collection[object], silent: Collection[str]) -> None:
        """Note that a record with these fields was checked, all but the rules that kept silent."""
        doubted = view.doubts.keys() - self._worst.get(view.index, {}).keys() if view.doubts else _NOTHING
        self._records.append((view.index, type(view.record), fields, doubted, silent))

    def found(self, index: int, by: Rule | int | None, finding: Finding) -> None:
        """Note a finding on the record of that index: of a rule, of a field by its number, or of the record itself."""
        if by is None or isinstance(by, int):
            self._note(index, by, finding)
        else:
            self._note(index if by.types else None, by.name, finding)

    def _note(self, record: int | None, part: _Part, finding: Finding) -> None:
        if finding.code in UNCHECKED:
            self._unchecked.add((record, part))
        else:
            worst = self._worst.setdefault(record, {})
            worst[part] = max(finding.severity, worst.get(part, Severity.NOTE))

    def __iter__(self) -> Iterator[Assertion]:
        criteria, entries = self._criteria, [_CheckedRecord(*row) for row in self._records]
        tables = {kind: criteria.fields(kind) for kind in {entry.kind for entry in entries}}
        asked = {kind: [self._asked(kind, number, table) for number in table] for kind, table in tables.items()}
        for entry in entries:
            table = tables[entry.kind]
            faulty = self._worst.get(entry.record, {})
            strange = sorted(part for part in faulty if isinstance(part, int) and part not in table)
            yield self._structure(entry)
            yield from self._fields(entry, asked[entry.kind])
            yield from self._fields(entry, [self._asked(entry.kind, number, table) for number in strange])
            yield from self._rules(entry)
        for rule in criteria.rules.of_transaction(criteria.edition, _HIGHEST_LEVEL):
            yield Assertion(self._of_transaction(rule), rule.clause, rule.name, None, None)

    def _structure(self, entry: _CheckedRecord) -> Assertion:
        kind = entry.kind
        return Assertion(self._verdict(entry.record, None), kind.clause(), "structure", entry.record, kind.type)

    def _fields(self, entry: _CheckedRecord, asked: Iterable[tuple[int, str, str]]) -> Iterator[Assertion]:
        present = frozenset(entry.fields)
        for number, name, clause in asked:
            verdict = self._verdict(entry.record, number)
            if verdict is Verdict.PASSED and number in entry.doubted:
                verdict = Verdict.NOT_CHECKED
            elif verdict is Verdict.PASSED and number not in present:
                verdict = Verdict.NOT_APPLICABLE
            yield Assertion(verdict, clause, name, entry.record, entry.kind.type)

    def _asked(self, kind: type[Record], number: int, table: Mapping[int, FieldCheck]) -> tuple[int, str, str]:
        """What level 1 asks of a field: number, name, clause."""
        where = Location(None, None, None, kind.type, None, number)
        name = f"{where.path} {table[number].element.mnemonic}" if number in table else str(where.path)
        return number, name, self._criteria.clause(kind, where)

    def _rules(self, entry: _CheckedRecord) -> Iterator[Assertion]:
        criteria = self._criteria
        due = criteria.rules.due(entry.kind, criteria.edition, criteria.level, entry.fields)
        called = {id(one.rule) for one in due}
        for rule in criteria.rules.of_type(entry.kind.type, criteria.edition, _HIGHEST_LEVEL):
            verdict = self._of_rule(rule, entry, called)
            yield Assertion(verdict, rule.clause, rule.name, entry.record, entry.kind.type)

    def _of_rule(self, rule: Rule, entry: _CheckedRecord, called: set[int]) -> Verdict:
        if rule.level > self._criteria.level or rule.name in entry.silent:
            return Verdict.NOT_CHECKED
        if id(rule) not in called:
            return Verdict.NOT_APPLICABLE
        return self._verdict(entry.record, rule.name)

    def _of_transaction(self, rule: Rule) -> Verdict:
        if rule.level > self._criteria.level:
            return Verdict.NOT_CHECKED
        return self._verdict(None, rule.name) if self._records else Verdict.NOT_APPLICABLE

    def _verdict(self, record: int | None, part: _Part) -> Verdict:
        severity = self._worst.get(record, {}).get(part, Severity.NOTE)
        if severity > Severity.NOTE:
            return Verdict.FAILED if severity is Severity.ERROR else Verdict.WARNED
        return Verdict.NOT_CHECKED if (record, part) in self._unchecked else Verdict.PASSED
