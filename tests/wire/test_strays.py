"""A right LEN is believed: strays between records are told, and no record changes; read and read_many agree."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import nistitl
from tests.support.samples import ROOT, small_transaction
from tests.support.spelled import FS, GS, header, tagged

FIXTURES = sorted([*(ROOT / "fixtures").glob("records/*.an2"), *(ROOT / "fixtures").glob("*.eft")])
STRAYS = (b"\n", b"\r\n", b"\0\0\0", b"\x1c", b" ")
POLICIES = ("tolerant", "repair")


def records(tx: nistitl.Transaction) -> list[tuple[int, bytes]]:
    return [(record.type, bytes(record)) for record in tx]


def boundaries(data: bytes) -> list[int]:
    return [record.origin[2] for record in nistitl.read(data)][:-1]


def framing_codes(tx: nistitl.Transaction) -> list[str]:
    return [f.code for f in tx.framing_findings if f.severity > nistitl.Severity.NOTE]


def check_strays(data: bytes, strays: tuple[bytes, ...] = STRAYS) -> None:
    """At every boundary: the records are those of the clean data, and the strays are told where they are."""
    clean = records(nistitl.read(data))
    for at in boundaries(data):
        for stray in strays:
            damaged = data[:at] + stray + data[at:]
            for policy in POLICIES:
                tx = nistitl.read(damaged, policy=policy)  # type: ignore[arg-type]
                assert records(tx) == clean, (at, stray, policy)
                (finding,) = tx.repairs if policy == "repair" else [f for f in tx.framing_findings if f.severity > 1]
                assert (finding.code, finding.location.offset, finding.location.length) == (
                    "bytes-between", at, len(stray),
                )  # fmt: skip
            with pytest.raises(nistitl.ReadError, match="bytes-between"):
                nistitl.read(damaged, policy="strict")


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_strays_at_every_boundary_of_every_fixture(path: Path) -> None:
    check_strays(path.read_bytes())


def test_a_newline_at_every_boundary_of_the_sample_files(corpus: Path) -> None:
    tried = 0
    for path in sorted(file for file in corpus.rglob("*") if file.is_file()):
        try:
            data = path.read_bytes()
            tx = nistitl.read(data)
        except nistitl.ITLError:
            continue
        if tx.encoding == "traditional" and not framing_codes(tx) and len(data) < 2_000_000:
            check_strays(data, (b"\n",))
            tried += 1
    assert tried > 100


@pytest.mark.parametrize("stray", [b"\x1c", b"\n\x1c", b"\x1c\x1c", b"\n", b"abc\x1c", b"\x1a" * 20])
@pytest.mark.parametrize("name", ["tenprint-type14.eft", "tenprint-type4.eft"])
def test_bytes_behind_the_last_record_are_none_of_it(name: str, stray: bytes) -> None:
    data = (ROOT / "fixtures" / name).read_bytes()
    for tx in (nistitl.read(data + stray), next(nistitl.read_many(data + stray))):
        assert records(tx) == records(nistitl.read(data)) and framing_codes(tx) == ["bytes-after"]


def binary_records(*headers: dict[str, int]) -> bytes:
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0300")
    for at, fields in enumerate(headers):
        values: dict[str, Any] = {"IDC": at, "IMP": 1, "FGP": at + 1, "ISR": 0, "HLL": 10, "VLL": 10, "CGA": 0} | fields
        tx.append(nistitl.Type4(**values, DATA=bytes(range(100))))
    return bytes(tx)


LONG = [stray * size for stray in (b"\0", b"\n", b" ", b"\x1c", b"\x1a", b"\0 ") for size in (17, 18, 33, 512, 5000)]


def mixed(order: str) -> bytes:
    """A transaction of Type-1 and these records: 2, 4 uncompressed, 7, 14; each is right."""
    tx = nistitl.Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", VER="0300")
    header = {"IMP": 1, "ISR": 0, "HLL": 10, "VLL": 10, "CGA": 0}
    for at, kind in enumerate(order):
        if kind == "2":
            tx.append(nistitl.Type2(IDC=at))
        elif kind == "4":
            tx.append(nistitl.Type4(IDC=at, FGP=at + 1, **header, DATA=bytes(range(100))))  # type: ignore[arg-type]
        elif kind == "7":
            tx.append(nistitl.Type7(IDC=at, UDF=b"\xff\xa0 whatever \xff\xa1"))
        else:
            tx.append(nistitl.Type14(IDC=at, IMP=1, DATA=bytes(range(100))))
    return bytes(tx)


@pytest.mark.parametrize("order", ["24", "42", "44", "4D", "D4", "DD", "D2", "47", "74", "27"])
def test_padding_of_any_length_is_none_of_a_record(order: str) -> None:
    data = mixed(order)
    check_strays(data, tuple(LONG))
    for at in boundaries(data):
        for stray in LONG:
            assert bytes(nistitl.read(data[:at] + stray + data[at:], policy="repair")) == data


CONTENT = [
    b"STRAY TEXT LEFT BY SOMEBODY",
    b"2.001:8\x1c",
    b"\0" * 40 + b"END OF TAPE\r\n" + b"\0" * 40,
    b"\x9d\xc1" * 300,
]


@pytest.mark.parametrize("behind", [b"", b"\n" * 30], ids=["end", "padding"])
@pytest.mark.parametrize("stray", CONTENT, ids=["text", "tag", "both", "bytes"])
@pytest.mark.parametrize("order", ["24", "44", "D4", "424", "4D4", "27"])
def test_content_before_a_binary_record_is_kept_and_told(order: str, stray: bytes, behind: bytes) -> None:
    data = mixed(order)
    at = boundaries(data)[-1]
    damaged = data[:at] + stray + data[at:]
    for policy in POLICIES:
        tx = nistitl.read(damaged + behind, policy=policy)  # type: ignore[arg-type]
        assert records(tx) == records(nistitl.read(data))
        (finding,) = [one for one in tx.framing_findings if one.code == "bytes-between"]
        assert (finding.location.offset, finding.location.length) == (at, len(stray))
    assert bytes(tx) == damaged and [one.code for one in tx.unmended] == ["bytes-between"]


def test_no_len_is_written_where_no_header_stands() -> None:
    """Nothing tells where the Type-4 begins: what is there instead keeps every byte."""
    for text in (b"STRAY TEXT AND NO RECORD", b"x" * 400):
        data = mixed("4")[: boundaries(mixed("4"))[0]] + text
        tx = nistitl.read(data, policy="repair")
        assert bytes(tx) == data and tx.unmended


def test_a_header_that_ends_where_its_len_says_is_cut_and_takes_no_other_record() -> None:
    for order in ("4", "4D"):
        data = mixed(order)
        begin, *others = [record.origin[1] for record in nistitl.read(data)][1:]
        end = others[0] if others else len(data)
        for size in range(5, 18):
            damaged = data[:begin] + size.to_bytes(4, "big") + data[begin + 4 : begin + size] + data[end:]
            tx = nistitl.read(damaged, policy="repair")
            assert bytes(tx) == damaged and [one.code for one in tx.unmended] == ["record-cut"]
            assert bytes(tx[4][0]) == damaged[begin : begin + size] and len(tx[14]) == len(others)
            with pytest.raises(nistitl.ReadError, match="record-cut"):
                nistitl.read(damaged, policy="repair", unmended="refuse")


@pytest.mark.parametrize("header", [{"IMP": 99}, {"FGP": 250}, {"ISR": 7}, {"CGA": 200}, {"HLL": 9999}])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_wrong_header_of_the_next_record_moves_nothing(header: dict[str, int], at: int) -> None:
    headers: list[dict[str, int]] = [{}, {}, {}]
    headers[at] = header
    tx = nistitl.read(binary_records(*headers))
    assert [record.origin[2] - record.origin[1] for record in tx[4]] == [118, 118, 118]
    assert framing_codes(tx) == []


def test_the_damaged_tag_of_one_record_does_not_make_the_one_before_it_grow() -> None:
    data = (ROOT / "fixtures" / "tenprint-type14.eft").read_bytes()
    clean = nistitl.read(data)
    for at in range(2, len(clean)):
        begin = clean.records[at].origin[1]
        for damaged in (data[:begin] + b"\xff" + data[begin + 1 :], data[:begin] + data[begin + 1 :]):
            found = {bytes(record) for record in nistitl.read(damaged)}
            others = [bytes(record) for index, record in enumerate(clean) if index != at]
            assert all(record in found for record in others), at


def test_a_record_that_holds_nothing_but_len() -> None:
    tx = nistitl.read(small_transaction())
    bare = tx.append(nistitl.Type2())
    del bare["2.002"]
    tx.append(nistitl.Type14(IDC=9, IMP=1))
    again = nistitl.read(bytes(tx))
    assert records(again) == records(tx) and bytes(again.records[-2]) == b"2.001:8\x1c"
    assert "cnt-missing-record" not in framing_codes(again)


def damages(seed: int, count: int) -> list[bytes]:
    """Small transactions, now and then two in a row, damaged once to three times."""
    chance = random.Random(seed)
    sources = [path.read_bytes() for path in FIXTURES if path.stat().st_size < 5_000]
    made = []
    for _ in range(count):
        data = bytearray(chance.choice(sources) + (chance.choice(sources) if chance.random() < 0.3 else b""))
        for _ in range(chance.randint(1, 3)):
            at, size = chance.randrange(len(data)), chance.choice([1, 1, 2, 20, 300])
            new = [bytes([chance.randrange(256)]), b"", b"\n", b"\x1c", b"14.001:", bytes(data[:size])]
            data[at : at + chance.choice([0, 1, size])] = chance.choice(new)
            data = data or bytearray(b"\n")
        made.append(bytes(data))
    return made


def framed(tx: nistitl.Transaction) -> list[Any]:
    told = [(f.code, f.location.offset, f.location.length, f.message) for f in tx.framing_findings]
    return [[record.origin[1:] for record in tx], [row for row in told if row[0] != "transaction-follows"]]


def test_read_and_read_many_agree_on_the_first_transaction() -> None:
    compared = 0
    for data in damages(7, 6_000):
        try:
            one = nistitl.read(data)
        except nistitl.ReadError as error:
            with pytest.raises(nistitl.ReadError) as raised:
                next(nistitl.read_many(data))
            assert str(raised.value) == str(error)
            continue
        assert framed(one) == framed(next(nistitl.read_many(data))), data
        compared += 1
    assert compared > 4_000


@pytest.mark.parametrize("stray", STRAYS)
def test_a_stray_before_a_binary_record_of_another_idc_moves_nothing(stray: bytes) -> None:
    data = binary_records({}, {"IMP": 99}, {})
    for at in boundaries(data):
        wrong = data[: at + 4] + b"\x4d" + data[at + 5 :]
        tx = nistitl.read(wrong[:at] + stray + wrong[at:])
        assert records(tx) == records(nistitl.read(wrong)), at
        assert "bytes-between" in framing_codes(tx)


PIXELS = bytes(range(256)) * 2
KINDS = {  # Types 7 and 8 have too short a header to be found behind padding where LEN before them is wrong
    2: tagged(2, [(2, b"2"), (18, b"DOE")]),
    9: tagged(9, [(2, b"2"), (4, b"S")]),
    14: tagged(14, [(2, b"2"), (999, PIXELS)]),
    4: (18 + 512).to_bytes(4, "big") + b"\2\1\2\xff\xff\xff\xff\xff\0\0\x20\0\x10\0" + PIXELS,
    0: b"",  # the data end
}
FILLINGS = [b"\n", b"\r\n", b"\n\n", b"\0\0\0", b" ", b"\r\n\x1a\0\0"]


def counting(record: bytes, more: int) -> bytes:
    """The record with a LEN that is too large by this much."""
    head, rest = record.split(b":", 1)
    size, rest = rest.split(GS, 1)
    return b"%b:%d%b%b" % (head, int(size) + more, GS, rest)


@pytest.mark.parametrize("next_kind", KINDS)
@pytest.mark.parametrize("kind", [2, 9, 14])
@pytest.mark.parametrize("filling", FILLINGS)
def test_a_len_that_counts_the_padding_behind_fs_moves_no_end(filling: bytes, kind: int, next_kind: int) -> None:
    """The record ends at its FS, however much of the padding LEN counts, or more."""
    record = tagged(kind, [(2, b"1"), (999 if kind == 14 else 18, PIXELS if kind == 14 else b"X")])
    entries = [(kind, b"1"), *([(next_kind, b"2")] if next_kind else [])]
    clean = header(entries) + record + KINDS[next_kind]
    for more in range(1, len(filling) + 3):
        damaged = header(entries) + counting(record, more) + filling + KINDS[next_kind]
        tx = nistitl.read(damaged, policy="repair")
        assert (bytes(tx), tx.unmended) == (clean, ()), more
        assert {finding.code for finding in tx.repairs} == {
            "len-wrong",
            "bytes-between" if next_kind else "bytes-after",
        }
        assert [bytes(one) for one in nistitl.read_many(damaged, policy="repair")] == [clean]


@pytest.mark.parametrize("next_kind", KINDS)
@pytest.mark.parametrize("filling", FILLINGS)
def test_an_image_that_ends_as_padding_does_keeps_it_where_len_is_right(filling: bytes, next_kind: int) -> None:
    entries = [(14, b"1"), *([(next_kind, b"2")] if next_kind else [])]
    image = PIXELS + FS + filling
    record = tagged(14, [(2, b"1"), (999, image)])
    for strays in (b"", b"\n"):
        tx = nistitl.read(header(entries) + record + strays + KINDS[next_kind], policy="repair")
        assert bytes(tx) == header(entries) + record + KINDS[next_kind] and bytes(tx[14][0].DATA) == image
        assert len(tx.repairs) == len(strays)


TEXT = tagged(2, [(2, b"0"), (18, b"DOE")])
IMAGE = tagged(14, [(2, b"1"), (999, PIXELS)])


@pytest.mark.parametrize("digit", [b"%d" % number for number in range(10)])
@pytest.mark.parametrize("entries", [[(2, b"0"), (14, b"1")], [(2, b"0")], []])
def test_a_digit_before_a_tag_is_none_of_it(digit: bytes, entries: list[tuple[int, bytes]]) -> None:
    """`42.001:` was a record of Type-42, whatever CNT names, and `81.001:` of the next transaction one of Type-81."""
    data, other = header(entries) + TEXT, header([(2, b"0")]) + TEXT
    for before, after in ((header(entries), TEXT + IMAGE), (data, IMAGE)):
        assert records(nistitl.read(before + digit + after)) == records(nistitl.read(before + after)), digit
    followed = nistitl.read(data + digit + other)
    assert records(followed) == records(nistitl.read(data))
    assert [f.location.length for f in followed.framing_findings if f.code == "bytes-after"] == [1]


def test_a_zero_before_a_tag_is_the_tags_own_where_its_len_counts_it() -> None:
    spelled = b"02.001:%d\x1d2.002:0\x1d2.018:DOE\x1c" % (len(TEXT) + 1)
    assert records(nistitl.read(header([(2, b"0")]) + spelled)) == [(1, header([(2, b"0")])), (2, spelled)]


@pytest.mark.parametrize("stray", [b"\x1f", b"X", b"abc", b"garbage"])
@pytest.mark.parametrize("kind", [4, 7, 8])
def test_a_stray_before_a_record_with_a_tag_is_no_binary_record(stray: bytes, kind: int) -> None:
    """CNT names a binary record that is not there: one of its header's first bytes took all that follows."""
    data = header([(kind, b"1"), (14, b"1")])
    assert [record[0] for record in records(nistitl.read(data + stray + IMAGE))] == [1, 14]
    assert [record[0] for record in records(nistitl.read(data + stray + data + IMAGE))] == [1]


def test_a_tag_has_as_many_zeros_where_records_are_found_as_where_fields_are() -> None:
    """A tag that framing took for LEN, and its field for none, was given another LEN with every pass of repair."""
    for zeros, count in ((b"0" * 8, 1), (b"0" * 9, 0)):
        data = header([]) + TEXT.replace(b"2.001:", b"2." + zeros + b"1:")
        assert len(nistitl.read(data)[2]) == count
    image = IMAGE.replace(b"14.999:", b"14." + b"0" * 7 + b"999:")
    assert nistitl.read(header([(14, b"1")]) + image)[14][0].raw_fields.index.get(999) is None


def test_a_record_that_cnt_does_not_name_is_held_to_its_len_too() -> None:
    """Its FS was missing without a word where its IDC is damaged."""
    record = tagged(2, [(18, b"DOE")], b"X")
    (wrong,) = [f for f in nistitl.read(header([]) + record).framing_findings if f.code == "terminator-wrong"]
    assert wrong.location.offset == len(header([]) + record) - 1
