"""Base-64 text of elements, also where it is damaged, or spelled as the schema does not have it.

Strategy: what holds to RFC 4648 is read by the library. Of what does not, the digits are read that surely stand where
they belong: all, where their number and the padding agree, or nothing foreign is among them; else those before the
first foreign character, as it may stand in the place of digits, without which all behind it would be shifted.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nistitl.wire.fields import Raw

_BLANKS = b" \t\r\n"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/]")
_REPLACING = re.compile(rb"[^A-Za-z0-9+/=\x80-\xbf]")  # characters that may stand in the place of a digit
_INVISIBLE = re.compile(  # in UTF-8: spaces, what has no width, marks of direction and of byte order
    rb"\xc2[\x85\xa0\xad]|\xe1\x9a\x80|\xe2\x80[\x80-\x8f\xa8-\xaf]|\xe2\x81[\x9f-\xaf]|\xe3\x80\x80|\xef\xbb\xbf"
)
_DATA_URL = re.compile(rb"data:[^,]{0,200};base64,", re.IGNORECASE)
_HEX = re.compile(rb"[0-9a-f]{48,}|[0-9A-F]{48,}")


class Base64Error(ValueError):
    """An element that should hold base-64 text does not."""

    def __init__(self, data: bytes, met: str = "", *, elsewhere: bool = False, hexadecimal: bool = False) -> None:
        super().__init__("this is no base-64 text")
        self.field = 0
        self.data = data  # as far as it could be read
        self.met = met  # what stands there
        self.elsewhere = elsewhere  # an xop:Include stands in its place
        self.hexadecimal = hexadecimal  # `data` are hexadecimal digits, which are no whole groups of base-64


def decoded(raw: Raw) -> bytes:
    """The bytes of a base-64 text, blanks left out. Base64Error, with what could be read, where it is none."""
    data = _strict(raw)
    if data is not None:
        return data
    text = bytes(raw).translate(None, _BLANKS)
    data = _strict(text)
    if b" " in bytes(raw):
        _check_plus_signs(bytes(raw), data)
    if data is not None:
        return data
    if _HEX.fullmatch(text) and not text.isalpha():  # black pixels are "AAAA..." in base-64
        raise Base64Error(text, "hexadecimal digits", hexadecimal=True)
    raise _read(text)


def _check_plus_signs(text: bytes, without: bytes | None) -> None:
    """Base64Error where blanks stand in lines as plus signs would, of which a form that is sent makes blanks.

    Blanks between pieces of one length were line ends. `without` is what the text says without any.
    """
    lines = _lines(text.replace(b"\t", b"\n"))
    pieces = [piece for line in lines for piece in line.split(b" ")]
    if len(pieces) == len(lines) or (len(pieces) > 2 and len(set(map(len, pieces[:-1]))) == 1):
        return
    data = _strict(b"".join(lines).replace(b" ", b"+"))
    if data is not None:
        raise Base64Error(data, "blanks in the place of plus signs, as which they are read")
    if without is not None and len(pieces) > len(lines) + 1:  # one blank has come in: a sign less is not whole
        raise Base64Error(without, "blanks within its lines, perhaps in the place of plus signs")


def _lines(text: bytes) -> list[bytes]:
    """The lines without the blanks that all of them have at an end, where they are of one length; else without any."""
    lines = [line for line in text.splitlines() if line.strip()]
    *whole, last = lines or [b""]
    if len(set(map(len, whole))) != 1:
        return [line.strip() for line in lines]
    before = min(len(line) - len(line.lstrip()) for line in lines)
    behind = min(len(line) - len(line.rstrip()) for line in whole)
    return [*(line[before : len(line) - behind] for line in whole), last.strip()]


def _strict(text: Raw) -> bytes | None:
    """The bytes of a text that is base-64 from end to end; None of any other."""
    try:
        data = a2b_base64(text, strict_mode=True)
    except Error:
        return None
    return data if len(text) == -(-len(data) // 3) * 4 else None  # equals signs too many pass the library


def _read(text: bytes) -> Base64Error:
    """What can be read of a text that is not base-64, and what it is."""
    url = _DATA_URL.match(text)
    met = "a data URL" if url else ""
    if url:
        text = _unquoted(text[url.end() :])
    seen = _INVISIBLE.sub(b"", text)
    if seen != text:
        met = _and(met, "blanks and marks that XML does not count as such")
    standard = seen.translate(_STANDARD)
    if standard != seen and _complete(standard):
        return Base64Error(_digits(standard), _and(met, "the alphabet of URLs"))
    pieces = _pieces(seen)
    if pieces is not None:
        return Base64Error(pieces, met or "several texts of base-64, one behind another")
    return _damaged(seen, standard, met)


def _damaged(text: bytes, standard: bytes, met: str) -> Base64Error:
    """Of a text that is not whole, all digits or those before the first foreign character."""
    if standard != text and _FOREIGN.search(standard.rstrip(b"=")) is None and not re.search(rb"[+/]", text):
        text, met = standard, _and(met, "the alphabet of URLs")
    digits = text.rstrip(b"=")
    foreign = _FOREIGN.search(digits)
    if foreign is None:
        return Base64Error(_digits(digits), _and(met, _padding(digits, len(text) - len(digits))))
    readable = _FOREIGN.sub(b"", digits)
    if _inserted(digits, readable, len(text) - len(digits)):
        return Base64Error(_digits(readable), _and(met, "foreign characters between all of its digits"))
    harm = f"damage: a foreign character behind {foreign.start()} digits, and digits are gone; those before it are read"
    return Base64Error(_digits(digits[: foreign.start()]), _and(met, harm))


def _inserted(digits: bytes, readable: bytes, padding: int) -> bool:
    """Are all digits there, and would they be too many if the foreign characters stood in the place of some?"""
    replacing = sum(1 for _ in _REPLACING.finditer(digits))
    return (len(readable) + padding) % 4 == 0 and padding <= 2 and (not replacing or replacing % 4 != 0)


def _padding(digits: bytes, padding: int) -> str:
    if len(digits) % 4 == 1:
        return "a text that is cut off, or lacks digits"
    return "another padding than its digits ask for, or digits are gone" if padding else "no padding, or it is cut off"


def _complete(text: bytes) -> bool:
    """Are these digits of the standard alphabet alone, whole groups with their padding or without any?"""
    digits = text.rstrip(b"=")
    padding = len(text) - len(digits)
    fits = (len(text) % 4 == 0 and padding <= 2) if padding else len(digits) % 4 != 1
    return fits and _FOREIGN.search(digits) is None


def _pieces(text: bytes) -> bytes | None:
    """The bytes of texts that stand one behind another, each with its padding; None where it is not so."""
    if len(text) % 4 or _FOREIGN.search(text.replace(b"=", b"")):
        return None
    data, start = bytearray(), 0
    for padding in re.finditer(rb"=+", text):
        piece = _strict(memoryview(text)[start : padding.end()])
        if piece is None:
            return None
        data += piece
        start = padding.end()
    last = _strict(memoryview(text)[start:])
    return None if last is None else bytes(data + last)


def _digits(text: bytes) -> bytes:
    """The bytes of digits; bits that are no whole byte are left out."""
    digits = text.rstrip(b"=")
    whole = len(digits) - (len(digits) % 4 == 1)
    return a2b_base64(digits[:whole] + b"=" * (-whole % 4))


def _unquoted(text: bytes) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(text)


def _and(met: str, more: str) -> str:
    return f"{met}, and {more}" if met and more else met or more
