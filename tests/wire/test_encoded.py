"""Transactions that were spelled as text are named for what happened, and had back where that is exact."""

from __future__ import annotations

import base64
import quopri
import tracemalloc
from binascii import b2a_qp, b2a_uu, crc32
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

import nistitl
from nistitl.wire.unwrapping import unwrapped
from tests.support.samples import ROOT, small_transaction
from tests.support.spelled import header, tagged

DATA = small_transaction()
TENPRINT = (ROOT / "fixtures" / "tenprint-type4.eft").read_bytes()
BASE64 = base64.encodebytes(DATA)
PEM = b"-----BEGIN TRANSACTION-----\n" + BASE64 + b"-----END TRANSACTION-----\n"


def pieces(data: Any, size: int) -> list[Any]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def uu(data: bytes, *, backtick: bool = False) -> bytes:
    lines = b"".join(b2a_uu(line, backtick=backtick) for line in pieces(data, 45))
    return b"begin 644 a.eft\n" + lines + b"`\nend\n"


def yenc(data: bytes, end: str = "", begin: bytes = b"") -> bytes:
    codes = [(code + 42) % 256 for code in data]
    spelled = [b"=%c" % ((code + 64) % 256) if code in (0, 10, 13, 61) else b"%c" % code for code in codes]
    lines = b"\r\n".join(b"".join(line) for line in pieces(spelled, 128))
    head = b"=ybegin line=128 size=%d name=a.eft\r\n%b" % (len(data), begin)
    return b"%b%b\r\n=yend size=%d%b\r\n" % (head, lines, len(data), end.encode())


def dump(data: bytes, line: str, *, width: int = 16, between: str = " ", group: int = 1, end: str = "") -> bytes:
    """A dump; rows that are like the row before them are left out where `end` is the last line."""
    rows = pieces(data, width)
    lines: list[str] = []
    for at, row in enumerate(rows):
        if end and at and row == rows[at - 1] and at + 1 < len(rows):
            lines += ["*"] if lines[-1] != "*" else []
            continue
        text = "".join(chr(code) if 32 <= code < 127 else "." for code in row)
        lines.append(line.format(at=at * width, hex=row.hex(between, -group), text=text))
    return "\n".join([*lines, end.format(at=len(data)), ""]).encode()


SUM = f"{crc32(DATA):08x}"
ZEROS = header([(14, b"1")]) + tagged(14, [(2, b"1"), (999, bytes(400))])
SPELLED = {
    "base64": [base64.urlsafe_b64encode(DATA), base64.b64encode(DATA).rstrip(b"="), BASE64.replace(b"\n", b"\r\n")],
    "a PEM block": [PEM, PEM.replace(b"\n", b"\r\n"), PEM.replace(b"-\n", b"-\nVersion: 1\n\n", 1)],
    "a data URL": [
        b"data:application/octet-stream;base64," + base64.b64encode(DATA),
        b"data:;base64," + quote(base64.b64encode(DATA)).encode(),
        b"data:text/plain;charset=latin-1," + quote(DATA).encode(),
    ],
    "uuencode": [uu(DATA), uu(DATA, backtick=True).replace(b"\n", b"\r\n"),
                 b"begin-base64 644 a.eft\n" + BASE64 + b"====\n"],
    "yEnc": [yenc(DATA), yenc(DATA, f" crc32={SUM}"), yenc(DATA, f" crc32={SUM.upper()} "),
             yenc(DATA, f" part=1 pcrc32={SUM}", b"=ypart begin=1 end=%d\r\n" % len(DATA))],
    "quoted-printable": [b2a_qp(DATA, istext=False), quopri.encodestring(DATA)],
    "hexadecimal digits": [DATA.hex(":").encode(), b", ".join(b"0x%02X" % code for code in DATA),
                           b"".join(b"\\x%02x" % code for code in DATA), b"\n " + DATA.hex(" ").encode()],
    "a dump": [
        dump(DATA, "{at:08x}: {hex:39}  {text}", group=2),
        dump(DATA, "{at:08x}: {hex:59}  {text}", width=20),
        dump(DATA, "{at:08x}  {hex:47}  |{text}|", end="{at:08x}"),
        dump(DATA, "{at:07o} {hex}", end="{at:07o}").replace(b"\n", b"\r\n"),
        dump(DATA, "{at:06x} {hex:47}  >{text}<"),
    ],
    "UTF-16 or UTF-32": [
        mark + DATA.decode("latin-1").encode(codec)
        for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be") for mark in (b"", "\ufeff".encode(codec))
    ],
}  # fmt: skip
CASES = [
    pytest.param(name, spelled, id=f"{name}-{at}") for name, row in SPELLED.items() for at, spelled in enumerate(row)
]


@pytest.mark.parametrize(("name", "spelled"), CASES)
def test_each_spelling_is_named_and_had_back_when_asked(name: str, spelled: bytes) -> None:
    for read in (nistitl.read, lambda data: list(nistitl.read_many(data))):
        with pytest.raises(nistitl.ReadError, match="unwrapped it may be read") as raised:
            read(spelled)  # type: ignore[operator]
        assert raised.value.finding is not None and raised.value.finding.code == "input-wrapped"
        assert name in raised.value.finding.message
    assert bytes(nistitl.read(spelled, unwrap=True)) == DATA


@pytest.mark.parametrize("end", ["{at:08x}", "{at:07o}"])
def test_lines_that_a_dump_leaves_out_are_put_in(end: str) -> None:
    spelled = dump(ZEROS, end[:-1] + "} {hex}", end=end)
    assert b"\n*\n" in spelled and unwrapped(spelled) == ZEROS


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_bytes_that_were_taken_for_text_of_one_byte_a_character_are_had_back(codec: str) -> None:
    """Windows reads the five bytes that its set has no character for as controls."""
    text = TENPRINT.decode("latin-1")
    if codec == "cp1252":
        text = "".join(bytes([ord(char)]).decode(codec, "ignore") or char for char in text)
        assert "\u20ac" in text and "\x81" in text
    assert unwrapped(text.encode("utf-16")) == TENPRINT


def test_text_that_was_read_by_the_set_it_announces_is_had_back() -> None:
    data = header([(2, b"0")], (15, b"3\x1fUTF-8")) + tagged(2, [(2, b"0"), (18, "DÖE".encode())])
    assert unwrapped(data.decode().encode("utf-16")) == data


XML = "<?xml version='1.0' encoding='utf-16'?><x/>"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_xml_in_characters_of_16_bits_is_xml(codec: str) -> None:
    with pytest.raises(nistitl.ReadError) as raised:
        nistitl.read(XML.encode(codec))
    assert raised.value.finding is not None and raised.value.finding.code != "input-wrapped"
    assert unwrapped(XML.encode(codec)) == XML.encode(codec)


@pytest.mark.parametrize(
    ("spelled", "reason"),
    [
        (TENPRINT.decode("cp1252", "replace").encode("utf-16"), "cannot be told what its bytes were"),
        (DATA.decode("latin-1").encode("utf-16")[:-1], "cannot be opened"),
        (quopri.encodestring(TENPRINT), "cannot be told what its bytes were"),
        (b2a_qp(DATA, istext=False) + b"=1G=1C", "cannot be opened"),
        (PEM.partition(b"-----END")[0], "cannot be opened"),
        (PEM + b"and more", "cannot be opened"),
        (PEM.replace(b"END TRANS", b"END OTHER"), "cannot be opened"),
        (base64.b64encode(DATA)[:-3], "cannot be opened"),
        (base64.b64encode(TENPRINT)[:8000] + b"!!!!" + base64.b64encode(TENPRINT)[8000:], "cannot be opened"),
        (uu(DATA)[:-5], "cannot be opened"),
        (uu(DATA) + b"and more", "cannot be opened"),
        (uu(DATA).replace(b"\n`", b"x\n`"), "cannot be opened"),
        (uu(DATA)[:2000] + b"\n" + uu(DATA)[2001:], "cannot be opened"),
        (b"begin-base64 644 a\n" + BASE64, "cannot be opened"),
        (yenc(DATA)[:-20], "cannot be opened"),
        (yenc(DATA).replace(b"J", b"JJ", 1), "cannot be opened"),
        (yenc(DATA, f" crc32={crc32(b''):08x}"), "cannot be opened"),
        (yenc(DATA, f" part=1 pcrc32={crc32(b''):08x}"), "cannot be opened"),
        (yenc(DATA, f" crc32={SUM} pcrc32=no"), "cannot be opened"),
        (yenc(DATA, begin=b"=ypart begin=1 end=5\r\n"), "cannot be opened"),
        (quote(DATA, safe="").encode().join([b"data:,", b"%1"]), "cannot be opened"),
        (b"data:," + quote(DATA).encode().replace(b"%1D", b"%1G"), "cannot be opened"),
        (b"data:," + quote(DATA).encode()[:900] + b"\n" + quote(DATA).encode()[900:], "cannot be opened"),
        (DATA.hex(":").encode() + b":1", "cannot be opened"),
        (SPELLED["a dump"][0].replace(b"00000020:", b"00000030:"), "cannot be opened"),
        (SPELLED["a dump"][2].replace(b"00000020  ", b"*\n00000020  "), None),
        (SPELLED["a dump"][2] + b"*\n", "cannot be opened"),
        (SPELLED["a dump"][2] + b"*\n00001000 \n", "cannot be opened"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_is_not_exact_is_not_opened(spelled: bytes, reason: str | None) -> None:
    if reason is None:
        assert unwrapped(spelled) == DATA, "no line was left out"
        return
    with pytest.raises(nistitl.ReadError, match=reason):
        unwrapped(spelled)


def test_a_dump_that_swells_is_given_up_before_it_does() -> None:
    bomb = SPELLED["a dump"][2].splitlines()[0] + b"\n*\nfffffff0\n"
    tracemalloc.start()
    try:
        with pytest.raises(nistitl.ReadError, match="cannot be opened"):
            unwrapped(bomb)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", ["\\u00{:02x}", "\\x{:02X}", "\\{:03o}", "%{:02X}", "&#{};", "&#x{:x};", "^{}"])
def test_separators_that_are_spelled_out_are_told(form: str) -> None:
    text = DATA[:400]
    for code in range(0x1C, 0x20):
        text = text.replace(bytes([code]), form.format(code).encode() if "^" not in form else b"^" + bytes([code + 64]))
    finding = nistitl.read(text).framing_findings[0]
    assert finding.code == "separators-lost" and "replaced" in finding.message


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n=abcd\n-----END PGP MESSAGE-----\n", "a PEM or OpenPGP block"),
        (b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(b"0\x82" + DATA), "a PEM or OpenPGP block"),
        (b"BZh91AY&SY", "bzip2"), (b"\xfd7zXZ\0\0\4", "an xz file"), (b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"),
        (b"Rar!\x1a\7\0", "RAR"), (b"\x28\xb5\x2f\xfd\4\0", "Zstandard"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_what_else_stands_where_a_transaction_should_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(nistitl.ReadError, match=f"input-not-itl.*{kind}"):
        nistitl.read(data)


def picture(end: bytes) -> bytes:
    """A transaction that ends with an image of all values, and these bytes."""
    content = bytes(range(256)) * 4 + bytes(-len(end) % 8) + end
    size = (len(content) // 8).to_bytes(2, "big") + b"\0\x08\0"
    record = bytes([1, 1, 0, 255, 255, 255, 255, 255, 0]) + size + content
    return header([(4, b"1")]) + (4 + len(record)).to_bytes(4, "big") + record


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.encodebytes,
    "PEM": lambda data: b"-----BEGIN A-----\n" + base64.encodebytes(data) + b"-----END A-----\n",
    "data URL": lambda data: b"data:," + quote(data).encode() + b"\n",
    "data URL of base64": lambda data: b"data:;base64," + base64.b64encode(data) + b"\n",
    "uuencode": uu,
    "begin-base64": lambda data: b"begin-base64 644 a\n" + base64.encodebytes(data) + b"====\n",
    "yEnc": lambda data: yenc(data, f" crc32={crc32(data):x}"),
    "quoted-printable": quopri.encodestring,
    "quoted-printable, and a line end": lambda data: quopri.encodestring(data) + b"\n",
    "digits": lambda data: b"\n".join(pieces(data.hex().encode(), 64)) + b"\n",
    "xxd": lambda data: dump(data, "{at:08x}: {hex:39}  {text}", group=2),
    "hexdump": lambda data: dump(data, "{at:08x}  {hex:47}  |{text}|", end="{at:08x}"),
    "UTF-16": lambda data: data.decode("latin-1").encode("utf-16"),
    "PowerShell": lambda data: (data.decode("latin-1") + "\r\n").encode("utf-16"),
}
ENDS = [b"\0", b"\t", b"\n", b"\r", b" ", b"=", b"\x1c", b".", b"`", b"\0" * 40, b" " * 8, b"\n\n\n"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ENDS)
def test_every_byte_is_had_whatever_the_last_is(end: bytes, form: str) -> None:
    data = picture(end)
    spelled = FORMS[form](data)
    assert unwrapped(spelled) == data
    if form not in ("yEnc", "UTF-16", "PowerShell"):
        assert unwrapped(spelled.replace(b"\n", b"\r\n")) == data


def test_what_two_readings_fit_is_refused() -> None:
    """One line end in all, CRLF: CR of an image and the line end of a file, or LF of an image."""
    text = b2a_qp(picture(b"*"), istext=False).replace(b"=\n", b"")
    assert unwrapped(text) == picture(b"*")
    with pytest.raises(nistitl.ReadError, match="cannot be told"):
        unwrapped(text.removesuffix(b"*") + b"\r\n")


def test_padding_behind_a_transaction_that_was_written_anew_is_kept_and_told() -> None:
    data = DATA + b"\n\0"
    tx = nistitl.read(data.decode("latin-1").encode("utf-16"), unwrap=True)
    assert bytes(tx) == data and [finding.code for finding in tx.findings] == ["bytes-after"]
    tx = nistitl.read((TENPRINT + b"\0\0").decode("latin-1").encode("utf-16"), unwrap=True)
    assert bytes(tx) == TENPRINT + b"\0\0" and [finding.code for finding in tx.findings] == ["bytes-after"]


@pytest.mark.parametrize("form", ["base64", "PEM", "begin-base64", "uuencode", "yEnc", "digits", "xxd", "hexdump"])
def test_one_damage_anywhere_never_makes_less_of_it_in_silence(form: str) -> None:
    """A character missing, doubled or another, four or a line missing, the last too: refused, told or whole."""
    data = picture(b"\n")
    spelled = FORMS[form](data)
    lines = spelled.splitlines(keepends=True)
    damaged = [b"".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines))]
    for at in range(0, len(spelled), 7):
        before, char, after = spelled[:at], spelled[at : at + 1], spelled[at + 1 :]
        damaged += [before + after, before + char * 2 + after, before + b"*" + after, before + spelled[at + 4 :]]
        damaged += [before + b"`" + after, before + b"x" + after, before + b" " + after]
    silent = []
    for one in damaged:
        try:
            tx = nistitl.read(one, unwrap=True)
        except nistitl.ITLError:
            continue
        if len(bytes(tx)) != len(data) and not tx.findings:
            silent.append(one)
    assert silent == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace(b"\nM", b"\n`", 1),  # a line that says it holds nothing
        lambda text: text.replace(b"\nM", b"\nL", 1),  # less than it holds
        lambda text: text.replace(b"\nM", b"\nK", 1),
        lambda text: text.replace(b"\nM", b"\nN", 1),
        lambda text: text.replace(b"\nM", b"\nm", 1),
        lambda text: text.replace(b"\nM", b"\n\nM", 1),
        lambda text: text.replace(b"\nM", b"\n`\nM", 1),
    ],
    ids=count(),
)
def test_a_line_of_uuencode_that_says_another_size_is_refused(damage: Callable[[bytes], bytes]) -> None:
    """Records that could be cut are no way out: repair would write their LEN anew."""
    spelled = uu(picture(b"\n"))
    damaged = spelled[:500] + damage(spelled[500:])
    with pytest.raises(nistitl.ReadError, match=r"cannot be opened|cannot be told"):
        nistitl.read(damaged, unwrap=True, policy="repair")


HEX = "\n".join(pieces(picture(b"\n").hex(), 64)).encode()


@pytest.mark.parametrize(
    "damaged",
    [
        HEX[:1000] + HEX[1002:],  # a byte
        HEX[:1000] + b"--" + HEX[1002:],
        HEX[:1000] + b" " + HEX[1001:1010] + b" " + HEX[1011:],
        HEX[:1001] + HEX[1002:1010] + HEX[1011:],
        HEX[: HEX.index(b"0", 1000) + 1] + b"x" + HEX[HEX.index(b"0", 1000) + 2 :],  # what looks like a prefix
    ],
    ids=count(),
)
def test_digits_that_are_missing_within_a_line_are_refused(damaged: bytes) -> None:
    with pytest.raises(nistitl.ReadError, match=r"cannot be opened|cannot be told"):
        nistitl.read(damaged, unwrap=True, policy="repair")
