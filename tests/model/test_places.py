"""Places in records: by name and by number, their spans and findings; records that are copied and added to."""

from __future__ import annotations

import pickle

import pytest

import nistitl
from nistitl import FieldError, PathError
from tests.support.samples import small_transaction
from tests.support.spelled import FS, GS, header, tagged


@pytest.fixture
def tx() -> nistitl.Transaction:
    return nistitl.read(small_transaction())


@pytest.mark.parametrize("value", ["1\x1f2", "1\x1e2", b"1\x1f2", b"1\x1e2"])
def test_an_item_holds_no_separator(tx: nistitl.Transaction, value: object) -> None:
    before = bytes(tx)
    for path in ("14.021.1.2", "2.067.1.2"):
        kind = int(path.partition(".")[0])
        with pytest.raises(FieldError):
            tx[kind][0][path] = value
    assert bytes(tx) == before


def test_both_names_of_a_pair_lead_to_its_item() -> None:
    path = b"2\x1f3\x1f" + b"\x1f".join([b"11", b"12", b"21", b"22", b"31", b"32"])
    record = nistitl.read(header([(14, b"1")]) + tagged(14, [(2, b"1"), (13, b"1"), (25, path)]))[14][0]
    by_name = {name: bytes(record[f"14.025.1.{name}"].raw) for name in ("HPO", "VPO")}
    assert by_name == {"HPO": b"11", "VPO": b"11"}
    assert record["SEG.1.FGP" if "SEG" in record else "14.025.1.1"].raw == b"2"
    with pytest.raises(PathError, match="no item is named 'XPO'"):
        record["14.025.1.XPO"]


def test_what_was_edited_has_no_place_in_the_input(tx: nistitl.Transaction) -> None:
    record, data = tx[14][0], small_transaction()
    place = record["14.020"]
    offset, length = place.span or (0, 0)
    assert data[offset : offset + length] == b"a comment"
    record["14.020"] = "another"
    assert place.span is None
    assert record["14.020"].span is None
    offset, length = record["14.013"].span or (0, 0)
    assert data[offset : offset + length] == b"13"


def test_a_field_that_stands_twice_is_told() -> None:
    data = header([(2, b"00")]) + tagged(2, [(2, b"00"), (18, b"A"), (19, b"B"), (18, b"C")])
    tx = nistitl.read(data)
    (finding,) = [one for one in tx.findings if one.code == "field-repeated"]
    offset, length = finding.location.offset, finding.location.length
    assert offset is not None
    assert length is not None
    assert data[offset : offset + length] == b"2.018:C"
    assert bytes(tx[2][0]["2.018"].raw) == b"A"
    assert bytes(tx) == data


def test_copies_of_an_edited_record_go_their_own_way(tx: nistitl.Transaction) -> None:
    record = tx[14][0]
    record["14.020"] = "one"
    twins = [record.copy(), pickle.loads(pickle.dumps(record))]
    for twin in twins:
        twin["14.020"] = "two"
        assert (record.COM, twin.COM) == ("one", "two")
    record["14.020"] = "three"
    assert [twin.COM for twin in twins] == ["two", "two"]
    assert b"three" in bytes(tx)


def test_a_new_field_stands_at_its_number() -> None:
    data = header([(2, b"00")]) + tagged(2, [(2, b"00"), (18, b"A"), (30, b"B")])
    record = nistitl.read(data)[2][0]
    for number, raw in ((20, b"C"), (300, b"D"), (3, b"E")):
        record[f"2.{number:03d}"] = raw
    assert set(record.keys()) == {1, 2, 3, 18, 20, 30, 300}
    numbers = [int(piece.partition(b":")[0].partition(b".")[2]) for piece in bytes(record).rstrip(FS).split(GS)]
    assert numbers == [1, 2, 3, 18, 20, 30, 300]


def test_an_empty_field_of_another_type_has_its_finding() -> None:
    """Its content begins where its tag ends, and so does the place that the finding means."""
    record = b"2.001:%d\x1d2.002:00\x1d14.005:\x1d2.018:A\x1c"
    record = record % (len(record) - 2 + 2)
    tx = nistitl.read(header([(2, b"00")]) + record)
    assert [finding.code for finding in tx[2][0]["14.005"].findings] == ["tag-foreign"]
    assert tx[2][0]["2.018"].findings == ()


def test_a_key_is_a_path() -> None:
    """That of a foreign field, too, as `keys()` gives it."""
    record = nistitl.read(header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")]).replace(b"2.003:", b"9.003:", 1))[2][
        0
    ]
    assert list(record.keys()) == [1, 2, (9, 3)]
    assert [record[key].path for key in record.keys()] == ["2.001", "2.002", "9.003"]
    assert (9, 3) in record and (9, 4) not in record and record.get((9, 4)) is None
    assert (2, 2) in record and record[2, 2].path == "2.002"
    record[9, 3] = "B"
    assert record[9, 3].raw == b"B"
    del record[9, 3]
    assert (9, 3) not in record


@pytest.mark.parametrize("path", [None, 1.5, b"2.002", (2,), (2, 2, 1), ("2", "2"), (0, 2), (2, -1), [2, 2], 0])
def test_what_is_no_path_is_refused_as_one(tx: nistitl.Transaction, path: object) -> None:
    record = tx[2][0]
    for look in (record.get, record.__getitem__, record.__contains__, record.__delitem__):
        with pytest.raises(PathError):
            look(path)  # type: ignore[operator]
    with pytest.raises(PathError):
        record[path] = "1"  # type: ignore[index]
