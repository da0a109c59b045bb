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
from nistitl.base.editions import LATEST
from nistitl.base.findings import Finding, Severity
from nistitl.codes import table
from nistitl.declare.binary import Uint
from nistitl.declare.conditions import M
from nistitl.declare.values import Data
from nistitl.records import DECLARED
from nistitl.records.facts import facts_of
from tests.records.test_reference_fields import STANDARD
from tests.support.breaking import Broken, breaks, unassigned
from tests.support.samples import PACKAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nistitl.declare.element import Element
    from nistitl.model.record import Record

OLDER_TABLE = PACKAGES / "nistitl" / "validation" / "older.tsv"
LEN = 1
FRAMED = {(1, 2), (1, 3)}  # VER and CNT decide what all else is held against: tests of their own
ASCII_NAME = b"Bureau of Tests\x1fSynthetic Bureau"  # 1.017: the fixtures have a name that needs 1.015
ASIDE = {"cnt-idc", "field-legacy"}  # what CNT says of an IDC that is wrong; a note that moves to another field
SURPLUS = {"field-undefined", "item-many", "subfields-many"}  # notes of 0600, which may have more than is known
WIDENED = SURPLUS | {"code-legacy", "item-count", "value-code", "value-length"}  # notes, too, but out of a range
LEAST = 16_000  # assertions: fewer, and declarations or their constraints have got lost


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
    older = {} if edition.checked else contents(number, LATEST)  # what is for old data only the fixtures leave out
    for record in fixture_records.transaction(number, edition)[number]:
        for key in record.keys():
            assert isinstance(key, int)
            found.setdefault(key, bytes(record.raw(key) or b""))
    return older | found


def minimal(number: int, edition: Edition, element: Element | None, more: bytes | None = None) -> bytes:
    """Type-1 and a record of what is mandatory and this field, with what its block needs."""
    kind = record_class(number)
    known = contents(number, since(kind, edition))
    first = header(edition)
    record = first if number == 1 else text_record() if number == 2 else kind()
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
    kind, having = record_class(number), fixture_records.editions(number)
    for edition in dict.fromkeys([*fixture_records.EDITIONS, *having]):
        if edition not in having:
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
        yield Assertion(kind.type, edition, path, "missing", good, number, Broken("missing", None, "field-missing"))
    raw = contents(kind.type, edition)[number]
    for broken in breaks(element, raw, edition, Random(f"{path} {edition.ver}")):
        yield Assertion(kind.type, edition, path, broken.constraint, good, number, broken)


def failure(one: Assertion) -> str | None:
    """What is wrong with what level 1 says of an assertion; None where it is right."""
    if one.field is None:
        return _record_failure(one)
    record = 0 if one.type == 1 else 1
    before = told(one.good)
    if wrong := [f.to_text() for f in before if f.location.record == record and f.location.field == one.field]:
        return f"{one.path} {one.edition.ver}: good, but {wrong}"
    after = told(mutated(one.good, record, one.field, one.broken.raw))
    new = Counter(map(_key, after)) - Counter(map(_key, before))
    if new != Counter({(one.broken.code, record, one.field, one.broken.subfield, one.broken.item): 1}):
        said = [f.to_text() for f in after if _key(f) in new]
        return f"{one.path} {one.edition.ver} {one.constraint}: expected {one.broken[2:]}, said {said}"
    severity = next(f.severity for f in after if _key(f) in new)
    if severity not in _severities(one):
        return f"{one.path} {one.edition.ver} {one.constraint}: {severity.name}"
    return None


def told(data: bytes) -> list[Finding]:
    """The findings of level 1, without those that are aside."""
    return [finding for finding in nistitl.read(data).validate(level=1) if finding.code not in ASIDE]


def _severities(one: Assertion) -> set[Severity]:
    """What a violation may be: an error, unless its limit is unverified, or the edition is older than 2011."""
    element = record_class(one.type).elements.get(one.field or 0)
    rows = () if element is None else element.value.first.items + element.items if element.items else ()
    unsure = element is not None and (element.unverified or any(row.unverified for row in rows))
    listed = [] if element is None else [element.value.table, *(row.value.table for row in rows)]
    unsure |= any(name and any(row.status == "unverified" for row in table(name).codes) for name in listed)
    if not one.edition.checked:
        return _severities_in_part(one, unsure)
    if one.broken.code == "code-legacy":
        return {Severity.NOTE}
    return {Severity.ERROR, Severity.WARNING} if unsure or one.edition < Edition.E2011 else {Severity.ERROR}


def _severities_in_part(one: Assertion, unsure: bool) -> set[Severity]:
    """Of 0600: only a fact warns (which: test_edition_2025), what a table may have widened is at the least a note."""
    path, newest = f"{one.type}.{one.field or 0:03d}", record_class(one.type).elements.get(one.field or 0)
    known = any(at.rpartition(".")[0] == path or at == path for fact in facts_of(one.edition) for at in fact.paths)
    older = [newest.in_edition(e) for e in Edition if e >= Edition.E2000 and e.checked] if newest else []
    agreed = len({id(element.value) for element in older if element is not None}) <= 1 and not (
        newest is not None and any((row.since or Edition.E2000) > Edition.E2000 for row in newest.items)
    )
    noted = set() if agreed and one.broken.code not in WIDENED else {Severity.NOTE}
    if known or unsure:
        return {Severity.ERROR, Severity.WARNING} | noted
    if one.broken.code in SURPLUS:
        return {Severity.NOTE}
    return {Severity.ERROR} | noted


def _record_failure(one: Assertion) -> str | None:
    kind = record_class(one.type)
    tx = nistitl.read(minimal(one.type, since(kind, one.edition), None))
    tx.header["VER"] = one.edition.ver  # type: ignore[index]
    found = [f for f in told(bytes(tx)) if f.code in ("record-edition", "edition-older")]  # the second: with its fields
    record = 1 if found and found[0].code == "record-edition" else 0
    right = len(found) == 1 and found[0].location.record == record and found[0].severity is Severity.ERROR
    return None if right else f"{one.path} {one.edition.ver}: {found}"


def _key(finding: Finding) -> tuple[object, ...]:
    where = finding.location
    return finding.code, where.record, where.field, where.subfield, where.item


@pytest.mark.parametrize("number", DECLARED)
def test_every_constraint_of_every_field_of_every_edition(number: int) -> None:
    assert [wrong for one in assertions(number) if (wrong := failure(one))] == []


def test_no_declared_field_is_left_out() -> None:
    made = [one for number in DECLARED for one in assertions(number)]
    assert len(made) > LEAST
    assert f"Level 1 makes {len(made):,} assertions" in (ROOT / "README.md").read_text("utf-8")
    seen = {(one.type, one.edition, one.field) for one in made}
    framed = {(number, e.number) for number in DECLARED for e in record_class(number).elements.values()
              if e.number == LEN or isinstance(e.value, Uint | Data)} | FRAMED  # fmt: skip
    fields = {(number, edition, e.number) for number in DECLARED for edition in fixture_records.editions(number)
              for e in record_class(number).elements.values() if (number, e.number) not in framed}  # fmt: skip
    assert sorted(fields - seen) == []


@pytest.mark.parametrize("number", DECLARED)
def test_legacy_fields_are_told_once_a_block(number: int) -> None:
    for edition in fixture_records.editions(number):
        for newest in record_class(number).elements.values():
            if (element := newest.in_edition(edition)) is None:
                continue
            notes = nistitl.read(minimal(number, edition, newest)).validate(level=1).filter(code="field-legacy")
            legacy = element.legacy is not None and element.legacy <= edition
            weight = Severity.WARNING if legacy and not element.legacy.checked else Severity.NOTE  # a fact of 2025
            assert [note.severity for note in notes] == [weight] * legacy, (number, edition, element.mnemonic)


# -- below VER 0500: NIST's own table of that time is the witness ------------------------------

OLDER = [  # type, field, content, VER, what it is
    (1, 4, b"CARDS", "0400", "ERROR"),  # 3 to 4 characters in both
    (1, 5, b"20241315", "0400", "ERROR"),
    (1, 5, b"20230229", "0400", "WARNING"),  # the older table knows months of 31 days only
    (1, 6, b"0", "0200", "ERROR"),
    (1, 9, b"TCN\x01", "0300", "WARNING"),  # any character
    (1, 15, b"0", "0300", "ERROR"),  # the name of the set is mandatory
    (4, 3, b"\x1e", "0400", "ERROR"),
    (4, 4, b"\x10\xff\xff\xff\xff\xff", "0300", "ERROR"),
    (4, 6, b"\x00\x05", "0300", "WARNING"),  # any number
    (10, 3, b"QUUX", "0400", "ERROR"),
    (10, 6, b"09", "0400", "ERROR"),  # three digits at the least
    (10, 9, b"0", "0400", "WARNING"),
    (10, 20, b"Q", "0400", "ERROR"),
    (14, 21, b"11\x1f1\x1f2\x1f3\x1f4", "0400", "ERROR"),
    (14, 21, b"2\x1f1\x1f2\x1f3", "0400", "ERROR"),
]


@pytest.mark.parametrize(("number", "field", "content", "ver", "severity"), OLDER)
def test_below_0500_an_error_needs_the_older_table(
    number: int, field: int, content: bytes, ver: str, severity: str
) -> None:
    element, edition = record_class(number).elements[field], Edition(int(ver))
    report = nistitl.read(minimal(number, edition, element, content)).validate(level=1)
    found = report.filter(path=f"{number}.{field:03d}")
    assert [finding.severity.name for finding in found] == [severity], report.to_text()


def test_the_older_table_makes_no_findings_of_its_own() -> None:
    """TOT of one character: too short for the table of then, enough for the declaration."""
    data = minimal(1, Edition.E2007, record_class(1).elements[4], b"C")
    assert nistitl.read(data).validate(level=1).filter(path="1.004") == ()


def test_from_0500_on_the_declarations_are_enough() -> None:
    for number, field, content in ((1, 5, b"20230229"), (4, 6, b"\x00\x05"), (1, 9, b"TCN\x01")):
        element = record_class(number).elements[field]
        report = nistitl.read(minimal(number, Edition.E2011, element, content)).validate(level=1)
        assert [f.severity.name for f in report.filter(path=f"{number}.{field:03d}")] == ["ERROR"]


CONF = {  # rows of the reference, spaces single, and of the table made of it
    "TOT 1 4 an2 1 * {1 3-4 str}": ["1 4 1 1993 1 3-4 str"],
    "PRY 1 6 an2 0-1 * {1 1 num 1-9}": ["1,9 6 0 1993 0-1 *", "1 6 1 1993 1 1 num 1-9"],
    "DCS 1 15 an3 * * [{1 3 num [0-3 128-999]} MSTR OSTR]": ["1 15 0 2000 * *", "1 15 1 2000 1 3 num 0-3|128-999"],
    "HLL [10 13-17] 6 an201 1 * {1 3-4 num}": ["10,13,14,15,16,17 6 1 1997 1 3-4 num"],
    "SAP 10 13 an4 0-1 * {1 1-2 num [0 1 10-15 20 30 40 50 51]}": ["10 13 1 2007 1 1-2 num 0|1|10-15|20|30|40|50|51"],
    "POS 10 20 an201 0-1 * {1 1 str [F R L A D]}": ["10 20 0 1997 0-1 *", "10 20 1 1997 1 1 str F|R|L|A|D"],
    "IMT 10 3 an201 1 * {1 4-6 str [FACE SCAR MARK TATOO]}": ["10 3 1 1997 1 4-6 str FACE|SCAR|MARK|TATOO"],
    "FGP [3-6] 4 an2 1 * {6 1 num [0-14 255]}": [f"3,4,5,6 4 {n} 1993 1 1 num 0-14|255" for n in range(1, 7)],
    "FMT 9 4 an2 1 * {1 1 str [S U]}": ["9 4 1 1993 1 1 str S|U"],
    "M1-SLC 9 130 an4 0-1 * {1 1 num [0-2]}": ["9 130 0 2007 0-1 *", "9 130 1 2007 1 1 num 0-2"],
    "CRP 9 8 an2 0-* * {1 8 num}": ["9 8 0 1993 0-* *", "9 8 1 1993 1 8 num"],
}


@pytest.mark.skipif(not (STANDARD / "nbis_field_table_0200-0400.conf").is_file(), reason="the reference is not there")
@pytest.mark.parametrize("row", CONF)
def test_the_older_table_is_that_of_nist(row: str) -> None:
    conf = (STANDARD / "nbis_field_table_0200-0400.conf").read_text("latin-1")
    assert row in {" ".join(line.split()) for line in conf.splitlines()}
    rows = {" ".join(line.split("\t")).strip() for line in OLDER_TABLE.read_text("ascii").splitlines()}
    assert [one for one in CONF[row] if one not in rows] == []
