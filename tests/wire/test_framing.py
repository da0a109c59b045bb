"""What framing says of damage: which bytes, what was expected, what was there; and what is no damage."""

from __future__ import annotations

import pytest

import nistitl
from nistitl.wire.frames import frame
from nistitl.wire.framing import CONTENTS
from tests.fuzz.hostile import FS, GS, binary, count, first, tagged
from tests.support.growing import check_ratio

TEXT = tagged(2, {2: b"00", 5: b"N"})


def finding_of(data: bytes, code: str) -> nistitl.Finding:
    """The one finding with this code."""
    (finding,) = [finding for finding in frame(data).findings if finding.code == code]
    return finding


def test_a_wrong_len_says_the_length_that_is_right() -> None:
    image = tagged(14, {2: b"01", 999: b"\x1c\x1d"})
    head = first([(2, 0), (14, 1)])
    wrong = TEXT.replace(b"2.001:%d" % len(TEXT), b"2.001:%d" % (len(TEXT) + 3))
    finding = finding_of(head + wrong + image, "len-wrong")
    assert (finding.expected, finding.actual) == (str(len(TEXT)), str(len(TEXT) + 3))
    where = finding.location
    assert (where.record, where.type, where.idc, where.field) == (1, 2, 0, 1)
    assert (where.offset, where.length) == (len(head) + len("2.001:"), 2)


def test_a_wrong_len_of_a_binary_record_says_the_length_that_is_right() -> None:
    head, record = first([(4, 0), (4, 1)]), binary(0)
    wrong = (len(record) + 3).to_bytes(4, "big") + record[4:]
    framing = frame(head + wrong + binary(1))
    (finding,) = framing.findings
    assert finding.code == "len-wrong"
    assert (finding.expected, finding.actual) == (str(len(record)), str(len(record) + 3))
    assert (finding.location.offset, finding.location.length) == (len(head), 4)
    assert [end - start for _, start, end in framing.spans[1:]] == [len(record)] * 2


def test_a_wrong_count_says_how_many_are_named() -> None:
    entries = count([(2, 0)])
    data = first([(2, 0)]).replace(entries, entries.replace(b"1\x1f1\x1e", b"1\x1f7\x1e")) + TEXT
    finding = finding_of(data, "cnt-count")
    assert (finding.expected, finding.actual) == ("1", "7")
    where = finding.location
    assert data[where.offset : where.offset + where.length] == b"7"  # type: ignore[operator]
    assert (where.field, where.subfield, where.item) == (3, 1, 2)


def test_another_idc_says_both() -> None:
    data = first([(2, 7)]) + TEXT
    finding = finding_of(data, "cnt-idc")
    assert (finding.expected, finding.actual) == ("0", "7")
    where = finding.location
    assert data[where.offset : where.offset + where.length] == b"2\x1f07"  # type: ignore[operator]


@pytest.mark.parametrize("size", range(18))
def test_a_binary_record_shorter_than_its_header_is_damaged(size: int) -> None:
    short = size.to_bytes(4, "big") + binary(0)[4:18]
    data = first([(4, 0), (4, 1)]) + short + binary(1)
    assert "len-wrong" in [finding.code for finding in frame(data).findings]


@pytest.mark.parametrize(("kind", "header"), [(7, 5), (8, 12)])
def test_headers_of_other_lengths(kind: int, header: int) -> None:
    """Type-7 is a length and an IDC, Type-8 has twelve bytes; what follows may be short."""
    content = bytes((0, 0, 1, 0, 10, 0, 10, 7, 7, 7))
    head = first([(kind, 0), (2, 0)])
    for size in range(5, header + 3):
        framing = frame(head + size.to_bytes(4, "big") + content[: size - 4] + TEXT)
        if size < header:
            assert "record-cut" in [finding.code for finding in framing.findings]
        else:
            assert framing.findings == [] and framing.spans[1][2] - framing.spans[1][1] == size


def test_999_of_a_record_that_is_text_ends_as_any_field() -> None:
    data = first([(2, 0)]) + tagged(2, {2: b"00", 999: b"text", 1000: b"more"})
    tx = nistitl.read(data)
    assert tx[2][0]["2.999"].text == "text" and tx[2][0]["2.1000"].text == "more" and tx.findings == ()


def test_a_number_in_a_text_is_no_tag() -> None:
    """A field separator is missing only before what is spelled as tags are."""
    comment = {2: b"00", 20: b"see 14.5: there"}
    assert nistitl.read(first([(14, 0)]) + tagged(14, comment)).findings == ()
    tx = nistitl.read(first([(14, 0)]) + tagged(14, comment | {4: b"ORI14.022:x"}))
    messages = [finding.message for finding in tx.findings if "a field separator is missing" in finding.message]
    assert messages == ["a field separator is missing before 14.022:"]


def test_searches_for_binary_records_are_bounded() -> None:
    """CNT gives each another IDC than it has: each could be looked for up to the end of the data."""

    def others(n: int) -> bytes:
        return first([(4, 5)] * n) + binary(0) * n

    framing = frame(others(40))
    assert len(framing.spans) == 41 and {finding.code for finding in framing.findings} == {"cnt-idc"}
    small, great = others(1_000), others(8_000)
    check_ratio(lambda: frame(small), lambda: frame(great), at_most=20, least=0.001)


def test_what_is_remembered_of_contents_is_bounded() -> None:
    """CNT is what a sender chooses: neither many nor long ones are kept."""
    for at in range(2_000):
        frame(first([(2, at % 100)] * (1 + at // 100)) + TEXT)
    frame(first([(2, 0)] * 5_000) + TEXT)
    assert len(CONTENTS) <= 256 and all(len(content) < 512 for content in CONTENTS)


def test_bytes_where_fs_should_be_are_a_gap() -> None:
    data = first([(2, 0), (2, 0)]) + TEXT[:-1] + b"x" + TEXT
    framing = frame(data)
    (finding,) = framing.findings
    assert (finding.code, finding.expected, finding.actual) == ("terminator-wrong", "FS", "0x78")
    _, start, end = framing.spans[1]
    assert framing.gaps == {1: (end, end + 1)} and data[start:end] + b"x" == TEXT[:-1] + b"x"


def test_type_1_alone_with_a_count_that_is_no_number() -> None:
    data = first([]).replace(GS + b"1.003:" + count([]), GS + b"1.003:x")
    finding = finding_of(data, "cnt-malformed")
    assert finding.expected == "1 and the number of records" and data.endswith(FS)
