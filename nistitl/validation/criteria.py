"""What a transaction is checked against: edition, level, rules, profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

from nistitl.base.editions import LATEST, Edition
from nistitl.base.findings import Severity
from nistitl.validation.older import confirmed
from nistitl.validation.partial import severity_in_part
from nistitl.validation.plans import record_check, rule_index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nistitl.base.findings import Location
    from nistitl.declare.element import Element
    from nistitl.model.dictionaries import Dictionary
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.validation.contents import Fault, FieldCheck, RecordCheck
    from nistitl.validation.plans import RuleIndex
    from nistitl.validation.rules import Rule

_TYPE_2, _IDC = 2, 2
_OF_LATER = frozenset({"field-edition", "record-edition"})  # what a later edition has
_OLD_WAYS = frozenset({"code-legacy", "field-legacy"})


class CheckingProfile(Protocol):
    """What the engine asks of a profile."""

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def dictionary(self) -> Dictionary:
        """Its Type-2 dictionary, by which rules know mnemonics."""

    def cited(self, tot: str | None) -> str:
        """What findings on a Type-2 of that transaction type cite; of a type that it does not know nothing is told."""

    def type2_check(self, tot: str | None, edition: Edition) -> RecordCheck:
        """Level 1 of a Type-2 of that transaction type."""

    def knows_type(self, tot: str | None) -> bool:
        """True for a transaction type that it lists."""

    def rule_type(self, tot: str | None) -> str | None:
        """The transaction type whose rules hold for that one; itself unless the profile says what it is like."""

    def takes_newer(self, kind: int, number: int | None) -> bool:
        """True for a field, or a record type, of a later edition that may stand there all the same."""


@attrs.frozen(slots=True)
class Criteria:
    """What one transaction is checked against; `type2` is level 1 of its Type-2 where a profile says what that is."""

    tx: Transaction
    edition: Edition
    level: int
    rules: RuleIndex
    profile: CheckingProfile | None
    type2: RecordCheck | None

    @classmethod
    def of(cls, tx: Transaction, rules: tuple[Rule, ...], level: int, profile: CheckingProfile | None) -> Criteria:
        """The criteria for a transaction by its own edition."""
        edition = checked_edition(tx)
        type2 = profile.type2_check(tx.TOT, edition) if profile is not None else None
        dictionary = profile.dictionary if profile is not None else None
        return cls(tx, edition, level, rule_index(rules, dictionary), profile, type2)  # type: ignore[arg-type]  # hashable

    def record_check(self, record: Record) -> RecordCheck:
        """Level 1 of a record: that of the standard, of a Type-2 that of the profile."""
        return self._check_of(type(record))

    def _check_of(self, kind: type[Record]) -> RecordCheck:
        if kind.type == _TYPE_2 and self.type2 is not None:
            return self.type2
        return record_check(kind, self.edition)  # type: ignore[arg-type]  # a class is hashable

    @property
    def dictionary(self) -> Dictionary | None:
        """The Type-2 dictionary of the profile."""
        return None if self.profile is None else self.profile.dictionary

    @property
    def lists_type(self) -> bool:
        """True where the profile lists the transaction type, so that its authority says how long the name is."""
        return self.profile is not None and self.profile.knows_type(self.tx.TOT)

    @property
    def rule_type(self) -> str | None:
        """The transaction type whose rules hold."""
        return self.tx.TOT if self.profile is None else self.profile.rule_type(self.tx.TOT)

    def element(self, record: Record, number: int) -> Element | None:
        """The declaration of a field: of the standard, or of the profile."""
        if record.type == _TYPE_2 and self.type2 is not None:
            return self.type2.elements.get(number)
        return record.element(number)

    def fields(self, kind: type[Record]) -> Mapping[int, FieldCheck]:
        """Level 1 of the fields that a record type has in the edition."""
        return self._check_of(kind).fields

    def clause(self, kind: type[Record], where: Location) -> str:
        """What a finding of level 1 cites."""
        if self.profile is not None and kind.type == _TYPE_2 and (where.field or 0) > _IDC:
            return f"{self.profile.cited(self.tx.TOT)}; {where.path}"
        return f"{kind.clause()}; {where.path}" if where.field is not None else kind.clause()

    def takes_newer(self, kind: int, number: int | None) -> bool:
        """True where the profile takes a field, or a record type, of a later edition."""
        return self.profile is not None and self.profile.takes_newer(kind, number)

    def severity(self, record: Record, fault: Fault, number: int | None) -> Severity:
        """How much a fault of level 1 matters."""
        of_profile = self.type2 is not None and record.type == _TYPE_2
        if fault.code in _OF_LATER and self.takes_newer(record.type, number):
            return Severity.NOTE
        if not self.edition.checked and not of_profile:
            return severity_in_part(record, fault, number, self.edition)
        if fault.code in _OLD_WAYS:
            return Severity.NOTE
        if not fault.sure:
            return Severity.WARNING
        if of_profile:
            return Severity.ERROR
        if self.edition < Edition.E2011 and not confirmed(record, fault, number, self.edition):
            return Severity.WARNING
        return Severity.ERROR


def checked_edition(tx: Transaction) -> Edition:
    """The edition to check by: that of VER; the last one whose tables are known where it names none."""
    return tx.edition if tx.edition is not None else LATEST
