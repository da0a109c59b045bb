"""CNT, 1.003, held against the records that are there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import attrs

from nistitl.base.findings import Finding, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

Entry = tuple[int | None, int | None]  # record type and IDC


def count_findings(tx: Any) -> Iterator[Finding]:
    """Where CNT and the records of the package disagree."""
    header = tx.header
    if header is None or header.edited:
        return
    count = header.CNT or ()
    where = attrs.evolve(header.location(3, None, None), record=0)
    if not count:
        yield Finding("cnt-missing", "Type-1 has no CNT", Location(record=0, type=1, field=3))
        return
    first, *named = count
    counted = getattr(first, "CRC", None)
    if counted not in (len(named), None):
        yield Finding("cnt-count", f"CNT counts {counted} records and then names {len(named)}", where)
    told: list[Entry] = [(getattr(entry, "REC", None), getattr(entry, "IDC", None)) for entry in named]
    there: list[Entry] = [(record.type, record.idc) for record in tx.records[1:]]
    for entry in _lacking(told, there):
        yield Finding(
            "cnt-missing-record", f"CNT names a Type-{entry[0]} record with IDC {entry[1]} that is not there", where
        )
    for entry in _lacking(there, told):
        yield Finding("cnt-extra-record", f"CNT does not name the Type-{entry[0]} record with IDC {entry[1]}", where)


def _lacking(these: list[Entry], those: list[Entry]) -> Iterator[Entry]:
    yield from (Counter(these) - Counter(those)).elements()
