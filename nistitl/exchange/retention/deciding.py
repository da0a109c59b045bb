"""What a policy says of one transaction at one moment: what is due, and what cannot be told.

Nothing is guessed: where a condition, a date or the framing of the file is in doubt, that is the answer.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.editions import LATEST
from nistitl.base.findings import Severity
from nistitl.exchange.retention.periods import stated
from nistitl.exchange.retention.rules import may_be
from nistitl.images.record import ImageRecord
from nistitl.model.faults import tag_findings
from nistitl.profiles.choice import choose
from nistitl.profiles.named import declared, texts
from nistitl.validation.contents import FieldCheck
from nistitl.validation.context import ValidationContext
from nistitl.wire.grammar import BYTE_ORDER_MARK, PADDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from nistitl.exchange.retention.periods import Stated
    from nistitl.exchange.retention.rules import Policy, Rule, What
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.profiles.conditions import ResolvedComparison
    from nistitl.profiles.named import FieldName
    from nistitl.validation.context import RecordView

# Where a record of a type states when it was captured: PHD, LCD, FCD, PCD, UTD, ICD, SCD, PCD, ICD, BCD.
CAPTURED = {10: 5, 13: 5, 14: 5, 15: 5, 16: 5, 17: 5, 18: 13, 19: 5, 22: 3, 99: 5}
_ESTIMATED = {22: 5}  # ICDR: the date is the middle of a range
_GEO, _UTE = 998, 1  # the moment of capture in UTC, where it is stated
_FACE, _IMT = "FACE", 3
_STRAYS = frozenset({"bytes-before", "bytes-between", "bytes-after"})
_ZONES = timedelta(hours=14)  # the most that a local day begins or ends apart from that of UTC


class Undecided(Exception):
    """Why something cannot be told, in words that quote nothing."""


class Due(NamedTuple):
    """A rule whose time is over, and the records that it is about."""

    rule: Rule
    records: tuple[Record, ...]


class Doubt(NamedTuple):
    """Something that a rule is for, and why it cannot be told whether it is due."""

    rule: str  # or what of the transaction all rules are for
    why: str


class Decision(NamedTuple):
    """What a policy says of a transaction at one moment."""

    due: tuple[Due, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def decide(tx: Transaction, policy: Policy, now: datetime) -> Decision:
    """What is due in a transaction, and what cannot be told. All of it is in doubt where its framing has errors."""
    if fault := framing_fault(tx):
        return Decision(doubts=(Doubt("file", fault),))
    return _Decider(tx, policy, now).decision()


def framing_fault(tx: Transaction) -> str | None:
    """Why a file may hold more than what was read of it, or something else; None for one that is read as a whole."""
    for finding in tx.framing_findings:
        if finding.severity is Severity.ERROR and finding.code not in _STRAYS:
            return f"it cannot be read without doubt ({finding.code})"
    if not any(finding.code in _STRAYS for finding in tx.framing_findings):
        return None
    before, after, between = tx.surroundings()
    strays = (before.removeprefix(BYTE_ORDER_MARK), after, *between)
    return "it holds bytes that belong to no record" if any(one.strip(PADDING) for one in strays) else None


class _Decider:
    """Looks at one transaction by the rules of a policy, in their order."""

    def __init__(self, tx: Transaction, policy: Policy, now: datetime) -> None:
        self.tx = tx
        self.policy = policy
        self.now = now
        self.context = ValidationContext(tx, tx.edition or LATEST, dictionary=policy.dictionary)
        self.due: dict[Rule, list[Record]] = {}
        self.doubts: list[Doubt] = []

    def decision(self) -> Decision:
        for what in dict.fromkeys(rule.what for rule in self.policy.rules):
            rules = [rule for rule in self.policy.rules if rule.what == what]
            for subject in self._subjects(what):
                self._look(rules, subject)
        self.context.end()
        due = tuple(Due(rule, tuple(self.due[rule])) for rule in self.policy.rules if rule in self.due)
        return Decision(due, tuple(dict.fromkeys(self.doubts)))

    def _look(self, rules: list[Rule], subject: RecordView | None) -> None:
        """Let the first rule that fits decide on a record, or on the transaction."""
        for rule in rules:
            try:
                if not self._fits(rule, subject):
                    continue
                if self._over(rule, subject):
                    self.due.setdefault(rule, []).extend(self.tx if subject is None else [subject.record])
            except Undecided as why:
                self.doubts.append(Doubt(rule.name, str(why)))
            return

    def _subjects(self, what: What) -> Iterator[RecordView | None]:
        """What a rule may be for: the transaction as a whole, or each of such records."""
        if what == "transaction":
            yield None
            return
        for view in self.context.records:
            if not may_be(what, view.record.type):
                continue
            try:
                if what != "faces" or self._is_face(view):
                    yield view
            except Undecided as why:
                self.doubts.append(Doubt(what, str(why)))

    def _is_face(self, view: RecordView) -> bool:
        if self._doubtful(view, _IMT) or not view.present(_IMT):
            raise Undecided("10.003 IMT does not say whether the image is a face")
        return any(text == _FACE for _, text in texts(view, _IMT))

    # -- for whom -----------------------------------------------------------------------------------

    def _fits(self, rule: Rule, subject: RecordView | None) -> bool:
        """True where the rule is for that record, or that transaction."""
        kinds = {record.type for record in self.tx} if subject is None else {subject.record.type}
        if rule.types and rule.types.isdisjoint(kinds):
            return False
        if rule.tots and self._tot not in rule.tots:
            return False
        if rule.profile is not None and self._profile != rule.profile:
            return False
        if rule.when and not self._all(rule.when, subject):
            return False
        return not rule.unless or not self._all(rule.unless, subject)

    @property
    def _tot(self) -> str:
        if self.tx.TOT is None:
            raise Undecided("1.004 TOT is missing")
        return self.tx.TOT

    @cached_property
    def _profile(self) -> str | None:
        profile, _ = choose(self.tx)
        return None if profile is None else profile.name

    def _all(self, tests: Iterable[ResolvedComparison], subject: RecordView | None) -> bool:
        """Whether all comparisons hold; Undecided where one in doubt decides."""
        found = {test.field.label: self._holds(test, subject) for test in tests}
        if False in found.values():
            return False
        if None in found.values():
            doubtful = ", ".join(label for label, held in found.items() if held is None)
            raise Undecided(f"{doubtful} cannot be compared: what stands there is wrong")
        return True

    def _holds(self, test: ResolvedComparison, subject: RecordView | None) -> bool | None:
        """Whether a comparison holds in the record, or in any of the type that it names; None where it is in doubt."""
        own = subject if subject is not None and subject.record.type == test.field.kind else None
        fields = [test.field] if test.other is None else [test.field, test.other]
        for field in fields:
            views = [own] if own is not None and field.kind == test.field.kind else self.context.of(field.kind)
            if any(self._doubtful(view, field.number) for view in views):
                return None
        return test.holds(own) if own is not None else test.holds_somewhere(self.context)

    def _doubtful(self, view: RecordView, number: int) -> bool:
        """True where level 1 finds a fault in a field, and where tags of the record are damaged."""
        record = view.record
        if any(finding.severity is Severity.ERROR for finding in tag_findings(record)):
            return True
        element = declared(record.type, number, self.policy.dictionary)
        raw = record.raw(number)
        if element is None or raw is None or record.binary:
            return False
        return bool(FieldCheck(element, view.edition).faults(bytes(raw), record.context.charset))

    # -- how long -----------------------------------------------------------------------------------

    def _over(self, rule: Rule, subject: RecordView | None) -> bool:
        """True where the time of a rule is over, by every date that counts or as the rule says."""
        over = {self.now >= rule.keep.after(_counted(rule, date)) for date in self._dates(rule, subject)}
        if len(over) == 1:
            return True in over
        if rule.of_several is None:
            raise Undecided("by some of its dates it is due, by others not, and of-several does not say which count")
        return rule.of_several == "first"

    def _dates(self, rule: Rule, subject: RecordView | None) -> list[Stated]:
        """The dates that a rule counts from: those of the first place that has any."""
        for place in rule.dates:
            found = self._captured(rule, subject) if place is None else list(self._stated(place, subject))
            if found:
                return found
        where = ", ".join("in its record" if place is None else place.label for place in rule.dates)
        raise Undecided(f"there is no date of {rule.after} ({where})")

    def _stated(self, place: FieldName, subject: RecordView | None) -> Iterator[Stated]:
        own = subject is not None and subject.record.type == place.kind
        for view in [subject] if own and subject is not None else self.context.of(place.kind):
            yield from _stated_in(view, place.number, place.item)

    def _captured(self, rule: Rule, subject: RecordView | None) -> list[Stated]:
        """The dates that records state themselves: the record's own; for what is no capture, those of all captures."""
        if subject is not None and isinstance(subject.record, ImageRecord):
            date = _captured(subject)
            return [] if date is None else [date]
        types = rule.types & CAPTURED.keys() or CAPTURED.keys()
        dates = {view: _captured(view) for view in self.context.of(*types)}
        missing = next((view for view, date in dates.items() if date is None), None)
        if missing is not None and any(dates.values()):
            raise Undecided(f"a record of Type-{missing.record.type} states no date of capture")
        return [date for date in dates.values() if date is not None]


def _counted(rule: Rule, date: Stated) -> datetime:
    """The moment that a date counts from."""
    if date.timed:
        return date.start
    if rule.date_only is None:
        raise Undecided(f"the date of {rule.after} has no time, and date-only does not say from when it counts")
    return date.start if rule.date_only == "start" else date.end


def _stated_in(view: RecordView, number: int, item: int | None = None) -> Iterator[Stated]:
    """The dates in a field of a record; Undecided for one that cannot be read."""
    where = f"{view.record.type}.{number:03d}"
    if any(finding.severity is Severity.ERROR for finding in tag_findings(view.record)):
        raise Undecided(f"the fields of a Type-{view.record.type} cannot be read without doubt")
    for _, text in texts(view, number, item):
        try:
            yield stated(text)
        except ValueError:
            raise Undecided(f"{where} holds no date that can be read") from None


def _captured(view: RecordView) -> Stated | None:
    """When a record says that it was captured: the moment in UTC where it states one, else the day."""
    number = CAPTURED.get(view.record.type)
    if number is None:
        return None
    day = next(_stated_in(view, number), None)
    moment = next(_stated_in(view, _GEO, _UTE), None)
    if moment is None and view.present(_ESTIMATED.get(view.record.type, 0)):
        raise Undecided("22.003 is an estimate, by 22.005 ICDR")
    if day is None or moment is None:
        return moment or day
    if not day.start - _ZONES <= moment.start <= day.end + _ZONES:
        kind = view.record.type
        raise Undecided(f"{kind}.{number:03d} and {kind}.{_GEO}.{_UTE} UTE state other days")
    return moment
