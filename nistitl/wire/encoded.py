"""Bytes that were spelled as text: base64, PEM, data URLs, hexadecimal digits, dumps, uuencode, yEnc, quoted-printable.

Strategy: each is recognised by its first bytes, which decoded are the beginning of a transaction or of an archive, and
read strictly: whatever does not fit is a ValueError, so that nothing is dropped or guessed. Where what was lost may
have been one thing or another (line ends of quoted-printable, the character set of a copy as UTF-16), all readings are
given, and the lengths that records tell decide.
"""

from __future__ import annotations

import codecs
import re
from binascii import a2b_qp, a2b_uu, b2a_uu, crc32
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from mmap import mmap

CONTENT = re.compile(rb"\s*(?:0?1\.0*\d{1,3}:|<|(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)<?)")  # traditional, or XML
ARCHIVES = (b"\x1f\x8b\x08", b"PK\3\4")  # gzip, ZIP
_BLANK = b" \t\r\n\v\f"
_HEAD = 4096

_XML = re.compile(rb"\s*(?:\xef\xbb\xbf)?<")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\s-]{16,}={0,2}\s*")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_PEM = re.compile(rb"\s*-----BEGIN ([^\r\n-]{1,64})-----[ \t]*\r?\n(?:[A-Za-z][\w-]{0,60}:[^\r\n]{0,200}\r?\n)*")
_DATA_URL = re.compile(rb"\s*data:([^,\r\n]{0,200}),")
_NOT_URL = re.compile(rb"%(?![0-9A-Fa-f]{2})|[^!-~]")
_HEX = re.compile(rb"\s*(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[\s:,-]*){8,}")
_PAIRS = re.compile(rb"[\s:,-]*+(?:(?:0x|\\x)?+(?:[0-9A-Fa-f]{2})++(?:[\s:,-]++|(?=\\x)|\Z))*+")
_NOT_HEX = re.compile(rb"0x|\\x|[\s:,-]")
_DUMP = re.compile(rb"\s*[0-9A-Fa-f]{4,16}(?::[ \t]|[ \t])[ \t]*(?:[0-9A-Fa-f]{2}){1,16}(?:[ \t]|\r?\n)")
_DUMP_LINE = re.compile(rb"([0-9A-Fa-f]{4,16})(:?)[ \t]*(.*)", re.DOTALL)
_CHARACTERS = re.compile(rb"[|>]")  # those of a line begin behind it
_UU = re.compile(rb"\s*begin(-base64)? [0-7]{3,4} [^\r\n]{1,255}\r?\n")
_YENC = re.compile(
    rb"\s*=ybegin [^\r\n]{0,100}\bsize=(\d{1,18}) name=[^\r\n]{0,255}\r?\n(?:=ypart begin=1 end=(\d{1,18})\r?\n)?"
)
_LESS_42 = bytes((code - 42) % 256 for code in range(256))
_LESS_106 = bytes((code - 106) % 256 for code in range(256))  # behind an equals sign
_YENC_END = re.compile(rb"=yend size=(\d{1,18})([^\r\n]{0,200})\s*\Z")
_YENC_SUM = re.compile(rb"\bp?crc32=(\S*)")
_PRINTABLE = re.compile(rb"\s*0?1\.0*1:\d{1,9}=1[Dd]")
_NOT_PRINTABLE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r?\n|\Z))|[^\t\r\n -~]")
_LINE_END = re.compile(rb"\r?\n")
_SOFT_LINE_END = re.compile(rb"=[ \t]*(?:\r?\n|\Z)")
_WIDE = (  # what a transaction begins with: "1", or a mark and it
    ("utf-32-le", (b"1\0\0\0", codecs.BOM_UTF32_LE)), ("utf-32-be", (b"\0\0\0" b"1", codecs.BOM_UTF32_BE)),
    ("utf-16-le", (b"1\0", codecs.BOM_UTF16_LE)), ("utf-16-be", (b"\0" b"1", codecs.BOM_UTF16_BE)),
)  # fmt: skip
_WIDE_HEAD = re.compile(r"\ufeff?0?1\.0*1:\d")
_WINDOWS = {ord(char): code for code in range(128, 160) for char in bytes([code]).decode("cp1252", "ignore")}


def is_content(head: bytes) -> bool:
    """Do these bytes begin as a transaction, or as an archive?"""
    return CONTENT.match(head) is not None or head.startswith(ARCHIVES)


def _opens(decode: Callable[[bytes], bytes], head: bytes) -> bool:
    """Is what decoding gives the beginning of a transaction, or of an archive?"""
    try:
        return is_content(decode(head))
    except ValueError:
        return False


# -- base64 -----------------------------------------------------------------------------------


def is_base64(head: bytes) -> bool:
    """Base64 of either alphabet, padded or not."""
    if _BASE64.fullmatch(head) is None:
        return False
    digits = head.translate(_STANDARD, _BLANK).rstrip(b"=")
    return _opens(_of_digits, digits[: len(digits) // 4 * 4])


def from_base64(data: bytes | mmap, _: int = 0) -> bytes | list[bytes]:
    """In doubt where digits may be missing: padding is, or a line is not as long as those around it."""
    lines = bytes(data).split()
    digits = b"".join(lines).translate(_STANDARD)
    missing = 0 if digits.endswith(b"=") else -len(digits) % 4
    content = _of_digits(digits + b"=" * missing)
    return content if _even(lines) and (not missing or _XML.match(content)) else [content]


def _of_digits(digits: bytes) -> bytes:
    import base64

    content = base64.b64decode(digits, validate=True)
    if base64.b64encode(content) != digits:
        raise ValueError("padding that is none")
    return content


def _even(lines: list[bytes]) -> bool:
    """Are all lines of one length, and the last no longer?"""
    return len(lines) < 2 or (len(set(map(len, lines[:-1]))) == 1 and len(lines[-1]) <= len(lines[0]))


def is_pem(head: bytes) -> bool:
    match = _PEM.match(head)
    return match is not None and is_base64(head[match.end() :].partition(b"-----END")[0])


def from_pem(data: bytes | mmap, _: int) -> bytes | list[bytes]:
    match = _PEM.match(data)
    assert match is not None
    text, end, label = bytes(data[match.end() :]).partition(b"-----END ")
    if label.rstrip(_BLANK) != match[1] + b"-----" or not end:
        raise ValueError("no end of the block, or something behind it")
    return from_base64(text)


def is_data_url(head: bytes) -> bool:
    match = _DATA_URL.match(head)
    if match is None:
        return False
    payload = _payload(head, match)  # an escape may be cut at its end
    return is_base64(payload.partition(b"%")[0]) if _says_base64(match) else is_content(payload)


def from_data_url(data: bytes | mmap, _: int) -> bytes | list[bytes]:
    match = _DATA_URL.match(data)
    assert match is not None
    text = bytes(data).rstrip(_BLANK)  # before what is escaped is decoded: that is content
    if _says_base64(match):
        return from_base64(_payload(text, match))
    if _NOT_URL.search(text, match.end()):
        raise ValueError("what no URL holds, or half an escape")
    return _payload(text, match)


def _payload(data: bytes, match: re.Match[bytes]) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(data[match.end() :])


def _says_base64(match: re.Match[bytes]) -> bool:
    return match[1].rstrip().lower().endswith(b";base64")


# -- hexadecimal digits -----------------------------------------------------------------------


def is_hex(head: bytes) -> bool:
    match = _HEX.match(head)
    return match is not None and _opens(_whole_hex, match[0])


def _whole_hex(text: bytes) -> bytes:
    digits = _NOT_HEX.sub(b"", text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))


def from_hex(data: bytes | mmap, _: int) -> bytes | list[bytes]:
    """In doubt where digits may be missing: they are not in pairs, or a line is not as long as those around it."""
    lines = [_NOT_HEX.sub(b"", line) for line in _lines(data)]
    content = bytes.fromhex(b"".join(lines).decode("ascii"))
    return content if _even(lines) and _PAIRS.fullmatch(data) else [content]


def is_dump(head: bytes) -> bool:
    """A dump as xxd, hexdump -C and od -t x1 make it."""
    return _DUMP.match(head) is not None and _opens(_of_line, next(_lines(head)))


def from_dump(data: bytes | mmap, most: int) -> bytes:
    return b"".join(_dumped(data, most))


def _dumped(data: bytes | mmap, most: int) -> Iterator[bytes]:
    """The bytes of a dump; each line says where it stands, `*` that the line before it goes on up to the next."""
    base = _base(list(islice(_lines(data), 3)))
    at, content, goes_on = 0, b"", False
    for line in _lines(data):
        if line == b"*":
            goes_on = True
            continue
        place = int(_parted(line)[0], base)
        if goes_on:
            times, rest = divmod(place - at, len(content) or 1)
            if rest or not content or not at <= place <= most:
                raise ValueError("lines that go on to where none begins")
            yield content * times
            at, goes_on = place, False
        if place != at:
            raise ValueError("a line that says another place than it has")
        content = _of_line(line)
        yield content
        at += len(content)
    if goes_on:
        raise ValueError("lines that go on without an end")


def _base(lines: list[bytes]) -> int:
    """In what places are told: od has them in octal digits where nobody says otherwise."""
    place = next((_parted(line)[0] for line in lines[1:] if line != b"*"), b"")
    straight = len(lines) < 2 or lines[1] == b"*" or int(place, 16) == len(_of_line(lines[0]))
    return 16 if straight else 8


def _parted(line: bytes) -> tuple[bytes, bytes, bytes]:
    match = _DUMP_LINE.fullmatch(line)
    if match is None:
        raise ValueError("a line that is none of a dump")
    return match[1], match[2], match[3]


def _of_line(line: bytes) -> bytes:
    """The bytes of a line: digits up to two blanks behind a colon (xxd), else up to the characters (hexdump, od)."""
    _, colon, rest = _parted(line)
    digits = rest.partition(b"  ")[0] if colon else _CHARACTERS.split(rest, 1)[0]
    return bytes.fromhex(digits.decode("ascii"))


def _lines(data: bytes | mmap) -> Iterator[bytes]:
    """The lines that are not empty, without what is blank around them."""
    return filter(None, (line.strip(_BLANK) for line in BytesIO(data)))


# -- uuencode, yEnc ---------------------------------------------------------------------------


def is_uu(head: bytes) -> bool:
    match = _UU.match(head)
    if match is None:
        return False
    if match[1]:
        return is_base64(head[match.end() :].partition(b"====")[0])
    return _opens(_uu_line, head[match.end() :].partition(b"\n")[0])


def from_uu(data: bytes | mmap, _: int = 0) -> bytes | list[bytes]:
    match = _UU.match(data)
    if match is None:
        raise ValueError("no first line")
    if match[1]:
        text, end, rest = bytes(data[match.end() :]).partition(b"====")
        if not end or rest.strip(_BLANK):
            raise ValueError("no end, or something behind it")
        return from_base64(text)
    lines = BytesIO(data)
    lines.seek(match.end())
    *pieces, last = _uu_lines(lines)
    content = b"".join((*pieces, last))
    return content if _even(pieces) and not last else [content]


def _uu_lines(lines: Iterator[bytes]) -> Iterator[bytes]:
    """What each line holds, of which the last should hold nothing; at least one."""
    piece = None
    for line in lines:
        if line.rstrip() == b"end":
            break
        if piece == b"":
            raise ValueError("a line that holds nothing before the last")
        piece = _uu_line(line)
        yield piece
    else:
        raise ValueError("no end")
    if piece is None or any(line.strip() for line in lines):
        raise ValueError("nothing before the end, or something behind it")


def _uu_line(line: bytes) -> bytes:
    text = line.rstrip(b"\r\n").replace(b"`", b" ")
    size = (text[0] - 32) & 63 if text else 0
    if size and len(text) < 1 + -(-size // 3) * 4:
        raise ValueError("a line is shorter than it says")
    content = a2b_uu(text) if size else b""
    if text.rstrip() != b2a_uu(content).rstrip():
        raise ValueError("a line that is another when it is spelled anew")
    return content


def is_yenc(head: bytes) -> bool:
    match = _YENC.match(head)
    return match is not None and is_content(_yenc(head[match.end() : -1]))


def from_yenc(data: bytes | mmap, _: int) -> bytes:
    match, end = _YENC.match(data), _YENC_END.search(data, max(0, len(data) - _HEAD))
    if match is None or end is None:
        raise ValueError("no end, or something behind it")
    content = _yenc(bytes(data[match.end() : end.start()]))
    if not len(content) == int(match[1]) == int(match[2] or match[1]) == int(end[1]):
        raise ValueError("another size than it says")
    if any(int(told, 16) != crc32(content) for told in _YENC_SUM.findall(end[2])):
        raise ValueError("another checksum than it says")
    return content


def _yenc(text: bytes) -> bytes:
    first, *escaped = text.translate(None, b"\r\n").split(b"=")
    pieces = [first.translate(_LESS_42)]
    for piece in escaped:
        pieces += (piece[:1].translate(_LESS_106), piece[1:].translate(_LESS_42))
    return b"".join(pieces)


# -- where several things may have been meant -------------------------------------------------


def is_printable(head: bytes) -> bool:
    """Quoted-printable, in which GS is `=1D`."""
    return _PRINTABLE.match(head) is not None


def from_printable(data: bytes | mmap, _: int) -> bytes | list[bytes]:
    return printable(bytes(data).lstrip(_BLANK))


def printable(text: bytes) -> bytes | list[bytes]:
    """Where line ends stand in it: as they are, as LF where all are CRLF, and without the last; nobody can tell."""
    if _NOT_PRINTABLE.search(text):
        raise ValueError("an equals sign with something else behind it, or what cannot be printed")
    ends = set(_LINE_END.findall(text.removesuffix(b"\n").removesuffix(b"\r")))
    text = _SOFT_LINE_END.sub(b"", text)
    content = a2b_qp(text)
    if (b"\n" not in text and text.rstrip(_BLANK) == text) or _XML.match(content):
        return content
    readings = [text, text.rstrip(_BLANK)]
    if ends != {b"\r\n"}:
        readings.append(text.removesuffix(b"\n"))
    if b"\n" not in ends:
        readings.append(text.removesuffix(b"\r\n"))
        readings += [one.replace(b"\r\n", b"\n") for one in readings]
    return [a2b_qp(one) for one in readings]


def wide_codec(head: bytes) -> str | None:
    """The codec of 16 or 32 bits a character that a transaction was written anew in, as if it were text."""
    for codec, begins in _WIDE:
        if head.startswith(begins):
            size = int(codec[4:6]) // 8
            text = head[: len(head) // size * size].decode(codec, "replace")
            return codec if _WIDE_HEAD.match(text) else None
    return None


def is_wide(head: bytes) -> bool:
    return wide_codec(head) is not None


def from_wide(data: bytes | mmap, _: int) -> bytes | list[bytes]:
    """By each set that the bytes may have been taken for text of, with the line end of a redirection and without it."""
    codec = wide_codec(bytes(data[:_HEAD]))
    assert codec is not None
    text = bytes(data).decode(codec).removeprefix("\ufeff")
    if text.isascii() and not text.endswith("\r\n"):
        return text.encode()
    readings = []
    for line in (text, text.removesuffix("\r\n")):
        for spelled, name in ((line, "latin-1"), (line.translate(_WINDOWS), "latin-1"), (line, "utf-8")):
            with suppress(UnicodeEncodeError):
                readings.append(spelled.encode(name))
    return readings
