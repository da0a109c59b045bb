"""CNT, 1.003: spelled by the records that are there, and held against them; which IDC is free for a new one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from nistitl.base.errors import StructureError
from nistitl.base.findings import Finding, Location
from nistitl.base.numbers import HIGHEST_IDC, count_in_words, idc_in_words, type_in_words
from nistitl.wire.grammar import RS, US

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from nistitl.model.context import RecordPort
    from nistitl.wire.fields import Raw

Entry = tuple[int | None, int | None]  # record type and IDC
_LONGEST = 20  # bytes of an entry that is kept as it is spelled


def entries_of(records: Iterable[RecordPort]) -> list[tuple[int, int | None]]:
    """What CNT has to say of these records."""
    return [(record.type, record.idc) for record in records]


def count_spelled(entries: Iterable[tuple[int, int | None]], before: Raw | None) -> bytes:
    """The content of CNT for these records after Type-1; entries that stood in it `before` keep their spelling.

    A record without an IDC to read stands there with 0.
    """
    first, *named = bytes(before).split(RS) if before else [b""]
    spelled: dict[Entry, list[bytes]] = {}
    for entry in reversed(named):
        kind, _, idc = entry.partition(US)
        if kind.isdigit() and idc.isdigit() and len(entry) < _LONGEST:
            spelled.setdefault((int(kind), int(idc)), []).append(entry)
    width = 2 if named and all(map(_has_two_digits, named)) else 1
    subfields = []
    for kind_now, idc_now in entries:
        kept = spelled.get((kind_now, idc_now))
        subfields.append(kept.pop() if kept else b"%d%b%0*d" % (kind_now, US, width, idc_now or 0))
    return RS.join([_first_spelled(first, len(subfields)), *subfields])


class Counted:
    """CNT as it was spelled last, by its entries: one record more or less costs no look at all the others."""

    __slots__ = ("_entries", "_first", "_others", "_rest", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._first, *self._entries = raw.split(RS)
        self._rest = raw[len(self._first) :]  # the entries, each behind its separator
        self._others = sum(not _has_two_digits(entry) for entry in self._entries)

    def with_one_more(self, at: int, record: RecordPort) -> bytes:
        """CNT with this record, which is the one `at` after Type-1."""
        width = 2 if self._entries and not self._others else 1
        entry = b"%d%b%0*d" % (record.type, US, width, record.idc or 0)
        self._others += not _has_two_digits(entry)
        last = at >= len(self._entries)
        self._entries.insert(at, entry)
        return self._spelled(self._rest + RS + entry if last else None)

    def with_one_less(self, at: int) -> bytes:
        """CNT without the entry of the record that was `at` after Type-1."""
        entry = self._entries.pop(at)
        self._others -= not _has_two_digits(entry)
        return self._spelled(self._rest[len(RS + entry) :] if at == 0 else None)

    def _spelled(self, rest: bytes | None) -> bytes:
        self._first = _first_spelled(self._first, len(self._entries))
        self._rest = RS.join((b"", *self._entries)) if rest is None else rest
        self.raw = self._first + self._rest
        return self.raw


def _first_spelled(before: bytes, records: int) -> bytes:
    """The first subfield; zeros that stood before the number stay."""
    count = before.partition(US)[2]
    digits = len(count) if count[:1] == b"0" and count.isdigit() else 1
    return b"1%b%0*d" % (US, digits, records)


def _has_two_digits(entry: bytes) -> bool:
    return len(entry.partition(US)[2]) == 2


def free_idcs(records: Iterable[RecordPort]) -> Iterator[int]:
    """The IDCs that none of these records has, the lowest first."""
    used = {record.idc for record in records}
    return (idc for idc in range(HIGHEST_IDC + 1) if idc not in used)


def free_idc(records: Iterable[RecordPort]) -> int:
    """The lowest IDC that none of these records has. StructureError where all are in use."""
    free = next(free_idcs(records), None)
    if free is None:
        raise StructureError(f"every IDC from 0 to {HIGHEST_IDC} is in use; give the record one to share")
    return free


def count_findings(records: Sequence[Any]) -> Iterator[Finding]:
    """Where CNT and the records after it disagree; nothing where Type-1 is missing or was edited."""
    header = records[0] if records else None
    if header is None or header.type != 1 or header.edited:
        return
    count = header.CNT or ()
    where = attrs.evolve(header.location(3, None, None), record=0)
    if not count:
        yield Finding("cnt-missing", "Type-1 has no CNT", Location(record=0, type=1, field=3))
        return
    first, *named = count
    counted = getattr(first, "CRC", None)
    if counted not in (len(named), None):
        yield Finding("cnt-count", f"CNT counts {count_in_words(counted)} records and then names {len(named)}", where)
    listed: list[Entry] = [(getattr(entry, "REC", None), getattr(entry, "IDC", None)) for entry in named]
    present: list[Entry] = [*entries_of(records[1:])]
    for kind, idc in _lacking(listed, present):
        yield Finding(
            "cnt-missing-record",
            f"CNT names a {type_in_words(kind)} record with {idc_in_words(idc)} that is not there",
            where,
        )
    for kind, idc in _lacking(present, listed):
        yield Finding(
            "cnt-extra-record", f"CNT does not name the {type_in_words(kind)} record with {idc_in_words(idc)}", where
        )


def _lacking(these: list[Entry], those: list[Entry]) -> Iterator[Entry]:
    yield from (Counter(these) - Counter(those)).elements()
