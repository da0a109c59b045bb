"""The walk: every record once, level 1 from the declarations, levels 2 and 3 from the rules, findings in byte order."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import attrs

from nistitl.base.editions import LATEST, Edition, edition_of
from nistitl.base.findings import Finding, Location, Severity
from nistitl.base.text import printable
from nistitl.model.faults import readable, tag_findings
from nistitl.validation.contents import Fault, RecordCheck
from nistitl.validation.older import confirmed
from nistitl.validation.report import Report
from nistitl.validation.rules import Problem, Rule, Scene, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nistitl.declare.element import Element
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.wire.fields import Raw

Levels = int
_INCOMPLETE = frozenset(
    {"record-cut", "type1-damaged", "type1-missing"}
)  # of such records nothing is missing: it was lost
_STRAY = frozenset({"bytes-after", "bytes-between"})
_MOST_FAULTS = 100  # told of one field
_MOST_RULEBOOKS = 16
_MOST_KINDS = 512  # sets of fields that are remembered with the rules they call for
_NAMED = frozenset({"field-missing", "field-edition", "field-not-listed"})  # their messages name the field
_TYPE_2, _IDC = 2, 2
_PERSONAL = (_TYPE_2,)  # record types that tell of a person throughout


_Due = tuple[Rule, Severity, tuple[int, ...]]  # a rule, how much it matters, and the fields it reads


class _Plan:
    """What is to be run on records of one type in one edition, up to one level."""

    def __init__(
        self, kind: type[Record], edition: Edition, rules: Iterable[Rule], check: RecordCheck | None = None
    ) -> None:
        self.check = check or RecordCheck(kind.elements, kind.ranges, edition)
        self.always: list[_Due] = []
        self.started: dict[int, list[_Due]] = {}
        self._called: dict[tuple[object, ...], list[_Due]] = {}
        numbers = {element.mnemonic: number for number, element in kind.elements.items()}
        for rule in rules:
            row = rule, rule.severity_in(edition), tuple(numbers[name] for name in rule.reads)
            if not rule.starts:
                self.always.append(row)
            for name in rule.starts:
                self.started.setdefault(numbers[name], []).append(row)

    def due(self, present: Iterable[object]) -> list[_Due]:
        """The rules that these fields call for, each once; records of a kind mostly have the same fields."""
        fields = tuple(present)
        rows = self._called.get(fields)
        if rows is None:
            found = [*self.always, *(row for number in fields for row in self.started.get(number, ()))]  # type: ignore[call-overload]
            rows = list({id(row[0]): row for row in found}.values())
            if len(self._called) < _MOST_KINDS:
                self._called[fields] = rows
        return rows


class _Rulebook:
    """Rules sorted out by record type, edition and level, kept for the next transaction."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self._plans: dict[tuple[type[Record], Edition, int, RecordCheck | None], _Plan] = {}

    def plan(self, kind: type[Record], edition: Edition, level: int, check: RecordCheck | None = None) -> _Plan:
        """What is to be run on records of a type; `check` is another level 1 than that of the standard."""
        key = kind, edition, level, check
        plan = self._plans.get(key)
        if plan is None:
            mine = [r for r in self.rules if kind.type in r.types and r.level <= level and r.in_edition(edition)]
            plan = self._plans[key] = _Plan(kind, edition, mine, check)
        return plan

    def whole(self, edition: Edition, level: int) -> list[Rule]:
        """The rules of the whole transaction."""
        return [r for r in self.rules if not r.types and r.level <= level and r.in_edition(edition)]


class CheckingProfile(Protocol):
    """What the engine asks of a profile."""

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def title(self) -> str:
        """What findings cite."""

    def type2_check(self, tot: str | None, edition: Edition) -> RecordCheck:
        """Level 1 of a Type-2 of that transaction type."""


@lru_cache(_MOST_RULEBOOKS)
def rulebook(rules: tuple[Rule, ...]) -> _Rulebook:
    """These rules, sorted out once."""
    return _Rulebook(rules)


def check(
    tx: Transaction,
    rules: tuple[Rule, ...],
    level: int,
    values: bool,
    profile: CheckingProfile | None = None,
    chosen: Finding | None = None,
) -> Report:
    """Run level 1 and these rules up to `level`; `values` puts people's text into findings.

    `profile` says what a Type-2 holds and what its findings cite, `chosen` how it was chosen.
    """
    return _Walk(tx, rulebook(rules), level, values, profile).report(chosen)


class _Walk:
    def __init__(
        self, tx: Transaction, book: _Rulebook, level: int, values: bool, profile: CheckingProfile | None
    ) -> None:
        self.tx = tx
        self.profile = profile
        self.book = book
        self.level = level
        self.values = values
        self.edition = _edition(tx)
        self.type2 = profile.type2_check(tx.TOT, self.edition) if profile is not None else None
        self.charset = tx.context.charset
        self.scene = Scene(tx, self.edition)
        self.found: list[tuple[tuple[int, ...], Finding]] = []
        self.ruined: set[int] = set()  # records whose bytes are not all there
        self.said: set[tuple[str, int, int, int | None, int | None]] = set()
        self.legacy: set[tuple[int, str]] = set()
        self.told: set[tuple[str, int | None]] = set()  # what framing has said, by code and offset

    def report(self, chosen: Finding | None) -> Report:
        if chosen is not None:
            self.found.append(((0, -3), chosen))
        self._structure()
        for subject in self.scene.subjects:
            self._record(subject)
        if self.level >= 2:
            self._whole()
        told = self.tx.located(finding for _, finding in self.found)
        findings = _in_byte_order([(place, finding) for (place, _), finding in zip(self.found, told, strict=True)])
        return Report(findings, self.tx, self.edition, self.level, self.profile.name if self.profile else None)

    def _plan(self, record: Record) -> _Plan:
        return self.book.plan(type(record), self.edition, self.level, self.type2 if record.type == _TYPE_2 else None)

    # -- structure ----------------------------------------------------------------------------

    def _structure(self) -> None:
        """What framing and tags had to forgive."""
        starts = [subject.record.origin[1] for subject in self.scene.subjects]
        for finding in self.tx.framing_findings:
            where = finding.location
            at = where.record
            if at is None and where.offset is not None:
                at = max((n for n, start in enumerate(starts) if start <= where.offset), default=0)
            if at is not None and (finding.code in _INCOMPLETE or self._misled(finding, at)):
                self.ruined.add(at)
            if at is not None and where.field is not None and at < len(self.scene.subjects):
                self.scene.subjects[at].doubt(where.field)
            self.told.add((finding.code, where.offset))
            if where.record is None and where.type is not None:
                finding = attrs.evolve(finding, location=attrs.evolve(where, record=at))
            self.found.append(((at or 0, -2, where.offset or 0), finding))

    def _misled(self, finding: Finding, at: int) -> bool:
        """True where bytes follow a binary record, which nothing but LEN ends: they may be its own."""
        subjects = self.scene.subjects
        return finding.code in _STRAY and at < len(subjects) and subjects[at].record.binary

    # -- level 1 ------------------------------------------------------------------------------

    def _record(self, subject: Subject) -> None:
        record = subject.record
        plan = self._plan(record)
        if found := _life(record, self.edition):
            self._say(subject, found, None)
        present = self._fields(subject, plan.check)
        for element in plan.check.missing(present) if subject.at not in self.ruined else ():
            if not subject.doubtful(element.number):
                message = f"{element.mnemonic} ({element.name}) is missing"
                self._say(subject, Fault("field-missing", message, sure=not element.unverified), element.number)
                subject.doubt(element.number)
        if self.level >= 2:
            doubtful = subject.doubts
            for rule, severity, reads in plan.due(present):
                if not doubtful or doubtful.keys().isdisjoint(reads):
                    self._run(rule, severity, subject, subject)

    def _fields(self, subject: Subject, check: RecordCheck) -> dict[object, int] | dict[object, None]:
        """Check every field that is there; their keys."""
        record = subject.record
        if not record.binary:
            self._tags(subject)
        if record.edits is None:
            fields = record.raw_fields
            raws, index, plain = fields.raws, fields.index, self.charset.transparent
            for key, at in index.items():
                raw = raws[at]
                known = check.fields.get(key)  # type: ignore[arg-type]
                if known is None:
                    if key in check.anyones and plain and raw.isascii():  # type: ignore[union-attr]
                        continue
                elif raw in known.good or (plain and known.quick(raw)):  # type: ignore[arg-type]
                    continue
                self._field(subject, check, key, raw)
            return index  # type: ignore[return-value]
        keys = record.keys()
        for key in keys:
            self._field(subject, check, key, record.raw(key) or b"")
        return dict.fromkeys(keys)

    def _field(self, subject: Subject, check: RecordCheck, key: object, raw: Raw) -> None:
        if not isinstance(key, int):
            return  # a tag of another record type, or none: told by its tag
        if subject.doubtful(key):
            return
        known = check.fields.get(key)
        if known is None:
            fault = check.stranger(key)
            if fault is not None and not self._newer(subject, key):
                self._say(subject, fault, key)
                subject.doubt(key)
            faults: Sequence[Fault] = ()
        else:
            faults = _at_most(known.faults(raw, self.charset))  # type: ignore[arg-type]
        for fault in faults:
            if fault.code != "code-legacy" or self.tx.edition is not None:
                self._say(subject, fault, key)
            if fault.code not in ("code-legacy", "separator-trailing"):
                subject.doubt(key, fault.subfield)
        record = subject.record
        if faults and key != record.data_field and not record.binary:
            self._doubt_swallowed(subject, key)
        if key != record.data_field and not record.binary and not faults and not readable(bytes(raw), self.charset):
            fault = Fault("text-undecodable", "holds bytes outside the character set of the transaction", sure=False)
            self._say(subject, fault, key)
        if known is not None and key in check.legacy:
            self._legacy(subject, known.element, check.legacy[key])

    def _newer(self, subject: Subject, number: int) -> bool:
        """True for a field of an edition that is carried, not checked."""
        edition, element = self.tx.edition, subject.record.element(number)
        if edition is None or edition.checked or element is None:
            return False
        return element.in_edition(edition) is not None

    def _legacy(self, subject: Subject, element: Element, since: Edition) -> None:
        """Say once of a field, or of its block, that new data should not have it."""
        told = subject.at, element.block or str(element.number)
        if told not in self.legacy:
            self.legacy.add(told)
            what = f"is legacy from {since.year} on" + (
                f", like all of its block ({element.block})" if element.block else ""
            )
            self._say(subject, Fault("field-legacy", what), element.number, Severity.NOTE)

    def _tags(self, subject: Subject) -> None:
        for finding in tag_findings(subject.record):
            where = attrs.evolve(finding.location, record=subject.at)
            if (finding.code, where.offset) in self.told or (
                finding.code == "tag-malformed" and subject.at in self.ruined
            ):
                continue
            if where.field is not None and finding.code != "len-not-first":
                subject.doubt(where.field)
            if finding.code == "tag-foreign" and finding.expected is not None:
                subject.doubt(int(finding.expected.partition(".")[2]))
            if finding.code == "separator-missing":
                self._doubt_swallowed(subject, where.field)
            self.found.append(((subject.at, *self._place(subject, where.field), 0, 0), finding))

    def _doubt_swallowed(self, subject: Subject, number: int | None) -> None:
        """Fields whose tags stand in the content of this one are not missing: their separator is."""
        raw = None if number is None else subject.record.raw(number)
        for lost in re.findall(rb"%d\.(\d{3,9}):" % subject.record.type, bytes(raw or b"")):
            subject.doubt(int(lost))

    # -- levels 2 and 3 -----------------------------------------------------------------------

    def _whole(self) -> None:
        for rule in self.book.whole(self.edition, self.level):
            self._run(rule, rule.severity_in(self.edition), self.scene, None)

    def _run(self, rule: Rule, severity: Severity, sight: Subject | Scene, subject: Subject | None) -> None:
        if rule.level >= 3 and subject is not None and subject.at in self.ruined:
            return
        told: dict[tuple[int, int | None], int] = {}
        for problem in rule.check(sight):
            if isinstance(problem, Finding):
                if subject is not None and problem.location.field not in subject.doubts:
                    where = attrs.evolve(problem.location, record=subject.at)
                    self._add(subject, attrs.evolve(problem, location=where))
                continue
            if subject is None and problem.record is None and self.scene.header is None:
                continue  # about a Type-1 that is not there: told by framing
            about = self.scene.subjects[problem.record or 0] if subject is None else subject
            if problem.field is not None and _settled(about, problem.field, whole=subject is not None):
                continue
            place = about.at, problem.field
            told[place] = told.get(place, 0) + 1
            if told[place] <= _MOST_FAULTS:
                self._tell(about, rule, severity, problem)
        for (at, field), count in told.items():
            if count > _MOST_FAULTS:
                self._tell_more(self.scene.subjects[at], rule, severity, field, count - _MOST_FAULTS)

    def _tell_more(self, subject: Subject, rule: Rule, severity: Severity, field: int | None, more: int) -> None:
        """Say how many more of a rule's problems there are with a field than are told one by one."""
        where = self._location(subject, field, None, None)
        message = f"{more} more of its values: {rule.code}"
        self._add(subject, Finding("faults-more", message, where, severity, clause=rule.clause))

    def _tell(self, subject: Subject, rule: Rule, severity: Severity, problem: Problem) -> None:
        where = self._location(subject, problem.field, problem.subfield, problem.item)
        actual = None if problem.field is None else self._actual(subject, where)
        hint = problem.hint
        finding = Finding(
            problem.code or rule.code,
            problem.message,
            where,
            severity,
            problem.expected,
            actual,
            clause=rule.clause,
            hint=hint,
        )
        self._add(subject, finding)

    # -- findings -----------------------------------------------------------------------------

    def _say(self, subject: Subject, fault: Fault, number: int | None, severity: Severity | None = None) -> None:
        record = subject.record
        where = self._location(subject, number, fault.subfield, fault.item)
        if severity is None:
            severity = self._severity(record, fault, number)
        message = fault.message
        element = self._element(record, number) if number is not None else None
        if element is not None and fault.code not in _NAMED:
            message = f"{element.mnemonic} {message}" if not fault.item else f"{element.mnemonic}: {message}"
        raw = fault.raw
        actual = None
        if raw is not None:
            hidden = record.type in _PERSONAL or not fault.open
            actual = None if hidden and not self.values else _shown(record, raw, self.tx)
        clause = self._clause(record, where)
        hint = fault.hint or (element.note if element is not None and record.type == _TYPE_2 else None) or None
        finding = Finding(fault.code, message, where, severity, fault.expected, actual, clause=clause, hint=hint)
        self._add(subject, finding)

    def _element(self, record: Record, number: int) -> Element | None:
        """The declaration of a field: of the standard, or of the profile."""
        if record.type == _TYPE_2 and self.type2 is not None:
            return self.type2.elements.get(number)
        return record.element(number)

    def _clause(self, record: Record, where: Location) -> str:
        """What a finding of level 1 cites."""
        if self.profile is not None and record.type == _TYPE_2 and (where.field or 0) > _IDC:
            return f"{self.profile.title}, {self.tx.TOT or 'no TOT'}; {where.path}"
        return f"{record.clause()}; {where.path}" if where.field is not None else record.clause()

    def _severity(self, record: Record, fault: Fault, number: int | None) -> Severity:
        if fault.code == "code-legacy" or not fault.sure:
            return Severity.WARNING
        if self.type2 is not None and record.type == _TYPE_2:
            return Severity.ERROR
        if self.edition < Edition.E2011 and not confirmed(record, fault, number, self.edition):
            return Severity.WARNING
        return Severity.ERROR

    def _add(self, subject: Subject, finding: Finding) -> None:
        """Take in a finding; the same said of the same place is said once."""
        where = finding.location
        if where.field is not None:
            said = finding.code, subject.at, where.field, where.subfield, where.item
            if said in self.said:
                return
            self.said.add(said)
        place = self._place(subject, where.field)
        self.found.append(((subject.at, *place, where.subfield or 0, where.item or 0), finding))

    def _place(self, subject: Subject, number: int | None) -> tuple[int, int]:
        """Where a field stands in its record; fields that are not there come at its beginning, by number."""
        if number is None:
            return -1, -1
        at = subject.order.get(number)
        return (-1, number) if at is None else (at, 0)

    def _location(self, subject: Subject, number: int | None, subfield: int | None, item: int | None) -> Location:
        record = subject.record
        if number is not None and record.raw(number) is not None:
            return attrs.evolve(record.location(number, subfield, item), record=subject.at)
        _, start, end = record.origin
        came = record.origin[0].is_input and end > 0
        offset, length = (start, end - start) if came else (None, None)
        return Location(offset, length, subject.at, record.type, record.idc, number, subfield, item)

    def _actual(self, subject: Subject, where: Location) -> str | None:
        """What stands there, where it is a number or code, or where people's text was asked for."""
        record, number = subject.record, where.field
        if number is None or number == record.data_field or record.raw(number) is None:
            return None
        if not self.values and (record.type in _PERSONAL or not self._closed(record, where)):
            return None
        path = ".".join(str(part) for part in (number, where.subfield, where.item) if part is not None)
        place = record.get(f"{record.type}.{path}")
        return None if place is None else _shown(record, bytes(place.raw), self.tx)

    def _closed(self, record: Record, where: Location) -> bool:
        check = self._plan(record).check.fields.get(where.field or 0)
        return check is not None and check.closed


def _settled(subject: Subject, number: int, *, whole: bool) -> bool:
    """True where nothing more is to be said of the field: level 1 found it wrong, or `whole`, all of it."""
    bad = subject.doubts.get(number, ())
    return None in bad if whole else bool(bad)


def _in_byte_order(found: list[tuple[tuple[int, ...], Finding]]) -> tuple[Finding, ...]:
    """Findings by record, then by offset; one without an offset (of an edited field) follows the field before it."""
    rows = []
    last = 0, -1
    for place, finding in sorted(found, key=lambda row: row[0]):
        record, offset = place[0], finding.location.offset
        framing = place[1] == -2  # before all fields, wherever it is: nothing follows it
        if offset is None:
            offset = last[1] if last[0] == record else -1
        elif not framing:
            last = record, offset
        rows.append((record, offset, not framing, finding))
    rows.sort(key=lambda row: row[:3])
    return tuple(row[3] for row in rows)


def _at_most(faults: list[Fault]) -> list[Fault]:
    """The first faults of a field; of the others only how many."""
    if len(faults) <= _MOST_FAULTS:
        return faults
    more = Fault("faults-more", f"{len(faults) - _MOST_FAULTS} more of its values are not as declared")
    return [*faults[:_MOST_FAULTS], more]


def _edition(tx: Transaction) -> Edition:
    """The edition to check by: that of VER, the nearest older one for a VER between, the newest known otherwise."""
    if tx.edition is not None:
        return tx.edition if tx.edition.checked else LATEST
    ver = tx.VER or ""
    if not (ver.isascii() and ver.isdigit() and len(ver) <= 8) or edition_of(ver) is not None:
        return LATEST
    older = [edition for edition in Edition if edition <= int(ver) and edition.checked]
    return older[-1] if older else LATEST


def _life(record: Record, edition: Edition) -> Fault | None:
    """What is wrong with a record type that the edition does not have."""
    if record.since <= edition and (record.until is None or edition <= record.until):
        return None
    life = (
        f"from {record.since.year} on" if edition < record.since else f"to {record.until.year if record.until else 0}"
    )
    message = f"Type-{record.type} ({record.title}) exists {life} only"
    return Fault("record-edition", message, f"a record type of {edition.year}")


def _shown(record: Record, raw: bytes, tx: Transaction) -> str:
    if record.binary:
        return str(int.from_bytes(raw, "big")) if len(raw) <= 4 else raw.hex(" ")
    text = tx.context.charset.decode(raw[:80])
    shown = text.replace("\x1e", " / ").replace("\x1f", " | ")
    return printable(shown)
