"""Character sets: announced, inline, the caller's; bytes that are no text survive."""

from __future__ import annotations

import base64
import sys

import pytest

import nistitl
from nistitl import ITLError
from nistitl.wire.charsets import ASCII, UNDECLARED, Charset, announced, charset_named
from nistitl.wire.grammar import RS


def transaction(content: bytes, dcs: bytes | None = None, ver: bytes = b"0502") -> bytes:
    """A transaction with this content in 2.018 and this 1.015."""
    made = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C", DAT="20200101", VER=ver.decode())
    record = made.append(nistitl.Type2())
    record["2.018"] = content
    if dcs is not None:
        assert made.header is not None
        made.header["1.015"] = dcs
    return bytes(made)


def test_utf8_that_is_announced() -> None:
    tx = nistitl.read(transaction("Жук".encode(), b"3\x1fUTF-8"))
    assert tx[2][0]["2.018"].text == "Жук" and tx.charset == "utf-8" and tx.findings == ()
    tx[2][0]["2.018"] = "Ёж"
    assert nistitl.read(bytes(tx))[2][0]["2.018"].text == "Ёж"


def test_utf8_that_nobody_announced_is_read_and_reported_but_not_written() -> None:
    raw = transaction("Жук".encode())
    tx = nistitl.read(raw)
    assert tx[2][0]["2.018"].text == "Жук"
    assert [finding.code for finding in tx.findings] == ["text-undecodable"]
    assert bytes(tx) == raw
    with pytest.raises(nistitl.FieldError, match=r"1\.015"):
        tx[2][0]["2.018"] = "Ёж"
    tx[2][0]["2.019"] = "plain"
    assert tx[2][0]["2.018"].text == "Жук" and "Жук".encode() in bytes(tx)


def test_announcing_a_set_makes_it_usable() -> None:
    tx = nistitl.read(transaction(b"A"))
    assert tx.header is not None
    tx.header["1.015"] = ["3", "UTF-8"]
    tx[2][0]["2.018"] = "Жук"
    assert nistitl.read(bytes(tx))[2][0]["2.018"].text == "Жук"


def test_a_callers_override() -> None:
    raw = transaction("שלום".encode("cp1255"))
    tx = nistitl.read(raw, charset="cp1255")
    assert tx[2][0]["2.018"].text == "שלום" and bytes(tx) == raw
    tx[2][0]["2.018"] = "כן"
    assert "כן".encode("cp1255") in bytes(tx)
    for name in ("no-such-set", "hex", "rot13"):
        with pytest.raises(nistitl.ITLError):
            nistitl.read(raw, charset=name)


def test_undecodable_bytes_survive_an_edit_beside_them() -> None:
    raw = transaction(b"a\xff\xfe\x1eb", b"3\x1fUTF-8")
    tx = nistitl.read(raw)
    assert tx[2][0]["2.018"].text == "a\udcff\udcfe\x1eb"
    assert [finding.code for finding in tx.findings] == ["text-undecodable"]
    tx[2][0]["2.018.2"] = "ж"
    assert bytes(tx[2][0]["2.018"].raw) == b"a\xff\xfe\x1e" + "ж".encode()
    tx[2][0]["2.020"] = tx[2][0]["2.018.1"].text
    assert bytes(tx[2][0]["2.020"].raw) == b"a\xff\xfe"


@pytest.mark.parametrize("packed", [True, False])
def test_inline_escapes_of_2000_and_2007(packed: bool) -> None:
    content = "Жук".encode()
    inner = base64.b64encode(content) if packed else content
    raw = transaction(b"A \x02)003=" + inner + b"\x03 Z", b"003\x1fUTF-8", b"0400")
    tx = nistitl.read(raw)
    assert tx[2][0]["2.018"].text == "A Жук Z" and bytes(tx) == raw
    tx[2][0]["2.018"] = "Ёж"
    again = nistitl.read(bytes(tx))
    assert again[2][0]["2.018"].text == "Ёж" and bytes(again[2][0]["2.018"].raw).startswith(b"\x02)3=")


def test_latin_1_of_a_directory() -> None:
    tx = nistitl.read(transaction(b"\x02)1=caf\xe9\x03", b"1\x1f8-bit Latin", b"0300"))
    assert tx[2][0]["2.018"].text == "café"


def test_wide_sets_read_ascii_and_refuse_separators() -> None:
    wide = Charset("utf-16")
    assert wide.decode(b"PLAIN") == "PLAIN"
    assert wide.decode("Жук".encode("utf-16-be")) == "Жук"
    assert wide.decode(wide.encode("Жук")) == "Жук"
    with pytest.raises(ValueError, match="separator"):
        wide.encode("\u1c1d")


@pytest.mark.parametrize("name", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_a_byte_order_mark_is_kept(name: str, order: str) -> None:
    """It would be lost, were the text decoded and encoded again."""
    raw = "\ufeffЖ".encode(f"{name}-{order}")
    text = Charset(name).decode(raw)
    assert "Ж" not in text and Charset(name).encode(text) == raw


def test_text_that_would_not_come_back_is_kept_byte_by_byte() -> None:
    """Some sets have two codes for one character, and write the other one."""
    tx = nistitl.read(transaction(b"\x87\x90"), charset="cp932")
    assert b"\x87\x90".decode("cp932") == b"\x81\xe0".decode("cp932") == "\u2252"
    tx[2][0]["2.019"] = tx[2][0]["2.018"].text
    assert bytes(tx[2][0]["2.019"].raw) == b"\x87\x90"
    tx[2][0]["2.019"] = "\u2252"
    assert bytes(tx[2][0]["2.019"].raw) == b"\x81\xe0"


@pytest.mark.parametrize(
    "charset", [ASCII, UNDECLARED, Charset("utf-8"), Charset("cp1255"), Charset("utf-16"), Charset("shift_jis")]
)
def test_what_is_decoded_is_encoded_back(charset: Charset) -> None:
    for raw in (bytes([a, b]) for a in range(0x20, 256) for b in range(0x20, 256, 5)):
        text = charset.decode(raw)
        try:
            again = charset.encode(text)
        except ValueError:
            assert not charset.declared or charset.name == "utf-16"
            continue
        assert again == raw or charset.name == "utf-16"


def test_what_1_015_can_say() -> None:
    assert announced(b"0\x1fASCII", b"0502").name == "ascii"
    assert announced(b"\x1fUTF-8", b"0502").name == "utf-8"
    assert announced(b"128\x1fwindows-1255\x1f1", b"0502").name == "cp1255"
    assert announced(b"200\x1fnobody knows", b"0502") == UNDECLARED
    assert announced(b"0\x1fASCII\x1e3\x1fUTF-8", b"0400").inline == ((3, "utf-8"),)
    with pytest.raises(ITLError, match="no character set"):
        charset_named("nope")


def test_records_are_recoded_when_they_move() -> None:
    source = nistitl.read(transaction("café".encode("latin-1")), charset="latin-1")
    target = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C", charset="utf-8")
    moved = target.append(source[2][0])
    assert bytes(moved["2.018"].raw) == "café".encode()
    plain = nistitl.Transaction.new(TOT="T", DAI="D", ORI="O", TCN="C")
    with pytest.raises(nistitl.FieldError):
        plain.append(source[2][0])
    assert len(plain) == 1


@pytest.mark.parametrize(("dcs", "raw"), [(b"3\x1fUTF-8", "É".encode()), (b"1\x1fLatin-1", b"\xc9")])
def test_plain_text_before_2011_is_read_by_the_set_that_is_announced(dcs: bytes, raw: bytes) -> None:
    tx = nistitl.read(transaction(raw, dcs, b"0400"))
    assert tx[2][0]["2.018"].text == "É" and tx.findings == ()


@pytest.mark.parametrize("name", ["iso2022_jp", "iso2022_jp_2", "iso2022_kr"])
def test_sets_of_iso_2022_decode_as_they_encode(name: str) -> None:
    charset = charset_named(name)
    for text in ("日本", "a日b", "日\x1f本", "~", "\\"):
        try:
            raw = b"\x1f".join(charset.encode(item) for item in text.split("\x1f"))
        except ValueError:
            continue
        assert charset.decode(raw) == text
    assert charset.encode("A") == b"A"


def test_a_shift_that_a_separator_cuts_is_no_text() -> None:
    charset = charset_named("iso2022_jp")
    cut = b"\x1b$BF|\x1fA\x1b(B"
    assert not charset.readable(cut)
    assert charset.decode(cut) == "\x1b$BF|\x1fA"


@pytest.mark.parametrize(
    "name", ["idna", "charmap", "punycode", "undefined", "base64", "hex", "rot13", "zip", "unicode_escape", "hz"]
)
def test_what_python_calls_a_codec_and_is_no_set_is_refused(name: str) -> None:
    with pytest.raises(ITLError, match="no character set"):
        charset_named(name)
    assert announced(b"130\x1f" + name.encode(), b"0502") == UNDECLARED


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32"])
def test_no_field_begins_with_a_byte_order_mark(name: str) -> None:
    charset = charset_named(name)
    raw = charset.encode("É")
    assert not raw.startswith(("\ufeff".encode(), b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
    assert charset.decode(raw) == "É"


def test_a_long_directory_is_not_looked_through_for_each_item() -> None:
    """Sets by items, both of the input, took seconds for 3 kB."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    charset = Charset("ascii", True, tuple((index, "cp1252") for index in range(300)))
    sys.setprofile(count)
    try:
        charset.decode(RS.join([b"A"] * 300))
    finally:
        sys.setprofile(None)
    assert calls < 100 * 300  # 1,800 an item when each was put in order
