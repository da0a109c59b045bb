"""Editing in place: what is asked for changes, LEN and CNT follow, nothing else moves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import attrs
import pytest

import nistitl
from nistitl.records.type14 import MakeModelSerial, Segment
from tests.support.samples import IMAGE, small_transaction


def field_bytes(record: nistitl.Record) -> dict[object, bytes]:
    return {key: bytes(record.raw(key) or b"") for key in record.keys()}


def changed_fields(before: bytes, tx: nistitl.Transaction, index: int) -> set[object]:
    """Which fields of a record differ from what was read; all other records must be byte-equal."""
    old, new = nistitl.read(before), nistitl.read(bytes(tx), policy="strict")
    for at, (a, b) in enumerate(zip(old, new, strict=True)):
        if at != index:
            assert bytes(a) == bytes(b)
    a, b = field_bytes(old.records[index]), field_bytes(new.records[index])
    return {key for key in a.keys() | b.keys() if a.get(key) != b.get(key)}


def test_edits_together_write_cnt_once(tx: nistitl.Transaction) -> None:
    twin = tx.copy()
    with tx.together():
        tx[4][0].IDC = 7
        with tx.together():
            tx.remove(tx[14][0])
        assert bytes(tx.header["1.003"].raw) == bytes(twin.header["1.003"].raw)  # type: ignore[union-attr]
    twin[4][0].IDC = 7
    twin.remove(twin[14][0])
    assert bytes(tx) == bytes(twin) and not nistitl.read(bytes(tx)).findings
    with pytest.raises(nistitl.ITLError), tx.together():
        tx[4][0].IDC = 8
        tx[4][0]["4.100"] = 1
    assert not nistitl.read(bytes(tx)).findings and nistitl.read(bytes(tx))[4][0].idc == 8


def test_a_field_by_attribute(tx: nistitl.Transaction) -> None:
    tx[14][0].COM = "another comment"
    assert changed_fields(small_transaction(), tx, 3) == {1, 20}
    assert tx[14][0].COM == "another comment" == nistitl.read(bytes(tx))[14][0].COM
    assert tx[14][0].LEN == len(bytes(tx[14][0]))


def test_an_item_by_path(tx: nistitl.Transaction) -> None:
    tx[14][0]["14.021.2.3"] = 31
    assert bytes(tx[14][0]["14.021"].raw) == b"2\x1f0\x1f10\x1f0\x1f20\x1e3\x1f11\x1f31\x1f0\x1f20"
    assert tx[14][0].SEG[1].RHC == 31
    assert changed_fields(small_transaction(), tx, 3) == {21}, "the same length: not even LEN changes"


@pytest.mark.parametrize("path", ["SEG.2.RHC", "14.21.2.3", "14.021.2.RHC"])
def test_paths_are_spelled_as_people_do(tx: nistitl.Transaction, path: str) -> None:
    assert tx[14][0][path].value == 20
    tx[14][0][path] = 21
    assert tx[14][0].SEG[1] == Segment(3, 11, 21, 0, 20)


@pytest.mark.parametrize(
    "path", ["", "14", "14.x", "14.0", "14.021.0", "14.021.1.1.1", "NOPE", "14.021.1.NOPE", "9" * 30 + ".1"]
)
def test_malformed_paths_are_refused(tx: nistitl.Transaction, path: str) -> None:
    with pytest.raises(nistitl.PathError):
        tx[14][0][path] = 1


def test_what_is_not_there_says_so(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    assert "14.022" not in record and "14.021.3" not in record and "14.021.1.6" not in record
    assert record.get("14.022") is None
    for path in ("14.022", "14.021.3", "14.021.1.6"):
        with pytest.raises(nistitl.PathError):
            record[path]


def test_subfields_come_and_go(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    record.insert("14.021.1", Segment(1, 0, 1, 0, 1))
    assert [segment.FRSP for segment in record.SEG] == [1, 2, 3]
    del record["14.021.2"]
    assert [segment.FRSP for segment in record.SEG] == [1, 3]
    record["14.021.3"] = Segment(5, 0, 1, 0, 1)
    assert [segment.FRSP for segment in record.SEG] == [1, 3, 5]
    with pytest.raises(nistitl.PathError):
        record["14.021.9"] = Segment(6, 0, 1, 0, 1)
    del record["14.021"]
    assert record.SEG == () and "14.021" not in record
    del record.COM
    assert record.COM is None and nistitl.read(bytes(tx))[14][0].COM is None


def test_items_of_user_defined_fields_come_and_go(tx: nistitl.Transaction) -> None:
    record = tx[2][0]
    record["2.067.1.2"] = "OTHER"
    assert bytes(record["2.067"].raw) == b"MAKE\x1fOTHER\x1fSERIAL"
    record.insert("2.067.1.2", "NEW")
    assert bytes(record["2.067"].raw) == b"MAKE\x1fNEW\x1fOTHER\x1fSERIAL"
    del record["2.067.1.1"]
    assert bytes(record["2.067"].raw) == b"NEW\x1fOTHER\x1fSERIAL"
    record["2.067.1.5"] = "FIFTH"
    assert bytes(record["2.067"].raw) == b"NEW\x1fOTHER\x1fSERIAL\x1f\x1fFIFTH"
    record.insert("2.019.2", "BETWEEN")
    assert bytes(record["2.019"].raw) == b"ALIAS,ONE\x1eBETWEEN\x1eALIAS,TWO"


def test_items_of_declared_sets_keep_their_places(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    record.MMS = MakeModelSerial("ACME", "ONE", "42")
    del record["14.904.1.2"]
    assert record.MMS == MakeModelSerial("ACME", None, "42")
    assert bytes(record["14.904"].raw) == b"ACME\x1f\x1f42"
    with pytest.raises(nistitl.PathError):
        record.insert("14.904.1.1", "pushes the others")
    record.insert("14.904.1.2", "fills an empty place")
    assert record.MMS == MakeModelSerial("ACME", "fills an empty place", "42")


def test_new_fields_stand_in_order_and_before_the_image(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    record["14.250"] = "user-defined"
    record.SAN = "agency"
    keys = record.keys()
    assert keys == sorted(keys, key=int) and keys[-1] == 999
    assert nistitl.read(bytes(tx))[14][0].keys() == keys
    assert bytes(nistitl.read(bytes(tx))[14][0]["14.999"].raw) == IMAGE


def test_len_follows_when_its_digits_change() -> None:
    made = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    record = made.append(nistitl.Type2())
    for size in (*range(60, 110), *range(960, 1010), 9_980, 9_985, 99_980, 99_990):
        record["2.003"] = "x" * size
        again = nistitl.read(bytes(made), policy="strict")[2][0]
        assert again.LEN == len(bytes(again)) == len(bytes(record)) == record.LEN


def test_zero_padded_len_keeps_its_width() -> None:
    raw = small_transaction().replace(b"2.001:", b"2.001:000", 1)
    short = nistitl.read(raw)[2][0]
    raw = raw.replace(b"2.001:000" + str(short.LEN).encode(), b"2.001:000" + str(len(bytes(short))).encode())
    tx = nistitl.read(raw, policy="strict")
    assert bytes(tx) == raw
    tx[2][0]["2.003"] = "LONGER"
    again = nistitl.read(bytes(tx), policy="strict")
    assert bytes(again[2][0]).startswith(b"2.001:000") and again[2][0].LEN == len(bytes(again[2][0]))


def test_odd_spelling_of_neighbours_stays() -> None:
    raw = b"2.01:36\x1d2.2:00\x1d2.18:A\x1d2.18:B\x1d10.5:x\x1c"
    assert len(raw) == 36
    header = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    header.append(nistitl.Type2(IDC=0))
    data = bytes(header.records[0]) + raw
    tx = nistitl.read(data)
    assert bytes(tx) == data
    tx[2][0]["2.018"] = "CHANGED"
    assert bytes(tx[2][0]) == b"2.01:42\x1d2.2:00\x1d2.18:CHANGED\x1d2.18:B\x1d10.5:x\x1c"
    assert bytes(tx[2][0]["10.005"].raw) == b"x"
    tx[2][0]["10.005"] = "foreign"
    del tx[2][0]["2.018"]
    assert bytes(tx[2][0]) == b"2.01:28\x1d2.2:00\x1d10.5:foreign\x1c"


def test_items_keep_the_bytes_they_came_with(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    record["14.021"].raw = b"02\x1f000\x1f10\x1f0\x1f20\x1fextra\x1e3\x1fjunk\x1f20\x1f0\x1f20"
    first, second = record.SEG
    assert (first.FRSP, second.LHC) == (2, None)
    record.SEG = (first, attrs.evolve(second, RHC=19), Segment(4, 1, 2, 3, 4))
    assert bytes(record["14.021"].raw) == (
        b"02\x1f000\x1f10\x1f0\x1f20\x1fextra\x1e3\x1fjunk\x1f19\x1f0\x1f20\x1e4\x1f1\x1f2\x1f3\x1f4"
    )


def test_raw_bytes_are_reachable_and_settable(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    record["14.006"].raw = b"not a number"
    assert record.HLL is None and bytes(record["14.006"].raw) == b"not a number"
    codes = [(f.code, f.location.path) for f in nistitl.read(bytes(tx)).findings]
    assert codes == [("value-undecodable", "14.006")]
    record["14.006"] = b"64"
    assert record.HLL == 64
    for separator in (b"\x1c", b"\x1d"):
        with pytest.raises(nistitl.FieldError):
            record["14.020"].raw = b"a" + separator
    with pytest.raises(nistitl.FieldError):
        record.COM = "a\x1fb"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HLL", 5), ("HLL", "wide"), ("HLL", 1.5), ("HLL", True), ("COM", ""), ("COM", "x" * 127), ("COM", 7),
        ("FCD", "20210229"), ("FCD", "2021"), ("SEG", (1, 2)), ("SEG", Segment(2, 0, 10, 0)), ("CGA", "WSQ-20!"),
        ("SEG", tuple(Segment(1, 0, 1, 0, 1) for _ in range(6))), ("LEN", 12), ("HAS", "xyz"), ("DATA", "text"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(tx: nistitl.Transaction, name: str, value: object) -> None:
    before = bytes(tx)
    if name == "SEG" and isinstance(value, tuple) and isinstance(value[0], Segment):
        with pytest.raises(nistitl.FieldError):
            tx[14][0].SEG = value  # type: ignore[assignment]
    elif name == "SEG" and isinstance(value, Segment):
        tx[14][0].SEG = (value,)  # an item may be missing: validation says so, writing does not
        return
    else:
        with pytest.raises(nistitl.FieldError) as raised:
            setattr(tx[14][0], name, value)
        assert raised.value.location is not None and raised.value.location.type == 14
    assert bytes(tx) == before


def test_cnt_is_computed(tx: nistitl.Transaction) -> None:
    with pytest.raises(nistitl.FieldError):
        tx[1][0].CNT = ()
    with pytest.raises(nistitl.FieldError):
        del tx[1][0]["1.003"]


def test_typed_values() -> None:
    tx = nistitl.Transaction.new(
        TOT="T", DAI="D", ORI="O", TCN="C", NSR=19.69, GMT=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    )
    header = nistitl.read(bytes(tx))[1][0]
    assert header.NSR == Decimal("19.69") and header["1.011"].text == "19.69"
    assert header["1.014"].text == "20200102030405Z" and header.GMT == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert header.DAT == date.today()


def test_records_come_and_go_and_cnt_follows(tx: nistitl.Transaction) -> None:
    before = bytes(tx)
    print_2 = tx.append(nistitl.Type4(IMP=1, FGP=3, ISR=0, HLL=32, VLL=32, CGA=0, DATA=b"x"))
    assert print_2.IDC == 3
    again = nistitl.read(bytes(tx), policy="strict")
    assert [(row.REC, row.IDC) for row in again[1][0].CNT[1:]] == [(2, 0), (4, 1), (14, 2), (4, 3)]  # type: ignore[union-attr]
    tx.move(print_2, 1)
    assert [r.type for r in nistitl.read(bytes(tx), policy="strict")] == [1, 4, 2, 4, 14]
    tx.remove(print_2)
    assert bytes(tx) == before
    with pytest.raises(nistitl.StructureError):
        tx.remove(print_2)


def test_an_idc_that_changes_changes_cnt(tx: nistitl.Transaction) -> None:
    tx[14][0].IDC = 7
    again = nistitl.read(bytes(tx), policy="strict")
    assert again[1][0].CNT[-1].IDC == 7 == again[14][0].IDC  # type: ignore[union-attr]


def test_cnt_keeps_the_spelling_of_what_stays() -> None:
    raw = small_transaction().replace(b"4\x1f1\x1e14\x1f2", b"4\x1f01\x1e14\x1f02")
    raw = raw.replace(b"1.001:" + str(nistitl.read(small_transaction())[1][0].LEN).encode(), b"1.001:000")
    tx = nistitl.read(raw, policy="repair")
    assert b"\x1e4\x1f01\x1e14\x1f02\x1d" in bytes(tx)
    tx.append(nistitl.Type2())
    assert b"\x1e4\x1f01\x1e14\x1f02\x1e2\x1f3\x1d" in bytes(tx)


def test_records_move_between_transactions(tx: nistitl.Transaction) -> None:
    other = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    taken = other.append(tx[14][0])
    assert taken is not tx[14][0] and bytes(taken) == bytes(tx[14][0])
    taken.COM = "changed here"
    assert tx[14][0].COM == "a comment" and bytes(tx) == small_transaction()
    with pytest.raises(nistitl.StructureError):
        other.append(taken)
    with pytest.raises(nistitl.StructureError):
        other.append(tx[1][0])


def test_a_binary_record_must_be_whole() -> None:
    tx = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    tx.append(nistitl.Type4(IMP=1, FGP=1))
    with pytest.raises(nistitl.FieldError, match=r"4\.005"):
        bytes(tx)


def test_binary_fields_are_edited_in_place(tx: nistitl.Transaction) -> None:
    record = tx[4][0]
    record.FGP = (2, 7)
    record.HLL = 64
    assert changed_fields(small_transaction(), tx, 2) == {4, 6}
    assert bytes(record)[6:12] == b"\x02\x07\xff\xff\xff\xff"
    record.DATA = b"short"
    assert nistitl.read(bytes(tx), policy="strict")[4][0].LEN == 18 + 5
    with pytest.raises(nistitl.FieldError):
        del record.FGP
    with pytest.raises(nistitl.FieldError):
        record["4.010"] = 1


def test_repeating_fields_are_tuples_whatever_the_edition(tx: nistitl.Transaction) -> None:
    assert tx[14][0].FGP == (13,)
    tx[14][0].FGP = (1, 2)  # 2000 and 2007 allowed up to six
    assert bytes(tx[14][0]["14.013"].raw) == b"1\x1e2"


def test_idcs_run_out() -> None:
    tx = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    for _ in range(100):
        tx.append(nistitl.Type2())
    with pytest.raises(nistitl.StructureError):
        tx.append(nistitl.Type2())
    assert len(nistitl.read(bytes(tx), policy="strict")) == 101
