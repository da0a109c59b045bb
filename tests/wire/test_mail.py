"""The parts of a mail are decoded to their last byte, or the mail is refused."""

from __future__ import annotations

import base64
import quopri
from binascii import b2a_uu
from itertools import count

import pytest

import nistitl
from nistitl.wire.unwrapping import unwrapped
from tests.support.spelled import header

HEAD = b"From: a@example.org\nMIME-Version: 1.0\n"
PIXELS = bytes(range(256)) * 8


def image(end: bytes) -> bytes:
    """A transaction whose last bytes are those of an image of all values."""
    content = PIXELS + end
    size = (len(content) // 8).to_bytes(2, "big") + (8).to_bytes(2, "big")
    fields = bytes([1, 1, 0, 255, 255, 255, 255, 255, 0]) + size + b"\0"
    return header([(4, b"1")]) + (18 + len(content)).to_bytes(4, "big") + fields + content


DATA = image(bytes(8))
ENDS = [bytes(7) + end for end in (b"\0", b"\t", b"\n", b"\r", b" ", b"=", b"\x1c", b".")]


def whole(encoding: bytes, body: bytes) -> bytes:
    return HEAD + b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: %b\n\n%b" % (encoding, body)


def parts(*contents: bytes, encoding: bytes = b"binary", line_end: bytes = b"\n") -> bytes:
    head = b"\n--XX\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: %b\n\n" % encoding
    head = head.replace(b"\n", line_end)
    start = (HEAD + b"Content-Type: multipart/mixed; boundary=XX\n\nFirst words.\n").replace(b"\n", line_end)
    return start + b"".join(head + content for content in contents) + line_end + b"--XX--" + line_end


def uu(data: bytes) -> bytes:
    return b"begin 644 a\n" + b"".join(b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)) + b"`\nend\n"


ENCODINGS = {b"base64": base64.encodebytes, b"quoted-printable": quopri.encodestring, b"x-uuencode": uu}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ENDS)
def test_each_encoding_gives_all_bytes_whatever_the_last_is(end: bytes, encoding: bytes) -> None:
    data = image(end)
    body = ENCODINGS[encoding](data)
    assert unwrapped(whole(encoding, body)) == data
    assert unwrapped(parts(body, encoding=encoding)) == data
    assert unwrapped(parts(body.replace(b"\n", b"\r\n"), encoding=encoding, line_end=b"\r\n")) == data


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("end", [*ENDS, bytes(6) + b"\r\n"])
def test_a_binary_part_ends_where_the_line_end_of_the_mail_begins(end: bytes, line_end: bytes) -> None:
    """CR before LF is content where the lines of the mail end in LF."""
    data = image(end)
    mail = parts(data, line_end=line_end)
    assert unwrapped(mail) == unwrapped(mail.removesuffix(line_end)) == unwrapped(mail[mail.index(b"--XX") :]) == data


DAMAGES = {
    "a digit that is none": lambda text: text[:1010] + b"*" + text[1011:],
    "four digits that are none": lambda text: text[:1010] + b"****" + text[1014:],
    "one too many that is none": lambda text: text[:1010] + b"*" + text[1010:],
    "a digit missing": lambda text: text[:1010] + text[1011:],
    "four digits missing": lambda text: text[:1010] + text[1014:],
    "a digit twice": lambda text: text[:1010] + text[1009:],
    "four digits twice": lambda text: text[:1010] + text[1006:],
    "cut in the last line": lambda text: text.rstrip()[:-3],
    "cut by four digits": lambda text: text.rstrip()[:-4],
    "padding missing": lambda text: text.rstrip().rstrip(b"="),
    "bits behind the last byte": lambda text: text.replace(b"A==", b"B=="),
    "words behind it": lambda text: text + b"-- \na list\n",
}
EVEN = header([(4, b"1")], (13, b"AB")) + DATA[DATA.index(b"\x1c") + 1 :]  # one byte in the last four digits
assert base64.encodebytes(EVEN).endswith(b"==\n")


@pytest.mark.parametrize("damage", DAMAGES)
def test_base64_of_a_mail_that_is_damaged_is_never_less_in_silence(damage: str) -> None:
    text = base64.encodebytes(EVEN)
    damaged = DAMAGES[damage](text)
    assert damaged != text
    for mail in (whole(b"base64", damaged), parts(damaged, encoding=b"base64")):
        if damage == "padding missing":
            assert unwrapped(mail) == EVEN, "the records say that nothing is missing"
            continue
        if damage == "cut by four digits":  # as if the transaction were cut before it was encoded
            tx = nistitl.read(mail, unwrap=True)
            assert [finding.code for finding in tx.findings] == ["record-cut"]
            continue
        with pytest.raises(nistitl.ReadError, match=r"not all of it is base64|cannot be told what its bytes were"):
            nistitl.read(mail, unwrap=True, policy="repair")


@pytest.mark.parametrize("encoding", [b"quoted-printable", b"x-uuencode"])
def test_other_encodings_that_are_damaged_are_refused(encoding: bytes) -> None:
    text = ENCODINGS[encoding](DATA)
    for damaged in (text[:1000] + b"\xff" + text[1001:], text[:1000] + b"=\xff" + text[1000:]):
        with pytest.raises(nistitl.ReadError, match="not all of it is"):
            unwrapped(whole(encoding, damaged))


def test_a_text_that_is_badly_encoded_does_not_hide_the_attachment() -> None:
    text = b"--XX\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p a=b>\n\n--XX"
    mail = parts(DATA)
    assert unwrapped(mail.replace(b"--XX", text, 1)) == DATA
    damaged = base64.encodebytes(DATA)[:1000] + b"*"
    with pytest.raises(nistitl.ReadError, match="not all of it is base64"):
        unwrapped(whole(b"base64", damaged).replace(b"application/octet-stream", b"text/plain"))


def test_xml_in_quoted_printable_keeps_its_line_ends() -> None:
    assert unwrapped(whole(b"quoted-printable", b"<a b=3D'1'>\r\n</a>\r\n")) == b"<a b='1'>\r\n</a>\r\n"


BASE64 = base64.encodebytes(DATA)
TWO = parts(BASE64, BASE64, encoding=b"base64")


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (parts(DATA).replace(b"--XX--\n", b""), "ends before its last part"),
        (parts(DATA).replace(b"--XX--", b"--XY--"), "ends before its last part"),
        (TWO, "holds 2 transactions"),
        (TWO.replace(b"\n--XX\n", b"\n--XY\n", 1), "part outside of the lines"),
        (b"\n--XY\n".join(TWO.rsplit(b"\n--XX\n", 1)), "not all of it is base64"),
        (b"\n--XX--\n".join(TWO.rsplit(b"\n--XX\n", 1)), "part outside of the lines"),
        (parts(DATA) + b"\nFrom somebody\n" + parts(DATA), "part outside of the lines"),
        (parts(b"no transaction"), "holds no transactions"),
        (parts(*[b""] * 1000, DATA), "more than 1000 parts"),
        (parts(*[whole(b"binary", DATA)] * 2), "holds 2 transactions"),
    ],
    ids=count(),
)
def test_a_part_is_never_passed_over(mail: bytes, reason: str) -> None:
    with pytest.raises(nistitl.ReadError, match=reason):
        unwrapped(mail)


def test_a_mail_within_a_mail_is_opened() -> None:
    inner = parts(BASE64, encoding=b"base64")
    outer = parts(inner, encoding=b"7bit").replace(b"=XX", b"=YY", 1)
    head, _, rest = outer.partition(b"--XX")
    rest = rest.replace(b"application/octet-stream", b"message/rfc822", 1)
    outer = head + b"--YY" + rest[: rest.rindex(b"--XX--")] + b"--YY--\n"
    assert unwrapped(outer) == DATA


def test_parts_within_parts_without_end_are_given_up() -> None:
    mail = HEAD
    for depth in range(200):
        mail += b"Content-Type: multipart/mixed; boundary=X%d\n\n--X%d\n" % (depth, depth)
    with pytest.raises(nistitl.ReadError):
        unwrapped(mail + b"".join(b"\n--X%d--\n" % depth for depth in reversed(range(200))))


def test_what_a_mail_says_of_its_records_stays() -> None:
    """Bytes behind a binary transaction are told, as without a mail."""
    tx = nistitl.read(whole(b"binary", DATA + b"\n"), unwrap=True)
    assert bytes(tx) == DATA + b"\n" and [finding.code for finding in tx.findings] == ["bytes-after"]
