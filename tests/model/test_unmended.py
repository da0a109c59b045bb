"""Repair drops padding and nothing else, invents nothing, and says what it left as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

import nistitl
from tests.support.kept import lost_or_invented
from tests.support.samples import ROOT, small_transaction
from tests.support.spelled import header, tagged
from tests.wire.test_strays import damages

DAMAGED = sorted((ROOT / "fixtures" / "damaged").glob("*.an2"))


def repaired(data: bytes) -> nistitl.Transaction:
    return nistitl.read(data, policy="repair")


def test_random_damage_loses_nothing_and_gains_nothing() -> None:
    compared = 0
    for data in damages(11, 4_000):
        try:
            tolerant = nistitl.read(data)
        except nistitl.ReadError:
            continue
        assert lost_or_invented(tolerant, repaired(data)) is None, data
        compared += 1
    assert compared > 3_000


@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.stem)
def test_what_is_left_is_listed_and_what_is_not_listed_is_right(path: Path) -> None:
    data = path.read_bytes()
    try:
        tx = repaired(data)
    except nistitl.ReadError:
        return  # nothing that could be read at all
    again = nistitl.read(bytes(tx))
    left = [finding for finding in again.framing_findings if finding.severity is nistitl.Severity.ERROR]
    assert set(left) <= set(tx.unmended)
    if tx.unmended:
        with pytest.raises(nistitl.ReadError, match="cannot be mended"):
            nistitl.read(data, policy="repair", unmended="refuse")
    else:
        assert bytes(nistitl.read(bytes(tx), policy="strict")) == bytes(tx)
        assert bytes(nistitl.read(data, policy="repair", unmended="refuse")) == bytes(tx)


@pytest.mark.parametrize("path", DAMAGED, ids=lambda path: path.stem)
def test_findings_after_a_repair_are_those_of_the_bytes(path: Path) -> None:
    try:
        tx = repaired(path.read_bytes())
    except nistitl.ReadError:
        return
    again = nistitl.read(bytes(tx))
    assert tx.findings == again.findings and tx.framing_findings == again.framing_findings
    assert [f.to_text() for f in tx.validate()] == [f.to_text() for f in again.validate()]


def test_findings_after_an_edit_are_those_of_the_bytes() -> None:
    tx = nistitl.read(small_transaction().replace(b"1.005:20200229", b"1.005:2020022x"))
    (before,) = tx.findings
    tx[2][0]["2.018"] = "A LONGER NAME THAN BEFORE"
    tx[1][0]["1.010"] = "AN ANSWER"
    (after,) = tx.findings
    assert after.location.offset is not None and before.location.offset is not None
    assert bytes(tx)[after.location.offset :].startswith(b"2020022x")
    assert tx.findings == nistitl.read(bytes(tx)).findings
    tx[1][0].DAT = "20200229"
    assert tx.findings == ()


def with_text(text: bytes) -> bytes:
    """The small transaction with a Type-2 of this content after LEN and IDC."""
    tx = nistitl.read(small_transaction())
    head = b"\x1d2.002:00" + text + b"\x1c"
    size = next(n for n in range(len(head), len(head) + 20) if len(b"2.001:%d" % n + head) == n)
    records = [bytes(record) for record in tx]
    return b"".join([records[0], b"2.001:%d" % size + head, *records[2:]])


def test_a_field_whose_damaged_tag_stands_first_is_kept() -> None:
    data = small_transaction().replace(b"\x1d2.002:", b"\x1d2.0O2:", 1)
    tx = repaired(data)
    assert bytes(tx) == data and "tag-malformed" in [finding.code for finding in tx.unmended]


def test_a_record_whose_first_tag_is_damaged_is_kept_and_no_other_moves() -> None:
    data = small_transaction()
    damaged = data.replace(b"\x1c2.001:", b"\x1c2.0O1:", 1)
    tx = repaired(damaged)
    assert bytes(tx) == damaged and [record.type for record in tx] == [1, 4, 14]
    assert [finding.code for finding in tx.unmended] == ["cnt-missing-record", "bytes-between"]


def test_a_name_in_place_of_the_idc_is_kept() -> None:
    data = with_text(b"").replace(b"\x1d2.002:00", b"\x1d2.002:DOE")
    data = data.replace(b"2.001:18", b"2.001:19")
    tx = repaired(data)
    assert tx[2][0].raw(2) == b"DOE" and tx.repairs == ()
    assert [(f.code, f.location.path) for f in tx.unmended if f.location.field == 2] == [("value-undecodable", "2.002")]


def test_a_header_that_is_cut_gets_no_zeros() -> None:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0300")
    tx.append(nistitl.Type4(IDC=1, IMP=1, FGP=2, ISR=0, HLL=10, VLL=10, CGA=0, DATA=bytes(100)))
    cut = bytes(tx)[: len(bytes(tx.header)) + 10]
    mended = repaired(cut)
    assert bytes(mended) == cut and mended.repairs == ()
    assert [finding.code for finding in mended.unmended] == ["record-cut"]


def test_whatever_cnt_misses_is_kept_and_cnt_with_it() -> None:
    """CNT names Type-4 records as Type-14: they are not found, and stay where they are."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0300")
    for at in (1, 2):
        tx.append(nistitl.Type4(IDC=at, IMP=1, FGP=at, ISR=0, HLL=10, VLL=10, CGA=0, DATA=bytes(range(100))))
    header = bytes(tx.header).replace(b"\x1e4\x1f", b"\x1e14\x1f")
    header = header.replace(b"1.001:%d" % len(bytes(tx.header)), b"1.001:%d" % len(header))
    data = header + b"".join(bytes(record) for record in tx[4])
    mended = repaired(data)
    assert bytes(mended) == data and mended.repairs == ()
    assert [finding.code for finding in mended.unmended] == ["bytes-after"]


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\0\0", b"\xef\xbb\xbf \n"])
def test_padding_before_the_first_record_goes(before: bytes) -> None:
    data = small_transaction()
    tx = repaired(before + data)
    assert bytes(tx) == data and [finding.repair for finding in tx.repairs] == ["dropped"] and tx.unmended == ()


def test_a_byte_order_mark_behind_a_record_stays() -> None:
    """Before the first record it says nothing; elsewhere another file may begin with it."""
    mark, records = b"\xef\xbb\xbf", [bytes(record) for record in nistitl.read(small_transaction())]
    for at in range(1, len(records) + 1):
        data = b"".join([*records[:at], mark, *records[at:]])
        tx = repaired(data)
        assert bytes(tx) == data and tx.repairs == ()
        assert [finding.code for finding in tx.unmended] == ["bytes-between" if at < len(records) else "bytes-after"]


@pytest.mark.parametrize("before", [b"Subject: prints\r\n", b"x", b"\xef\xbb"])
def test_text_before_the_first_record_stays(before: bytes) -> None:
    data = before + small_transaction()
    tx = repaired(data)
    assert bytes(tx) == data and [finding.code for finding in tx.unmended] == ["bytes-before"]


def test_a_transaction_that_follows_stays() -> None:
    data = small_transaction()
    tx = repaired(data + data)
    assert bytes(tx) == data + data and [finding.code for finding in tx.unmended] == ["transaction-follows"]


def test_a_byte_in_place_of_fs_stays_behind_the_new_one_unless_it_is_padding() -> None:
    data = small_transaction()
    end = nistitl.read(data)[2][0].origin[2]
    wrong = repaired(data[: end - 1] + b"X" + data[end:])
    assert bytes(wrong) == data[:end] + b"X" + data[end:]
    assert [finding.code for finding in wrong.unmended] == ["bytes-between"]
    assert bytes(repaired(data[: end - 1] + b"\n" + data[end:])) == data


def test_what_a_command_does_with_the_unmended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from nistitl.cli import main

    path = tmp_path / "two.an2"
    path.write_bytes(small_transaction() * 2)
    arguments = ["show", str(path), "1.004", "--policy", "repair"]
    assert main(arguments) == 0 and capsys.readouterr().out == "CAR\n"
    assert main(["info", str(path), "--policy", "repair"]) == 1 and "transaction-follows" in capsys.readouterr().out
    assert main([*arguments, "--unmended", "refuse"]) == 2 and "cannot be mended" in capsys.readouterr().err


def test_a_choice_that_is_none_is_refused() -> None:
    with pytest.raises(nistitl.ITLError, match="keep, refuse"):
        nistitl.read(small_transaction(), policy="repair", unmended="drop")  # type: ignore[arg-type]


def type_4(idc: int, data: bytes, cga: int = 1) -> bytes:
    return (18 + len(data)).to_bytes(4, "big") + bytes([idc, 1, 2, *[255] * 5, 0, 0, 32, 0, 32, cga]) + data


@pytest.mark.parametrize("stray", [b"STRAY TEXT LEFT BY SOMEBODY", b"\nhello\n", b"\xff\xd8 and more"])
@pytest.mark.parametrize("behind", [4, 14])
def test_what_stands_behind_an_image_without_an_end_is_not_made_its_own(behind: int, stray: bytes) -> None:
    """LEN is the last that tells where the image ended; where it has a closing mark further on, that tells more."""
    image = b"\xff\xa0" + bytes(range(30, 250)) * 8
    after = type_4(2, image + b"\xff\xa1") if behind == 4 else tagged(14, [(2, b"2"), (999, image)])
    data = header([(4, b"1"), (behind, b"2")]) + type_4(1, image) + stray + after
    tx = nistitl.read(data, policy="repair")
    assert bytes(tx) == data and tx.repairs == () and bytes(tx[behind][-1]) == after
    assert [finding.code for finding in tx.unmended] == ["len-wrong"]
    (many,) = nistitl.read_many(data, policy="repair")
    assert many.unmended == tx.unmended and many.findings == tx.findings
    with pytest.raises(nistitl.ReadError, match="len-wrong"):
        nistitl.read(data, policy="repair", unmended="refuse")
    closed = data.replace(stray, stray + b"\xff\xa1", 1)
    assert [finding.code for finding in nistitl.read(closed, policy="repair").repairs] == ["len-wrong"]


def test_no_type_1_is_written_whose_cnt_would_take_the_end_of_a_record_away() -> None:
    """LEN is believed as long as no CNT is there; the one that repair wrote made the image grow by what follows."""
    images = [tagged(14, [(2, b"%d" % idc), (999, bytes(range(256)))]) for idc in (1, 2)]
    data = images[0] + b"what somebody has left between the records\x1c" + images[1]
    tx = repaired(data)
    assert bytes(tx) == data and [bytes(record) for record in tx] == images
    assert [finding.code for finding in tx.unmended] == ["type1-missing", "bytes-between"]
    assert bytes(repaired(b"".join(images))).endswith(b"".join(images)) and repaired(b"".join(images)).unmended == ()


@pytest.mark.parametrize("digit", [b"%d" % number for number in range(1, 10)])
def test_a_digit_in_place_of_fs_does_not_become_the_next_record_s_tag(digit: bytes) -> None:
    """Written behind the new FS, `8` and the `1.001:` that follows read back as a record of Type-81."""
    data = header([]) + tagged(2, [(2, b"0"), (18, b"DOE")], digit) + small_transaction()
    tx = repaired(data)
    assert [record.type for record in tx] == [1, 2] == [record.type for record in nistitl.read(bytes(tx))]
    assert lost_or_invented(nistitl.read(data), tx) is None


def came_to_light() -> tuple[nistitl.Transaction, nistitl.Transaction]:
    """VER has swallowed CNT, which alone tells that a binary record is behind Type-2; as it came, and repaired."""
    text, image = tagged(2, [(2, b"0"), (3, b"A")]), type_4(1, bytes(range(100)), 0)
    image = image[:13] + b"\0\x0a\0\x0a" + image[17:]
    data = header([(2, b"0"), (4, b"1")]).replace(b"\x1d1.003:", b"\n1.003:", 1) + text + b"\x05" + image[1:]
    return nistitl.read(data), repaired(data)


def test_a_record_that_came_to_light_is_what_lay_there() -> None:
    came, tx = came_to_light()
    assert ([record.type for record in came], [record.type for record in tx]) == ([1, 2], [1, 2, 4])
    assert lost_or_invented(came, tx) is None
    tx[4][0].DATA = bytes(100)
    assert "between records" in (lost_or_invented(came, tx) or "")


def test_cnt_that_stands_right_behind_the_digits_of_len_is_written_anew_where_the_data_are_cut() -> None:
    """GS before it is gone, and the records that it names with the end of the data."""
    fields = header([(2, b"0"), (4, b"1")]).split(b"\x1d")
    data = fields[0] + fields[2]
    tx = repaired(data)
    assert bytes(tx) == b"1.001:19\x1d1.003:1\x1f0\x1c" and tx.repairs[-1].code == "cnt-missing-record"
    assert lost_or_invented(nistitl.read(data), tx) is None
