"""Edits at their edges: what must be refused, what must not be lost, what must survive a copy."""

from __future__ import annotations

import io
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import nistitl
from nistitl import (
    FieldError,
    ITLError,
    PathError,
    ReadError,
    StructureError,
    Transaction,
    Type2,
    Type4,
    Type10,
    Type14,
)
from nistitl.base.errors import WriteError
from nistitl.model.recoding import recoded
from nistitl.model.traditional import Traditional
from nistitl.records.type01 import Type1
from nistitl.records.type14 import Segment
from nistitl.wire.charsets import charset_named
from tests.support.samples import ROOT

FIXTURES = ROOT / "fixtures"
MENDED = [
    "first-byte-missing.an2",
    "first-byte-wrong.an2",
    "gs-doubled-type1.an2",
    "gs-doubled-type2.an2",
    "gs-doubled-type14.an2",
    "gs-missing-type1.an2",
]


def made(**fields: Any) -> Transaction:
    return Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", **fields)


# -- paths into content that is one value ------------------------------------------------------


@pytest.mark.parametrize("path", ["14.999.1", "14.999.1.1", "14.999"])
def test_binary_content_is_deleted_as_a_whole(path: str) -> None:
    record = Type14(FGP=1, DATA=b"ab\x1ecd")
    del record[path]
    assert record.DATA is None
    assert "14.999" not in record


def test_nothing_is_inserted_into_binary_content() -> None:
    record = Type14(FGP=1, DATA=b"ab\x1ecd")
    with pytest.raises(PathError, match="already there"):
        record.insert("14.999.1", b"x")
    with pytest.raises(PathError, match="no subfields"):
        record.insert("14.999.2", b"x")
    assert bytes(record.DATA or b"") == b"ab\x1ecd"


def test_a_binary_header_keeps_its_widths() -> None:
    record = Type4(IDC=1, IMP=0, FGP=(1,), ISR=0, HLL=10, VLL=10, CGA=0, DATA=b"\x1e" * 100)
    before = bytes(record)
    with pytest.raises(FieldError, match="expected 2"):
        record["4.006"].raw = b"x"
    with pytest.raises(PathError):
        record.insert("4.006.1", b"x")
    assert bytes(record) == before


@pytest.mark.parametrize("raw", [5, 5_000_000, "z", None])
def test_raw_content_is_bytes(raw: Any) -> None:
    record = Type2(IDC=0)
    with pytest.raises(FieldError, match="expected bytes"):
        record["2.002"].raw = raw


# -- the declared shape ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, value",
    [
        ("14.003.2", 5), ("14.003.1.2", 5), ("14.021.1.6", 5), ("14.021.6", [1, 2, 3, 4, 5]),
        ("14.021.1", [1] * 9),
    ],
)  # fmt: skip
def test_paths_do_not_outgrow_the_declaration(path: str, value: Any) -> None:
    record = Type14(IDC=1, IMP=1, SEG=[Segment(n, 1, 2, 3, 4) for n in range(1, 6)])
    before = bytes(record)
    with pytest.raises(FieldError):
        record[path] = value
    assert bytes(record) == before


def test_bytes_may_outgrow_it() -> None:
    record = Type14(IDC=1, IMP=1)
    record["14.003.2"] = b"5"
    assert record.raw(3) == b"1\x1e5"
    record["14.003.2"] = 6  # what is there already can be edited
    assert record.raw(3) == b"1\x1e6"


def test_too_many_items_are_a_field_error() -> None:
    with pytest.raises(FieldError, match="9 items, expected 5"):
        Type14(SEG=[[1] * 9])


def test_fields_of_another_type_are_edited_not_made() -> None:
    record = Type14(FGP=1)
    with pytest.raises(PathError, match="Type-14 record"):
        record["2.067"] = "x"
    with pytest.raises(PathError, match="Type-14 record"):
        record.insert("100.5", "x")
    tx = made()
    tx.append(Type14(IDC=3, COM="abc"))
    strange = nistitl.read(bytes(tx).replace(b"14.020:", b"13.020:"))[14][0]
    strange["13.020"] = "xyz"
    assert b"13.020:xyz" in bytes(strange)
    assert [f.code for f in nistitl.read(bytes(tx).replace(b"14.020:", b"13.020:"))[14][0]["13.020"].findings] == [
        "tag-foreign"
    ]
    assert not strange.get("14.020")


# -- spelling ----------------------------------------------------------------------------------


def test_short_subfields_stay_short() -> None:
    tx = made(DCS=[b"3\x1fUTF-8"])
    tx.header.DCS = tx.header.DCS  # type: ignore[union-attr]
    assert tx.header.raw(15) == b"3\x1fUTF-8"  # type: ignore[union-attr]
    record = Type14(IDC=0)
    record["14.021"] = b"2\x1f1\x1e3\x1f1\x1f2"
    record.SEG = (*record.SEG, Segment(4, 1, 2, 3, 4))
    assert record.raw(21) == b"2\x1f1\x1e3\x1f1\x1f2\x1e4\x1f1\x1f2\x1f3\x1f4"


# -- character sets ----------------------------------------------------------------------------


def test_two_character_sets_do_not_share_text() -> None:
    tx = made(charset="utf-8")
    tx.append(Type10(IMT=b"F\xc3\xa9", IDC=0, SRC="ABC", PHD="20200101"))
    utf8 = bytes(tx)
    latin = utf8.replace(b"3\x1fUTF-8", b"1\x1fLAT-1")
    texts = []
    for data in (latin, utf8, latin):
        record: Any = nistitl.read(data)[10][0]
        texts.append((record.SRC, record.IDC, record.PHD, record.IMT)[3])
    assert texts == ["F\u00c3\u00a9", "F\u00e9", "F\u00c3\u00a9"]


def test_bytes_of_ascii_are_not_text_of_ascii_in_every_set() -> None:
    tx = made(VER="0502", DCS=[[1, "LAT-1", ""]])
    tx.append(Type10(IMT=b"\x02)1=F\x03", IDC=0, SRC="ABC", PHD="20200101"))
    plain = bytes(tx)
    escapes = plain.replace(b"1.002:0502", b"1.002:0400")  # 1.015 of 2007 is a directory: text may change its set
    texts = []
    for data in (plain, escapes, plain):
        record: Any = nistitl.read(data)[10][0]
        texts.append((record.SRC, record.IDC, record.PHD, record.IMT)[3])
    assert texts == ["\x02)1=F\x03", "F", "\x02)1=F\x03"]


@pytest.mark.parametrize("text", ["DOE,J", "D\u00d6E,J", "A\x1b(J~"])
@pytest.mark.parametrize("charset", ["latin-1", "utf-8", "iso2022_jp", "utf-16"])
def test_a_record_from_nothing_is_recoded_as_one_that_was_read(text: str, charset: str) -> None:
    """A record that stands on no bytes, and one that stands on the same bytes, say the same in every set."""
    fresh = Type2(IDC=0)
    fresh["2.018"] = text
    data, new = bytes(fresh), charset_named(charset)
    read = Type2.attached(Traditional(data, fresh.context), 0, len(data))

    def outcome(record: Type2) -> object:
        try:
            return recoded(record, new)
        except FieldError as error:
            return str(error)

    assert outcome(fresh) == outcome(read)
    assert outcome(fresh) or text.isascii() or charset == "utf-8"


def test_text_stays_when_1_015_changes() -> None:
    tx = made(charset="utf-8")
    tx.append(Type14(COM="\u00e9", IDC=0))
    record = tx[14][0]
    assert record.COM == "\u00e9"
    tx.header.DCS = [1, "LAT-1", ""]  # type: ignore[assignment, union-attr]
    assert record.COM == record["14.020"].value == "\u00e9" and record.raw(20) == b"\xe9"


def test_records_are_recoded_to_the_set_of_their_own_type_1() -> None:
    tx = made(charset="utf-8")
    record = Type2()
    record["2.018"] = "Jos\u00e9"
    tx.append(record)
    assert bytes(Transaction(tx.records)) == bytes(tx)


# -- copies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MENDED)
def test_what_was_mended_stays_mended_in_copies(name: str) -> None:
    tx = nistitl.read(FIXTURES / "damaged" / name, policy="repair")
    assert tx.repairs
    assert bytes(tx.copy()) == bytes(tx) == bytes(pickle.loads(pickle.dumps(tx)))
    for record in tx:
        assert bytes(record.copy()) == bytes(record) == bytes(pickle.loads(pickle.dumps(record)))


def test_a_pickle_holds_its_own_transaction_only() -> None:
    one = made()
    one.append(Type2(IDC=7))
    cut = bytes(one)[:-1]  # the last one has lost its separator
    last = list(nistitl.read_many(bytes(one) * 40 + cut))[-1]
    pickled = pickle.dumps(last)
    twin = pickle.loads(pickled)
    assert len(pickled) < 10 * len(cut)
    assert bytes(twin) == cut
    assert twin[2][0]["2.002"].span == nistitl.read(cut)[2][0]["2.002"].span
    assert [f.location.offset for f in twin.findings] == [f.location.offset for f in nistitl.read(cut).findings]
    assert twin.findings


# -- headless files, wrong arguments, files that take little -----------------------------------


def test_a_type_1_can_be_put_before_records_that_have_none() -> None:
    tx = nistitl.read(bytes(Type14(IDC=1, COM="x")))
    assert tx.header is None
    tx.insert(0, Type1(VER="0502", TOT="CAR", DAT="20200101", DAI="D", ORI="O", TCN="T", NSR="00.00", NTR="00.00"))
    again = nistitl.read(bytes(tx), policy="strict")
    assert again.header is not None
    assert len(again) == len(tx)


@pytest.mark.parametrize("source", [5, None, "a\0b"])
def test_no_source(source: Any) -> None:
    with pytest.raises((ReadError, OSError)):
        nistitl.read(source)


def test_arguments_that_are_none() -> None:
    tx = made()
    with pytest.raises(StructureError, match="expected a record"):
        tx.append(None)  # type: ignore[arg-type]
    with pytest.raises(ITLError):
        nistitl.read(bytes(tx), charset=5)  # type: ignore[arg-type]
    with pytest.raises(ITLError, match="policy"):
        next(nistitl.read_many(bytes(tx), policy="x"))  # type: ignore[arg-type]
    with pytest.raises(FieldError, match="9999"):
        tx.header.GMT = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))  # type: ignore[union-attr]


def test_a_record_gives_its_fields() -> None:
    assert [place.path for place in Type14(IDC=1, FGP=2)] == ["14.001", "14.002", "14.013"]


class Trickle(io.RawIOBase):
    """Takes three bytes at a time."""

    def __init__(self, limit: int) -> None:
        self.taken = b""
        self.limit = limit

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data[: min(3, self.limit - len(self.taken))])
        self.taken += part
        return len(part)


def test_files_that_take_a_part_at_a_time() -> None:
    tx = made()
    slow = Trickle(1 << 20)
    tx.write(slow)  # type: ignore[arg-type]
    assert slow.taken == bytes(tx)
    with pytest.raises(WriteError):
        tx.write(Trickle(10))  # type: ignore[arg-type]
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(WriteError):
        tx.write(closed)
    with pytest.raises(WriteError):
        tx.write("a\0b")


# -- what is told ------------------------------------------------------------------------------


def test_repr_shows_no_free_text_of_the_header() -> None:
    tx = made()
    assert "DOE" not in repr(nistitl.read(bytes(tx).replace(b"1.002:0502", b"1.002:DOE,JANE")))
    assert "0502" in repr(tx)


def test_strict_values_raise_by_path_too() -> None:
    data = bytes(made()).replace(b"1.010:" if b"1.010:" in bytes(made()) else b"1.011:00.00", b"1.011:ab.cd")
    header: Any = nistitl.read(data, policy="strict").header
    with pytest.raises(FieldError):
        header["1.011"].value  # noqa: B018
    with pytest.raises(FieldError):
        header.NSR  # noqa: B018


def test_extend_spells_cnt_once() -> None:
    tx = made()
    tx.extend(Type2(IDC=n) for n in range(60))
    assert tx.header.CNT[0].CRC == 60  # type: ignore[union-attr, index]
    with pytest.raises(StructureError):
        tx.extend([Type2(IDC=70), Type1()])
    assert bytes(nistitl.read(bytes(tx), policy="strict")) == bytes(tx)


@pytest.mark.parametrize("name", ["first-byte-missing.an2", "first-byte-wrong.an2"])
def test_repair_leaves_nothing_to_find(name: str) -> None:
    tx = nistitl.read(FIXTURES / "damaged" / name, policy="repair")
    assert [f.code for f in tx.findings if f.code == "len-not-first"] == []
    assert nistitl.read(bytes(tx), policy="strict").findings == ()


def test_a_subfield_takes_what_the_field_takes() -> None:
    """What an older edition allows is written by either path; impressions became fewer in 2025."""
    by_field, by_path = Type14(IDC=1, IMP=1), Type14(IDC=1, IMP=1)
    for code in (2, 3, 6, 10, 43):
        by_field["IMP"] = by_path["14.003.1"] = code
        assert by_path.raw(3) == by_field.raw(3) == b"%d" % code
        assert by_path["14.003.1"].value == by_path["IMP"].value == code
