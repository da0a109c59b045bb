"""Level 1 against the declarations: every field of every edition, every constraint stated, broken one at a time."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest

import nistitl
from fixtures import records as fixture_records
from fixtures.scenes import header, text_record
from nistitl import Edition, Transaction, record_class
from nistitl.declare.conditions import M
from nistitl.findings import Finding, Severity
from nistitl.records import DECLARED
from tests.breaking import Broken, breaks, unassigned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.element import Element
    from nistitl.declare.record import Record

LEN, IDC = 1, 2
FRAMED = {(1, 2), (1, 3)}  # VER and CNT decide what all else is held against: tests of their own
ASCII_NAME = b"Bureau of Tests\x1fSynthetic Bureau"  # 1.017: the fixtures have a name that needs 1.015
SAID = {"cnt-idc"}  # what CNT says of an IDC that is wrong is not level 1's


class Assertion(NamedTuple):
    """One constraint of one field in one edition, with the transaction that keeps it and the one that breaks it."""

    type: int
    edition: Edition
    path: str
    constraint: str
    good: bytes
    field: int | None
    broken: Broken


@cache
def contents(number: int, edition: Edition) -> dict[int, bytes]:
    """A content that is good for every field that the edition has, from the scenes of the fixtures."""
    found: dict[int, bytes] = {17: ASCII_NAME} if number == 1 else {}
    for record in fixture_records.transaction(number, edition)[number]:
        for key in record.keys():
            assert isinstance(key, int)
            found.setdefault(key, bytes(record.raw(key) or b""))
    return found


def minimal(number: int, edition: Edition, element: Element | None, more: bytes | None = None) -> bytes:
    """Type-1 and a record of what is mandatory and this field, with what its block needs."""
    kind = record_class(number)
    known = contents(number, since(kind, edition))
    first = header(edition)
    record = first if number == 1 else kind()
    block = element.block if element else None
    for newest in kind.elements.values():
        one = newest.in_edition(edition)
        if newest.number in kind.computed or (one is None and newest is not element):
            continue
        if newest is element and more is not None:
            record[newest.number] = more
        elif newest.number in known and (
            kind.binary or newest is element or (one and one.condition is M and one.block in (None, block))
        ):
            record[newest.number] = known[newest.number]
    return bytes(Transaction([first, text_record() if number == 1 else record]))


def since(kind: type[Record], edition: Edition) -> Edition:
    """The edition itself, or the nearest one that has the record type."""
    return max(kind.since, min(edition, kind.until or edition))


def mutated(data: bytes, record: int, field: int, content: bytes | None) -> bytes:
    """The transaction with one field of a record changed, or without it."""
    tx = nistitl.read(data)
    if content is None:
        del tx.records[record][field]
    else:
        tx.records[record][field] = content
    return bytes(tx)


def assertions(number: int) -> Iterator[Assertion]:
    """Every constraint that the declarations of a record type state, in every edition."""
    kind = record_class(number)
    for edition in fixture_records.EDITIONS:
        if edition not in fixture_records.editions(number):
            broken = Broken("record type of another edition", None, "record-edition")
            yield Assertion(number, edition, f"{number}", broken.constraint, b"", None, broken)
            continue
        for element in kind.elements.values():
            if element.number != LEN and (number, element.number) not in FRAMED:
                yield from _of_field(kind, edition, element)
        for strange in () if kind.binary else unassigned(kind, edition):
            broken = Broken("number nobody has", b"1", "field-undefined")
            good = minimal(number, edition, None)
            yield Assertion(number, edition, f"{number}.{strange:03d}", broken.constraint, good, strange, broken)


def _of_field(kind: type[Record], edition: Edition, newest: Element) -> Iterator[Assertion]:
    number, path = newest.number, f"{kind.type}.{newest.number:03d}"
    element = newest.in_edition(edition)
    if element is None:
        at = newest.since if edition < newest.since else newest.until or edition
        broken = Broken("field of another edition", contents(kind.type, at)[number], "field-edition")
        good = minimal(kind.type, edition, None)
        yield Assertion(kind.type, edition, path, broken.constraint, good, number, broken)
        return
    good = minimal(kind.type, edition, newest)
    if element.condition is M and not kind.binary:
        code = "idc-missing" if number == IDC and kind.type != 1 else "field-missing"
        yield Assertion(kind.type, edition, path, "missing", good, number, Broken("missing", None, code))
    raw = contents(kind.type, edition)[number]
    for broken in breaks(element, raw, edition, Random(f"{path} {edition.ver}")):
        yield Assertion(kind.type, edition, path, broken.constraint, good, number, broken)


def at_field(findings: Iterator[Finding], record: int, field: int | None) -> list[Finding]:
    """What is said of one field of one record."""
    return [f for f in findings if f.location.record == record and f.location.field == field]


def failure(one: Assertion) -> str | None:
    """What is wrong with what level 1 says of an assertion; None where it is right."""
    if one.field is None:
        return _record_failure(one)
    record = 0 if one.type == 1 else 1
    before = list(nistitl.read(one.good).validate(level=1))
    if told := at_field(iter(before), record, one.field):
        if any(f.code != "field-legacy" for f in told):
            return f"{one.path} {one.edition.ver}: good but {told[0].to_text()}"
    after = list(nistitl.read(mutated(one.good, record, one.field, one.broken.raw)).validate(level=1))
    new = Counter(_key(f) for f in after if f.code not in SAID) - Counter(map(_key, before))
    expected = Counter({(one.broken.code, record, one.field, one.broken.subfield, one.broken.item): 1})
    if new != expected:
        said = [f.to_text() for f in after if _key(f) in new]
        return f"{one.path} {one.edition.ver} {one.constraint}: expected {one.broken[2:]}, said {said}"
    return None


def _record_failure(one: Assertion) -> str | None:
    kind = record_class(one.type)
    tx = nistitl.read(minimal(one.type, since(kind, one.edition), None))
    tx.header["VER"] = one.edition.ver  # type: ignore[index]
    told = [f for f in nistitl.read(bytes(tx)).validate(level=1) if f.code == "record-edition"]
    right = len(told) == 1 and told[0].location.record == 1 and told[0].severity is Severity.ERROR
    return None if right else f"{one.path} {one.edition.ver}: {told}"


def _key(finding: Finding) -> tuple[object, ...]:
    where = finding.location
    return finding.code, where.record, where.field, where.subfield, where.item


@pytest.mark.parametrize("number", DECLARED)
def test_every_constraint_of_every_field_of_every_edition(number: int) -> None:
    failures = [told for one in assertions(number) if (told := failure(one))]
    assert failures == []
