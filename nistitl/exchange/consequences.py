"""What follows from what is gone: fields that validation finds wrong only because others went, go too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.base.findings import Severity
from nistitl.declare.conditions import M
from nistitl.profiles.checking import checked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.base.findings import Finding
    from nistitl.model.transaction import Transaction
    from nistitl.profiles import TableProfile

_PASSES = 4  # what goes may be what another field needs
_MISSING = frozenset({"field-missing", "item-missing", "records-few", "subfields-few"})  # what a policy may cause


def drop_broken(made: Transaction, tx: Transaction, profile: TableProfile | None) -> Iterator[tuple[int, str]]:
    """Take fields out of `made` that have a finding which `tx` did not have; each by its record's index and path.

    Fields that must be there, and those of Type-1, stay.
    """
    known = {_key(finding) for finding in _findings(tx, profile)}
    for _ in range(_PASSES):
        broken = [one for one in _findings(made, profile) if _key(one) not in known and one.code not in _MISSING]
        dropped = [place for finding in broken if (place := _drop(made, finding)) is not None]
        yield from dropped
        if not dropped:
            return


def _findings(tx: Transaction, profile: TableProfile | None) -> Iterator[Finding]:
    report = checked(tx, profile, 2, (), None, False)
    return (finding for finding in report.findings if finding.severity > Severity.NOTE)


def _key(finding: Finding) -> tuple[str, int | None, int | None]:
    return finding.code, finding.location.type, finding.location.field


def _drop(made: Transaction, finding: Finding) -> tuple[int, str] | None:
    """Take the field of a finding out, with its block where that must have it; None where it must stay."""
    where = finding.location
    if where.record is None or where.field is None or where.type == 1:
        return None
    record = made.records[where.record]
    element = record.element(where.field)
    if element is None or record.binary or where.field == record.data_field or record.raw(where.field) is None:
        return None
    numbers = [where.field]
    if element.condition is M:
        numbers = [one.number for one in record.elements.values() if element.block and one.block == element.block]
    for number in numbers:
        record.put(number, None)
    return (where.record, f"{record.type}.{where.field:03d}") if numbers else None
