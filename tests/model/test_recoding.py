"""Text keeps its meaning when the character set changes: recoded, or the edit is refused and nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

import nistitl
from nistitl import FieldError, StructureError, Transaction, Type1, Type2, Type4, Type14
from nistitl.model.recoding import recoded
from nistitl.model.traditional import Traditional
from nistitl.wire.charsets import ASCII, UNDECLARED, Charset, announced, charset_named
from tests.support.samples import small_transaction

UTF8, LATIN, GREEK, WIDE = (charset_named(name) for name in ("utf-8", "latin-1", "cp1253", "utf-16"))
SETS = {"utf-8": b"3\x1fUTF-8", "latin-1": b"1\x1fLAT-1", "ascii": b"0\x1fASCII", "unknown": b"200\x1fNobody"}
CAFE = "caf\u00e9"


def type_1(dcs: bytes | None, **fields: Any) -> Type1:
    told = {} if dcs is None else {"DCS": dcs}
    fields = {"NSR": "00.00", "NTR": "00.00", "ORI": "O", **told, **fields}
    return Type1(VER="0502", TOT="CAR", DAT="20200101", DAI="D", TCN="T", **fields)


def headless(text: bytes, charset: str | None = None) -> Transaction:
    """A transaction without Type-1 that has this text in 2.018."""
    tx = nistitl.read(bytes(type_2(text)), charset=charset)
    assert tx.header is None
    return tx


def type_2(text: bytes, charset: Charset = UNDECLARED) -> Type2:
    """A record that stands on bytes of this set."""
    record = Type2(IDC=0)
    record["2.018"] = text
    context = record.context.alone()
    context.charset = charset
    data = bytes(record)
    return Type2.attached(Traditional(data, context), 0, len(data))


def made(charset: str, **options: Any) -> Transaction:
    return Transaction.new(TOT="CAR", DAI="D", ORI="O", TCN="T", DCS=SETS[charset], **options)


# -- which fields, and as what ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "old", "new", "spelled"),
    [
        (b"caf\xe9", LATIN, UTF8, "caf\u00e9".encode()),
        ("caf\u00e9".encode(), UTF8, LATIN, b"caf\xe9"),
        (b"a\x1fcaf\xe9\x1e\xe9\x1fb", LATIN, UTF8, "a\x1fcaf\u00e9\x1e\u00e9\x1fb".encode()),
        (b"plain", LATIN, UTF8, None),
        ("caf\u00e9".encode(), UNDECLARED, UTF8, None),  # read as UTF-8 already
        ("caf\u00e9".encode(), UNDECLARED, LATIN, b"caf\xe9"),
        (b"\xe9", UNDECLARED, LATIN, None),  # nobody could read it before
        (b"\xc2\x80\xc2\x81", UNDECLARED, LATIN, None),  # reads as controls, so as nothing
        (b"\0c\0\xe9", WIDE, UTF8, "c\u00e9".encode()),
        (b"c", WIDE, UTF8, None),
        ("\u00e9".encode(), UTF8, WIDE, b"\0\xe9"),
        (b"\x0e", charset_named("iso2022_jp"), UTF8, None),  # a shift that leads nowhere
        (b"\xff", UTF8, LATIN, None),  # undecodable, and nothing around it to be read otherwise
        (b"\xc3\xa9\x1fb\x1e\xc3\xa9", UTF8, WIDE, b"\0\xe9\x1fb\x1e\0\xe9"),  # separators are no text of either
        (b"caf\xe9", UTF8, WIDE, None),  # text but for a byte that no set makes a letter of
        (b"caf\xe9", LATIN, announced(b"1\x1fLAT-1", b"0400"), None),  # the same bytes mean the same there
        (b"\x0e", LATIN, charset_named("iso2022_jp"), ValueError),  # the same bytes, which would shift
        (b"\x02)1=F\x03", LATIN, announced(b"1\x1fLAT-1", b"0400"), ValueError),  # would become a change of set
        (b"caf\xc3\xa9\xff", UTF8, LATIN, ValueError),
        (b"caf\xe9", LATIN, GREEK, ValueError),
        (b"caf\xe9", LATIN, ASCII, ValueError),
        (b"caf\xe9", LATIN, UNDECLARED, ValueError),
        (b"\xe9\x85", LATIN, UTF8, ValueError),  # a control: of another set than the one it is read by
    ],
)
def test_what_a_text_becomes(raw: bytes, old: Charset, new: Charset, spelled: bytes | type[ValueError] | None) -> None:
    record = type_2(raw, old)
    if spelled is ValueError:
        with pytest.raises(FieldError, match=r"announce a set that can say it.*2\.018") as raised:
            recoded(record, new)
        assert raised.value.finding is not None and raised.value.finding.location.field == 18
    else:
        assert recoded(record, new) == ({} if spelled is None else {18: spelled})
    assert bytes(record.raw(18) or b"") == raw and record.edits is None


def test_what_is_no_text_is_left() -> None:
    """Data, binary records, LEN and what announces the set."""
    data = b"\xe9\xff\x1e"
    image = Type14(IDC=1, DATA=data)
    image.context.charset = LATIN
    image["14.020"] = CAFE
    assert recoded(image, UTF8) == {20: CAFE.encode()}
    read = Type14.attached(Traditional(bytes(image), image.context), 0, len(bytes(image)))
    assert recoded(read, UTF8) == {20: CAFE.encode()} and bytes(read.raw(999) or b"") == data
    binary = Type4(IDC=1, DATA=data)
    binary.context.charset = LATIN
    assert recoded(binary, UTF8) == {}
    stored = (22).to_bytes(4, "big") + bytes([200, 1, 2, *[255] * 5, 0, 0, 200, 0, 200, 0]) + b"\xe9\xe9\xe9\xe9"
    assert recoded(Type4.attached(Traditional(stored, binary.context), 0, len(stored)), UTF8) == {}
    header = type_1(b"128\x1f\xe9t\xe9", ORI=b"\xe9")
    header.context.charset = LATIN
    assert recoded(header, UTF8) == {8: "\u00e9".encode()}


@pytest.mark.parametrize("raw", [b"caf\xe9", b"\xe9\x1fb"])
@pytest.mark.parametrize("how", ["twice", "without a tag"])
def test_text_that_cannot_be_reached_is_refused(raw: bytes, how: str) -> None:
    whole = bytes(type_2(b"x"))
    begin, sep = whole[:-1], b"\x1d"
    more = b"2.018:" + raw if how == "twice" else raw
    data = begin + sep + more + b"\x1c"
    context = Type2().context
    context.charset = LATIN
    record = Type2.attached(Traditional(data, context), 0, len(data))
    with pytest.raises(FieldError, match="stands twice or without a tag"):
        recoded(record, UTF8)
    with pytest.raises(FieldError, match="stands twice or without a tag"):
        recoded(record, GREEK)  # which cannot say it at all
    plain = data.replace(raw, b"ascii")
    assert recoded(Type2.attached(Traditional(plain, context), 0, len(plain)), UTF8) == {}


def test_a_field_that_stood_twice_and_is_taken_out_is_no_obstacle() -> None:
    data = bytes(type_2(b"x"))[:-1] + b"\x1d2.018:caf\xe9\x1c"
    context = Type2().context
    context.charset = LATIN
    record = Type2.attached(Traditional(data, context), 0, len(data))
    del record["2.018"]
    assert recoded(record, UTF8) == {}


def test_a_record_from_nothing_in_a_wide_set_is_looked_at() -> None:
    record = Type2(IDC=0)
    record.context.charset = WIDE
    record["2.018"] = "\u0141"  # b"\x01A": bytes of ASCII that are no text of ASCII
    assert bytes(record.raw(18) or b"").isascii()
    assert recoded(record, UTF8) == {18: "\u0141".encode()}


# -- Type-1 for those that have none ----------------------------------------------------------


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_text_keeps_its_meaning_when_a_type_1_is_put_before_it(charset: str) -> None:
    tx = headless(CAFE.encode())
    record = tx[2][0]
    assert record["2.018"].text == CAFE
    tx.insert(0, type_1(SETS[charset]))
    assert record["2.018"].text == CAFE and bytes(record.raw(18) or b"") == CAFE.encode(charset)
    again = nistitl.read(bytes(tx))
    assert again[2][0]["2.018"].text == CAFE and again.charset == tx.charset


def test_a_type_1_whose_set_cannot_say_the_text_is_refused() -> None:
    tx = headless(CAFE.encode())
    before, header = bytes(tx), type_1(SETS["ascii"])
    with pytest.raises(FieldError, match=r"UTF-8 \(CSI 3\)"):
        tx.insert(0, header)
    assert tx.header is None and bytes(tx) == before and tx[2][0]["2.018"].text == CAFE
    header["1.015"] = SETS["utf-8"]
    tx.insert(0, header)
    assert nistitl.read(bytes(tx))[2][0]["2.018"].text == CAFE


@pytest.mark.parametrize("told", ["utf-8", "unknown", None])
def test_the_set_that_a_caller_named_is_told_by_the_type_1_that_is_put_in(told: str | None) -> None:
    """Or stays the caller's, where that Type-1 tells none that is known."""
    tx = headless(b"caf\xe9", "latin-1")
    tx.insert(0, type_1(None if told is None else SETS[told]))
    assert tx[2][0]["2.018"].text == CAFE and tx.charset == ("utf-8" if told == "utf-8" else "iso8859-1")
    raw = CAFE.encode() if told == "utf-8" else b"caf\xe9"
    assert bytes(tx[2][0].raw(18) or b"") == raw
    assert nistitl.read(bytes(tx), charset=tx.charset)[2][0]["2.018"].text == CAFE
    tx[2][0]["2.019"] = "\u00e9"
    assert bytes(tx[2][0].raw(19) or b"") == ("\u00e9".encode() if told == "utf-8" else b"\xe9")


def test_the_text_of_the_type_1_itself_keeps_its_meaning() -> None:
    header = nistitl.read(bytes(Transaction([type_1(None, ORI=b"\xe9")])), charset="latin-1")[1][0].copy()
    assert header["1.008"].text == "\u00e9"
    tx = headless(b"caf\xe9", "latin-1")
    tx.insert(0, header)
    assert tx[1][0]["1.008"].text == "\u00e9"
    xml = nistitl.read(small_transaction()).convert("xml").transaction
    data = bytes(xml)
    begin, end = data.index(b"<itl:PackageInformationRecord"), data.index(b"</itl:PackageInformationRecord>") + 31
    tx = nistitl.read(data[:begin] + data[end:])
    assert tx.header is None
    tx[2][0]["2.018"] = CAFE
    header["1.015"] = SETS["latin-1"]
    tx.insert(0, header.copy())
    assert nistitl.read(bytes(tx))[2][0]["2.018"].text == CAFE == tx[2][0]["2.018"].text
    assert tx.charset == "utf-8" and bytes(tx[2][0].raw(18) or b"") == CAFE.encode(), "XML has a set of its own"
    assert tx[1][0]["1.008"].text == "\u00e9" == nistitl.read(bytes(tx))[1][0]["1.008"].text


def test_a_type_1_that_was_read_by_another_set_than_it_tells_says_the_same_in_that() -> None:
    stored = bytes(Transaction([type_1(SETS["utf-8"], ORI=b"\xe9")]))
    header = nistitl.read(stored, charset="latin-1")[1][0].copy()
    tx = headless(b"caf\xe9", "latin-1")
    tx.insert(0, header)
    assert tx[1][0]["1.008"].text == "\u00e9" == nistitl.read(bytes(tx))[1][0]["1.008"].text


@pytest.mark.parametrize("how", ["edit", "insert"])
def test_what_a_caller_named_is_over_once_type_1_tells_a_set(how: str) -> None:
    """A change of VER has inline changes of set then, as for any other transaction."""
    if how == "edit":
        tx = nistitl.read(bytes(Transaction([type_1(None), type_2(b"caf\xe9")])), charset="latin-1")
        tx[1][0]["1.015"] = [["1", "LAT-1"]]
    else:
        tx = headless(b"caf\xe9", "latin-1")
        tx.insert(0, type_1(SETS["latin-1"]))
    tx[1][0]["1.002"] = "0400"
    tx[2][0]["2.019"] = "\u00e9"
    assert bytes(tx[2][0].raw(19) or b"") == b"\x02)1=6Q==\x03"
    assert nistitl.read(bytes(tx))[2][0]["2.019"].text == "\u00e9"


def test_an_announcement_in_xml_changes_no_text() -> None:
    tx = nistitl.read(small_transaction()).convert("xml").transaction
    tx[2][0]["2.018"] = CAFE
    for dcs in ([["1", "LAT-1"]], [["0", "ASCII"]], None):
        tx[1][0]["1.015"] = dcs
        assert tx[2][0]["2.018"].text == CAFE == nistitl.read(bytes(tx))[2][0]["2.018"].text


# -- another Type-1 ---------------------------------------------------------------------------


def test_records_under_another_type_1() -> None:
    """Type-1 is not taken out of a transaction; a new one of the same records is how another Type-1 comes to them."""
    tx = made("utf-8")
    tx.append(type_2(CAFE.encode(), UTF8))
    before = bytes(tx)
    with pytest.raises(StructureError, match="Type-1 cannot be removed"):
        tx.remove(tx[1][0])
    with pytest.raises(StructureError, match="Type-1 is the first record"):
        tx.insert(0, type_1(SETS["latin-1"]))
    other = Transaction([type_1(SETS["latin-1"]), *tx.records[1:]])
    assert bytes(other[2][0].raw(18) or b"") == b"caf\xe9"
    assert nistitl.read(bytes(other))[2][0]["2.018"].text == CAFE and bytes(tx) == before
    with pytest.raises(FieldError, match="announce a set"):
        Transaction([type_1(None), *tx.records[1:]])
    assert bytes(tx) == before


def test_a_set_that_one_record_cannot_be_said_in_changes_no_other() -> None:
    tx = made("utf-8")
    tx.append(type_2(CAFE.encode(), UTF8))
    tx.append(type_2("\u0416".encode(), UTF8))
    before = bytes(tx)
    for dcs in (SETS["latin-1"], None):
        with pytest.raises(FieldError, match="announce a set"):
            tx[1][0].put(15, dcs)
        assert bytes(tx) == before and tx.charset == "utf-8"


def test_a_record_that_is_refused_keeps_its_text() -> None:
    """Its text is brought into the other set once nothing else is in the way."""
    data = bytes(type_2(b"caf\xe9"))[:-1] + b"\x1d14.608:D\x1c"
    context = Type2().context
    context.charset = LATIN
    record = Type2.attached(Traditional(data, context), 0, len(data))
    xml = nistitl.read(small_transaction()).convert("xml").transaction
    with pytest.raises(FieldError, match=r"field 14\.608"):
        xml.append(record)
    assert record["2.018"].text == CAFE and bytes(record) == data
