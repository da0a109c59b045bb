"""What repair changes, what it leaves alone, and that each damage is told once."""

from __future__ import annotations

import pytest

import nistitl
from tests.support.spelled import FS, GS, header, tagged


def repaired(data: bytes) -> nistitl.Transaction:
    return nistitl.read(data, policy="repair")


def codes(tx: nistitl.Transaction) -> list[str]:
    return [finding.code for finding in tx.repairs]


def test_an_idc_that_is_missing_is_not_invented() -> None:
    data = header([(2, b"00"), (2, b"1"), (2, b"2")]) + b"".join(
        (tagged(2, [(2, b"0"), (3, b"A")]), tagged(2, [(3, b"B")]), tagged(2, [(2, b"2"), (3, b"C")]))
    )
    tx = repaired(data)
    assert [record.idc for record in tx.records[1:]] == [0, None, 2] and bytes(tx) == data
    assert [(finding.code, finding.location.record) for finding in tx.unmended][-1] == ("idc-missing", 2)


def test_a_cut_binary_header_is_not_filled_up() -> None:
    data = header([(4, b"1")]) + (8).to_bytes(4, "big") + b"\x01\x03\x07\xff"
    assert bytes(repaired(data)) == data


def test_bytes_that_may_be_an_image_without_its_tag_are_not_touched() -> None:
    image = b"\x1d\x1d14.020:\x1d\x1d"  # separators that stand doubled, and a tag
    record = b"".join((b"14.001:%d", GS, b"14.002:1", GS, GS, b"14.003:1", GS, b"99:" + image, FS))
    record = record % (len(record) - 2 + 2)
    tx = repaired(header([(14, b"1")]) + record)
    assert image in bytes(tx[14][0])
    assert codes(tx) == ["separator-doubled"]  # the one that stands before those bytes


def test_a_tag_in_text_is_text_where_the_field_is_there_already() -> None:
    fields = [(2, b"1"), (3, b"1"), (4, b"SRC"), (20, b"as in 14.003:2"), (999, b"x")]
    data = header([(14, b"1")]) + tagged(14, fields)
    tx = repaired(data)
    assert bytes(tx[14][0]["14.020"].raw) == b"as in 14.003:2"
    assert bytes(tx) == data
    assert tx.repairs == ()


def test_one_len_is_put_in_front_where_it_stands_twice() -> None:
    """The first field is damaged, and LEN comes twice behind it: the other one stays in its place."""
    damaged = b"X" + header([(2, b"1")], (1, b"5"), (13, b"NORAM"), (1, b"6"))[1:]
    tx = repaired(damaged + tagged(2, [(2, b"1"), (3, b"A")]))
    fields = bytes(tx.header).rstrip(FS).split(GS)
    assert [field.partition(b":")[0] for field in fields[:2]] == [b"1.001", b"1.002"]
    assert fields[0] == b"1.001:%d" % len(bytes(tx.header))
    assert fields[-2:] == [b"1.013:NORAM", b"1.001:6"]


def test_an_image_whose_tag_was_swallowed_ends_before_its_fs() -> None:
    fields = [(2, b"1"), (3, b"1"), (20, b"a comment" + b"14.999:" + b"\xff\xa0IMAGE\xff\xa1")]
    tx = repaired(header([(14, b"1")]) + tagged(14, fields))
    assert bytes(tx[14][0].DATA) == b"\xff\xa0IMAGE\xff\xa1"
    assert tx[14][0].COM == "a comment"
    assert bytes(tx).endswith(b"\xff\xa1" + FS)
    assert "separator-missing" in codes(tx)


def test_damage_of_the_first_field_is_told_once() -> None:
    """Framing tells that LEN of Type-1 is damaged; the mend of its fields does not tell it again."""
    sound = header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")])
    for damaged, code in ((b"X" + sound[1:], "type1-damaged"), (sound.replace(b"1.001:", b"1.001:x", 1), None)):
        tx = repaired(damaged)
        first = [f for f in tx.repairs if f.location.record == 0]
        assert [f.code for f in first].count("tag-malformed") == 0
        assert len({(f.code, f.location.offset) for f in first}) == len(first)
        assert code is None or [f.code for f in first] == [code]
        assert tx.header.TCN == "TCN"


def test_cnt_is_not_written_anew_where_only_padding_goes() -> None:
    """CNT names the IDC of a record that has lost its own: nothing was cut, and nothing says that CNT is wrong."""
    data = header([(2, b"5"), (2, b"1")]) + tagged(2, [(3, b"A")]) + tagged(2, [(2, b"1"), (3, b"B")])
    tx = repaired(data + b"\n")
    assert bytes(tx) == data and codes(tx) == ["bytes-after"]


def test_what_stands_in_len_and_is_no_number_is_kept() -> None:
    """The field after LEN has lost its separator and part of its tag: only the digits are LEN."""
    record = tagged(14, [(2, b"1"), (3, b"1"), (999, b"x")]).replace(b"\x1d14.002:1", b"\x10\x004.002:1")
    tx = repaired(header([(14, b"1")]) + record)
    assert b"\x1d\x10\x004.002:1\x1d14.003:1" in bytes(tx)
    assert "tag-malformed" in {finding.code for finding in tx.unmended}


def test_a_field_that_cnt_swallowed_is_kept() -> None:
    data = header([(2, b"1")]).replace(b"\x1d1.004:", b"", 1) + tagged(2, [(2, b"2"), (3, b"A")])
    tot = header([(2, b"1")]).split(b"\x1d1.004:")[1].split(GS)[0]
    tx = repaired(data)
    assert b"1.003:1\x1f1\x1e2\x1f1" + tot + GS in bytes(tx)
    assert {"cnt-idc", "cnt-missing-record"} & {finding.code for finding in tx.unmended}


def test_a_first_field_that_is_not_len_is_kept_where_len_is_gone() -> None:
    data = header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")])
    damaged = b"\0\0\1'1.009:2400000001C" + data[data.index(GS) :]
    tx = repaired(damaged)
    assert b"1.009:2400000001C" in bytes(tx) and bytes(tx).startswith(b"1.001:")


def test_a_field_with_the_tag_of_len_is_kept_where_len_stands_before_it() -> None:
    """1.011 has lost a digit; neither an edit nor a repair takes it for LEN."""
    data = (header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")])).replace(b"1.011:00.00", b"1.01:00.00", 1)
    tx = repaired(data)
    assert b"\x1d1.01:00.00\x1d" in bytes(tx)
    edited = nistitl.read(data)
    edited.header["1.010"] = "TCR"
    assert b"\x1d1.01:00.00\x1d" in bytes(edited)
    assert b"\x1d1.01:00.00\x1d" in bytes(repaired(b"X.0" + data[1:]))


def test_what_stands_between_len_and_the_field_it_hides_is_kept() -> None:
    record = tagged(14, [(2, b"1"), (3, b"1"), (999, b"x")]).replace(b"\x1d14.002:1", b"\x1e\x1f\x1e14.002:1", 1)
    assert b"\x1d\x1e\x1f\x1e\x1d14.002:1\x1d14.003:1" in bytes(repaired(header([(14, b"1")]) + record))


def test_a_second_len_that_is_no_size_is_kept() -> None:
    """1.002 has lost its digit to damage: 0502 is no size of the record."""
    data = (header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")])).replace(b"1.002:", b"1.001:", 1)
    ver = data.split(GS)[1]
    for damaged in (data, b"X" + data[1:], b"\0\0\7o" + data[4:]):
        assert GS + ver + GS in bytes(repaired(damaged))


def test_repair_twice_is_repair_once_where_the_tag_of_cnt_is_damaged() -> None:
    """CNT is written the first time, whatever else is wrong with Type-1; what stood under the damaged tag is kept."""
    data = header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")])
    for damaged in (data.replace(b"1.003:", b"1.001", 1), b"X" + data[1:].replace(b"1.003:", b"1.0O3:", 1)):
        once = bytes(repaired(damaged))
        assert "cnt-missing" in codes(repaired(damaged)) and b"\x1d1.003:1\x1f1\x1e2\x1f1\x1d" in once
        assert bytes(repaired(once)) == once and repaired(once).repairs == ()


def test_repair_twice_is_repair_once_where_ver_has_swallowed_cnt() -> None:
    data = header([(2, b"1")]).replace(b"\x1d1.003:", b"14.001:1.003:", 1).replace(b"\x1e2\x1f1", b"\x1e\n2\x1f1", 1)
    once = bytes(repaired(data + tagged(2, [(2, b"1"), (3, b"A")])))
    assert b"\x1d1.003:1\x1f1\x1e2\x1f1\x1d" in once and bytes(repaired(once)) == once


@pytest.mark.parametrize("padding", [b"", FS, b"\n", b"\0\0", b"\r\n\x1a"])
def test_repair_twice_is_repair_once_where_the_data_end_behind_type_1(padding: bytes) -> None:
    """Records that CNT names are missing, whatever padding stands in their place, before another transaction too."""
    data = header([(2, b"1"), (14, b"2")]) + padding
    tx = repaired(data)
    assert codes(tx) == ["bytes-after"] * bool(padding) + ["cnt-missing-record"] and tx.unmended == ()
    assert bytes(repaired(bytes(tx))) == bytes(tx) == header([])
    whole = header([(2, b"1")]) + tagged(2, [(2, b"1")])
    assert [bytes(one) for one in nistitl.read_many(data + whole, policy="repair")] == [header([]), whole]


def test_records_that_cnt_misses_may_be_what_follows() -> None:
    data = header([(4, b"1"), (4, b"2")]) + b"\0\0\0\1 hello"
    assert b"1.003:1\x1f2\x1e4\x1f1\x1e4\x1f2\x1d" in bytes(repaired(data))


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("strange", [b"\x97", b"\x97\x9e\xad\xc2\xd7"])
def test_what_has_come_into_the_tag_of_len_is_kept(strange: bytes, at: int) -> None:
    data = header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")])
    tx = repaired(data[:at] + strange + data[at:])
    once = bytes(tx)
    if at:
        first = data[:at] + strange + data[at : data.index(GS)]
        size = len(header([(2, b"1")])) + len(first) + len(GS)
        assert once == b"1.001:%d%b%b" % (size, GS, first) + data[data.index(GS) :]
        assert codes(tx) == ["type1-damaged", "len-not-first"] and [finding.code for finding in tx.unmended] == [
            "tag-malformed"
        ]
    else:  # they stand before the first record
        assert once == strange + data
    assert bytes(repaired(once)) == once and repaired(once).repairs == ()


def test_what_took_the_place_of_the_tag_of_len_is_no_content() -> None:
    data = header([(2, b"1")]) + tagged(2, [(2, b"1"), (3, b"A")])
    assert bytes(repaired(b"X.\x970" + data[4:])) == data


def test_what_is_mended_shows_how_to_mend_more() -> None:
    """VER has swallowed CNT, and only CNT tells that a binary record follows, whose LEN is wrong."""
    text, picture = tagged(2, [(2, b"0"), (3, b"A")]), bytes(range(100))
    image = (0x05F5E0FF).to_bytes(4, "big") + bytes([1, 0, 1, *[255] * 5, 0, 0, 10, 0, 10, 0]) + picture
    tx = repaired(header([(2, b"0"), (4, b"1")]).replace(b"\x1d1.003:", b"\n1.003:", 1) + text + image)
    assert [(one.code, one.location.offset) for one in tx.repairs] == [("separator-missing", 10), ("record-cut", None)]
    assert tx.unmended == () and bytes(tx[4][0])[:4] == (118).to_bytes(4, "big") and bytes(tx[4][0].DATA) == picture
    assert bytes(repaired(bytes(tx))) == bytes(tx)


def test_cnt_that_is_found_again_is_not_told_as_written() -> None:
    data = header([(2, b"0")]).replace(b"\x1d1.003:", b"\n1.003:", 1) + tagged(2, [(2, b"0"), (3, b"A")])
    tx = repaired(data)
    assert codes(tx) == ["separator-missing"] and tx.unmended == ()


def test_a_len_that_leads_elsewhere_is_a_number_nevertheless() -> None:
    data = header([(2, b"0")]) + tagged(2, [(2, b"0"), (3, b"A")])
    wrong = [one for one in nistitl.read(data + b"14.001:844\x1c14.002:1\x1c").findings if one.location.type == 14]
    assert [(one.code, one.expected, one.actual) for one in wrong if one.location.field == 1] == [
        ("len-wrong", "11", "844")
    ]
    assert "len-wrong" not in {one.code for one in nistitl.read(data + b"14.001:9\x1c14.002:1\x1c").findings}
