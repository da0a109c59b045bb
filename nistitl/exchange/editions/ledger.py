"""What a conversion did, as findings with the places of the source."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nistitl.base.findings import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        self._told: list[Finding] = []
        self._forgotten: dict[int | None, int] = {}  # by record: how many had been told when it went
        self._places = {id(record): at for at, record in enumerate(tx)}
        self._records: list[Record] = list(tx)  # kept, so that no other record gets the identity of one

    @property
    def findings(self) -> list[Finding]:
        """What was told, but for what became of fields of records that went."""
        gone = self._forgotten
        return [one for at, one in enumerate(self._told) if at >= gone.get(one.location.record, 0)]

    def place_of(self, record: Record) -> int | None:
        """The index in the source of a record, or of that which it was made of."""
        return self._places.get(id(record))

    def follows(self, record: Record, old: Record) -> None:
        """Have a record stand for the one that it was made of."""
        self._records.append(record)
        self._places[id(record)] = self._places[id(old)]

    def forget(self, record: Record) -> None:
        """Tell no more what became of the fields of a record, as it goes as a whole."""
        self._forgotten[self.place_of(record)] = len(self._told)

    @contextmanager
    def in_order(self) -> Iterator[None]:
        """Have what is told within stand in the order of subfields."""
        start = len(self._told)
        yield
        self._told[start:] = sorted(self._told[start:], key=lambda one: one.location.subfield or 0)

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
        self._told.append(Finding(code, message, where, _SEVERITIES[code], clause=clause))
