"""Each row of the tables of conversion: a record that it changes, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import pytest

import nistitl
from nistitl.base.editions import E2000, E2007, E2013, E2015, Edition
from nistitl.declare.items import Sets
from nistitl.exchange.editions.ledger import CHANGED, LOST, Ledger
from nistitl.exchange.editions.settling import RecordGone, Settler
from nistitl.exchange.editions.tables import (
    CodeRow,
    GivenRow,
    ImpressionRow,
    RecordRow,
    code_rows,
    given_rows,
    impression_rows,
    record_rows,
)
from nistitl.validation.plans import record_check
from tests.support.samples import IMAGE

KINDS = [nistitl.record_class(number) for number in (4, 9, 10, 13, 14, 15, 16, 17, 19)]
ITEMS = {"IST": b"0\x1f0\x1f"}  # what stands before the item of a code
POSITION = {"finger": b"2", "palm": b"25", "plantar": b"61", "unknown": b"18"}


class Case(NamedTuple):
    """A field of a record type, and the editions between which a row has to change it."""

    kind: type[nistitl.Record]
    number: int
    before: bytes
    after: bytes
    source: Edition
    target: Edition


def spelled(kind: Any, row: CodeRow, code: str) -> bytes:
    if kind.binary:
        return bytes([int(code)])
    return ITEMS.get(row.place, b"") + code.encode()


def places(row: CodeRow) -> Iterator[tuple[type[nistitl.Record], int]]:
    for kind in KINDS:
        for number, element in kind.elements.items():
            contents = list(element.spellings())
            tables = {
                one.table
                for value in contents
                for one in (
                    [item.value for item in value.items.items]
                    if isinstance(value, Sets)
                    else [getattr(value, "inner", value)]
                )
                if not isinstance(value, Sets) or row.place in ITEMS
            }
            if row.place in (*tables, f"{kind.type}.{number:03d}"):
                yield kind, number


def cases(row: CodeRow) -> Iterator[Case]:
    """Where the row has to apply: the source takes the code, the target does not, but the other one."""
    for kind, number in places(row):
        before, after = spelled(kind, row, row.code), spelled(kind, row, row.becomes)
        for source in Edition:
            for target in Edition:
                checks = [record_check(kind, one).fields.get(number) for one in (source, target)]  # type: ignore[arg-type]
                if source is target or None in checks or (kind.type == 4 and number != 3):
                    continue
                charset = kind(IDC=1).context.charset if not kind.binary else nistitl.Type2(IDC=1).context.charset
                old, new = (check.faults(before, charset) for check in checks)  # type: ignore[union-attr]
                wrong = any(one.code in ("value-code", "value-range", "code-legacy") for one in new)
                if not old and wrong and not checks[1].faults(after, charset):  # type: ignore[union-attr]
                    yield Case(kind, number, before, after, source, target)


def settled(case: Case) -> tuple[nistitl.Record, list[Any]]:
    """The record with this field alone, after it was brought into the target."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER=case.source.ver)
    record = case.kind(IDC=1)
    record.put(case.number, case.before)
    tx.append(record)
    ledger = Ledger(tx)
    checks = [record_check(case.kind, one) for one in (case.source, case.target)]  # type: ignore[arg-type]
    with suppress(RecordGone):  # for want of other fields, which were looked at last
        Settler(tx[case.kind.type][0], checks[0], checks[1], ledger, tx[1][0]).settle()
    return tx[case.kind.type][0], ledger.findings


@pytest.mark.filterwarnings("ignore::nistitl.base.editions.EditionAdvice")
@pytest.mark.parametrize("row", code_rows(), ids=lambda row: f"{row.place}-{row.code}-{row.becomes}")
def test_a_code_becomes_the_other_one(row: CodeRow) -> None:
    for case in cases(row):
        if case.kind.binary:
            continue
        record, findings = settled(case)
        if bytes(record.raw(case.number) or b"") == case.after and [one.clause for one in findings] == [row.clause]:
            assert findings[0].code == (LOST if row.loses else CHANGED)
            assert findings[0].location.field == case.number
            assert row.loses in findings[0].message
            return
    pytest.fail("no record of any edition is changed by this row")


def ridge(row: ImpressionRow, edition: Edition, **fields: Any) -> nistitl.Transaction:
    """A transaction of the edition with one image of the kind that a row speaks of."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER=edition.ver, DAT="20150102")
    record = nistitl.record_class(row.type)()
    date = next(one.number for one in record.elements.values() if one.number == 5)
    texts = {4: b"ORI", date: b"20150101", 6: b"32", 7: b"32", 8: b"1", 9: b"500", 10: b"500", 11: b"NONE", 12: b"8"}
    for number, raw in texts.items():
        record.put(number, raw)
    record.put(13, POSITION[row.position])
    for name, value in fields.items():
        setattr(record, name, value)
    record.put(999, IMAGE)
    tx.append(record)
    return tx


@pytest.mark.parametrize(
    "row", impression_rows(), ids=lambda row: f"{row.type}-{row.position}-{row.older}-{row.newer}-{row.technology}"
)
def test_an_impression_goes_over_2015_and_back(row: ImpressionRow) -> None:
    newer = {"IMP": row.newer} | ({} if row.technology is None else {"FCT": row.technology})
    there = ridge(row, E2015, **newer).to_edition(E2013, lossy=bool(row.loses))
    [record] = there.transaction.images()
    assert (record.IMP, "14.901" in record if row.type == 14 else record.FCT) in ((row.older, False), (row.older, None))  # type: ignore[attr-defined]
    lost = [f"IMP is {row.older}: it does not say {row.loses}"] if row.loses else []
    assert [one.message for one in there.lost] == lost
    if row.older != row.newer:
        [back] = ridge(row, E2013, IMP=row.older).to_edition(E2015).transaction.images()
        first = next(one for one in impression_rows() if (one.type, one.older) == (row.type, row.older))
        assert (back.IMP, back.FCT) == (first.newer, first.technology)  # type: ignore[attr-defined]


@pytest.mark.parametrize("row", given_rows().values(), ids=lambda row: f"{row.type}-{row.number}")
def test_a_field_that_is_asked_for_is_given(row: GivenRow) -> None:
    tx, target = GIVEN[row.type, row.number]()
    conversion = tx.to_edition(target, lossy=True, prints=14 if row.type == 14 and row.header else None)
    [record] = conversion.transaction[row.type]
    wanted = tx[1][0].raw(row.header) if row.header else row.value.encode()
    assert bytes(record.raw(row.number) or b"") == bytes(wanted or b"")
    assert (row.type, row.number) in {(one.location.type, one.location.field) for one in conversion.losses}


def without_impression(kind: int) -> tuple[nistitl.Transaction, Edition]:
    row = next(row for row in impression_rows() if row.type == kind) if kind != 9 else None
    if row is not None:
        return ridge(row, E2015, IMP=None), E2013
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER="0502")
    tx.append(nistitl.Type9(FMT="U", DTX="X", OOD="X", PAG=[["N", "1"]]))
    return tx, E2013


def face() -> tuple[nistitl.Transaction, Edition]:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER="0300")
    record = nistitl.Type10(IMT="FACE", SRC="ORI", PHD="20000101", HLL=32, VLL=32, SLC=1, THPS=500, TVPS=500)
    record.CGA, record.CSP, record.DATA = "NONE", "GRAY", IMAGE
    tx.append(record)
    return tx, E2015


def binary(impression: int, number: int = 4) -> tuple[nistitl.Transaction, Edition]:
    tx = nistitl.Transaction.new(
        TOT="CAR", DAI="DAI", ORI="ORI", TCN="TCN1", VER="0300", NSR="19.69", NTR="19.69", DAT="20000102"
    )
    tx.append(nistitl.record_class(number)(IMP=impression, FGP=2, ISR=0, HLL=32, VLL=32, CGA=0, DATA=IMAGE))
    return tx, E2015


GIVEN = {
    (9, 3): lambda: without_impression(9), (14, 3): lambda: without_impression(14),
    (15, 3): lambda: without_impression(15), (10, 13): face,
    (13, 4): lambda: binary(4), (13, 5): lambda: binary(4),
    (14, 4): lambda: binary(1), (14, 5): lambda: binary(1),
}  # fmt: skip


@pytest.mark.parametrize("row", record_rows(), ids=lambda row: f"{row.type}-{row.becomes}-{row.when}")
def test_a_record_becomes_one_of_the_other_type(row: RecordRow) -> None:
    if row.type in (13, 14):
        ridges = next(one for one in impression_rows() if one.type == row.type)
        tx, target = (
            ridge(ridges, E2000, IMP=4 if row.type == 13 else 0),
            Edition.E1993 if row.when == "gone" else E2007,
        )
    else:
        tx, target = binary(4 if row.when == "latent" else 1, row.type)
        if row.type in (3, 5):
            tx[1][0].NSR, tx[row.type][0].ISR = "39.37", 1
        if row.type in (5, 6):
            tx[row.type][0].DATA = bytes(range(32)) * 4
    before = tx.images()[0].array
    conversion = tx.to_edition(target, lossy=True, prints=row.becomes if row.when == "asked" else None)
    [record] = conversion.transaction.images()
    assert record.type == row.becomes and row.clause in {one.clause for one in conversion.losses}
    assert record.nominal_ppi == 500
    assert ((before != 0) == (record.array != 0)).all() if row.type in (5, 6) else (before == record.array).all()
