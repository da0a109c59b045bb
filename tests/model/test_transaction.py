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


INLINE = b"\x02)1=caf\xe9\x03"


def test_ver_decides_how_1_015_is_read() -> None:
    """Up to 2007 texts change set inline; plain text is read by the set in every edition."""
    data = header([(2, b"00")], (15, b"1\x1f256")) + tagged(2, [(2, b"00"), (3, INLINE), (4, b"caf\xe9")])
    before = {ver: read(data.replace(b"1.002:0502", b"1.002:" + ver)) for ver in (b"0300", b"0502")}
    assert [before[ver][2][0]["2.003"].text for ver in before] == ["café", INLINE.decode("latin-1")]
    assert [before[ver][2][0]["2.004"].text for ver in before] == ["café", "café"]


@pytest.mark.parametrize(
    ("ver", "old", "text", "field", "new", "bytes_after"),
    [
        (b"0502", b"1\x1fLatin-1", b"caf\xe9", "1.015", b"3\x1fUTF-8", "café".encode()),
        (b"0502", b"3\x1fUTF-8", b"a\x1eb\x1fcaf\xc3\xa9", "1.015", b"1\x1fLatin-1", b"a\x1eb\x1fcaf\xe9"),
        (b"0300", b"1\x1fLatin-1", INLINE, "1.002", b"0502", b"caf\xe9"),
        (b"0502", b"130\x1fiso2022_jp", b"\x1b$BF|\x1b(B\x1fA", "1.015", b"3\x1fUTF-8", "日\x1fA".encode()),
    ],
)
def test_text_stays_when_its_set_or_the_edition_is_edited(
    ver: bytes, old: bytes, text: bytes, field: str, new: bytes, bytes_after: bytes
) -> None:
    tx = read(header([(2, b"00")], (15, old), ver=ver) + tagged(2, [(2, b"00"), (3, text)]))
    said = tx[2][0]["2.003"].text
    tx[1][0][field] = new
    for one in (tx, read(bytes(tx))):
        assert (one[2][0]["2.003"].text, bytes(one[2][0]["2.003"].raw)) == (said, bytes_after)
    assert read(bytes(tx)).findings == ()


def test_a_set_that_cannot_say_the_text_is_refused_and_nothing_changes() -> None:
    data = header([(2, b"00"), (2, b"01")], (15, b"3\x1fUTF-8")) + tagged(2, [(2, b"00"), (3, "é".encode())])
    tx = read(data + tagged(2, [(2, b"01"), (3, "Ж".encode())]))
    whole = bytes(tx)
    with pytest.raises(nistitl.FieldError, match=r"change this text first.*2\.003"):
        tx[1][0]["1.015"] = b"1\x1fLatin-1"
    assert (bytes(tx), tx.charset, tx[2][1]["2.003"].text) == (whole, "utf-8", "Ж")
    tx[2][1]["2.003"] = "Z"
    tx[1][0]["1.015"] = b"1\x1fLatin-1"
    assert [bytes(record["2.003"].raw) for record in read(bytes(tx))[2]] == [b"\xe9", b"Z"]


def test_bytes_that_are_no_text_stay_and_are_read_by_the_set_that_is_announced_for_them() -> None:
    tx = read(header([(2, b"00")], (15, b"3\x1fUTF-8")) + tagged(2, [(2, b"00"), (3, b"caf\xe9")]))
    tx[1][0]["1.015"] = b"1\x1fLatin-1"
    assert (tx[2][0]["2.003"].text, bytes(tx[2][0]["2.003"].raw)) == ("café", b"caf\xe9")


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


@pytest.mark.parametrize(
    ("ver", "dcs", "place"),
    [
        ("0502", b"9\x1fKLINGON\x1f", 1),
        ("0502", b"3\x1fUTF-8\x1e1\x1fLATIN-1", 2),
        ("0502", b"0\x1fASCII\x1e3\x1fUTF-8\x1e200\x1fcharmap", 3),
        ("0300", b"3\x1fUTF-8\x1e9\x1fKLINGON", 2),
        ("0502", b"0\x1fASCII\x1e3\x1fUTF-8", None),
        ("0502", b"3\x1fUTF-8\x1e3\x1fUTF-8", None),
        ("0300", b"1\x1fLATIN-1\x1e3\x1fUTF-8", None),  # a directory: text is read by either
        ("0502", b"", None),
    ],
)
def test_a_set_that_is_announced_and_not_used_is_told(ver: str, dcs: bytes, place: int | None) -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER=ver)
    tx.header.put(15, dcs)
    data = bytes(tx)
    expected = []
    if place is not None:
        before = b"".join(subfield + b"\x1e" for subfield in dcs.split(b"\x1e")[: place - 1])
        expected = [(f"1.015.{place}", data.index(dcs) + len(before))]
    again = nistitl.read(data)
    for found in (again.findings, again.validate(level=1).findings):
        assert [(f.location.path, f.location.offset) for f in found if f.code == "charset-unused"] == expected
