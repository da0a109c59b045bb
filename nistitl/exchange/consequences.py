"""What follows from what is gone: what is then needed gets a permitted value, what needs it goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nistitl.base.findings import Severity
from nistitl.declare.conditions import M
from nistitl.profiles.checking import checked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nistitl.base.findings import Finding
    from nistitl.model.record import Record
    from nistitl.model.transaction import Transaction
    from nistitl.profiles import TableProfile

_PASSES = 4  # what goes may be what another field needs
_TYPE_2 = 2
_MISSING = frozenset({"field-missing", "item-missing", "records-few", "subfields-few"})  # what a policy may cause
_NEEDED = frozenset({"field-required", "image-field-missing"})  # by what else the record says
_Key = tuple[str, int | None, int | None, int | None]


class Consequence(NamedTuple):
    """A field that went, or was filled, by its record's index in what was made, and its path."""

    record: int
    path: str
    filled: bool = False


def settle(
    made: Transaction,
    tx: Transaction,
    profile: TableProfile | None,
    origins: Sequence[int],
    permitted: Callable[[int, int], bytes | None],
) -> Iterator[Consequence]:
    """Mend what `made` is told and `tx` was not: fields that are needed are filled, others go.

    `origins`: the index in `tx` of each record of `made`; `permitted`: the content that a field may have, by record and
    number. Fields that must be there, and those of Type-1, stay.
    """
    known = {_key(finding, range(len(tx))) for finding in _findings(tx, profile)}
    gone: set[tuple[int, str]] = set()

    def offered(at: int, number: int) -> bytes | None:
        """What is permitted, but not again where it was to no avail."""
        return None if (at, f"{made.records[at].type}.{number:03d}") in gone else permitted(at, number)

    for _ in range(_PASSES):
        told = (one for one in _findings(made, profile) if _key(one, origins) not in known)
        broken = [one for one in told if one.code not in _MISSING or _is_to_fill(one)]
        done = [step for finding in broken for step in _mended(made, finding, profile, offered)]
        gone |= {(one.record, one.path) for one in done if not one.filled}
        yield from done
        if not done:
            return


def _findings(tx: Transaction, profile: TableProfile | None) -> Iterator[Finding]:
    report = checked(tx, profile, 2, (), None, False)
    return (finding for finding in report.findings if finding.severity > Severity.NOTE)


def _key(finding: Finding, origins: Sequence[int]) -> _Key:
    at, where = finding.location.record, finding.location
    return finding.code, where.type, where.field, origins[at] if at is not None and at < len(origins) else None


def _is_to_fill(finding: Finding) -> bool:
    """True for a field that a profile wants in a record which stays: policies list the elements of Type-2 alone."""
    return finding.code == "field-missing" and finding.location.type not in (1, _TYPE_2)


def _mended(
    made: Transaction, finding: Finding, profile: TableProfile | None, permitted: Callable[[int, int], bytes | None]
) -> Iterator[Consequence]:
    """Fill the field of a finding or take it out, with its block where that must have it."""
    where = finding.location
    if where.record is None or where.field is None or where.type == 1:
        return
    record = made.records[where.record]
    path = f"{record.type}.{where.field:03d}"
    if finding.code in _NEEDED or _is_to_fill(finding):
        raw = permitted(where.record, where.field) if record.raw(where.field) is None else None
        if raw is not None:
            record.put(where.field, raw)
            yield Consequence(where.record, path, filled=True)
    elif going := _going(record, where.field, profile) or _partners(record, finding):
        for number in going:
            record.put(number, None)
        yield Consequence(where.record, path)


def _going(record: Record, number: int, profile: TableProfile | None) -> list[int]:
    """The fields that go with one; none where it must stay."""
    words = profile.dictionary if profile is not None and record.type == _TYPE_2 else None
    element = words.by_number(number) if words is not None else record.element(number)
    if element is None or record.binary or number == record.data_field or record.raw(number) is None:
        return []
    if element.condition is not M:
        return [number]
    return [one.number for one in record.elements.values() if element.block and one.block == element.block]


def _partners(record: Record, finding: Finding) -> list[int]:
    """The fields that stand with one that is missing, or not at all."""
    if finding.code != "fields-together" or finding.expected is None:
        return []
    named = re.findall(r"\w+", finding.expected)
    return [one.number for one in record.elements.values() if one.mnemonic in named and record.raw(one.number)]
