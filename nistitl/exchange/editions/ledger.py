"""What a conversion did, as findings with the places of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.findings import Finding, Location, Severity

if TYPE_CHECKING:
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction

CHANGED, LOST, KEPT, GIVEN, UNSETTLED = (
    "edition-changed", "edition-lost", "edition-kept", "edition-given", "edition-unsettled",
)  # fmt: skip
_SEVERITIES = {
    CHANGED: Severity.NOTE, KEPT: Severity.NOTE, LOST: Severity.WARNING, GIVEN: Severity.WARNING,
    UNSETTLED: Severity.ERROR,
}  # fmt: skip


class Ledger:
    """Every change and every loss, in the order in which they were made; no value that stands in the file is told."""

    def __init__(self, tx: Transaction) -> None:
        self.findings: list[Finding] = []
        self._places = {id(record): at for at, record in enumerate(tx)}
        self._records: list[Record] = list(tx)  # kept, so that no other record gets the identity of one

    def place_of(self, record: Record) -> int | None:
        """The index in the source of a record, or of that which it was made of."""
        return self._places.get(id(record))

    def follows(self, record: Record, old: Record) -> None:
        """Have a record stand for the one that it was made of."""
        self._records.append(record)
        self._places[id(record)] = self._places[id(old)]

    def forget(self, record: Record) -> None:
        """Tell no more what became of the fields of a record, as it goes as a whole."""
        at = self.place_of(record)
        self.findings = [one for one in self.findings if one.location.record != at]

    def sort_subfields(self, start: int) -> None:
        """Have what was told from one finding on stand in the order of subfields."""
        self.findings[start:] = sorted(self.findings[start:], key=lambda one: one.location.subfield or 0)

    def tell(
        self,
        code: str,
        record: Record,
        message: str,
        number: int | None = None,
        subfield: int | None = None,
        item: int | None = None,
        clause: str | None = None,
    ) -> None:
        """Note what became of a record, field, subfield or item."""
        where = Location(None, None, self.place_of(record), record.type, record.idc, number, subfield, item)
        self.findings.append(Finding(code, message, where, _SEVERITIES[code], clause=clause))

    @property
    def refusing(self) -> list[Finding]:
        """What was lost, and what nobody can settle."""
        return [finding for finding in self.findings if finding.code in (LOST, UNSETTLED)]
