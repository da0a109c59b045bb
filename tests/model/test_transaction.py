"""A transaction whose records come, go and change: what follows, and what stays where it is."""

from __future__ import annotations

import pytest

import nistitl
from nistitl import Severity, StructureError, Type2
from nistitl.records.type01 import CharacterSet
from tests.support.spelled import FS, header, tagged

TEXT = tagged(2, [(2, b"00"), (3, b"A")])
OTHER = tagged(2, [(2, b"01"), (3, b"B")])


def read(data: bytes) -> nistitl.Transaction:
    return nistitl.read(data)


def test_ver_decides_how_1_015_is_read() -> None:
    """Up to 2000 a set is named as in 1.015 of that time; a new VER takes its own reading at once."""
    data = header([(2, b"00")], (15, b"1\x1f256")) + tagged(2, [(2, b"00"), (3, "é".encode())])
    before = {ver: read(data.replace(b"1.002:0502", b"1.002:" + ver)) for ver in (b"0300", b"0502")}
    assert before[b"0300"].charset != before[b"0502"].charset
    tx = before[b"0300"]
    tx.header.VER = "0502"
    assert tx.charset == before[b"0502"].charset
    assert tx[2][0]["2.003"].text == before[b"0502"][2][0]["2.003"].text


def test_an_announcement_that_changes_is_followed() -> None:
    tx = read(header([(2, b"00")]) + tagged(2, [(2, b"00"), (3, "é".encode())]))
    tx.header.DCS = (CharacterSet(3, "UTF-8"),)
    assert (tx.charset, tx[2][0]["2.003"].text) == ("utf-8", "é")


@pytest.mark.parametrize(("byte", "stays"), [(b"\0", b""), (b" ", b""), (b"#", b"#")])
def test_padding_in_the_place_of_fs_is_gone_once_its_record_is_written_anew(byte: bytes, stays: bytes) -> None:
    """Another byte may mean something: it stays, behind the FS that was missing."""
    wrong = tagged(2, [(2, b"00"), (3, b"A")], byte)
    data = header([(2, b"00"), (2, b"01")]) + wrong + OTHER
    tx = read(data)
    assert bytes(tx) == data
    tx[2][0]["2.003"] = "AB"
    assert bytes(tx).endswith(tagged(2, [(2, b"00"), (3, b"AB")]) + stays + OTHER)


@pytest.mark.parametrize(
    ("ver", "code", "severity"),
    [(b"0999", "edition-unknown", Severity.WARNING), (b"0600", "edition-unchecked", Severity.NOTE)],
)
def test_editions_that_are_not_checked_are_no_errors(ver: bytes, code: str, severity: Severity) -> None:
    tx = nistitl.read(header([(2, b"00")], ver=ver) + TEXT, policy="strict")
    (finding,) = tx.findings
    assert (finding.code, finding.severity) == (code, severity)
    assert bytes(tx)[finding.location.offset :].startswith(ver)


@pytest.mark.parametrize("index", [0, -1])
def test_nothing_moves_before_type_1(index: int) -> None:
    tx = read(header([(2, b"00"), (2, b"01")]) + TEXT + OTHER)
    for record, to in ((tx.records[2], index), (tx.records[0], 2)):
        with pytest.raises(StructureError, match="Type-1 is the first record"):
            tx.move(record, to)
    assert [record.idc for record in tx.records[1:]] == [0, 1]
    tx.move(tx.records[2], 1)
    assert [record.idc for record in tx.records[1:]] == [1, 0]


def test_a_removed_record_belongs_to_nobody() -> None:
    tx = read(header([(2, b"00"), (2, b"01")]) + TEXT + OTHER)
    record = tx[2][0]
    tx.remove(record)
    after = bytes(tx)
    tx.header.DCS = (CharacterSet(3, "UTF-8"),)
    assert record.context is not tx.context
    assert record.context.charset.name == "ascii"
    del tx.header.DCS
    record.IDC = 55
    assert bytes(tx) == after
    assert record.context.owner is None
    other = read(header([(2, b"01")]) + OTHER)
    assert other.append(record) is record
    assert other.header.CNT[-1].IDC == 55


@pytest.mark.parametrize(("spelled", "new"), [([b"00", b"01"], b"07"), ([b"0", b"1"], b"7"), ([b"00", b"1"], b"7")])
def test_new_entries_of_cnt_are_as_wide_as_those_that_are_there(spelled: list[bytes], new: bytes) -> None:
    tx = read(header([(2, idc) for idc in spelled]) + TEXT + OTHER)
    tx.append(Type2(IDC=7))
    expected = b"\x1e".join([b"1\x1f3", *(b"2\x1f" + idc for idc in (*spelled, new))])
    assert bytes(tx.header["1.003"].raw) == expected


def test_bytes_between_records_stay_beside_the_record_before_them() -> None:
    data = header([(2, b"00"), (2, b"01")]) + TEXT + b"~~~" + OTHER
    tx = read(data)
    assert bytes(tx) == data
    tx[2][1]["2.003"] = "C"
    assert bytes(tx) == header([(2, b"00"), (2, b"01")]) + TEXT + b"~~~" + OTHER.replace(b"2.003:B", b"2.003:C")
    assert bytes(tx).endswith(FS)
